"""Served pages are checked after the response; violations are counted, logged and stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pymongo import MongoClient
from redis import Redis

from bff.local_stack import StoreUrls
from bff.stores.redis.invariant_violations import MAX_PER_INVARIANT
from domain import storage_names
from domain.layouts.model import Layout, Promise
from domain.layouts.versions import layout_to_record
from domain.page.invariants import Invariant, Violation
from domain.page_cache.cached_page import PageCachePolicy
from domain.ports.observer import NullObserver
from domain.snapshots.invariant_violations import RecordedViolation
from domain.snapshots.keys import violation_key
from domain.snapshots.snapshot import PageSnapshot
from resolvers.home.after_serving import is_sampled
from resolvers.runtime.process import Process
from tests.domain.made import DAY, NOW
from tests.resolvers import world
from tests.resolvers.conftest import NOWHERE, Face, opened
from tests.resolvers.shipped import a_process

HOME = """query Home($profile: ID!) { home(profileId: $profile, device: {formFactor: TV}) {
  snapshotId rows(first: 50) { nodes { title } } } }"""


@dataclass
class Counting(NullObserver):
    """Records the violations it gets."""

    told: list[Invariant] = field(default_factory=list)

    def invariant_violated(self, invariant: Invariant) -> None:
        self.told.append(invariant)


@pytest.fixture
def no_samples(filled: StoreUrls) -> Iterator[None]:
    with Redis.from_url(filled.redis_url) as redis:
        keys = [violation_key(invariant) for invariant in Invariant]
        redis.delete(*keys)
        yield
        redis.delete(*keys)


def watched(face: Face, **changes: Any) -> tuple[Face, Counting]:
    observer = Counting()
    process = Process(
        clock=lambda: 0.0, observer=observer, page_cache_policy=PageCachePolicy(fresh_seconds=0), **changes
    )
    return replace(face, process=process), observer


def publish(url: str, layout: Layout) -> None:
    with MongoClient[dict[str, Any]](url) as client:
        client.get_default_database()[storage_names.LAYOUTS].replace_one(
            {"_id": "home"}, layout_to_record(replace(layout, budget_ms=world.PATIENT_MS))
        )


async def ask(face: Face, profile: str = "ade", **changes: Any) -> dict[str, Any]:
    """A page, its answer sent, and everything behind it done."""
    context = face.context(**changes)
    found: dict[str, Any] = (await face.data(HOME, context, profile=f"profile_{profile}"))["home"]
    await context.start_background_work()
    await face.process.background.settle()
    return found


@pytest.mark.stores
@pytest.mark.parametrize("days", [0, 4])
@pytest.mark.parametrize("profile", ["ade", "kids", "new"])
async def test_pages_of_the_world_break_no_invariant(
    face: Face, no_samples: None, profile: str, days: int
) -> None:
    face, observer = watched(face)
    assert (await ask(face, profile, now=NOW + days * DAY))["rows"]["nodes"]
    assert observer.told == []
    assert await face.stores.violations.latest() == []


@pytest.mark.stores
@pytest.mark.parametrize("profile", ["ade", "kids", "new"])
@pytest.mark.parametrize("store", ["mongo", "elasticsearch", "redis"])
async def test_with_a_store_off_they_keep_it_too(filled: StoreUrls, store: str, profile: str) -> None:
    """Rows of the fallback chain are checked for the same invariants."""
    async with opened(replace(filled, **{f"{store}_url": getattr(NOWHERE, f"{store}_url")})) as stores:
        observer = Counting()
        process = replace(a_process(), observer=observer)
        page = await ask(replace(Face(stores.ports), process=process), profile, region="DE")
    assert len(page["rows"]["nodes"]) >= 3
    assert observer.told == []


@pytest.mark.stores
async def test_a_violation_is_counted_and_the_page_stored(
    filled: StoreUrls, no_samples: None, caplog: pytest.LogCaptureFixture
) -> None:
    publish(filled.mongo_url, replace(world.LAYOUT, promise=Promise(min_rows=20, genre_share=0.1)))
    try:
        async with opened(filled) as stores:
            face, observer = watched(Face(stores.ports))
            context = face.context()
            served = (await face.data(HOME, context, profile="profile_ade"))["home"]
            assert observer.told == []
            await context.start_background_work()
            await face.process.background.settle()
            assert sorted(observer.told) == [Invariant.GENRE_SHARE, Invariant.MIN_ROWS]
            faults = await stores.ports.violations.latest()
    finally:
        publish(filled.mongo_url, world.LAYOUT)
    count = len(served["rows"]["nodes"])
    by_invariant = {fault.violation.invariant: fault for fault in faults}
    assert sorted(by_invariant) == [Invariant.GENRE_SHARE, Invariant.MIN_ROWS]
    fault = by_invariant[Invariant.MIN_ROWS]
    assert fault.violation == Violation(Invariant.MIN_ROWS, f"{count} rows, and 20 are promised.")
    assert fault.more == 0
    assert (fault.page.snapshot_id, fault.page.profile_id, len(fault.page.rows)) == (
        served["snapshotId"], "ade", count,
    )  # fmt: skip
    said = f"page {served['snapshotId']} breaks min_rows: {count} rows, and 20 are promised."
    assert said in caplog.messages


@pytest.mark.stores
async def test_the_latest_few_of_each_invariant_are_kept(
    face: Face, filled: StoreUrls, no_samples: None
) -> None:
    page = PageSnapshot("0" * 24, "home", 3, "v1", NOW, world.ADE.id, ())
    few = RecordedViolation(Violation(Invariant.MIN_ROWS, "0 rows, and 3 are promised."), page)
    many = [
        RecordedViolation(
            Violation(Invariant.PLACES, f"stands at {number}", "picks"),
            replace(page, generated_at=NOW + number * DAY),
            more=number,
        )
        for number in range(MAX_PER_INVARIANT + 5)
    ]
    await face.stores.violations.report([few])
    for fault in many:
        await face.stores.violations.report([fault])
    await face.stores.violations.report([])
    assert await face.stores.violations.latest() == [*reversed(many[5:]), few]


async def test_with_every_store_off_a_violation_is_counted_all_the_same() -> None:
    """Nothing can be shown here, not even the page that ships with the service: there is none."""
    async with opened(NOWHERE) as stores:
        face, observer = watched(Face(stores.ports))
        assert (await ask(face))["rows"]["nodes"] == []
    assert observer.told == [Invariant.MIN_ROWS, Invariant.DISCOVERY_ROWS]


@pytest.mark.stores
async def test_requests_that_are_not_of_the_sample_are_not_looked_at(face: Face) -> None:
    face, _ = watched(face, invariant_check_share=0.0)
    context = face.context()
    await face.data(HOME, context, profile="profile_ade")
    assert context.after_response == []


def test_a_share_of_requests_is_looked_at_and_a_larger_share_looks_at_those_too() -> None:
    ids = [f"request-{number}" for number in range(20_000)]
    looked = {share: {name for name in ids if is_sampled(name, share)} for share in (0.0, 0.05, 0.5, 1.0)}
    assert (len(looked[0.0]), len(looked[1.0])) == (0, 20_000)
    assert 900 < len(looked[0.05]) < 1100
    assert 9_700 < len(looked[0.5]) < 10_300
    assert looked[0.05] < looked[0.5]
