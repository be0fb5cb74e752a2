"""Backfill: which dates run, in which order, and how it ends."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from batch.pipeline.archive_days import date_range, events_by_day, events_until, missing_days
from batch.pipeline.backfill import Reprocess, exit_code_of, run_dates, select_dates
from batch.pipeline.failures import ExitCode
from batch.pipeline.ledger import Ledger, RunRecord, RunStatus
from batch.pipeline.publish import PublicationBlocked
from batch.pipeline.run_lock import AlreadyRunning
from batch.storage.event_archive import EventArchive
from domain.storage_names import RUNS
from domain.timestamps import to_millis

DATES = date_range(date(2026, 11, 1), date(2026, 11, 5))
FIRST, SECOND, THIRD, FOURTH, FIFTH = DATES


@pytest.fixture
def ledger(stores: Any) -> Ledger:
    """1st good; 2nd failed, then good; 3rd good, then blocked; 4th killed; 5th none of this job."""
    stores.mongo[RUNS].delete_many({})
    book = Ledger(stores.mongo)
    for day, *ends in (
        (FIRST, RunStatus.SUCCEEDED),
        (SECOND, RunStatus.FAILED, RunStatus.SUCCEEDED),
        (THIRD, RunStatus.SUCCEEDED, RunStatus.BLOCKED),
    ):
        for end in ends:
            book.finish(book.start_run("nightly", day).id, end)
    book.finish(book.start_run("nightly", FOURTH).id, RunStatus.FAILED)
    book.finish(book.start_run("trending", FIFTH).id, RunStatus.SUCCEEDED)
    return book


@pytest.mark.stores
@pytest.mark.parametrize(
    ("reprocess", "chosen"),
    [(Reprocess.MISSING, [FOURTH, FIFTH]), (Reprocess.FAILED, [THIRD, FOURTH]), (Reprocess.ALL, DATES)],
)
def test_dates_by_what_became_of_them(ledger: Ledger, reprocess: Reprocess, chosen: list[date]) -> None:
    assert select_dates(ledger, "nightly", DATES, reprocess, newest_first=False) == (
        chosen,
        [day for day in DATES if day not in chosen],
    )
    assert select_dates(ledger, "nightly", DATES, reprocess, newest_first=True)[0] == chosen[::-1]


def a_run(day: date) -> RunRecord:
    return RunRecord("r", "nightly", str(day), "v", RunStatus.SUCCEEDED, datetime(2026, 12, 1, tzinfo=UTC))


def outcome(errors: dict[date, BaseException]) -> tuple[list[date], ExitCode]:
    told: list[date] = []

    def run(day: date) -> RunRecord:
        if day in errors:
            raise errors[day]
        return a_run(day)

    results = run_dates(DATES, run, lambda result: told.append(result.day))
    assert [result.day for result in results] == told
    return told, exit_code_of(results)


def test_a_bad_date_does_not_end_it_and_one_that_stands_for_all_does() -> None:
    assert outcome({}) == (DATES, ExitCode.DONE)
    assert outcome({SECOND: PublicationBlocked("empty")}) == (DATES, ExitCode.BLOCKED)
    assert outcome({SECOND: PublicationBlocked("empty"), THIRD: ValueError("x")}) == (DATES, ExitCode.FAILED)
    assert outcome({SECOND: AlreadyRunning("r1")}) == ([FIRST, SECOND], ExitCode.LOCKED)
    assert outcome({SECOND: ValueError("x"), THIRD: KeyboardInterrupt()}) == (
        [FIRST, SECOND, THIRD],
        ExitCode.INTERRUPTED,
    )


def test_days_are_counted_once_and_again_when_a_file_has_changed(tmp_path: Any) -> None:
    def bring(name: str, *days: date) -> None:
        with EventArchive(tmp_path, name) as archive:
            archive.add(
                {"id": "e", "occurred_at": to_millis(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))}
                for day in days
            )

    bring("a", FIRST, FIRST, THIRD)
    bring("b", THIRD, date(2026, 12, 24))
    days = events_by_day(tmp_path)
    assert days == {"2026-11-01": 2, "2026-11-03": 2, "2026-12-24": 1}
    assert missing_days(days, DATES) == [SECOND, FOURTH, FIFTH]
    assert events_until(days, FIFTH) == 4
    bring("a", FIFTH)
    assert events_by_day(tmp_path) == {"2026-11-03": 1, "2026-11-05": 1, "2026-12-24": 1}
    broken = next(tmp_path.glob("events/month=2026-12/*"))
    broken.write_bytes(b"no gzip")
    assert events_by_day(tmp_path) == {"2026-11-03": 1, "2026-11-05": 1}
