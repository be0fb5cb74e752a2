"""The catalogue over two stores: Elasticsearch, and MongoDB for titles it misses or while it is down.

So a dead search cluster costs search and browse rows, but no cards of other rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bff.stores.base.instrumentation import StoreCalls
from bff.stores.caches.browse_cache import BrowseCache
from bff.stores.mongo.viewers_and_lists import MongoStore
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.filter_rules.compiler import Rule
from domain.ids import Region, TitleId
from domain.ports.stores import BrowseQuery, RuleMatches, SearchQuery
from domain.resilience.timeouts import DEFAULT_TIMEOUTS, StoreTimeouts
from search.catalog import ElasticCatalog


class TwoStoreCatalog:
    """The Catalog port."""

    def __init__(
        self, elastic: ElasticCatalog, mongo: MongoStore, timeouts: StoreTimeouts = DEFAULT_TIMEOUTS
    ) -> None:
        self._elastic = elastic
        self._mongo = mongo
        self._calls = StoreCalls("elasticsearch", elastic.ping, max_timeout=timeouts.longest)
        self._browse_cache = BrowseCache(self._browse)

    def close(self) -> None:
        self._calls.close()

    async def ping(self) -> None:
        """Raises StoreUnavailable."""
        with self._calls.guard("ping"):
            await self._elastic.ping()

    async def titles(self, index: str, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        try:
            with self._calls.guard("titles"):
                titles = await self._elastic.titles(index, ids)
        except StoreUnavailable:
            return await self._mongo.titles(ids)
        missing = [title_id for title_id in ids if title_id not in titles]
        if missing:
            titles |= await self._load_missing(missing)
        return titles

    async def browse(
        self, index: str, queries: Sequence[BrowseQuery]
    ) -> dict[BrowseQuery, tuple[TitleId, ...]]:
        return await self._browse_cache.browse(index, queries)

    async def search(self, index: str, query: SearchQuery) -> tuple[TitleId, ...]:
        with self._calls.guard("search"):
            return await self._elastic.search(index, query)

    async def matching(self, index: str, rule: Rule, now: datetime, region: Region, size: int) -> RuleMatches:
        with self._calls.guard("matching"):
            return await self._elastic.matching(index, rule, now, region, size)

    async def _browse(
        self, index: str, queries: Sequence[BrowseQuery]
    ) -> dict[BrowseQuery, tuple[TitleId, ...]]:
        with self._calls.guard("browse"):
            return await self._elastic.browse(index, queries)

    async def _load_missing(self, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        """Newer than the index; none if MongoDB is down."""
        try:
            return await self._mongo.titles(ids)
        except StoreUnavailable:
            return {}
