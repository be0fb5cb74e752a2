"""Opens the three stores of one process and composes them into the ports of resolvers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bff.local_stack import StoreUrls
from bff.page_ttls import PAGING_ONLY, PageTtls
from bff.stores.cache_invalidation import InvalidatingActivities, InvalidatingPageCache, InvalidatingProfiles
from bff.stores.caches.browse_cache import PAGE_TIMING, BrowseTiming
from bff.stores.caches.last_known import LastKnownRecommendations, LastKnownViewers
from bff.stores.caches.live_layouts import LAYOUTS_MAX_AGE_SECONDS, PolledLayouts
from bff.stores.caches.live_version import LivePointer
from bff.stores.caches.title_cache import MAX_AGE_SECONDS, TitleCache
from bff.stores.catalog import TwoStoreCatalog
from bff.stores.mongo.experiments import ExperimentStore
from bff.stores.mongo.exposures import ExposureLog
from bff.stores.mongo.layouts import LayoutStore
from bff.stores.mongo.viewers_and_lists import MongoStore
from bff.stores.profile_removal import StoredProfileRemoval
from bff.stores.redis.invariant_violations import ViolationLog
from bff.stores.redis.lists import RedisStore
from bff.stores.redis.page_cache import RedisPageCache
from bff.stores.redis.page_snapshots import RedisPageSnapshots
from bff.stores.redis.profile_keys import RedisProfileKeys
from bff.stores.visibility.announcements import HeardAnnouncements
from bff.stores.visibility.log import VisibilityLog
from bff.stores.visibility.write_stream import WriteStream
from domain.errors import StoreUnavailable
from domain.resilience.timeouts import DEFAULT_TIMEOUTS as USUAL_TIME_OUTS
from domain.resilience.timeouts import StoreTimeouts
from resolvers.runtime.known_changes import TRUST_SECONDS, KnownChanges
from resolvers.runtime.stores import Stores
from search.catalog import ElasticCatalog, open_client, utc_now

INDEX_RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class OpenStores:
    """`ports` is what resolvers see; the adapters serve health checks and the demo."""

    mongo: MongoStore
    redis: RedisStore
    elastic: ElasticCatalog
    catalog: TwoStoreCatalog
    live_version: LivePointer
    exposures: ExposureLog
    title_cache: TitleCache
    page_cache: InvalidatingPageCache
    announcements: HeardAnnouncements
    write_stream: WriteStream
    ports: Stores

    async def ping_stores(self) -> dict[str, bool]:
        pings = {
            "mongo": self.mongo.database.ping,
            "elasticsearch": self.catalog.ping,
            "redis": self.redis.ping,
        }
        results = await asyncio.gather(*(_is_up(ping) for ping in pings.values()))
        return dict(zip(pings, results, strict=True))

    async def ensure_indexes(self) -> None:
        """Retries: the service may start before MongoDB."""
        while True:
            try:
                await self.mongo.database.ensure_indexes()
            except StoreUnavailable:
                await asyncio.sleep(INDEX_RETRY_SECONDS)
            else:
                return

    async def listen(self) -> None:
        """Hear of visibility changes until cancelled: of what is announced, and of every write to MongoDB."""
        self.ports.changes.is_listening = True
        await asyncio.gather(self.announcements.run(), self.write_stream.run())

    async def close(self) -> None:
        self.announcements.close()
        await self.exposures.close()
        self.page_cache.close()
        self.title_cache.close()
        self.mongo.close()
        await self.redis.close()
        self.catalog.close()
        await self.elastic.close()


@dataclass(frozen=True, slots=True)
class CacheMaxAges:
    """0 disables the cache."""

    layouts_seconds: float = LAYOUTS_MAX_AGE_SECONDS
    titles_seconds: float = MAX_AGE_SECONDS


DEFAULT_MAX_AGES = CacheMaxAges()


def open_stores(
    urls: StoreUrls,
    redis_cluster: bool = False,
    ttls: PageTtls = PAGING_ONLY,
    clock: Callable[[], datetime] = utc_now,
    max_ages: CacheMaxAges = DEFAULT_MAX_AGES,
    monotonic_clock: Callable[[], float] = time.monotonic,
    timeouts: StoreTimeouts = USUAL_TIME_OUTS,
    trust_seconds: float = TRUST_SECONDS,
    browse_timing: BrowseTiming = PAGE_TIMING,
) -> OpenStores:
    """Connects at the first call. `clock` decides which licences are open in browse queries; `monotonic_clock` ages
    caches. `trust_seconds`: how long facts about visibility are used while no store answers."""
    changes = KnownChanges(trust_seconds, monotonic_clock, clock)
    mongo = MongoStore(urls.mongo_url, timeouts=timeouts)
    redis = RedisStore(urls.redis_url, redis_cluster, timeouts)
    elastic = ElasticCatalog(open_client(urls.elasticsearch_url), clock, timeouts)
    catalog = TwoStoreCatalog(elastic, mongo, timeouts, browse_timing)
    announcements = HeardAnnouncements(VisibilityLog(redis), changes, monotonic_clock)
    title_cache = TitleCache(
        catalog,
        max_ages.titles_seconds,
        monotonic_clock,
        changes=changes,
        announce_later=announcements.announce_later,
    )
    page_cache = InvalidatingPageCache(RedisPageCache(redis, ttls), announcements=announcements)
    layout_store = LayoutStore(mongo.database)
    viewers = LastKnownViewers(mongo, layout_store, changes)
    polled_layouts = PolledLayouts(layout_store, viewers, max_ages.layouts_seconds, monotonic_clock)
    experiments, exposures = ExperimentStore(mongo.database, monotonic_clock), ExposureLog(mongo.database)
    live = LivePointer(mongo.live, mongo.readable, monotonic_clock)
    snapshots = RedisPageSnapshots(redis, ttls)
    departures = StoredProfileRemoval(
        mongo,
        viewers,
        RedisProfileKeys(redis),
        page_cache,
        snapshots,
        exposures,
        announcements,
        clock,
    )
    ports = Stores(
        accounts=viewers,
        profiles=InvalidatingProfiles(viewers, page_cache),
        activities=InvalidatingActivities(viewers, page_cache),
        layouts=polled_layouts,
        layout_admin=polled_layouts,
        data_versions=live,
        recommendations=LastKnownRecommendations(mongo),
        trends=redis,
        catalog=title_cache,
        episodes=mongo,
        snapshots=snapshots,
        experiments=experiments,
        experiment_admin=experiments,
        exposures=exposures,
        violations=ViolationLog(redis),
        departures=departures,
        page_cache=page_cache,
        cached_titles=title_cache,
        announcements=announcements,
        changes=changes,
    )
    stream = WriteStream(mongo.database, changes, monotonic_clock)
    return OpenStores(
        mongo, redis, elastic, catalog, live, exposures, title_cache, page_cache, announcements, stream, ports
    )


async def _is_up(ping: Callable[[], Awaitable[None]]) -> bool:
    try:
        await ping()
    except StoreUnavailable:
        return False
    return True
