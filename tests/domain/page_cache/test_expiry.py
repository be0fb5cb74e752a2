"""When time alone makes another page: to the instant where one is written, else to the quarter of an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.experiments.model import Experiment, ExperimentSet, Variant
from domain.ids import TitleId
from domain.layouts.conditions import Condition, HourRange
from domain.layouts.documents import layout_to_document
from domain.layouts.resolution import NO_LAYOUTS, PublishedLayouts, decode_layouts
from domain.layouts.shipped_layout import SHIPPED_LAYOUT
from domain.layouts.versions import LayoutVersion
from domain.page_cache.expiry import earliest_after, expiry_schedule, first_snooze_end
from domain.viewers.activity import FOREVER, Activity, Dismissal
from tests.domain.made import DAY, DE, HOUR, MINA, NOW

SINCE = NOW - 10 * DAY - HOUR
NEXT_QUARTER = NOW + timedelta(minutes=15)
NO_EXPERIMENTS = ExperimentSet()


def a_book(changes: dict[str, Any], row: dict[str, Any]) -> PublishedLayouts:
    document = layout_to_document(SHIPPED_LAYOUT) | changes
    document["rows"]["my-list"] |= row
    return decode_layouts([LayoutVersion("e1", "home", 1, document, NOW)])


@pytest.mark.parametrize(
    ("changes", "row", "turns"),
    [
        ({}, {}, None),
        ({"schedule": {"to": "2026-11-23T00:00"}}, {}, datetime(2026, 11, 22, 23, tzinfo=UTC)),
        ({}, {"schedule": {"from": "2026-11-22T20:00:01Z"}}, NOW + timedelta(seconds=1)),
        ({"schedule": {"from": "2020-01-01T00:00"}}, {}, None),
        ({}, {"schedule": {"weekdays": ["mon"]}}, NEXT_QUARTER),
        ({}, {"when": {"hour": {"from": 6, "to": 9}}}, NEXT_QUARTER),
        ({}, {"when": {"weekday": ["sun"]}}, NEXT_QUARTER),
        ({}, {"rotation": "hour"}, NEXT_QUARTER),
        ({}, {"when": {"tenure_days": {"min": 11}}}, SINCE + 11 * DAY),
        ({}, {"when": {"device": ["tv"]}}, None),
        ({}, {"pins": [{"title_id": "m1", "slot": 1, "until": "2026-11-22T21:00:00Z"}]}, NOW + HOUR),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_layout_says_when_it_may_be_another(
    changes: dict[str, Any], row: dict[str, Any], turns: datetime | None
) -> None:
    assert expiry_schedule(a_book(changes, row), NO_EXPERIMENTS).next_change(NOW, DE, SINCE) == turns


def test_an_experiment_begins_and_ends_to_the_instant_and_its_hours_count() -> None:
    plain = Experiment("x", (Variant("A", 1.0), Variant("B", 1.0)), starts_at=NOW + HOUR, ends_at=NOW + DAY)
    for now, turns in ((NOW, NOW + HOUR), (NOW + HOUR, NOW + DAY), (NOW + DAY, None)):
        assert expiry_schedule(NO_LAYOUTS, ExperimentSet.of([plain])).next_change(now, DE, SINCE) == turns
    timed = replace(plain, starts_at=None, when=Condition(hours=HourRange(6, 9)))
    assert expiry_schedule(NO_LAYOUTS, ExperimentSet.of([timed])).next_change(NOW, DE, SINCE) == NEXT_QUARTER


def test_what_was_put_off_comes_back_and_what_was_removed_does_not() -> None:
    put_off = {
        TitleId("removed"): Dismissal(NOW, FOREVER),
        TitleId("over"): Dismissal(NOW, NOW),
        TitleId("later"): Dismissal(NOW, NOW + DAY),
        TitleId("soon"): Dismissal(NOW, NOW + HOUR),
    }
    assert first_snooze_end(Activity(MINA, dismissed=put_off), NOW) == NOW + HOUR
    assert first_snooze_end(Activity(MINA), NOW) is None


def test_the_first_instant_after_now_is_never_now() -> None:
    assert earliest_after(NOW, [NOW, None, NOW + DAY, NOW + HOUR, NOW - HOUR]) == NOW + HOUR
