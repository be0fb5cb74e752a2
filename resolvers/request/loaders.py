"""Batch loaders of one request.

Titles come only from `TitleLoader`, which filters by eligibility: a title that may not be shown looks like an
unknown one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from typing import TypeVar, cast

from aiodataloader import DataLoader

from domain.candidates.eligibility import (
    EligibilityResult,
    are_all_eligible,
    awaited_titles,
    filter_eligible,
    open_since,
    refusal,
)
from domain.catalog.regions import global_chain
from domain.catalog.titles import Title
from domain.filter_rules.compiler import Rule
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.layouts.resolution import PublishedLayouts
from domain.ports.stores import BrowseQuery, RuleMatches, SearchQuery
from domain.recommendations.lists import (
    DataVersion,
    ListAudience,
    Neighbour,
    PopularKey,
    RankedList,
    TopPicks,
    TrendKey,
    nearest_list,
)
from domain.snapshots.snapshot import PageSnapshot
from domain.storage_names import POPULAR, SIMILAR, TOP_PICKS, TRENDING
from domain.viewers.activity import Activity
from domain.viewers.next_episode import SeriesRun, series_run
from domain.viewers.profiles import Account, Audience, Profile
from resolvers.runtime.eligibility_cache import EligibleTitles
from resolvers.runtime.stores import Stores

LIVE = "live"

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

ListKey = TypeVar("ListKey", PopularKey, TrendKey)

ReadPort = Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]

MAX_BATCH_SIZE = 2000
"""Keys of one store call: three times a full page's."""


class BatchLoader(DataLoader[K, V | None]):
    """A missing key loads as None."""

    def __init__(self, many: ReadPort[K, V]) -> None:
        super().__init__(max_batch_size=MAX_BATCH_SIZE)
        self._many = many

    async def batch_load_fn(self, keys: list[K]) -> list[V | None]:
        found = await self._many(keys)
        return [found.get(key) for key in keys]


async def _with_general_lists(
    read: ReadPort[ListKey, RankedList], keys: Sequence[ListKey]
) -> Mapping[ListKey, RankedList]:
    """One read. A list of kids that is missing, as in versions made without them, is the general one."""
    general: list[ListKey] = [replace(key, audience=ListAudience.ALL) for key in keys]
    found = await read(list(set(keys).union(general)))
    return {
        key: found[one]
        for key, other in zip(keys, general, strict=True)
        for one in (other, key)
        if one in found
    }


class Loaders:
    """Independent of the data version."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores

    @cached_property
    def account(self) -> BatchLoader[AccountId, Account]:
        return BatchLoader(self._stores.accounts.accounts)

    @cached_property
    def profile(self) -> BatchLoader[ProfileId, Profile]:
        return BatchLoader(self._stores.profiles.profiles)

    @cached_property
    def profiles_by_account(self) -> BatchLoader[AccountId, tuple[Profile, ...]]:
        return BatchLoader(self._stores.profiles.profiles_by_account)

    @cached_property
    def activity(self) -> BatchLoader[ProfileId, Activity]:
        return BatchLoader(self._stores.activities.activities)

    @cached_property
    def published_layouts(self) -> BatchLoader[str, PublishedLayouts]:
        """One key: LIVE."""
        return BatchLoader(self._load_layouts)

    async def _load_layouts(self, keys: Sequence[str]) -> Mapping[str, PublishedLayouts]:
        return dict.fromkeys(keys, await self._stores.layouts.live_layouts())

    @cached_property
    def page_snapshot(self) -> BatchLoader[str, PageSnapshot]:
        """Of any profile: only resolvers/home/snapshots.py may use it."""
        return BatchLoader(self._stores.snapshots.snapshots)


class VersionLoaders:
    def __init__(self, stores: Stores, version: DataVersion) -> None:
        self._stores = stores
        self.version = version

    @cached_property
    def top_picks(self) -> BatchLoader[ProfileId, TopPicks]:
        return BatchLoader(
            partial(self._stores.recommendations.top_picks, self.version.version_of(TOP_PICKS))
        )

    @cached_property
    def similar(self) -> BatchLoader[TitleId, tuple[Neighbour, ...]]:
        return BatchLoader(partial(self._stores.recommendations.similar, self.version.version_of(SIMILAR)))

    @cached_property
    def popular(self) -> BatchLoader[PopularKey, RankedList]:
        """A region without a list of its own gets that of what it belongs to, else the world's."""
        return BatchLoader(self._load_popular)

    async def _load_popular(self, keys: Sequence[PopularKey]) -> Mapping[PopularKey, RankedList]:
        popular = partial(self._stores.recommendations.popular, self.version.version_of(POPULAR))
        chains = [replace(key, region=region) for key in keys for region in global_chain(key.region)]
        lists = await _with_general_lists(popular, list(dict.fromkeys(chains)))
        return {key: found for key in keys if (found := nearest_list(key, lists)) is not None}

    @cached_property
    def trends(self) -> BatchLoader[TrendKey, RankedList]:
        trends = partial(self._stores.trends.trends, self.version.version_of(TRENDING))
        return BatchLoader(partial(_with_general_lists, trends))

    @cached_property
    def browse(self) -> BatchLoader[BrowseQuery, tuple[TitleId, ...]]:
        return BatchLoader(partial(self._stores.catalog.browse, self.version.index))

    async def load_unfiltered_titles(self, ids: Collection[TitleId]) -> Mapping[TitleId, Title | None]:
        """For `TitleLoader` only. None for an unknown title; cached ones cost no store call."""
        known = self._stores.cached_titles.cached(self.version.index, ids)
        if len(known) == len(ids):
            return known
        missing = [title_id for title_id in ids if title_id not in known]
        loaded = dict(zip(missing, await self.unfiltered_title.load_many(missing), strict=True))
        return {title_id: known[title_id] if title_id in known else loaded[title_id] for title_id in ids}

    def eligible_titles(self, audience: Audience, ids: Collection[TitleId]) -> EligibleTitles | None:
        """For `TitleLoader` only. None when `ids` cannot be cached; marks them as used."""
        epoch = self._stores.cached_titles.epoch(self.version.index, ids)
        if epoch is None:
            return None
        return self._stores.eligibility_cache.eligible_titles(self.version.index, epoch, audience)

    @cached_property
    def unfiltered_title(self) -> BatchLoader[TitleId, Title]:
        return BatchLoader(partial(self._stores.catalog.titles, self.version.index))

    @cached_property
    def unfiltered_episodes(self) -> BatchLoader[TitleId, tuple[Title, ...]]:
        """Only for `TitleLoader`."""
        return BatchLoader(self._stores.episodes.episodes)

    async def search(self, query: SearchQuery) -> tuple[TitleId, ...]:
        return await self._stores.catalog.search(self.version.index, query)

    async def match_rule(self, rule: Rule, now: datetime, region: Region, size: int) -> RuleMatches:
        return await self._stores.catalog.matching(self.version.index, rule, now, region, size)


class TitleLoader:
    """Titles for one audience, filtered after loading, so that viewers share loaders."""

    def __init__(self, loaders: VersionLoaders, audience: Audience) -> None:
        self._loaders = loaders
        self._audience = audience

    async def load(self, ids: Iterable[TitleId]) -> dict[TitleId, Title]:
        """Eligible titles in the order of `ids`."""
        return {title.id: title for title in (await self.load_with_refusals(ids)).eligible}

    async def load_all_or_none(self, ids: Collection[TitleId]) -> dict[TitleId, Title] | None:
        """None when any title is ineligible or unknown. Much cheaper than `load` for many cached titles."""
        loaders, audience = self._loaders, self._audience
        view = loaders.eligible_titles(audience, ids)
        found = view.get_all(ids, audience) if view else None
        if found is not None:
            return found
        loaded = await loaders.load_unfiltered_titles(ids)
        if None in loaded.values():
            return None
        titles = cast("dict[TitleId, Title]", loaded)
        missing = {title.series_id for title in titles.values() if title.series_id} - titles.keys()
        further = await loaders.load_unfiltered_titles(missing) if missing else {}
        series = {title_id: title for title_id, title in further.items() if title is not None}
        if not are_all_eligible(titles, audience, series):
            return None
        if view is not None and view is loaders.eligible_titles(audience, ids):
            # No cached title was replaced during the load.
            view.add(titles | series, audience)
        return titles

    async def load_with_refusals(self, ids: Iterable[TitleId]) -> EligibilityResult:
        """Unknown titles are neither kept nor removed."""
        loaded = await self._loaders.load_unfiltered_titles(dict.fromkeys(ids))
        present = [title for title in loaded.values() if title is not None]
        return filter_eligible(present, self._audience, await self._load_series(present))

    async def _load_series(self, titles: Sequence[Title]) -> dict[TitleId, Title]:
        """Unfiltered series of the episodes."""
        ids = dict.fromkeys(title.series_id for title in titles if title.series_id)
        loaded = await self._loaders.load_unfiltered_titles(ids) if ids else {}
        return {title_id: title for title_id, title in loaded.items() if title is not None}

    async def load_series_runs(self, series: Sequence[TitleId]) -> dict[TitleId, SeriesRun]:
        """As `load_episodes`, with the order of all episodes and those that open later."""
        loaded = await self._loaders.unfiltered_episodes.load_many(list(series))
        permitted = await self.load_episodes(series)
        return {
            show: series_run(
                episodes or (),
                permitted[show],
                awaited_titles(episodes or (), self._audience),
                {title.id: open_since(title, self._audience) for title in permitted[show]},
            )
            for show, episodes in zip(series, loaded, strict=True)
        }

    async def load_episodes(self, series: Sequence[TitleId]) -> dict[TitleId, tuple[Title, ...]]:
        """Eligible episodes in watching order. Check the series, or `load` the episodes, before you show one."""
        loaded = await self._loaders.unfiltered_episodes.load_many(list(series))
        return {
            show: tuple(title for title in episodes or () if refusal(title, self._audience) is None)
            for show, episodes in zip(series, loaded, strict=True)
        }
