"""Since when something is amiss: kept while pages notice it, new after a quiet minute, bounded."""

from __future__ import annotations

from datetime import timedelta

from domain.page.model import DegradationKind
from domain.page.outages import KEPT, Outage, OutageKey, Outages, record_outages
from tests.domain.made import NOW

SECOND = timedelta(seconds=1)
TRENDING = OutageKey(DegradationKind.ROW_UNAVAILABLE, "trending")
PROFILE = OutageKey(DegradationKind.PROFILE_UNAVAILABLE)


def test_an_outage_keeps_its_first_instant_while_pages_notice_it() -> None:
    known: Outages = {}
    for second in (0, 50, 100):
        known = record_outages(known, [TRENDING], NOW + second * SECOND)
    assert known == {TRENDING: Outage(NOW, NOW + 100 * SECOND)}


def test_a_page_that_did_not_meet_it_does_not_end_it() -> None:
    known = record_outages({}, [TRENDING], NOW)
    known = record_outages(known, [PROFILE], NOW + 30 * SECOND)
    known = record_outages(known, [TRENDING], NOW + 59 * SECOND)
    assert known[TRENDING].since == NOW
    assert known[PROFILE].since == NOW + 30 * SECOND


def test_after_a_quiet_minute_it_is_a_new_one() -> None:
    known = record_outages({}, [TRENDING], NOW)
    assert record_outages(known, [], NOW + 60 * SECOND) == {}
    assert record_outages(known, [TRENDING], NOW + 60 * SECOND)[TRENDING].since == NOW + 60 * SECOND


def test_pages_that_finish_out_of_order_agree_on_the_earliest() -> None:
    known = record_outages({}, [TRENDING], NOW)
    assert record_outages(known, [TRENDING], NOW - SECOND) == {TRENDING: Outage(NOW - SECOND, NOW)}


def test_only_so_many_are_known() -> None:
    rows = [OutageKey(DegradationKind.ROW_UNAVAILABLE, f"row-{number}") for number in range(KEPT + 10)]
    known = record_outages({}, rows, NOW)
    assert list(known) == rows[10:]
