"""The request context of a sandbox request. Requests share no state."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from bff.sandbox.data import ACCOUNT, NOW, VERSION, SandboxData, load_sandbox_data
from bff.sandbox.states import SandboxRequest
from bff.sandbox.stores import BundledCatalog, BundledRecommendations, BundledViewers, EmptyStores
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import ProfileId, Region, TitleId
from domain.layouts.request_context import PageRequest
from domain.page.fallback_page import FallbackPages, build_fallback_pages
from domain.ports.stores import Catalog, ShippedPages
from domain.recommendations.lists import PopularKey
from domain.resilience.degradation_levels import Load, ServiceLevel
from domain.viewers.profiles import Principal, Role
from resolvers.home.after_serving import record_served_page
from resolvers.home.compose import compose_page
from resolvers.request.context import Context
from resolvers.runtime.process import Process
from resolvers.runtime.stores import Stores

SECRET = b"the sandbox signs what anybody may read"
"""Public: it gives access to bundled data only, and makes cursors, tokens and artwork URLs the same everywhere."""

DELAY_SECONDS = 3.0
"""Longer than any row timeout."""


@dataclass(frozen=True, slots=True)
class UnavailableStore:
    store: str

    def __getattr__(self, _name: str) -> Callable[..., Awaitable[object]]:
        async def refuse(*_given: object) -> object:
            raise StoreUnavailable(self.store)

        return refuse


@dataclass(frozen=True, slots=True)
class LateStore:
    port: object

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        async def late(*given: object) -> object:
            await asyncio.sleep(DELAY_SECONDS)
            answer: object = await getattr(self.port, name)(*given)
            return answer

        return late


@dataclass(frozen=True, slots=True)
class BundledFallbackPages:
    """The `ShippedPages` port."""

    fallback_pages: FallbackPages

    def pages(self) -> FallbackPages | None:
        return self.fallback_pages


async def sandbox_context(request: SandboxRequest, request_id: str) -> Context:
    """The principal is always the bundled account."""
    data = request.changed_data()
    level = next(
        (state.level for state in request.states if state.level != ServiceLevel.FULL), ServiceLevel.FULL
    )
    process = Process(
        shipped_pages=cast("ShippedPages", BundledFallbackPages(await _make_fallback_pages(data))),
        load=Load(level=level, measured_at=0.0),
        clock=lambda: 0.0,
        demo=True,
    )
    principal = Principal(ACCOUNT.id, Role.VIEWER, Region(ACCOUNT.region))
    context = Context(principal, _make_stores(data), NOW, request_id, SECRET, process)
    if any(state.has_served_before for state in request.states):
        await _serve_once(context, request.persona)
    return replace(context, stores=_make_stores(data, request.unavailable_stores, request.late_stores))


async def sandbox_title(title_id: TitleId) -> Title | None:
    """For the sandbox's artwork."""
    return load_sandbox_data().titles.get(title_id)


async def _serve_once(context: Context, persona: str) -> None:
    """Fills the process's last known rows."""
    served = await compose_page(context, ProfileId(f"sandbox-{persona}"), PageRequest())
    record_served_page(context.process, served.viewer, served.page, served.titles, 0.0, mark=context.mark)


def _make_stores(
    data: SandboxData, unavailable: frozenset[str] = frozenset(), late: frozenset[str] = frozenset()
) -> Stores:
    def port(part: str, store: str, bundled: object) -> Any:
        if part in unavailable or "all" in unavailable:
            return UnavailableStore(store)
        return LateStore(bundled) if part in late else bundled

    lists, empty, catalog = BundledRecommendations(data), EmptyStores(), BundledCatalog(data)
    viewers = port("viewers", "mongo", BundledViewers(data))
    titles: object = CatalogWithSeparateBrowse(catalog, port("browse", "elasticsearch", catalog))
    if "all" in unavailable:
        titles = UnavailableStore("elasticsearch")
    return Stores(
        accounts=viewers,
        profiles=viewers,
        activities=viewers,
        layouts=port("layouts", "mongo", empty),
        layout_admin=cast("Any", UnavailableStore("mongo")),
        data_versions=port("live", "mongo", lists),
        recommendations=port("lists", "mongo", lists),
        trends=port("redis", "redis", lists),
        catalog=cast("Catalog", titles),
        episodes=port("episodes", "mongo", catalog),
        snapshots=empty,
        experiments=empty,
        experiment_admin=cast("Any", UnavailableStore("mongo")),
        exposures=empty,
        violations=empty,
    )


@dataclass(frozen=True, slots=True)
class CatalogWithSeparateBrowse:
    """Titles have a second source, so they work without `browse_store`."""

    catalog: BundledCatalog
    browse_store: object

    def __getattr__(self, name: str) -> object:
        return getattr(self.browse_store, name)

    async def titles(self, index: str, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        return await self.catalog.titles(index, ids)


async def _make_fallback_pages(data: SandboxData) -> FallbackPages:
    lists = BundledRecommendations(data)
    genres = sorted({genre for show in data.shows for genre in show.genres})
    keys = [PopularKey(ACCOUNT.region), *(PopularKey(ACCOUNT.region, genre) for genre in genres)]
    popular = await lists.popular(VERSION.version, keys)
    return build_fallback_pages(VERSION.version, NOW, popular, data.titles)
