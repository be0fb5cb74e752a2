"""The three stores of one process, opened together, composed into the ports that the face asks for."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bff.local_stack import StoreUrls
from bff.page_ttls import PAGING_ONLY, PageLives
from bff.stores.cache_invalidation import AnnouncedActivities, AnnouncedProfiles, Announcer
from bff.stores.caches.known_titles import USABLE_SECONDS, TitleCache
from bff.stores.caches.last_known import LastKnownLists, RememberedLists
from bff.stores.caches.live_layouts import LAYOUTS_SECONDS, PolledLayouts
from bff.stores.caches.live_version import LivePointer
from bff.stores.catalog import TwoStoreCatalog
from bff.stores.mongo.experiments import ExperimentStore
from bff.stores.mongo.exposures import ExposureLog
from bff.stores.mongo.layouts import LayoutStore
from bff.stores.mongo.viewers_and_lists import MongoStore
from bff.stores.redis.invariant_violations import ViolationLog
from bff.stores.redis.lists import RedisStore
from bff.stores.redis.page_cache import RedisPageCache
from bff.stores.redis.page_snapshots import RedisPageSnapshots
from domain.errors import StoreUnavailable
from domain.resilience.timeouts import USUAL as USUAL_TIME_OUTS
from domain.resilience.timeouts import TimeOuts
from resolvers.runtime.stores import Stores
from search.catalog import ElasticCatalog, open_client, utc_now

INDEX_RETRY_SECONDS = 5.0

log = logging.getLogger("marquee.stores")


@dataclass(frozen=True, slots=True)
class OpenStores:
    """`ports` is what resolvers see; the adapters themselves serve health checks and the demo."""

    mongo: MongoStore
    redis: RedisStore
    elastic: ElasticCatalog
    catalog: TwoStoreCatalog
    live: LivePointer
    exposures: ExposureLog
    known: TitleCache
    announcer: Announcer
    ports: Stores

    async def states(self) -> dict[str, bool]:
        """Store -> does it answer now?"""
        pings = {
            "mongo": self.mongo.database.ping,
            "elasticsearch": self.catalog.ping,
            "redis": self.redis.ping,
        }
        answers = await asyncio.gather(*(_answers(ping) for ping in pings.values()))
        return dict(zip(pings, answers, strict=True))

    async def ensure_indexes(self) -> None:
        """Until it worked: the service may start before MongoDB does."""
        while True:
            try:
                await self.mongo.database.ensure_indexes()
            except StoreUnavailable:
                await asyncio.sleep(INDEX_RETRY_SECONDS)
            else:
                return

    async def close(self) -> None:
        await self.exposures.close()
        self.announcer.close()
        self.known.close()
        self.mongo.close()
        await self.redis.close()
        self.catalog.close()
        await self.elastic.close()


@dataclass(frozen=True, slots=True)
class Memories:
    """How long this process goes by what it read of layouts and titles, in seconds; 0: it always reads."""

    layouts: float = LAYOUTS_SECONDS
    titles: float = USABLE_SECONDS


USUAL = Memories()
FORGETFUL = Memories(layouts=0, titles=0)
"""For tests that change layouts and titles behind the service's back."""


def open_stores(
    urls: StoreUrls,
    redis_cluster: bool = False,
    lives: PageLives = PAGING_ONLY,
    clock: Callable[[], datetime] = utc_now,
    memories: Memories = USUAL,
    ticks: Callable[[], float] = time.monotonic,
    time_outs: TimeOuts = USUAL_TIME_OUTS,
) -> OpenStores:
    """Clients for the three stores. None of them connects before its first call.

    `clock` tells which licences are open when shelves are read from the catalogue, `ticks` how old it is what is
    remembered.
    """
    mongo = MongoStore(urls.mongo_url, time_outs=time_outs)
    redis = RedisStore(urls.redis_url, redis_cluster, time_outs)
    elastic = ElasticCatalog(open_client(urls.elasticsearch_url), clock, time_outs)
    catalog = TwoStoreCatalog(elastic, mongo, time_outs)
    known = TitleCache(catalog, memories.titles, ticks)
    announcer = Announcer(RedisPageCache(redis, lives))
    desk = LayoutStore(mongo.database)
    people = LastKnownLists(mongo, desk)
    layouts = PolledLayouts(desk, people, memories.layouts, ticks)
    experiments, exposures = ExperimentStore(mongo.database, ticks), ExposureLog(mongo.database)
    live = LivePointer(mongo.live, mongo.versions, ticks)
    ports = Stores(
        accounts=people,
        profiles=AnnouncedProfiles(people, announcer),
        activities=AnnouncedActivities(people, announcer),
        layouts=layouts,
        layout_desk=layouts,
        live=live,
        recommendations=RememberedLists(mongo),
        trends=redis,
        catalog=known,
        episodes=mongo,
        pages=RedisPageSnapshots(redis, lives),
        experiments=experiments,
        experiment_desk=experiments,
        exposures=exposures,
        faults=ViolationLog(redis),
        warm=announcer,
        known=known,
    )
    return OpenStores(mongo, redis, elastic, catalog, live, exposures, known, announcer, ports)


async def _answers(ping: Callable[[], Awaitable[None]]) -> bool:
    try:
        await ping()
    except StoreUnavailable:
        return False
    return True
