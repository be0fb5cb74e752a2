"""The ASGI application: routes, and the stores that live as long as it runs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TypedDict

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, request_response

from bff.auth.anonymous_sessions import Sessions
from bff.auth.jwks import KeySet
from bff.auth.secrets import root_secret, session_key, signing_key, token_key
from bff.auth.token_cache import TokenMemory
from bff.auth.tokens import Keys, SharedSecret, Verifier, is_bearer
from bff.demo.sessions import DemoSession
from bff.gc_tuning import settle
from bff.http.concurrency_limiter import ConcurrencyLimiter
from bff.http.endpoint import Endpoint
from bff.http.execution import Operations
from bff.http.fast_path import FastPath
from bff.http.health import healthz, readyz
from bff.http.load_shedding import LoadShedder
from bff.http.metrics import Metrics, metrics_route
from bff.http.sdl import sdl
from bff.http.security_headers import SafeHeaders
from bff.layout_files.folder import schema_text
from bff.local_stack import StoreUrls
from bff.sandbox.menu import sandbox_menu
from bff.sandbox.requests import SECRET as SANDBOX_SECRET
from bff.sandbox.requests import sandbox_title, sandboxed
from bff.sandbox.states import HEADER as SANDBOX_HEADER
from bff.sandbox.states import wish_of
from bff.settings import Settings, read_settings, stores_of
from bff.stores.caches.fallback_page import StaticFile
from bff.stores.open_stores import OpenStores, open_stores
from bff.web.art.handler import ArtHandler
from bff.web.errors_page import errors_page
from bff.web.graphiql import graphiql_page, graphiql_routes
from bff.web.routes import web_routes
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import TitleId
from domain.resilience.concurrency_limit import Priority
from domain.viewers.profiles import Principal
from resolvers.request.context import Context
from resolvers.runtime.process import Process
from resolvers.schema import schema


class State(TypedDict):
    """What every request finds in `request.state`."""

    opened: OpenStores
    verifier: Verifier


class Service:
    """One application: what it was configured with, and while it runs, the stores it has open."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingsProblem for settings that are missing or unsafe. Opens no connection."""
        root = root_secret(settings)
        self._settings = settings
        self._urls: StoreUrls = stores_of(settings)
        self._token_key = token_key(root)
        self._signing_key = signing_key(root)
        self._tokens = TokenMemory()
        self._sessions = Sessions(session_key(root), settings.region, settings.region_header, self._tokens)
        self._opened: OpenStores | None = None
        self._metrics = Metrics()
        self._admission = ConcurrencyLimiter(settings.most_at_once)
        self._metrics.register(self._admission)
        self._shipped = StaticFile(settings.static_pages_file)
        self._process = Process(
            observer=self._metrics,
            shipped=self._shipped,
            contract_share=settings.contract_share,
            warm=settings.warm_rules,
            demo=settings.demo,
        )

    def routes(self) -> list[BaseRoute]:
        demo = self._settings.demo
        endpoint = Endpoint(
            operations=Operations(schema, open_schema=demo),
            authenticate=self._principal,
            new_context=self._new_context,
            page=graphiql_page if demo else None,
            tell_calls=demo,
            compress=self._settings.compress,
            count_calls=lambda noted: self._metrics.stores_called(noted.calls, noted.failed, noted.cut),
        )
        routes: list[BaseRoute] = [
            Route("/graphql", LoadShedder(endpoint, self._admission)),
            Route("/session", self._session_gate(), methods=["POST"]),
            Route("/schema.graphql", _schema_file),
            Route("/errors", errors_page),
            Route("/layout.schema.json", _layout_schema),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            metrics_route(self._metrics, None if demo else _authenticate),
            *web_routes(self._art()),
        ]
        if self._settings.has_sandbox:
            routes.append(Route("/sandbox", sandbox_menu))
        if demo:
            routes.append(Route("/demo/session", DemoSession(self._settings, self._token_key).respond))
            routes.extend(graphiql_routes())
        return routes

    @contextlib.asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[State]:
        """Open the stores, whether or not they answer yet; close them when the server stops."""
        settings = self._settings
        self._shipped.refresh()
        opened = self._opened = open_stores(
            self._urls, settings.redis_cluster, settings.page_lives, time_outs=settings.time_outs
        )
        upkeep = [
            asyncio.create_task(opened.ensure_indexes()),
            asyncio.create_task(self._shipped.watch()),
            asyncio.create_task(self._admission.watch_loop()),
        ]
        async with httpx.AsyncClient() as client:
            try:
                yield State(opened=opened, verifier=self._verifier(client))
            finally:
                for task in upkeep:
                    task.cancel()
                await self._process.background.settle()
                self._opened = None
                await opened.close()

    def _verifier(self, client: httpx.AsyncClient) -> Verifier:
        settings = self._settings
        keys: Keys = SharedSecret(self._token_key)
        if settings.jwks_url:
            keys = KeySet(settings.jwks_url, client)
        return Verifier(keys, settings.issuer, settings.audience, memory=self._tokens)

    async def _principal(self, request: Request) -> Principal:
        authorization = request.headers.get("authorization") or ""
        known = self._tokens.get(authorization.partition(" ")[2]) if is_bearer(authorization) else None
        return known or await self._sessions.principal(authorization) or await _authenticate(request)

    async def _new_context(
        self, request: Request, principal: Principal, request_id: str, now: datetime
    ) -> Context:
        asked = request.headers.get(SANDBOX_HEADER)
        if asked is not None and self._settings.has_sandbox:
            return await sandboxed(wish_of(asked), request_id)
        opened: OpenStores = request.state.opened
        arms = request.headers.get("x-marquee-arms", "")
        return Context(
            principal,
            opened.ports,
            now,
            request_id,
            self._signing_key,
            self._process,
            asked_arms=arms,
            session_of=self._sessions.profile_of,
        )

    def _session_gate(self) -> LoadShedder:
        return LoadShedder(request_response(self._sessions.begin), self._admission, fixed=Priority.PLAY)

    def _art(self) -> list[ArtHandler]:
        own = ArtHandler(self._signing_key, self._load_title)
        bundled = ArtHandler(SANDBOX_SECRET, sandbox_title)
        return [own, bundled] if self._settings.has_sandbox else [own]

    async def _load_title(self, title_id: TitleId) -> Title | None:
        """For artwork, whose signed address says already that the title may be seen."""
        if self._opened is None:
            raise StoreUnavailable("elasticsearch")
        try:
            live = await self._opened.live.live()
            found = await self._opened.catalog.titles(live.index if live else "", [title_id])
        except StoreUnavailable:
            known = self._known(title_id)
            if known is None:
                raise
            return known
        return found.get(title_id)

    def _known(self, title_id: TitleId) -> Title | None:
        """Without a store: as it was served lately, or as it stands on the shipped page."""
        lately = self._process.last_good.titles([title_id], datetime.now(UTC)).get(title_id)
        pages = self._shipped.pages()
        return lately or (pages.titles.get(title_id) if pages else None)


def create_app(settings: Settings) -> Starlette:
    """The application for these settings. Raises SettingsProblem; opens no connection before it runs."""
    service = Service(settings)
    return FastPath(routes=service.routes(), lifespan=service.lifespan, middleware=[Middleware(SafeHeaders)])


def from_environment() -> Starlette:
    """For servers that make the application themselves: `uvicorn --factory bff.app:from_environment`."""
    app = create_app(read_settings())
    settle()
    return app


async def _schema_file(request: Request) -> PlainTextResponse:
    return PlainTextResponse(sdl())


async def _layout_schema(request: Request) -> Response:
    return Response(schema_text(), media_type="application/schema+json")


async def _authenticate(request: Request) -> Principal:
    verifier: Verifier = request.state.verifier
    return await verifier.principal(request.headers.get("authorization"))
