"""Fresh, historical, stale: judged for the logical date, by the deployment's own rhythm."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from batch.pipeline.input_freshness import (
    FreshnessStatus,
    StaleInput,
    ensure_fresh,
    has_live_events,
    judge,
    silence_limit,
)
from batch.storage.event_archive import EventArchive

NOW = datetime(2026, 12, 1, 6, tzinfo=UTC)
TODAY, YESTERDAY = date(2026, 12, 1), date(2026, 11, 30)
FRESH, HISTORICAL, STALE, ALLOWED = FreshnessStatus


def every_day(last: date, step: int = 1) -> dict[str, int]:
    return {str(last - timedelta(days=number)): 50 for number in range(0, 28, step)}


@pytest.mark.parametrize(
    ("newest", "day", "was_live", "status"),
    [
        (datetime(2026, 12, 1, 5, tzinfo=UTC), TODAY, True, FRESH),
        (datetime(2026, 11, 30, 23, tzinfo=UTC), YESTERDAY, True, FRESH),
        (datetime(2026, 11, 29, 19, tzinfo=UTC), TODAY, True, FRESH),
        (datetime(2026, 11, 29, 17, tzinfo=UTC), TODAY, True, STALE),
        (datetime(2026, 11, 24, 6, tzinfo=UTC), TODAY, True, STALE),
        (datetime(2026, 11, 24, 6, tzinfo=UTC), date(2026, 11, 24), True, FRESH),
        (datetime(2018, 9, 24, 6, tzinfo=UTC), TODAY, False, HISTORICAL),
        (datetime(2018, 9, 24, 6, tzinfo=UTC), date(2018, 9, 24), False, FRESH),
        (datetime(2026, 12, 1, 9, tzinfo=UTC), TODAY, True, FRESH),
    ],
    ids=[
        "this morning",
        "the evening of the date",
        "35 hours before now",
        "37 hours before now",
        "a week without events",
        "a backfill of the day on which they ended",
        "an imported set of years ago",
        "that set, for its own last day",
        "a clock in the future",
    ],
)
def test_age_counts_to_the_end_of_the_date_or_to_now(
    newest: datetime, day: date, was_live: bool, status: FreshnessStatus
) -> None:
    assert judge(newest, day, NOW, every_day(newest.date()), was_live).status is status


def test_a_backfill_cannot_hide_a_hole_and_a_hole_cannot_hide_a_good_day() -> None:
    """Events stopped on the 24th: dates from the 26th on are stale, those before are not, in any order."""
    newest = datetime(2026, 11, 24, 23, tzinfo=UTC)
    found = {
        day.day: judge(newest, day, NOW, every_day(newest.date()), True).status
        for day in (date(2026, 11, number) for number in (27, 24, 30, 25, 26))
    }
    assert found == {24: FRESH, 25: FRESH, 26: STALE, 27: STALE, 30: STALE}


@pytest.mark.parametrize(
    ("days", "hours"),
    [
        ({}, 36),
        (every_day(date(2026, 11, 24)), 36),
        (every_day(date(2026, 11, 24), 2), 72),
        (every_day(date(2026, 11, 24), 4), 216),
        ({"2026-09-01": 9, "2026-11-24": 9}, 36),
    ],
    ids=["one day", "every day", "every second day", "every fourth day", "long before the four weeks"],
)
def test_the_limit_follows_the_longest_silence_of_four_weeks(days: dict[str, int], hours: int) -> None:
    assert silence_limit(days, datetime(2026, 11, 24, 23, tzinfo=UTC)) == timedelta(hours=hours)


def test_stale_is_a_sentence_with_both_numbers_and_the_remedy() -> None:
    found = judge(datetime(2026, 11, 24, 6, tzinfo=UTC), TODAY, NOW, every_day(date(2026, 11, 24)), True)
    with pytest.raises(StaleInput) as refused:
        ensure_fresh(found, "2026-11-24")
    assert str(refused.value) == (
        "Inputs are stale: the newest event is of 2026-11-24 06:00 UTC, 7 days old, and the limit is 36 h. Old "
        "viewing is not published as news. The lists of 2026-11-24 stay live. Look at what records and imports "
        "events, then run this again; --allow-stale publishes all the same."
    )
    allowed = judge(found.newest, TODAY, NOW, every_day(date(2026, 11, 24)), True, allow_stale=True)
    assert allowed.status is ALLOWED
    ensure_fresh(allowed, None)


def test_only_what_the_service_recorded_is_live(tmp_path) -> None:  # type: ignore[no-untyped-def]
    event = {"occurred_at": 1_700_000_000_000}
    with EventArchive(tmp_path, "movielens") as archive:
        archive.add([event])
    assert has_live_events(tmp_path) is False
    with EventArchive(tmp_path, "live-2026-11-20") as archive:
        archive.add([])
    assert has_live_events(tmp_path) is False
    with EventArchive(tmp_path, "live-2026-11-21") as archive:
        archive.add([event])
    assert has_live_events(tmp_path) is True
