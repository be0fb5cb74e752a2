"""The async Catalog port over Elasticsearch.

Calls do not grow with rows or cards: one `mget` for titles, one `msearch` for all browse lists of a page, one or two
searches for a text. Loaders check eligibility.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from elastic_transport import HttpxAsyncHttpNode, TransportError
from elasticsearch import ApiError, AsyncElasticsearch

from domain.catalog.documents import title_from_document, windows_from_document
from domain.catalog.licences import current_stretch
from domain.catalog.titles import Title
from domain.errors import MarqueeError, StoreUnavailable
from domain.filter_rules.compiler import Rule
from domain.ids import Region, TitleId
from domain.ports.stores import BrowseQuery, RuleMatches, SearchQuery
from domain.resilience.timeouts import DEFAULT_TIMEOUTS, StoreTimeouts
from domain.storage_names import INDEX_PREFIX
from search.eligibility import Body
from search.query import browse_body, forgiving_body, precise_body
from search.rule_query import rule_body

BROWSE_SECONDS = 20.0
"""Pages do not wait for browse lists (bff/stores/caches/browse_cache.py). A shorter timeout would make a slow cluster
repeat the same query without ever answering.
"""
CONNECTIONS = 64
SCROLL_BATCH = 500

Response: TypeAlias = Mapping[str, Any]

log = logging.getLogger("marquee.stores")


def utc_now() -> datetime:
    return datetime.now(UTC)


def open_client(url: str) -> AsyncElasticsearch:
    """No retries and no sniffing: a page has no time for them."""
    return AsyncElasticsearch(
        url,
        node_class=HttpxAsyncHttpNode,
        connections_per_node=CONNECTIONS,
        max_retries=0,
        request_timeout=BROWSE_SECONDS,
    )


class ElasticCatalog:
    """Every failure raises StoreUnavailable("elasticsearch")."""

    def __init__(
        self,
        client: AsyncElasticsearch,
        clock: Callable[[], datetime] = utc_now,
        time_outs: StoreTimeouts = DEFAULT_TIMEOUTS,
    ) -> None:
        self._client = client
        self._titles_client = client.options(request_timeout=time_outs.titles)
        self._search_client = client.options(request_timeout=time_outs.search)
        self._clock = clock

    async def close(self) -> None:
        await self._client.close()

    async def ping(self) -> None:
        await _response_body(self._titles_client.info())

    async def all_documents(self) -> AsyncIterator[tuple[str, bytes]]:
        """(index, document as JSON) of every title index. For searches, not for requests."""
        answer = await _response_body(
            self._client.search(
                index=f"{INDEX_PREFIX}*",
                query={"match_all": {}},
                size=SCROLL_BATCH,
                scroll="1m",
                sort=["_doc"],
            )
        )
        while hits := answer["hits"]["hits"]:
            for hit in hits:
                yield hit["_index"], json.dumps(hit["_source"], ensure_ascii=False).encode()
            answer = await _response_body(self._client.scroll(scroll_id=answer["_scroll_id"], scroll="1m"))

    async def titles(self, index: str, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        if not ids:
            return {}
        answer = await _response_body(self._titles_client.mget(index=index, ids=list(ids)))
        titles: dict[TitleId, Title] = {}
        for document in answer["docs"]:
            if "error" in document:
                raise StoreUnavailable("elasticsearch", str(document["error"].get("type")))
            title = _title_from_hit(document) if document.get("found") else None
            if title is not None:
                titles[title.id] = title
        return titles

    async def browse(
        self, index: str, queries: Sequence[BrowseQuery]
    ) -> dict[BrowseQuery, tuple[TitleId, ...]]:
        if not queries:
            return {}
        now = self._clock()
        searches: list[Mapping[str, Any]] = []
        for query in queries:
            searches += [{"index": index, "allow_partial_search_results": False}, browse_body(query, now)]
        answer = await _response_body(self._client.msearch(searches=searches))
        return {
            query: _browse_ids(query, response, now)
            for query, response in zip(queries, answer["responses"], strict=True)
        }

    async def search(self, index: str, query: SearchQuery) -> tuple[TitleId, ...]:
        """Best first. Raises BadInput for an invalid text."""
        return await self._search_ids(index, precise_body(query)) or await self._search_ids(
            index, forgiving_body(query)
        )

    async def matching(self, index: str, rule: Rule, now: datetime, region: Region, size: int) -> RuleMatches:
        body = rule_body(rule, now, region, size)
        answer = await self._search(index, body)
        ids = _hit_ids(answer)
        return RuleMatches(answer["hits"]["total"]["value"], ids)

    async def _search_ids(self, index: str, body: Body) -> tuple[TitleId, ...]:
        return _hit_ids(await self._search(index, body))

    async def _search(self, index: str, body: Body) -> Response:
        return await _response_body(
            self._search_client.search(index=index, allow_partial_search_results=False, **body)
        )


async def _response_body(call: Awaitable[Any]) -> Response:
    try:
        response: Response = (await call).body
    except (ApiError, TransportError) as error:
        raise StoreUnavailable("elasticsearch", f"{type(error).__name__}: {error}"[:300]) from error
    return response


def _browse_ids(query: BrowseQuery, response: Response, now: datetime) -> tuple[TitleId, ...]:
    """Leaving titles in the order of their ends; the query's order breaks ties."""
    ids = _hit_ids(response)
    if query.leaving_days is None:
        return ids
    ends: dict[TitleId, datetime] = {}
    for hit in response["hits"]["hits"]:
        stretch = current_stretch(windows_from_document(hit["_source"]), query.region, now)
        if stretch is not None and stretch.ends_at is not None:
            ends[TitleId(hit["_id"])] = stretch.ends_at
    return tuple(sorted(ends, key=ends.__getitem__))[: query.size]


def _hit_ids(response: Response) -> tuple[TitleId, ...]:
    """Raises StoreUnavailable for partial results, too."""
    if "error" in response:
        raise StoreUnavailable("elasticsearch", str(response["error"].get("type")))
    if response.get("timed_out") or response.get("_shards", {}).get("failed"):
        raise StoreUnavailable("elasticsearch", "answered only in part")
    return tuple(TitleId(hit["_id"]) for hit in response["hits"]["hits"])


def _title_from_hit(document: Response) -> Title | None:
    """None for an unreadable document; the others remain usable."""
    try:
        return title_from_document({**document["_source"], "_id": document["_id"]})
    except (KeyError, TypeError, ValueError, AttributeError, MarqueeError) as error:
        log.error("elasticsearch %s cannot be read and is skipped: %r", document["_id"], error)
        return None
