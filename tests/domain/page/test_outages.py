"""Since when something is amiss: kept while pages notice it, new after a quiet minute, bounded."""

from __future__ import annotations

from datetime import timedelta

from domain.page.model import DegradationKind
from domain.page.outages import KEPT, Outage, Outages, Trouble, noticed
from tests.domain.made import NOW

SECOND = timedelta(seconds=1)
TRENDING = Trouble(DegradationKind.ROW_UNAVAILABLE, "trending")
PROFILE = Trouble(DegradationKind.PROFILE_UNAVAILABLE)


def test_an_outage_keeps_its_first_instant_while_pages_notice_it() -> None:
    known: Outages = {}
    for second in (0, 50, 100):
        known = noticed(known, [TRENDING], NOW + second * SECOND)
    assert known == {TRENDING: Outage(NOW, NOW + 100 * SECOND)}


def test_a_page_that_did_not_meet_it_does_not_end_it() -> None:
    known = noticed({}, [TRENDING], NOW)
    known = noticed(known, [PROFILE], NOW + 30 * SECOND)
    known = noticed(known, [TRENDING], NOW + 59 * SECOND)
    assert known[TRENDING].since == NOW
    assert known[PROFILE].since == NOW + 30 * SECOND


def test_after_a_quiet_minute_it_is_a_new_one() -> None:
    known = noticed({}, [TRENDING], NOW)
    assert noticed(known, [], NOW + 60 * SECOND) == {}
    assert noticed(known, [TRENDING], NOW + 60 * SECOND)[TRENDING].since == NOW + 60 * SECOND


def test_pages_that_finish_out_of_order_agree_on_the_earliest() -> None:
    known = noticed({}, [TRENDING], NOW)
    assert noticed(known, [TRENDING], NOW - SECOND) == {TRENDING: Outage(NOW - SECOND, NOW)}


def test_only_so_many_are_known() -> None:
    rows = [Trouble(DegradationKind.ROW_UNAVAILABLE, f"row-{number}") for number in range(KEPT + 10)]
    known = noticed({}, rows, NOW)
    assert list(known) == rows[10:]
