"""Titles in memory: shared while they stay what they are, read again within the minute, gone when withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from bff.stores.caches.known_titles import PAGES_NOTED, RENEWED_SECONDS, USABLE_SECONDS, TitleCache
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import TitleId
from tests.domain.made import a_title

A, B, GONE = TitleId("a"), TitleId("b"), TitleId("gone")


@dataclass
class Shelf:
    """A catalogue that makes its titles anew for each call, as one behind a network does."""

    titles_of: dict[TitleId, Title] = field(default_factory=lambda: {A: a_title("a"), B: a_title("b")})
    calls: list[list[TitleId]] = field(default_factory=list)
    down: bool = False

    async def titles(self, index: str, ids: Sequence[TitleId]) -> dict[TitleId, Title]:
        self.calls.append(list(ids))
        if self.down:
            raise StoreUnavailable("elasticsearch")
        return {one: replace(self.titles_of[one]) for one in ids if one in self.titles_of}


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


def made(usable: float = USABLE_SECONDS, most: int = 100) -> tuple[TitleCache, Shelf, Clock]:
    shelf, clock = Shelf(), Clock()
    return TitleCache(shelf, usable, clock, most), shelf, clock  # type: ignore[arg-type]


async def test_what_was_read_is_at_hand_and_so_is_that_there_is_no_such_title() -> None:
    known, shelf, _ = made()
    assert (known.at_hand("i", [A]), known.epoch("i", [A])) == ({}, None)
    read = await known.titles("i", [A, GONE])
    assert known.at_hand("i", [A, B, GONE]) == {A: read[A], GONE: None}
    assert known.at_hand("another", [A]) == {}
    assert shelf.calls == [[A, GONE]]


async def test_a_title_read_again_is_the_same_object_unless_it_changed() -> None:
    known, shelf, _ = made()
    first = await known.titles("i", [A, B])
    epoch = known.epoch("i", [])
    again = await known.titles("i", [A, B])
    assert (again[A] is first[A], again[B] is first[B], known.epoch("i", [])) == (True, True, epoch)
    shelf.titles_of[A] = a_title("a", name="Another")
    assert (await known.titles("i", [A, B]))[A].name == "Another"
    assert known.at_hand("i", [A])[A] is not first[A]
    assert known.epoch("i", []) != epoch


async def test_what_is_asked_for_is_read_again_behind_whoever_asks_and_nothing_else_is() -> None:
    known, shelf, clock = made()
    await known.titles("i", [A, B])
    known.at_hand("i", [A])
    clock.now += RENEWED_SECONDS
    shelf.titles_of[A] = a_title("a", name="Another")
    assert known.at_hand("i", [A])[A].name == "Movie a"  # type: ignore[union-attr]
    await known.renewed()
    assert known.at_hand("i", [A])[A].name == "Another"  # type: ignore[union-attr]
    assert shelf.calls == [[A, B], [A]]
    clock.now += USABLE_SECONDS - RENEWED_SECONDS
    assert list(known.at_hand("i", [A, B])) == [A]


@pytest.mark.parametrize("down", [False, True])
async def test_nothing_is_used_past_its_time_whatever_became_of_the_catalogue(down: bool) -> None:
    known, shelf, clock = made()
    await known.titles("i", [A])
    epoch = known.epoch("i", [A])
    shelf.down = down
    for seconds, there in ((USABLE_SECONDS - 0.001, True), (0.001, False)):
        clock.now += seconds
        if there:
            assert A in known.at_hand("i", [A])
    await known.renewed()
    assert (A in known.at_hand("i", [A])) is not down
    if down:
        assert known.epoch("i", [A]) != epoch


async def test_a_withdrawn_title_is_gone_within_the_minute_however_often_it_is_asked_for() -> None:
    known, shelf, clock = made()
    await known.titles("i", [A])
    del shelf.titles_of[A]
    for second in range(60):
        if second and known.at_hand("i", [A]).get(A) is None:
            break
        clock.now += 1
        await known.renewed()
    assert known.at_hand("i", [A]).get(A) is None
    assert second < 60


async def test_memory_is_bounded_and_what_was_read_longest_ago_goes_first() -> None:
    known, shelf, clock = made(most=2)
    shelf.titles_of[GONE] = a_title("gone")
    for title_id in (A, B, GONE):
        await known.titles("i", [title_id])
        clock.now += 1
    assert list(known.at_hand("i", [A, B, GONE])) == [B, GONE]


async def test_pages_are_noted_up_to_a_bound() -> None:
    known, shelf, clock = made()
    await known.titles("i", [A, B])
    for _ in range(PAGES_NOTED):
        known.at_hand("i", [A])
    known.at_hand("i", [B])
    clock.now += RENEWED_SECONDS
    known.at_hand("i", [])
    await known.renewed()
    assert shelf.calls == [[A, B], [A]]


async def test_a_forgetful_one_reads_each_time() -> None:
    known, shelf, _ = made(usable=0)
    for _ in range(2):
        assert list(await known.titles("i", [A])) == [A]
        assert known.at_hand("i", [A]) == {}
    assert shelf.calls == [[A], [A]]
