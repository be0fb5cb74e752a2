"""Waits until the local servers answer as fast as the service expects.

A local server reads its index from disk with the first queries after its start, which takes seconds. The service's
timeouts are for stores that are up: without this wait the first pages of a start would lack rows, and the log would
name failures where nothing failed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from bff.local_stack import StoreUrls
from bff.stores.open_stores import CacheMaxAges, OpenStores, open_stores
from domain.errors import StoreUnavailable
from domain.ids import GLOBAL, Region, TitleId
from domain.ports.stores import BrowseQuery
from domain.recommendations.lists import PopularKey
from domain.resilience.timeouts import StoreTimeouts
from domain.storage_names import POPULAR

FAST_SECONDS = 1.0
MAX_WAIT_SECONDS = 10.0
REGION = Region("US")
"""The sample's personas live there."""


def warm_stores(
    urls: StoreUrls,
    clock: Callable[[], float] = time.monotonic,
    max_wait_seconds: float = MAX_WAIT_SECONDS,
    fast_seconds: float = FAST_SECONDS,
) -> bool:
    """Read what a first page reads until that is fast. False when it is not by then; the service may start anyway."""
    return asyncio.run(_warm(urls, clock, max_wait_seconds, fast_seconds))


async def _warm(
    urls: StoreUrls, clock: Callable[[], float], max_wait_seconds: float, fast_seconds: float
) -> bool:
    patient = StoreTimeouts(*(max(1.0, max_wait_seconds),) * 5)
    stores = open_stores(urls, timeouts=patient, max_ages=CacheMaxAges(0, 0))
    deadline = clock() + max_wait_seconds
    try:
        while clock() < deadline:
            started = clock()
            try:
                await _read_as_a_page(stores)
            except StoreUnavailable:
                continue
            if clock() - started < fast_seconds:
                return True
        return False
    finally:
        await stores.close()


async def _read_as_a_page(stores: OpenStores) -> None:
    """Raises StoreUnavailable."""
    ports = stores.ports
    version = await ports.data_versions.live()
    if version is None:
        return
    found = await ports.recommendations.popular(version.version_of(POPULAR), [PopularKey(GLOBAL)])
    ids: list[TitleId] = [entry.title_id for ranked in found.values() for entry in ranked.entries]
    await ports.catalog.titles(version.index, ids)
    newest = BrowseQuery(REGION, maturity_limit=18, kids=False, newest=True)
    await ports.catalog.browse(version.index, [newest])
