"""The catalogue of two stores: Elasticsearch first, MongoDB's titles where it is down or does not know one.

So a dead search cluster costs search and the shelves it browses, and no card of the other rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bff.stores.base.instrumentation import Calls
from bff.stores.caches.browse_cache import BrowseCache
from bff.stores.mongo.viewers_and_lists import MongoStore
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.filter_rules.compiler import Rule
from domain.ids import Region, TitleId
from domain.ports.stores import BrowseQuery, RuleMatches, SearchQuery
from domain.resilience.timeouts import USUAL, TimeOuts
from search.catalog import ElasticCatalog


class TwoStoreCatalog:
    """The Catalog port."""

    def __init__(self, elastic: ElasticCatalog, mongo: MongoStore, time_outs: TimeOuts = USUAL) -> None:
        self._elastic = elastic
        self._mongo = mongo
        self._calls = Calls("elasticsearch", elastic.ping, longest=time_outs.longest)
        self._shelves = BrowseCache(self._browse)

    def close(self) -> None:
        self._calls.close()

    async def ping(self) -> None:
        """Raises StoreUnavailable when Elasticsearch does not answer."""
        with self._calls.one("ping"):
            await self._elastic.ping()

    async def titles(self, index: str, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        try:
            with self._calls.one("titles"):
                found = await self._elastic.titles(index, ids)
        except StoreUnavailable:
            return await self._mongo.titles(ids)
        missing = [title_id for title_id in ids if title_id not in found]
        if missing:
            found |= await self._missing(missing)
        return found

    async def browse(
        self, index: str, queries: Sequence[BrowseQuery]
    ) -> dict[BrowseQuery, tuple[TitleId, ...]]:
        return await self._shelves.browse(index, queries)

    async def search(self, index: str, query: SearchQuery) -> tuple[TitleId, ...]:
        with self._calls.one("search"):
            return await self._elastic.search(index, query)

    async def matching(self, index: str, rule: Rule, now: datetime, region: Region, size: int) -> RuleMatches:
        with self._calls.one("matching"):
            return await self._elastic.matching(index, rule, now, region, size)

    async def _browse(
        self, index: str, queries: Sequence[BrowseQuery]
    ) -> dict[BrowseQuery, tuple[TitleId, ...]]:
        with self._calls.one("browse"):
            return await self._elastic.browse(index, queries)

    async def _missing(self, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        """Titles newer than the index. Without MongoDB the others are still an answer."""
        try:
            return await self._mongo.titles(ids)
        except StoreUnavailable:
            return {}
