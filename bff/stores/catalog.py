"""The catalogue over two stores: Elasticsearch has the titles, MongoDB the record of what may be shown.

Both are asked together. MongoDB alone answers for titles that the index misses, and while Elasticsearch is down: a
dead search cluster costs search and browse rows, but no cards of other rows. Elasticsearch alone answers for none:
its copy may be older than a withdrawal. The fallback chain then shows what this process may still trust.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bff.stores.base.instrumentation import StoreCalls
from bff.stores.caches.browse_cache import PAGE_TIMING, BrowseCache, BrowseTiming
from bff.stores.mongo.viewers_and_lists import MongoStore
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.filter_rules.compiler import Rule
from domain.ids import Region, TitleId
from domain.ports.stores import BrowseQuery, RuleMatches, SearchQuery
from domain.resilience.timeouts import DEFAULT_TIMEOUTS, StoreTimeouts
from domain.visibility.facts import TitleFacts, with_facts
from search.catalog import ElasticCatalog


class TwoStoreCatalog:
    """The Catalog port."""

    def __init__(
        self,
        elastic: ElasticCatalog,
        mongo: MongoStore,
        timeouts: StoreTimeouts = DEFAULT_TIMEOUTS,
        browse_timing: BrowseTiming = PAGE_TIMING,
    ) -> None:
        self._elastic = elastic
        self._mongo = mongo
        self._calls = StoreCalls("elasticsearch", elastic.ping, max_timeout=timeouts.longest)
        self._browse_cache = BrowseCache(self._browse, timing=browse_timing)

    def close(self) -> None:
        self._calls.close()

    async def ping(self) -> None:
        """Raises StoreUnavailable."""
        with self._calls.guard("ping"):
            await self._elastic.ping()

    async def titles(self, index: str, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        if not ids:
            return {}
        copies, facts = await self._load_copies_and_facts(index, ids)
        if copies is None:
            return await self._mongo.titles(ids)
        titles = {one: with_facts(title, facts[one]) for one, title in copies.items() if one in facts}
        # Newer than the index.
        missing = [title_id for title_id in facts if title_id not in titles]
        return titles | (await self._mongo.titles(missing) if missing else {})

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

    async def _load_copies_and_facts(
        self, index: str, ids: Sequence[TitleId]
    ) -> tuple[dict[TitleId, Title] | None, dict[TitleId, TitleFacts]]:
        """Side by side. No copies while Elasticsearch is down. Raises StoreUnavailable while MongoDB is."""
        copies = asyncio.ensure_future(self._load_copies(index, ids))
        facts = asyncio.ensure_future(self._mongo.title_facts(ids))
        await asyncio.wait({copies, facts})
        if isinstance(copies.exception(), StoreUnavailable):
            return None, facts.result()
        return copies.result(), facts.result()

    async def _load_copies(self, index: str, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        with self._calls.guard("titles"):
            return await self._elastic.titles(index, ids)
