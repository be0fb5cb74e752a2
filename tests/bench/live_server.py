"""The service over cached pages in Valkey: its endpoint, schema and cache path, or plain Strawberry over the same.

python live_server.py PORT ENGINE RECIPE VALKEY_URL   ENGINE: ours or plain. RECIPE: JSON of made_pages.Recipe
"""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import made
import uvicorn
from made_pages import MadePages, Recipe
from page_schema import SECRET, plain_service_schema
from page_server import PRINCIPAL
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from warm_stores import WarmPlace

from bff.gc_tuning import tune_garbage_collector
from bff.http.concurrency_limiter import ConcurrencyLimiter
from bff.http.endpoint import Endpoint
from bff.http.execution import GraphQLExecutor
from bff.http.load_shedding import LoadShedder
from bff.http.security_headers import SecurityHeaders
from domain.viewers.profiles import Principal
from resolvers.request.context import Context
from resolvers.schema import schema


class WarmContexts:
    """A context for each request, over pages that are all cached. Its clock stands still."""

    def __init__(self, place: WarmPlace) -> None:
        self._place = place

    def new(self, request_id: str) -> Context:
        place = self._place
        return Context(PRINCIPAL, place.stores, made.NOW, request_id, SECRET, place.process)

    async def authenticate(self, request: Request) -> Principal:
        return PRINCIPAL

    async def for_request(
        self, request: Request, principal: Principal, request_id: str, now: datetime
    ) -> Context:
        return self.new(request_id)


class PlainView(GraphQL[Context, None]):
    def __init__(self, contexts: WarmContexts) -> None:
        super().__init__(plain_service_schema(), graphql_ide=None)
        self._contexts = contexts

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        return self._contexts.new("bench")


def application(engine: str, recipe: Recipe, valkey_url: str) -> Starlette:
    place = WarmPlace(MadePages(recipe), valkey_url)
    contexts = WarmContexts(place)
    endpoint: ASGIApp = PlainView(contexts)
    if engine == "ours":
        operations = GraphQLExecutor(schema, open_schema=False)
        endpoint = LoadShedder(
            Endpoint(operations, contexts.authenticate, contexts.for_request), ConcurrencyLimiter(max_limit=0)
        )

    @asynccontextmanager
    async def filled(app: Starlette) -> AsyncIterator[None]:
        await place.fill()
        tune_garbage_collector()
        yield
        await place.process.background.settle()
        await place.close()

    async def healthz(request: Request) -> PlainTextResponse:
        return PlainTextResponse("all warm")

    return Starlette(
        routes=[Route("/graphql", endpoint), Route("/healthz", healthz)],
        middleware=[Middleware(SecurityHeaders)] if engine == "ours" else [],
        lifespan=filled,
    )


if __name__ == "__main__":
    port, engine, wanted, valkey_url = sys.argv[1:]
    served = application(engine, Recipe(**json.loads(wanted)), valkey_url)
    uvicorn.run(served, port=int(port), log_level="warning", access_log=False)
