"""A condition holds when all of its parts do, and names the part that fails first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given

from domain.ids import Region
from domain.layouts.conditions import (
    ALWAYS,
    Condition,
    HourRange,
    NumberRange,
    VersionRange,
    first_failure,
    holds,
    parse_version_number,
)
from domain.layouts.request_context import TargetingContext
from tests.domain.made_layouts import a_context, contexts


@given(contexts)
def test_a_condition_that_names_nothing_always_holds(context: TargetingContext) -> None:
    assert first_failure(ALWAYS, context) is None


@pytest.mark.parametrize(
    ("condition", "changes", "why"),
    [
        (Condition(devices=("web", "mobile")), {}, "device is tv, not web or mobile"),
        (Condition(markets=("US",)), {}, "market is DE, not US"),
        (Condition(markets=("CA-QC",)), {"market": Region("CA")}, "market is CA, not CA-QC"),
        (Condition(kids=True), {}, "the profile is not a child's"),
        (Condition(kids=False), {"kids": True}, "the profile is a child's"),
        (Condition(maturity=NumberRange(18)), {}, "maturity limit: 16, not at least 18"),
        (Condition(plans=("premium",)), {}, "plan is standard, not premium"),
        (
            Condition(tenure_days=NumberRange(None, 7)),
            {},
            "profile age in days: 30, not at most 7",
        ),
        (Condition(history=NumberRange(1, 3)), {}, "titles started: 12, not 1 to 3"),
        (Condition(hours=HourRange(6, 12)), {}, "local hour is 21, not from 6 up to 12"),
        (Condition(weekdays=("fri", "sat")), {}, "local weekday is sun, not fri or sat"),
        (Condition(client=VersionRange((4, 3))), {}, "client version is 4.2, not 4.3 or later"),
        (
            Condition(client=VersionRange((4,), (4, 2))),
            {},
            "client version is 4.2, not 4 or later and before 4.2",
        ),
        (
            Condition(client=VersionRange((1,))),
            {"client": None},
            "client version is unknown, not 1 or later",
        ),
        (Condition(arms={"order": ("B",)}), {}, "arm of order is none, not B"),
        (Condition(arms={"order": ("B",)}), {"arms": {"order": "A"}}, "arm of order is A, not B"),
        (Condition(kids=True, devices=("web",)), {}, "device is tv, not web"),
    ],
)
def test_the_first_part_that_fails_is_named(
    condition: Condition, changes: dict[str, object], why: str
) -> None:
    assert first_failure(condition, a_context(**changes)) == why
    assert not holds(condition, a_context(**changes))


def test_a_condition_whose_every_part_holds_does() -> None:
    condition = Condition(
        devices=("tv",), markets=("DE", "FR"), kids=False, maturity=NumberRange(16, 16), plans=("standard",),
        tenure_days=NumberRange(30), history=NumberRange(None, 12), hours=HourRange(21, 22), weekdays=("sun",),
        client=VersionRange((4, 2, 0), (4, 3)), arms={"order": ("A", "B")},
    )  # fmt: skip
    assert first_failure(condition, a_context(arms={"order": "B"})) is None


@pytest.mark.parametrize(("hour", "shows"), [(21, False), (22, True), (23, True), (1, True), (2, False)])
def test_hours_run_past_midnight(hour: int, shows: bool) -> None:
    assert HourRange(22, 2).contains(hour) is shows


def test_a_sub_region_belongs_to_its_market() -> None:
    context = a_context(market=Region("CA-QC"))
    assert first_failure(Condition(markets=("CA",)), context) is None
    assert first_failure(Condition(markets=("US", "CA-QC")), context) is None
    assert first_failure(Condition(markets=("CA-ON",)), context) == "market is CA-QC, not CA-ON"


def test_hours_are_the_markets() -> None:
    late = a_context(now=datetime(2026, 11, 22, 22, 30, tzinfo=UTC))
    assert holds(Condition(hours=HourRange(23, 24)), late)
    assert holds(Condition(weekdays=("mon",)), a_context(now=datetime(2026, 11, 22, 23, 30, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("text", "client"),
    [
        ("4", (4,)),
        ("4.2.0", (4, 2, 0)),
        ("", None),
        ("4.x", None),
        ("1.2.3.4.5", None),
        ("-1", None),
        ("٤", None),
    ],
)
def test_versions_are_numbers_with_dots(text: str, client: tuple[int, ...] | None) -> None:
    assert parse_version_number(text) == client


def test_versions_4_2_and_4_2_0_are_equal() -> None:
    assert VersionRange((4, 2, 0)).contains((4, 2))
    assert not VersionRange(None, (4, 2, 0)).contains((4, 2))
