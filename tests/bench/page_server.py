"""Made home pages over HTTP: the service's endpoint, or plain Strawberry, in a process of its own.

python page_server.py PORT ENGINE RECIPE   ENGINE: ours or plain. RECIPE: JSON of made_pages.Recipe, `cold`, `anew`
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import cycle

import uvicorn
from made_pages import MadePages, Recipe
from page_schema import SECRET, Homes, context_of, our_schema, plain_schema
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from bff.gc_tuning import tune_garbage_collector
from bff.http.concurrency_limiter import ConcurrencyLimiter
from bff.http.endpoint import Endpoint
from bff.http.execution import GraphQLExecutor
from bff.http.load_shedding import LoadShedder
from bff.http.sdl import sdl
from bff.http.security_headers import SecurityHeaders
from domain.ids import AccountId, ProfileId
from domain.page.model import Page, Row
from domain.viewers.profiles import Principal, Role
from resolvers.execution.fragments import shared_fragment_cache
from resolvers.request.context import Context
from resolvers.request.viewer import Viewer
from resolvers.types.card_builder import CachedCards
from resolvers.types.cards import CardValues
from resolvers.types.title_parts import shared_render_key

PRINCIPAL = Principal(AccountId("bench"), Role.VIEWER)


def ours(homes: Homes) -> ASGIApp:
    """The service's endpoint; the caller is authenticated beforehand, as for every server compared here."""

    async def authenticate(request: Request) -> Principal:
        return PRINCIPAL

    async def new_context(request: Request, principal: Principal, request_id: str, now: datetime) -> Context:
        return context_of(principal, request_id)

    schema = our_schema(homes)
    if schema.as_str().strip() != sdl().strip():
        raise SystemExit("The bench's schema is not the service's: page_schema.py has to follow it.")
    endpoint = Endpoint(GraphQLExecutor(schema, open_schema=False), authenticate, new_context)
    # With its load shedder, which refuses no request here: this measures what a page costs.
    return LoadShedder(endpoint, ConcurrencyLimiter(max_limit=0))


class PlainView(GraphQL[Context, None]):
    """Strawberry's own view, as its documentation has it."""

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        return context_of(PRINCIPAL, "bench")


def plain(homes: Homes) -> ASGIApp:
    return PlainView(plain_schema(homes), graphql_ide=None)


ENGINES = {"ours": ours, "plain": plain}


class Chilled:
    """Pages that forget, before every request, what was kept of their titles and rows: then they are as new.

    `share` (0..1) of the cards forget what was rendered of their titles; with `anew` all rows do what they showed. It
    is done in the time that is measured, so no more is forgotten than this page has a use for.
    """

    def __init__(self, pages: MadePages, share: float, anew: bool) -> None:
        self._homes = pages.homes
        self._step = round(1 / share) if share else 0
        self._turns: Iterator[int] = cycle(range(self._step or 1))
        self._anew = anew

    def __call__(self, profile_id: ProfileId) -> tuple[Viewer, Page] | None:
        found = self._homes.get(profile_id)
        if found is None:
            return None
        if self._step:
            cards = [card for row in found[1].rows for card in _shown(row)]
            for card in cards[next(self._turns) :: self._step]:
                card.fragments.clear()
                memo = card.card.title.memo
                shared_fragment_cache(memo, shared_render_key(SECRET)).clear()
                memo.pop("art", None)
        if self._anew:
            for row in found[1].rows:
                row.memo.clear()
        return found


def _shown(row: Row) -> list[CardValues]:
    """Its cards as they were shown before; none at the first time, when nothing of them was rendered either."""
    made = row.memo.get("cards")
    return made.cards if isinstance(made, CachedCards) else []


def application(engine: str, recipe: Recipe, cold: float, anew: bool) -> Starlette:
    pages = MadePages(recipe)
    homes = Chilled(pages, cold, anew) if cold or anew else pages.homes.get

    async def healthz(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{len(pages.homes)} pages")

    endpoint = ENGINES[engine](homes)
    if engine == "ours":
        tune_garbage_collector()
    return Starlette(
        routes=[Route("/graphql", endpoint), Route("/healthz", healthz)],
        middleware=[Middleware(SecurityHeaders)] if engine == "ours" else [],
    )


if __name__ == "__main__":
    port, engine, wanted = sys.argv[1:]
    options = json.loads(wanted)
    share, anew = options.pop("cold"), options.pop("anew")
    served = application(engine, Recipe(**options), share, anew)
    uvicorn.run(served, port=int(port), log_level="warning", access_log=False)
