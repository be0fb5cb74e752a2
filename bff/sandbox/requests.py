"""A sandboxed request: its stores, its people, its clock. Nothing of one request reaches the next."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from bff.sandbox.states import Wish
from bff.sandbox.stores import BundledCatalog, BundledLists, BundledPeople, NothingKept
from bff.sandbox.world import HOME, NOW, VERSION, World, world
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import Region, TitleId, global_id
from domain.layouts.request_context import PageRequest
from domain.page.fallback_page import StaticPages, make
from domain.ports.stores import Catalog, ShippedPages
from domain.recommendations.lists import PopularKey
from domain.resilience.degradation_levels import Load, ServiceLevel
from domain.viewers.profiles import Principal, Role
from resolvers.home.compose import compose_page
from resolvers.home.serve_stats import note_served
from resolvers.request.context import Context
from resolvers.runtime.process import Process
from resolvers.runtime.stores import Stores

SECRET = b"the sandbox signs what anybody may read"
"""Not a secret: it makes cursors, tokens and artwork addresses the same everywhere, and opens only this world."""

LATE_SECONDS = 3.0
"""Longer than any row is waited for."""


@dataclass(frozen=True, slots=True)
class Dark:
    """A store that does not answer."""

    store: str

    def __getattr__(self, _name: str) -> Callable[..., Awaitable[object]]:
        async def refuse(*_given: object) -> object:
            raise StoreUnavailable(self.store)

        return refuse


@dataclass(frozen=True, slots=True)
class Slow:
    """A store that answers too late."""

    port: object

    def __getattr__(self, name: str) -> Callable[..., Awaitable[object]]:
        async def late(*given: object) -> object:
            await asyncio.sleep(LATE_SECONDS)
            answer: object = await getattr(self.port, name)(*given)
            return answer

        return late


@dataclass(frozen=True, slots=True)
class Bundled:
    """ShippedPages over the bundled world."""

    static: StaticPages

    def pages(self) -> StaticPages | None:
        return self.static


async def sandboxed(wish: Wish, request_id: str) -> Context:
    """The context of a sandboxed request, whoever asks."""
    made = wish.world()
    level = next(
        (state.level for state in wish.states if state.level != ServiceLevel.FULL), ServiceLevel.FULL
    )
    process = Process(
        shipped=cast("ShippedPages", Bundled(await _static(made))),
        load=Load(level=level, measured_at=0.0),
        clock=lambda: 0.0,
        demo=True,
    )
    principal = Principal(HOME.id, Role.VIEWER, Region(HOME.region))
    whole = Context(principal, _stores(made), NOW, request_id, SECRET, process)
    if any(state.served_before for state in wish.states):
        await _serve_once(whole, wish)
    return replace(whole, stores=_stores(made, wish.stores("dark"), wish.stores("slow")))


async def sandbox_title(title_id: TitleId) -> Title | None:
    """For the sandbox's artwork."""
    return world().titles.get(title_id)


async def _serve_once(context: Context, wish: Wish) -> None:
    """A page for the process to remember."""
    profile = global_id("profile", f"sandbox-{wish.persona}")
    served = await compose_page(context, profile, PageRequest())
    note_served(context.process, served.viewer, served.page, served.titles, 0.0)


def _stores(made: World, dark: frozenset[str] = frozenset(), slow: frozenset[str] = frozenset()) -> Stores:
    def port(part: str, store: str, bundled: object) -> Any:
        if part in dark or "all" in dark:
            return Dark(store)
        return Slow(bundled) if part in slow else bundled

    people, lists, nothing = BundledPeople(made), BundledLists(made), NothingKept()
    catalog = BundledCatalog(made)
    shelves = port("shelves", "elasticsearch", catalog)
    known = port("people", "mongo", people)
    titles = Dark("elasticsearch") if "all" in dark else TitlesAndShelves(catalog, shelves)
    return Stores(
        accounts=known,
        profiles=known,
        activities=known,
        layouts=port("layouts", "mongo", nothing),
        layout_desk=port("desk", "mongo", Dark("mongo")),
        live=port("live", "mongo", lists),
        recommendations=port("lists", "mongo", lists),
        trends=port("redis", "redis", lists),
        catalog=cast("Catalog", titles),
        episodes=port("episodes", "mongo", catalog),
        pages=nothing,
        experiments=nothing,
        experiment_desk=port("desk", "mongo", Dark("mongo")),
        exposures=nothing,
        faults=nothing,
    )


@dataclass(frozen=True, slots=True)
class TitlesAndShelves:
    """Titles have a second source, shelves and search have not."""

    catalog: BundledCatalog
    shelves: object

    def __getattr__(self, name: str) -> object:
        return getattr(self.shelves, name)

    async def titles(self, index: str, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        return await self.catalog.titles(index, ids)


async def _static(made: World) -> StaticPages:
    lists = BundledLists(made)
    genres = sorted({genre for show in made.shows for genre in show.genres})
    keys = [PopularKey(HOME.region), *(PopularKey(HOME.region, genre) for genre in genres)]
    popular = await lists.popular(VERSION.version, keys)
    return make(VERSION.version, NOW, popular, made.titles)
