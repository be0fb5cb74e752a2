"""Made pages cached in a real Valkey; all else that a cached page needs is in memory, as in service.

`home` then goes the service's own way (resolvers/home/page_cache.py): one read of Valkey, the record decoded,
joined with the
titles in the process, every title through the eligibility check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import made
from made_pages import MadePages
from page_schema import NO_STORES, SECRET

from bff.page_ttls import PageTtls
from bff.stores.redis.lists import RedisStore
from bff.stores.redis.page_cache import RedisPageCache
from domain.catalog.titles import Title
from domain.experiments.model import ExperimentSet
from domain.ids import TitleId
from domain.layouts.resolution import NO_LAYOUTS, PublishedLayouts
from domain.page.model import Page
from domain.page_cache.cached_page import CachedPage, CacheKey, PageCachePolicy, relevant_activity
from domain.ports.page_cache import PageCacheRead
from domain.recommendations.lists import DataVersion
from domain.signed_tokens import digest
from domain.snapshots.snapshot import PageSnapshot, take_snapshot
from domain.viewers.profiles import Account
from resolvers.request.signed_tracking import sign_cards
from resolvers.request.viewer import Viewer
from resolvers.runtime.eligibility_cache import EligibilityCache
from resolvers.runtime.process import Process
from resolvers.runtime.stores import Stores

VERSION = DataVersion("made", "made", "bench", f"{made.NOW:%Y-%m-%d}", made.NOW)
VARIANT = digest("bench")
LIVES = PageTtls(3600, 0)
DAY = 86_400.0


class AtHand:
    """Ports of what a process knows without asking: layouts, the live version, experiments, titles."""

    def __init__(self, titles: Iterable[Title]) -> None:
        self._titles = {title.id: title for title in titles}
        self._book = ExperimentSet()

    async def live_layouts(self) -> PublishedLayouts:
        return NO_LAYOUTS

    async def live(self) -> DataVersion:
        return VERSION

    async def readable(self) -> Mapping[str, DataVersion]:
        return {VERSION.version: VERSION}

    async def live_experiments(self) -> ExperimentSet:
        return self._book

    def cached(self, index: str, ids: Iterable[TitleId]) -> Mapping[TitleId, Title | None]:
        return {title_id: self._titles.get(title_id) for title_id in ids}

    def epoch(self, index: str, ids: Iterable[TitleId]) -> int:
        return 0

    async def titles(self, index: str, ids: Sequence[TitleId]) -> Mapping[TitleId, Title]:
        return {title_id: self._titles[title_id] for title_id in ids if title_id in self._titles}


class OneVariant:
    """The PageCache port: the service's own, with one page for each profile, whatever the request looks like."""

    def __init__(self, redis: RedisStore) -> None:
        self._warm = RedisPageCache(redis, LIVES)

    async def read(self, key: CacheKey, wait: bool = False) -> PageCacheRead:
        return await self._warm.read(replace(key, variant=VARIANT), wait)

    async def store(
        self, key: CacheKey, write_token: str, cached: CachedPage, snapshot: PageSnapshot
    ) -> bool:
        return await self._warm.store(replace(key, variant=VARIANT), write_token, cached, snapshot)


class WarmPlace:
    """The stores of a process whose pages are all cached, from `fill` to `clear`."""

    def __init__(self, pages: MadePages, valkey_url: str) -> None:
        self._pages = pages
        self._redis = RedisStore(valkey_url)
        self._warm = OneVariant(self._redis)
        known = AtHand(pages.titles)
        self.stores: Stores = replace(
            NO_STORES,
            layouts=known,
            data_versions=known,
            experiments=known,
            catalog=known,
            cached_titles=known,
            page_cache=self._warm,
            eligibility_cache=EligibilityCache(),
        )
        self.process = Process(page_cache_policy=PageCachePolicy(DAY, DAY, DAY))

    async def fill(self) -> None:
        for profile_id, (viewer, page) in self._pages.homes.items():
            key = CacheKey(profile_id, VARIANT)
            write_token = (await self._warm.read(key)).write_token
            sign_cards(page, SECRET)
            if not await self._warm.store(
                key, write_token, _warm(viewer, page), take_snapshot(page, profile_id)
            ):
                raise SystemExit(f"The page of {profile_id} was not kept.")

    async def close(self) -> None:
        await self._redis.close()


def _warm(viewer: Viewer, page: Page) -> CachedPage:
    profile = viewer.profile
    titles = {card.title.id: card.title for row in page.rows for card in row.cards}
    return CachedPage(
        snapshot_id=page.snapshot_id,
        profile=profile,
        account=Account(profile.account_id, viewer.region, viewer.plan, profile.created_at),
        activity=relevant_activity(viewer.activity, titles),
        version=VERSION,
        people="made",
        composed_at=made.NOW,
        confirmed_at=made.NOW,
        fresh_until=made.NOW + timedelta(days=1),
    )
