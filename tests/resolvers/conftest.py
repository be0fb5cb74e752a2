"""The hand-made world in the real stores, opened through the real adapters, asked through the schema."""

from __future__ import annotations

import inspect
import json
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from graphql import ExecutionResult, parse, validate
from redis import Redis

from bff.local_stack import StoreUrls
from bff.stores.open_stores import DEFAULT_MAX_AGES, CacheMaxAges, OpenStores, open_stores
from domain.ids import AccountId, Region
from domain.page_cache.cached_page import PageCachePolicy
from domain.recommendations.lists import DataVersion
from domain.resilience.timeouts import StoreTimeouts
from domain.viewers.profiles import Principal, Role
from resolvers.execution import Engine, encode_json
from resolvers.request.context import Context
from resolvers.runtime.process import Process
from resolvers.runtime.stores import Stores
from resolvers.schema import schema
from tests.domain.made import NOW
from tests.resolvers import experiment_world, world

ENGINE = Engine(schema)
SUSPICIOUS = PageCachePolicy(confirm_seconds=0)
"""People are read for every page: tests change them behind the service's back and look at once."""

PATIENT = StoreTimeouts(mongo_read=20, mongo_write=20, redis=20, titles=20, search=20)
"""So that a slow machine is no outage."""

NO_CACHES = CacheMaxAges(layouts_seconds=0, titles_seconds=0)
"""Tests change layouts and titles behind the service's back."""

SECRET = b"a secret of thirty-two bytes or more"

NOWHERE = StoreUrls(
    "mongodb://127.0.0.1:9/marquee?directConnection=true", "http://127.0.0.1:9", "redis://127.0.0.1:9"
)
"""Where nothing listens: a store that is down."""


def patience(urls: StoreUrls) -> StoreTimeouts:
    """A MongoDB that is down is looked for as long as a call may take; the other stores refuse at once."""
    usual = StoreTimeouts()
    if urls.mongo_url != NOWHERE.mongo_url:
        return PATIENT
    return replace(PATIENT, mongo_read=usual.mongo_read, mongo_write=usual.mongo_write)


def a_process(rules: PageCachePolicy = SUSPICIOUS) -> Process:
    return Process(clock=lambda: 0.0, fallback_timeout_seconds=20, page_cache_policy=rules)


@dataclass(frozen=True)
class Face:
    """The GraphQL face over open stores. `ask` runs one document in a request of its own."""

    stores: Stores
    process: Process = field(default_factory=lambda: a_process())
    """Its clock stands still, so that a slow machine is no overload."""

    def context(
        self, account: str = "home", now: datetime = NOW, region: str | None = None, secret: bytes = SECRET
    ) -> Context:
        principal = Principal(AccountId(account), Role.VIEWER, Region(region) if region else None)
        return Context(principal, self.stores, now, "request", secret, self.process)

    async def ask(self, document: str, context: Context | None = None, **variables: Any) -> ExecutionResult:
        """As it leaves: the data has been bytes, with whatever titles keep of what was rendered before."""
        parsed = parse(document)
        errors = validate(schema._schema, parsed)
        if errors:
            return ExecutionResult(None, errors)
        plans = ENGINE.document_plans(parsed)
        answer = ENGINE.execute(parsed, plans, context or self.context(), variables, with_fragments=True)
        result = await answer if inspect.isawaitable(answer) else answer
        return ExecutionResult(json.loads(encode_json({"data": result.data}))["data"], result.errors)

    async def data(self, document: str, context: Context | None = None, **variables: Any) -> dict[str, Any]:
        """The data of an answer that has no errors."""
        result = await self.ask(document, context, **variables)
        assert result.errors is None
        assert result.data is not None
        return result.data


@asynccontextmanager
async def opened(
    urls: StoreUrls,
    clock: Callable[[], datetime] = lambda: NOW,
    memories: CacheMaxAges = NO_CACHES,
    ticks: Callable[[], float] = time.monotonic,
) -> AsyncIterator[OpenStores]:
    """By default layouts and titles are read for every page, for the same reason."""
    stores = open_stores(urls, clock=clock, max_ages=memories, monotonic_clock=ticks, timeouts=patience(urls))
    # A process has heard the past before its first request.
    await stores.announcements.catch_up()
    try:
        yield stores
    finally:
        await stores.close()


@pytest.fixture(scope="module")
def version() -> DataVersion:
    return world.a_version(f"test-{uuid.uuid4().hex[:12]}")


@pytest.fixture(scope="module")
def corner(stack: StoreUrls, module_database: str, version: DataVersion) -> Iterator[StoreUrls]:
    """The three stores with a database, an index and keys of this file's own; empty."""
    yield StoreUrls(module_database, stack.elasticsearch_url, stack.redis_url)
    with Elasticsearch(stack.elasticsearch_url) as elastic:
        elastic.options(ignore_status=404).indices.delete(index=version.index)
    with Redis.from_url(stack.redis_url) as redis:
        redis.delete(*redis.keys(f"*{version.version}*") or ["none"])


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    """The stores with the world in them."""
    world.fill(corner, version)
    return corner


@pytest.fixture
async def face(filled: StoreUrls) -> AsyncIterator[Face]:
    """Over adapters that have seen nothing yet."""
    async with opened(filled) as stores:
        yield Face(stores.ports)


@asynccontextmanager
async def as_it_runs(urls: StoreUrls, ticks: Callable[[], float] = lambda: 0.0) -> AsyncIterator[Face]:
    """A process that remembers what a service remembers; by the clock of its memories no time goes by."""
    async with opened(urls, memories=DEFAULT_MAX_AGES, ticks=ticks) as stores:
        yield Face(stores.ports, a_process(PageCachePolicy()))


@pytest.fixture
async def two(filled: StoreUrls) -> AsyncIterator[tuple[Face, Face]]:
    """Two processes over the same stores, and no page kept."""
    world.forget_pages(filled)
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(as_it_runs(filled)) for _ in range(2)]
        yield one, other


@pytest.fixture
def open_face() -> Callable[[StoreUrls], Any]:
    """`async with open_face(urls) as face`: for other stores than the usual ones."""

    @asynccontextmanager
    async def open_one(urls: StoreUrls) -> AsyncIterator[Face]:
        async with opened(urls) as stores:
            yield Face(stores.ports)

    return open_one


@pytest.fixture
async def run(filled: StoreUrls, open_face: Any) -> AsyncIterator[Callable[..., Any]]:
    """`face = await run(patches, *experiments)`: a process of its own over the world with these experiments."""
    opened_faces: list[Any] = []

    async def start(*arguments: Any, **options: Any) -> Face:
        experiment_world.begin(filled, *arguments, **options)
        opened_faces.append(open_face(filled))
        face: Face = await opened_faces[-1].__aenter__()
        return face

    yield start
    for one in opened_faces:
        await one.__aexit__(None, None, None)
