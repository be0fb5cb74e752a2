"""What a process may trust: by what it heard, and by how long it has heard nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from domain.ids import AccountId, ProfileId, TitleId
from domain.visibility.changes import ALL_CHANGED, VisibilityChange
from resolvers.runtime.known_changes import (
    CLOCK_MARGIN,
    HEARD_SECONDS,
    MAX_REMEMBERED,
    MAX_TRUST_SECONDS,
    TRUST_SECONDS,
    UNANNOUNCED_SECONDS,
    Channel,
    KnownChanges,
)
from tests.domain.made import NOW

A, B = TitleId("a"), TitleId("b")
ADE, HOME = ProfileId("ade"), AccountId("home")


class Time:
    """Ticks and a wall clock that go together."""

    def __init__(self) -> None:
        self.tick = 100.0

    def ticks(self) -> float:
        return self.tick

    def clock(self) -> datetime:
        return NOW + timedelta(seconds=self.tick - 100)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def changes(time: Time) -> KnownChanges:
    return KnownChanges(TRUST_SECONDS, time.ticks, time.clock)


def test_a_fact_that_was_read_before_a_change_of_it_was_heard_is_not_current(changes: KnownChanges) -> None:
    before = changes.mark()
    changes.note(VisibilityChange(titles=(A,)))
    after = changes.mark()
    assert [changes.is_title_current(one, before) for one in (A, B)] == [False, True]
    assert changes.is_title_current(A, after)
    changes.note(ALL_CHANGED)
    assert not changes.is_title_current(B, after)


def test_a_viewer_changes_with_the_profile_or_the_account(changes: KnownChanges) -> None:
    mark = changes.mark()
    changes.note(VisibilityChange(accounts=(HOME,)))
    assert changes.is_viewer_current(mark, ADE, None)
    assert not changes.is_viewer_current(mark, ADE, HOME)
    assert not changes.are_all_viewers_current(mark)


def test_what_another_process_dated_is_compared_with_a_margin_for_clocks(
    changes: KnownChanges, time: Time
) -> None:
    changes.note(VisibilityChange(profiles=(ADE,)))
    for known_at, differs in (
        (NOW, True),
        (NOW + CLOCK_MARGIN - timedelta(milliseconds=1), True),
        (NOW + CLOCK_MARGIN, False),
    ):
        assert changes.may_viewer_differ(ADE, HOME, known_at) is differs
    assert not changes.may_viewer_differ(ProfileId("mina"), HOME, NOW)


def test_unheard_facts_lose_their_trust_after_a_bound(changes: KnownChanges, time: Time) -> None:
    mark = changes.mark()
    time.tick += TRUST_SECONDS
    assert changes.is_trusted(mark)
    time.tick += 0.001
    assert not changes.is_trusted(mark)


@pytest.mark.parametrize(("heard_from", "trusted"), [(0, True), (1, False)])
def test_a_channel_extends_trust_only_of_what_was_read_while_it_was_heard(
    changes: KnownChanges, time: Time, heard_from: int, trusted: bool
) -> None:
    mark = changes.mark()
    time.tick += heard_from
    for _ in range(100):
        changes.heard(Channel.LOG, time.tick)
        time.tick += 1
    assert changes.is_trusted(mark) is trusted
    changes.lost(Channel.LOG)
    assert not changes.is_trusted(mark)


def test_trust_ends_though_announcements_are_heard(changes: KnownChanges, time: Time) -> None:
    changes.heard(Channel.LOG, time.tick)
    mark = changes.mark()
    time.tick += MAX_TRUST_SECONDS + 1
    changes.heard(Channel.LOG, time.tick)
    assert not changes.is_trusted(mark)


def test_leases_are_as_long_as_what_is_heard_allows(changes: KnownChanges, time: Time) -> None:
    assert changes.lease_seconds(50) == 50
    changes.is_listening = True
    assert changes.lease_seconds(50) == 0
    changes.heard(Channel.LOG, time.tick)
    assert changes.lease_seconds(50) == UNANNOUNCED_SECONDS
    changes.heard(Channel.STREAM, time.tick)
    assert changes.lease_seconds(50) == 50
    time.tick += HEARD_SECONDS + 0.1
    assert changes.lease_seconds(50) == 0


def test_a_later_process_recalls_what_was_heard(changes: KnownChanges, time: Time) -> None:
    changes.heard(Channel.LOG, time.tick, complete_from=NOW - timedelta(hours=3))
    changes.note(VisibilityChange(titles=(A,), accounts=(HOME,)))
    known = changes.remembered()
    assert known is not None
    time.tick += TRUST_SECONDS / 2
    later = KnownChanges(TRUST_SECONDS, time.ticks, time.clock)
    later.recall(known)
    made_at = NOW - timedelta(hours=2)
    assert [later.may_title_differ(one, made_at) for one in (A, B)] == [True, False]
    assert later.has_account_changed(HOME, timedelta(days=1))
    assert later.is_trusted_since(made_at, time.clock())
    assert not later.is_trusted_since(NOW - timedelta(hours=4), time.clock())
    time.tick += TRUST_SECONDS / 2 + 1
    assert not later.is_trusted_since(made_at, time.clock())


def test_memory_is_bounded_and_beyond_it_everything_counts_as_changed(changes: KnownChanges) -> None:
    told: list[object] = []
    changes.on_titles.append(told.append)
    mark = changes.mark()
    changes.note(
        VisibilityChange(titles=tuple(TitleId(f"t{number}") for number in range(MAX_REMEMBERED + 1)))
    )
    assert told == [None]
    assert not changes.is_title_current(A, mark)
