"""The catalogue over Elasticsearch: titles by id, shelves, text search. Async; used by the service.

One `mget` for titles, one `msearch` for all shelves of a page, one or two searches for a text: the number of
calls does not grow with rows or cards. Titles come back raw; resolvers/request/loaders.py decides who may see them.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from elastic_transport import HttpxAsyncHttpNode, TransportError
from elasticsearch import ApiError, AsyncElasticsearch

from domain.catalog.documents import title_from_document
from domain.catalog.titles import Title
from domain.errors import MarqueeError, StoreUnavailable
from domain.filter_rules.compiler import Rule
from domain.ids import Region, TitleId
from domain.ports.stores import BrowseQuery, RuleMatches, SearchQuery
from domain.resilience.timeouts import USUAL, TimeOuts
from search.query import browse_body, forgiving_body, precise_body
from search.rule_query import rule_body
from search.visible import Body

BROWSE_SECONDS = 20.0
"""No page waits as long: shelves are read in the background (bff/stores/caches/browse_cache.py), all of a page
in one call. Cut
off sooner, a slow cluster would be asked for the same again and again and never be heard."""
CONNECTIONS = 64

Answer: TypeAlias = Mapping[str, Any]

log = logging.getLogger("marquee.stores")


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_client(url: str) -> AsyncElasticsearch:
    """A client over httpx that neither retries nor sniffs: the page has no time for either."""
    return AsyncElasticsearch(
        url,
        node_class=HttpxAsyncHttpNode,
        connections_per_node=CONNECTIONS,
        max_retries=0,
        request_timeout=BROWSE_SECONDS,
    )


class ElasticCatalog:
    """The Catalog port. Every failure of the cluster leaves as StoreUnavailable("elasticsearch")."""

    def __init__(
        self,
        client: AsyncElasticsearch,
        clock: Callable[[], datetime] = utc_now,
        time_outs: TimeOuts = USUAL,
    ) -> None:
        self._client = client
        self._titles_client = client.options(request_timeout=time_outs.titles)
        self._search_client = client.options(request_timeout=time_outs.search)
        self._clock = clock

    async def close(self) -> None:
        await self._client.close()

    async def ping(self) -> None:
        """Raises StoreUnavailable when the cluster does not answer."""
        await _answer(self._titles_client.info())

    async def titles(self, index: str, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        if not ids:
            return {}
        answer = await _answer(self._titles_client.mget(index=index, ids=list(ids)))
        found: dict[TitleId, Title] = {}
        for document in answer["docs"]:
            if "error" in document:
                raise StoreUnavailable("elasticsearch", str(document["error"].get("type")))
            title = _title(document) if document.get("found") else None
            if title is not None:
                found[title.id] = title
        return found

    async def browse(
        self, index: str, queries: Sequence[BrowseQuery]
    ) -> dict[BrowseQuery, tuple[TitleId, ...]]:
        if not queries:
            return {}
        now = self._clock()
        lines: list[Mapping[str, Any]] = []
        for query in queries:
            lines += [{"index": index, "allow_partial_search_results": False}, browse_body(query, now)]
        answer = await _answer(self._client.msearch(searches=lines))
        return {query: _hits(response) for query, response in zip(queries, answer["responses"], strict=True)}

    async def search(self, index: str, query: SearchQuery) -> tuple[TitleId, ...]:
        """Best first. Raises BadInput for a text that cannot be searched for."""
        return await self._hits_of(index, precise_body(query)) or await self._hits_of(
            index, forgiving_body(query)
        )

    async def matching(self, index: str, rule: Rule, now: datetime, region: Region, size: int) -> RuleMatches:
        body = rule_body(rule, now, region, size)
        answer = await self._searched(index, body)
        first = _hits(answer)
        return RuleMatches(answer["hits"]["total"]["value"], first)

    async def _hits_of(self, index: str, body: Body) -> tuple[TitleId, ...]:
        return _hits(await self._searched(index, body))

    async def _searched(self, index: str, body: Body) -> Answer:
        return await _answer(
            self._search_client.search(index=index, allow_partial_search_results=False, **body)
        )


async def _answer(call: Awaitable[Any]) -> Answer:
    try:
        response: Answer = (await call).body
    except (ApiError, TransportError) as error:
        raise StoreUnavailable("elasticsearch", f"{type(error).__name__}: {error}"[:300]) from error
    return response


def _hits(response: Answer) -> tuple[TitleId, ...]:
    """Ids of a search that is whole; half an answer counts as none."""
    if "error" in response:
        raise StoreUnavailable("elasticsearch", str(response["error"].get("type")))
    if response.get("timed_out") or response.get("_shards", {}).get("failed"):
        raise StoreUnavailable("elasticsearch", "answered only in part")
    return tuple(TitleId(hit["_id"]) for hit in response["hits"]["hits"])


def _title(document: Answer) -> Title | None:
    """None for a document that is no title; the others of the call are still good."""
    try:
        return title_from_document({**document["_source"], "_id": document["_id"]})
    except (KeyError, TypeError, ValueError, AttributeError, MarqueeError) as error:
        log.error("elasticsearch %s cannot be read and is skipped: %r", document["_id"], error)
        return None
