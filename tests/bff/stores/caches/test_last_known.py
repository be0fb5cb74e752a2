"""Answers while MongoDB is down: only those this process had before."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime

import pytest

from bff.stores.caches.last_known import LastKnownValues
from bff.stores.caches.live_version import ALL_MAX_AGE_SECONDS, MAX_AGE_SECONDS, LivePointer
from domain.errors import StoreUnavailable
from domain.recommendations.lists import DataVersion

V1 = DataVersion("v1", "i1", "r1", "2026-11-21", datetime(2026, 11, 21, tzinfo=UTC))
V2 = DataVersion("v2", "i2", "r2", "2026-11-22", datetime(2026, 11, 22, tzinfo=UTC))


def up(**found: int) -> Callable[[], Awaitable[Mapping[str, int]]]:
    async def load() -> Mapping[str, int]:
        return found

    return load


async def down() -> Mapping[str, int]:
    raise StoreUnavailable("mongo")


async def test_answers_and_absences_are_given_again_while_the_store_is_down() -> None:
    values: LastKnownValues[str, int] = LastKnownValues(10)
    assert await values.load(["a", "b"], up(a=1)) == {"a": 1}
    assert await values.load(["b", "a"], down) == {"a": 1}
    assert await values.load(["b"], down) == {}


async def test_a_gap_is_an_outage_and_not_an_absence() -> None:
    values: LastKnownValues[str, int] = LastKnownValues(10)
    await values.load(["a"], up(a=1))
    with pytest.raises(StoreUnavailable):
        await values.load(["a", "c"], down)


async def test_what_never_changes_is_asked_for_once() -> None:
    asked: list[list[str]] = []

    async def load(keys: Sequence[str]) -> Mapping[str, int]:
        asked.append(list(keys))
        return {key: 1 for key in keys if key != "absent"}

    values: LastKnownValues[str, int] = LastKnownValues(10)
    assert await values.load_once(["a", "absent"], load) == {"a": 1}
    assert await values.load_once(["a", "b", "absent"], load) == {"a": 1, "b": 1}
    assert await values.load_once(["a", "b", "absent"], load) == {"a": 1, "b": 1}
    assert asked == [["a", "absent"], ["b"]]


async def test_of_what_never_changes_the_known_part_is_given_while_the_store_is_down() -> None:
    async def gone(keys: Sequence[str]) -> Mapping[str, int]:
        raise StoreUnavailable("mongo")

    values: LastKnownValues[str, int] = LastKnownValues(10)
    values.put("a", 1)
    assert await values.load_once(["a", "b"], gone) == {"a": 1}
    with pytest.raises(StoreUnavailable):
        await values.load_once(["b"], gone)


async def test_the_newest_answer_counts() -> None:
    values: LastKnownValues[str, int] = LastKnownValues(10)
    await values.load(["a"], up(a=1))
    await values.load(["a"], up(a=2))
    assert await values.load(["a"], down) == {"a": 2}
    await values.load(["a"], up())
    assert await values.load(["a"], down) == {}


async def test_the_least_recently_answered_are_forgotten() -> None:
    values: LastKnownValues[str, int] = LastKnownValues(2)
    for key in ("a", "b", "a", "c"):
        await values.load([key], up(**{key: 1}))
    assert len(values) == 2
    assert await values.load(["a", "c"], down) == {"a": 1, "c": 1}
    with pytest.raises(StoreUnavailable):
        await values.load(["b"], down)


class Pointer:
    """A store whose pointer can be moved and broken."""

    def __init__(self) -> None:
        self.value: DataVersion | None = V1
        self.broken = False
        self.reads = 0
        self.now = 0.0

    async def read(self) -> DataVersion | None:
        self.reads += 1
        await asyncio.sleep(0)
        if self.broken:
            raise StoreUnavailable("mongo")
        return self.value

    async def read_all(self) -> dict[str, DataVersion]:
        if self.broken:
            raise StoreUnavailable("mongo")
        return {self.value.version: self.value} if self.value else {}


@pytest.fixture
def pointer() -> Pointer:
    return Pointer()


@pytest.fixture
def live(pointer: Pointer) -> LivePointer:
    return LivePointer(pointer.read, pointer.read_all, clock=lambda: pointer.now)


async def test_requests_at_one_moment_share_one_read(live: LivePointer, pointer: Pointer) -> None:
    assert await asyncio.gather(*(live.live() for _ in range(50))) == [V1] * 50
    assert pointer.reads == 1


async def test_a_moved_pointer_is_seen_after_a_second(live: LivePointer, pointer: Pointer) -> None:
    await live.live()
    pointer.value = V2
    pointer.now = MAX_AGE_SECONDS / 2
    assert await live.live() == V1
    pointer.now = MAX_AGE_SECONDS
    assert await live.live() == V2


async def test_the_last_version_stays_while_the_store_is_down_and_is_asked_once_a_second(
    live: LivePointer, pointer: Pointer
) -> None:
    await live.live()
    pointer.broken = True
    pointer.now = MAX_AGE_SECONDS
    assert [await live.live() for _ in range(5)] == [V1] * 5
    assert pointer.reads == 2


async def test_down_from_the_start_is_an_outage(live: LivePointer, pointer: Pointer) -> None:
    pointer.broken = True
    with pytest.raises(StoreUnavailable):
        await live.live()
    pointer.broken = False
    assert await live.live() == V1


async def test_nothing_published_yet_is_none(live: LivePointer, pointer: Pointer) -> None:
    pointer.value = None
    assert await live.live() is None


async def test_other_versions_are_cached_for_seconds_and_none_while_unknown(
    live: LivePointer, pointer: Pointer
) -> None:
    pointer.broken = True
    assert await live.readable() == {}
    pointer.broken = False
    assert await live.readable() == {V1.version: V1}
    pointer.value = V2
    assert await live.readable() == {V1.version: V1}
    pointer.now = ALL_MAX_AGE_SECONDS
    assert await live.readable() == {V2.version: V2}


async def test_a_client_that_goes_away_does_not_cancel_the_read_of_the_others(
    live: LivePointer, pointer: Pointer
) -> None:
    first = asyncio.create_task(live.live())
    await asyncio.sleep(0)
    second = asyncio.create_task(live.live())
    first.cancel()
    assert await second == V1
    assert pointer.reads == 1
