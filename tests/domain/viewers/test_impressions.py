"""Impressions are sets of days: merged in any order, forgotten by the month, reset by a new episode."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import TitleId
from domain.viewers.events import EventType, activity_changes
from domain.viewers.impressions import (
    DAYS_KEPT,
    MAX_KEYS,
    SPAN_DAYS,
    add_impressions,
    day_number,
    days_seen_before,
    days_since_latest,
    expired_spans,
    has_capacity,
    impression_keys,
    merge_impressions,
    played_key,
    retained_spans,
    row_key,
    title_key,
)
from tests.domain.made import DAY, HOUR, NOW, an_event

TODAY = day_number(NOW)
CARD = "snap|{row}|1|0|tt1|{source}"
memories = st.dictionaries(
    st.integers(740, 743),
    st.dictionaries(st.sampled_from(["tt1", "tt2", "~top-picks"]), st.integers(1, 2**SPAN_DAYS - 1)),
)
Memory = dict[int, dict[str, int]]


def impression(
    ago: timedelta, row: str = "top-picks", source: str = "popular", episodes: int | None = None
) -> Memory:
    token = CARD.format(row=row, source=source)
    seen = an_event(EventType.IMPRESSION, occurred_at=NOW - ago, tracking=token, episode_count=episodes)
    return dict(activity_changes([seen]).impressions)  # type: ignore[arg-type]


@given(memories, memories, memories)
def test_memories_merge_in_any_order_and_any_number_of_times(one: Memory, two: Memory, three: Memory) -> None:
    assert merge_impressions(one, two) == merge_impressions(two, one)
    assert merge_impressions(merge_impressions(one, two), three) == merge_impressions(
        one, merge_impressions(two, three)
    )
    assert merge_impressions(one, one) == one
    assert merge_impressions(merge_impressions(one, two), two) == merge_impressions(one, two)


@given(memories, memories)
def test_merging_leaves_what_was_given_alone(one: Memory, two: Memory) -> None:
    before = {span: dict(keys) for span, keys in one.items()}
    merge_impressions(one, two)
    assert one == before


@given(st.lists(st.integers(0, 55), max_size=12), st.integers(0, SPAN_DAYS - 1))
def test_every_remembered_day_is_returned(ages: list[int], offset: int) -> None:
    """Seen `age` days ago, from any day of a span: all of the last 28 days are there, none from before 56."""
    now = NOW + offset * DAY
    memory: Memory = {}
    for age in ages:
        add_impressions(memory, ["tt1"], now - age * DAY)
    today = day_number(now)
    told = days_seen_before(memory, "tt1", today)
    first = (today // SPAN_DAYS - 1) * SPAN_DAYS
    assert told == sum(1 << DAYS_KEPT - age for age in set(ages) if age > 0 and today - age >= first)
    assert first <= today - SPAN_DAYS
    assert not told or days_since_latest(told) == min(age for age in ages if age > 0)


def test_ten_sightings_of_a_day_are_one_and_today_does_not_count_yet() -> None:
    memory: Memory = {}
    for hours in range(10):
        add_impressions(memory, ["tt1"], NOW - hours * HOUR)
    assert days_seen_before(memory, "tt1", TODAY) == 0
    assert days_seen_before(memory, "tt1", TODAY + 1) == 1 << DAYS_KEPT - 1


def test_days_are_utc_and_change_at_midnight() -> None:
    midnight = datetime(2026, 11, 23, tzinfo=UTC)
    assert (day_number(midnight - timedelta(milliseconds=1)), day_number(midnight)) == (20_779, 20_780)


def test_a_card_counts_for_its_title_and_its_row() -> None:
    span, day = divmod(TODAY - 3, SPAN_DAYS)
    assert impression(3 * DAY) == {span: {"tt1": 1 << day, "~top-picks": 1 << day}}
    assert impression(3 * DAY, row="because~m7") == {span: {"tt1": 1 << day, "~because": 1 << day}}


def test_tasks_count_for_the_row_alone() -> None:
    for source in ("activity", "my_list"):
        (keys,) = impression(DAY, row="mine", source=source).values()
        assert list(keys) == ["~mine"]


def test_a_new_episode_makes_a_series_unseen_again() -> None:
    (keys,) = impression(DAY, episodes=16).values()
    assert list(keys) == ["~top-picks", "tt1~16"]
    assert title_key(TitleId("tt1"), 17) not in keys


def test_playing_from_a_row_speaks_for_the_row_and_refuses_no_title() -> None:
    played = an_event(EventType.PLAY, tracking=CARD.format(row="because~m7", source="similar:m7"))
    (keys,) = activity_changes([played]).impressions.values()
    assert list(keys) == [played_key("because")] == ["~~because"]
    assert activity_changes([an_event(EventType.PLAY)]).impressions == {}
    liked = an_event(EventType.LIKE, tracking=CARD.format(row="because", source="similar:m7"))
    assert activity_changes([liked]).impressions == {}


def test_keys_never_meet() -> None:
    """A raw id has no separator, so a title cannot pass for a row whatever it is called."""
    assert len({title_key(TitleId("a")), title_key(TitleId("a"), 1), row_key("a"), played_key("a")}) == 4
    assert impression_keys(TitleId("tt1"), None, None) == []


def test_old_spans_are_forgotten_whole() -> None:
    memory = {742 - ago: {"tt1": 1} for ago in (0, 1, 2, 26, 27)}
    assert list(retained_spans(memory)) == [742, 741]
    assert [span for span in memory if span in expired_spans(memory)] == [740, 716]
    assert retained_spans({}) == {}


def test_a_span_takes_no_more_than_its_share() -> None:
    full = {TODAY // SPAN_DAYS: {f"t{number}": 1 for number in range(MAX_KEYS)}}
    assert has_capacity(full, ["t0", "t1"], NOW)
    assert not has_capacity(full, ["t0", "new"], NOW)
    assert has_capacity(full, ["new"], NOW + SPAN_DAYS * DAY)
    assert has_capacity({}, ["new"], NOW)
