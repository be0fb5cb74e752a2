"""The ASGI application: its routes, and the stores open while it runs."""

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

from bff.auth.anonymous_sessions import AnonymousSessions
from bff.auth.jwks import KeySet
from bff.auth.secrets import root_secret, session_key, signing_key, token_key
from bff.auth.token_cache import TokenCache
from bff.auth.tokens import KeySource, SharedSecret, TokenVerifier, is_bearer
from bff.demo.sessions import DemoSession
from bff.gc_tuning import tune_garbage_collector
from bff.http.concurrency_limiter import ConcurrencyLimiter
from bff.http.endpoint import Endpoint
from bff.http.execution import GraphQLExecutor
from bff.http.fast_path import FastPath
from bff.http.health import healthz, readyz
from bff.http.load_shedding import LoadShedder
from bff.http.metrics import Metrics, metrics_route
from bff.http.sdl import sdl
from bff.http.security_headers import SecurityHeaders
from bff.layout_files.json_schema import schema_text
from bff.local_stack import StoreUrls
from bff.sandbox.context import SECRET as SANDBOX_SECRET
from bff.sandbox.context import sandbox_context, sandbox_title
from bff.sandbox.options import sandbox_options
from bff.sandbox.states import HEADER as SANDBOX_HEADER
from bff.sandbox.states import parse_sandbox_header
from bff.settings import Settings, read_settings, resolve_store_urls
from bff.stores.caches.fallback_page import FallbackPageFile
from bff.stores.caches.trusted_pages import TrustedPages
from bff.stores.open_stores import OpenStores, open_stores
from bff.stores.visibility.journal import FILE as JOURNAL_FILE
from bff.stores.visibility.journal import Journal
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


class LifespanState(TypedDict):
    stores: OpenStores
    verifier: TokenVerifier


class Service:
    def __init__(self, settings: Settings) -> None:
        """Raises SettingsProblem. Opens no connection."""
        root = root_secret(settings)
        self._settings = settings
        self._urls: StoreUrls = resolve_store_urls(settings)
        self._token_key = token_key(root)
        self._signing_key = signing_key(root)
        self._token_cache = TokenCache()
        self._sessions = AnonymousSessions(
            session_key(root), settings.region, settings.region_header, self._token_cache
        )
        self._stores: OpenStores | None = None
        self._metrics = Metrics()
        self._limiter = ConcurrencyLimiter(settings.most_at_once)
        self._metrics.register(self._limiter)
        self._fallback_page_file = FallbackPageFile(settings.fallback_page_file)
        self._process = Process(
            observer=self._metrics,
            shipped_pages=self._fallback_page_file,
            invariant_check_share=settings.invariant_check_share,
            page_cache_policy=settings.page_cache_policy,
            public_url=settings.public_base,
            demo=settings.demo,
        )

    def routes(self) -> list[BaseRoute]:
        demo = self._settings.demo
        endpoint = Endpoint(
            executor=GraphQLExecutor(schema, open_schema=demo),
            authenticate=self._authenticate,
            create_context=self._create_context,
            browser_page=graphiql_page if demo else None,
            report_store_calls=demo,
            compress=self._settings.compress,
            count_store_calls=lambda log: self._metrics.count_store_calls(log.calls, log.failed, log.cut),
        )
        routes: list[BaseRoute] = [
            Route("/graphql", LoadShedder(endpoint, self._limiter)),
            Route("/session", self._session_endpoint(), methods=["POST"]),
            Route("/schema.graphql", _graphql_schema),
            Route("/errors", errors_page),
            Route("/layout.schema.json", _layout_schema),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            metrics_route(self._metrics, None if demo else _authenticate_bearer),
            *web_routes(self._art_handlers(), self._settings.page_media_origins),
        ]
        if self._settings.has_sandbox:
            routes.append(Route("/sandbox", sandbox_options))
        if demo:
            routes.append(Route("/demo/session", DemoSession(self._settings, self._token_key).respond))
            routes.extend(graphiql_routes())
        return routes

    @contextlib.asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[LifespanState]:
        """The stores need not answer yet."""
        settings = self._settings
        self._fallback_page_file.refresh()
        stores = self._stores = open_stores(
            self._urls,
            settings.redis_cluster,
            settings.page_ttls,
            timeouts=settings.timeouts,
            trust_seconds=settings.trust_seconds,
        )
        journal = Journal(settings.home / JOURNAL_FILE, stores.ports.changes)
        journal.load()
        pages = TrustedPages(self._fallback_page_file, stores.ports.changes, stores.mongo)
        self._process.shipped_pages, self._process.blocked_by_parents = pages, pages.blocked
        background_tasks = [
            asyncio.create_task(stores.ensure_indexes()),
            asyncio.create_task(stores.listen()),
            asyncio.create_task(journal.run()),
            asyncio.create_task(self._fallback_page_file.watch()),
            asyncio.create_task(pages.watch()),
            asyncio.create_task(self._limiter.run_heartbeat()),
        ]
        async with httpx.AsyncClient() as client:
            try:
                yield LifespanState(stores=stores, verifier=self._verifier(client))
            finally:
                for task in background_tasks:
                    task.cancel()
                journal.save()
                await self._process.background.settle()
                self._stores = None
                await stores.close()

    def _verifier(self, client: httpx.AsyncClient) -> TokenVerifier:
        settings = self._settings
        keys: KeySource = SharedSecret(self._token_key)
        if settings.jwks_url:
            keys = KeySet(settings.jwks_url, client)
        return TokenVerifier(keys, settings.issuer, settings.audience, cache=self._token_cache)

    async def _authenticate(self, request: Request) -> Principal:
        authorization = request.headers.get("authorization") or ""
        cached = self._token_cache.get(authorization.partition(" ")[2]) if is_bearer(authorization) else None
        return cached or await self._sessions.principal(authorization) or await _authenticate_bearer(request)

    async def _create_context(
        self, request: Request, principal: Principal, request_id: str, now: datetime
    ) -> Context:
        sandbox_header = request.headers.get(SANDBOX_HEADER)
        if sandbox_header is not None and self._settings.has_sandbox:
            return await sandbox_context(parse_sandbox_header(sandbox_header), request_id)
        stores: OpenStores = request.state.stores
        forced_arms = request.headers.get("x-marquee-arms", "")
        return Context(
            principal,
            stores.ports,
            now,
            request_id,
            self._signing_key,
            self._process,
            requested_arms=forced_arms,
            resolve_session=self._sessions.session_profile_id,
        )

    def _session_endpoint(self) -> LoadShedder:
        return LoadShedder(
            request_response(self._sessions.create), self._limiter, fixed_priority=Priority.PLAY
        )

    def _art_handlers(self) -> list[ArtHandler]:
        own = ArtHandler(self._signing_key, self._load_title, self._is_withdrawn)
        bundled = ArtHandler(SANDBOX_SECRET, sandbox_title)
        return [own, bundled] if self._settings.has_sandbox else [own]

    async def _load_title(self, title_id: TitleId) -> Title | None:
        """For artwork, whose signed address already grants the title."""
        if self._stores is None:
            raise StoreUnavailable("elasticsearch")
        try:
            live = await self._stores.live_version.live()
            index = live.index if live else ""
            cached = self._stores.title_cache.cached(index, [title_id])
            titles = cached or await self._stores.title_cache.titles(index, [title_id])
        except StoreUnavailable:
            last_known = self._last_known_title(title_id)
            if last_known is None:
                raise
            return last_known
        return titles.get(title_id)

    async def _is_withdrawn(self, title_id: TitleId) -> bool:
        """No region has a licence of it now. Raises StoreUnavailable when that cannot be told."""
        title = await self._load_title(title_id)
        now = datetime.now(UTC)
        return title is None or not any(window.is_open(now) for window in title.windows)

    def _last_known_title(self, title_id: TitleId) -> Title | None:
        """Without a store: as last served, or from the fallback page."""
        cached = self._process.last_known.titles([title_id]).get(title_id)
        fallback_pages = self._process.shipped_pages.pages()
        return cached or (fallback_pages.titles.get(title_id) if fallback_pages else None)


def create_app(settings: Settings) -> Starlette:
    """Raises SettingsProblem. Opens no connection yet."""
    service = Service(settings)
    return FastPath(
        routes=service.routes(), lifespan=service.lifespan, middleware=[Middleware(SecurityHeaders)]
    )


def from_environment() -> Starlette:
    """For `uvicorn --factory bff.app:from_environment`."""
    app = create_app(read_settings())
    tune_garbage_collector()
    return app


async def _graphql_schema(request: Request) -> PlainTextResponse:
    return PlainTextResponse(sdl())


async def _layout_schema(request: Request) -> Response:
    return Response(schema_text(), media_type="application/schema+json")


async def _authenticate_bearer(request: Request) -> Principal:
    verifier: TokenVerifier = request.state.verifier
    return await verifier.principal(request.headers.get("authorization"))
