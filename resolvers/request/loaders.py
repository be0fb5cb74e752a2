"""Loaders: one per kind of thing, made anew for every request, each turning many loads into one store call.

Titles are special. `Shelf` is the only way to a title from inside the face, and everything it hands out has
passed `domain.candidates.eligibility.admit` for its audience: what may not be shown looks exactly like what
does not exist.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import TypeVar, cast

from aiodataloader import DataLoader

from domain.candidates.eligibility import Filtered, admits_all, filter_eligible, refusal
from domain.catalog.titles import Title
from domain.filter_rules.compiler import Rule
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.layouts.resolution import PublishedLayouts
from domain.ports.stores import BrowseQuery, RuleMatches, SearchQuery
from domain.recommendations.lists import DataVersion, Neighbour, PopularKey, RankedList, TopPicks, TrendKey
from domain.snapshots.snapshot import PageSnapshot
from domain.viewers.activity import Activity
from domain.viewers.next_episode import SeriesRun, run_of
from domain.viewers.profiles import Account, Audience, Profile
from resolvers.runtime.eligibility_cache import AudienceKey
from resolvers.runtime.stores import Stores

LIVE = "live"

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Many = Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]
"""How every read port looks: many keys in, the found ones out."""


MOST_KEYS = 2000
"""Of one store call: three times what a full page asks for. More keys become several calls."""


class BatchLoader(DataLoader[K, V | None]):
    """Loads by a port. The port answers a dict, and this class aligns it: a missing key loads as None."""

    def __init__(self, many: Many[K, V]) -> None:
        super().__init__(max_batch_size=MOST_KEYS)
        self._many = many

    async def batch_load_fn(self, keys: list[K]) -> list[V | None]:
        found = await self._many(keys)
        return [found.get(key) for key in keys]


class Loaders:
    """Loaders that do not depend on the data version."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    @cached_property
    def account(self) -> BatchLoader[AccountId, Account]:
        return BatchLoader(self._stores.accounts.accounts)

    @cached_property
    def profile(self) -> BatchLoader[ProfileId, Profile]:
        return BatchLoader(self._stores.profiles.profiles)

    @cached_property
    def profiles_of(self) -> BatchLoader[AccountId, tuple[Profile, ...]]:
        return BatchLoader(self._stores.profiles.profiles_of)

    @cached_property
    def activity(self) -> BatchLoader[ProfileId, Activity]:
        return BatchLoader(self._stores.activities.activities)

    @cached_property
    def layouts(self) -> BatchLoader[str, PublishedLayouts]:
        """All live layouts, under the one key LIVE."""
        return BatchLoader(self._live_layouts)

    async def _live_layouts(self, keys: Sequence[str]) -> Mapping[str, PublishedLayouts]:
        return dict.fromkeys(keys, await self._stores.layouts.live_layouts())

    @cached_property
    def kept_page(self) -> BatchLoader[str, PageSnapshot]:
        """Whoever's it is: for resolvers/home/snapshots.py alone."""
        return BatchLoader(self._stores.pages.pages)


class VersionLoaders:
    """Loaders over one data version, pinned for the whole request: a page never mixes two."""

    def __init__(self, stores: Stores, version: DataVersion) -> None:
        self._stores = stores
        self.version = version

    @cached_property
    def top_picks(self) -> BatchLoader[ProfileId, TopPicks]:
        return BatchLoader(partial(self._stores.recommendations.top_picks, self.version.version))

    @cached_property
    def similar(self) -> BatchLoader[TitleId, tuple[Neighbour, ...]]:
        return BatchLoader(partial(self._stores.recommendations.similar, self.version.version))

    @cached_property
    def popular(self) -> BatchLoader[PopularKey, RankedList]:
        return BatchLoader(partial(self._stores.recommendations.popular, self.version.version))

    @cached_property
    def trends(self) -> BatchLoader[TrendKey, RankedList]:
        return BatchLoader(partial(self._stores.trends.trends, self.version.version))

    @cached_property
    def browse(self) -> BatchLoader[BrowseQuery, tuple[TitleId, ...]]:
        return BatchLoader(partial(self._stores.catalog.browse, self.version.index))

    async def raw_titles(self, ids: Collection[TitleId]) -> Mapping[TitleId, Title | None]:
        """Unfiltered, in the order asked: for `Shelf` alone. What the process has at hand costs no load and no call;
        None: there is no such title."""
        known = self._stores.known.at_hand(self.version.index, ids)
        if len(known) == len(ids):
            return known
        missing = [title_id for title_id in ids if title_id not in known]
        loaded = dict(zip(missing, await self.raw_title.load_many(missing), strict=True))
        return {title_id: known[title_id] if title_id in known else loaded[title_id] for title_id in ids}

    def permitted(self, audience: Audience, ids: Collection[TitleId]) -> AudienceKey | None:
        """What is remembered of titles that this audience may see, for `Shelf` alone; None: nothing can be.

        `ids` are noted as asked for, so that they stay in memory.
        """
        epoch = self._stores.known.epoch(self.version.index, ids)
        return None if epoch is None else self._stores.permitted.view(self.version.index, epoch, audience)

    @cached_property
    def raw_title(self) -> BatchLoader[TitleId, Title]:
        """Unfiltered, one at a time: see `raw_titles`."""
        return BatchLoader(partial(self._stores.catalog.titles, self.version.index))

    @cached_property
    def raw_episodes(self) -> BatchLoader[TitleId, tuple[Title, ...]]:
        """Unfiltered: for `Shelf` alone."""
        return BatchLoader(self._stores.episodes.episodes)

    async def search(self, query: SearchQuery) -> tuple[TitleId, ...]:
        return await self._stores.catalog.search(self.version.index, query)

    async def matching(self, rule: Rule, now: datetime, region: Region, size: int) -> RuleMatches:
        return await self._stores.catalog.matching(self.version.index, rule, now, region, size)


class TitleLoader:
    """The titles that one audience may see. Authorises after loading, so viewers can share loaders safely."""

    def __init__(self, loaders: VersionLoaders, audience: Audience) -> None:
        self._loaders = loaders
        self._audience = audience

    async def titles(self, ids: Iterable[TitleId]) -> dict[TitleId, Title]:
        """The permitted ones among these titles, in the order asked."""
        return {title.id: title for title in (await self.load_with_refusals(ids)).kept}

    async def load_all_or_none(self, ids: Collection[TitleId]) -> dict[TitleId, Title] | None:
        """All of these titles; None when one of them may not be shown, or is not there. For hundreds that are at
        hand it is much less work than `titles`."""
        loaders, audience = self._loaders, self._audience
        view = loaders.permitted(audience, ids)
        found = view.all(ids, audience) if view else None
        if found is not None:
            return found
        loaded = await loaders.raw_titles(ids)
        if None in loaded.values():
            return None
        titles = cast("dict[TitleId, Title]", loaded)
        missing = {title.series_id for title in titles.values() if title.series_id} - titles.keys()
        further = await loaders.raw_titles(missing) if missing else {}
        series = {title_id: title for title_id, title in further.items() if title is not None}
        if not admits_all(titles, audience, series):
            return None
        if view is not None and view is loaders.permitted(audience, ids):
            # Nothing was replaced while they were loaded.
            view.add(titles | series, audience)
        return titles

    async def load_with_refusals(self, ids: Iterable[TitleId]) -> Filtered:
        """The permitted ones among these titles, in the order asked, and why the others are withheld.

        Titles that do not exist are in neither.
        """
        loaded = await self._loaders.raw_titles(dict.fromkeys(ids))
        present = [title for title in loaded.values() if title is not None]
        return filter_eligible(present, self._audience, await self._series_of(present))

    async def _series_of(self, titles: Sequence[Title]) -> dict[TitleId, Title]:
        """The series of the episodes among these, unfiltered; no call for those that were just loaded."""
        ids = dict.fromkeys(title.series_id for title in titles if title.series_id)
        loaded = await self._loaders.raw_titles(ids) if ids else {}
        return {title_id: title for title_id, title in loaded.items() if title is not None}

    async def runs(self, series: Sequence[TitleId]) -> dict[TitleId, SeriesRun]:
        """The order of each series' episodes, with those among them that may be shown if the series may."""
        loaded = await self._loaders.raw_episodes.load_many(list(series))
        permitted = await self.episodes(series)
        return {
            show: run_of(episodes or (), permitted[show])
            for show, episodes in zip(series, loaded, strict=True)
        }

    async def episodes(self, series: Sequence[TitleId]) -> dict[TitleId, tuple[Title, ...]]:
        """The episodes of each series that may be shown if the series itself may, in watching order.

        The series is not looked at here: ask `titles` for it, or for the episodes, before showing one.
        """
        loaded = await self._loaders.raw_episodes.load_many(list(series))
        return {
            show: tuple(title for title in episodes or () if refusal(title, self._audience) is None)
            for show, episodes in zip(series, loaded, strict=True)
        }
