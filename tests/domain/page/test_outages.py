"""Outages keep their start while pages report them, and are bounded."""

from __future__ import annotations

from datetime import timedelta

from domain.page.model import DegradationKind
from domain.page.outages import MAX_OUTAGES, Outage, OutageKey, Outages, record_outages
from tests.domain.made import NOW

SECOND = timedelta(seconds=1)
TRENDING = OutageKey(DegradationKind.ROW_UNAVAILABLE, "trending")
PROFILE = OutageKey(DegradationKind.PROFILE_UNAVAILABLE)


def test_an_outage_keeps_its_start_while_pages_report_it() -> None:
    known: Outages = {}
    for second in (0, 50, 100):
        known = record_outages(known, [TRENDING], NOW + second * SECOND)
    assert known == {TRENDING: Outage(NOW, NOW + 100 * SECOND)}


def test_a_page_without_the_degradation_does_not_end_the_outage() -> None:
    known = record_outages({}, [TRENDING], NOW)
    known = record_outages(known, [PROFILE], NOW + 30 * SECOND)
    known = record_outages(known, [TRENDING], NOW + 59 * SECOND)
    assert known[TRENDING].since == NOW
    assert known[PROFILE].since == NOW + 30 * SECOND


def test_after_a_quiet_minute_it_is_a_new_outage() -> None:
    known = record_outages({}, [TRENDING], NOW)
    assert record_outages(known, [], NOW + 60 * SECOND) == {}
    assert record_outages(known, [TRENDING], NOW + 60 * SECOND)[TRENDING].since == NOW + 60 * SECOND


def test_pages_that_finish_out_of_order_keep_the_earliest_start() -> None:
    known = record_outages({}, [TRENDING], NOW)
    assert record_outages(known, [TRENDING], NOW - SECOND) == {TRENDING: Outage(NOW - SECOND, NOW)}


def test_the_number_of_outages_is_bounded() -> None:
    rows = [OutageKey(DegradationKind.ROW_UNAVAILABLE, f"row-{number}") for number in range(MAX_OUTAGES + 10)]
    known = record_outages({}, rows, NOW)
    assert list(known) == rows[10:]
