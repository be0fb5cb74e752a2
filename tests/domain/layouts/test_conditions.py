"""A condition holds when all of its parts do, and says which part fails first."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given

from domain.layouts.conditions import ALWAYS, Clients, Condition, Hours, Span, holds, parse_client, why_not
from domain.layouts.request_context import Situation
from tests.domain.made_layouts import a_situation, situations


@given(situations)
def test_a_condition_that_names_nothing_always_holds(situation: Situation) -> None:
    assert why_not(ALWAYS, situation) is None


@pytest.mark.parametrize(
    ("condition", "changes", "why"),
    [
        (Condition(devices=("web", "mobile")), {}, "device is tv, not web or mobile"),
        (Condition(markets=("US",)), {}, "market is DE, not US"),
        (Condition(kids=True), {}, "the profile is not a child's"),
        (Condition(kids=False), {"kids": True}, "the profile is a child's"),
        (Condition(maturity=Span(18)), {}, "maturity limit: 16, not at least 18"),
        (Condition(plans=("premium",)), {}, "plan is standard, not premium"),
        (Condition(tenure_days=Span(None, 7)), {}, "days since the profile was made: 30, not at most 7"),
        (Condition(history=Span(1, 3)), {}, "titles begun: 12, not 1 to 3"),
        (Condition(hours=Hours(6, 12)), {}, "local hour is 21, not from 6 up to 12"),
        (Condition(weekdays=("fri", "sat")), {}, "local weekday is sun, not fri or sat"),
        (Condition(client=Clients((4, 3))), {}, "client version is 4.2, not 4.3 or later"),
        (Condition(client=Clients((4,), (4, 2))), {}, "client version is 4.2, not 4 or later and before 4.2"),
        (Condition(client=Clients((1,))), {"client": None}, "client version is not said, not 1 or later"),
        (Condition(arms={"order": ("B",)}), {}, "arm of order is none, not B"),
        (Condition(arms={"order": ("B",)}), {"arms": {"order": "A"}}, "arm of order is A, not B"),
        (Condition(kids=True, devices=("web",)), {}, "device is tv, not web"),
    ],
)
def test_the_first_part_that_fails_is_named(
    condition: Condition, changes: dict[str, object], why: str
) -> None:
    assert why_not(condition, a_situation(**changes)) == why
    assert not holds(condition, a_situation(**changes))


def test_a_condition_whose_every_part_holds_does() -> None:
    condition = Condition(
        devices=("tv",), markets=("DE", "FR"), kids=False, maturity=Span(16, 16), plans=("standard",),
        tenure_days=Span(30), history=Span(None, 12), hours=Hours(21, 22), weekdays=("sun",),
        client=Clients((4, 2, 0), (4, 3)), arms={"order": ("A", "B")},
    )  # fmt: skip
    assert why_not(condition, a_situation(arms={"order": "B"})) is None


@pytest.mark.parametrize(("hour", "shows"), [(21, False), (22, True), (23, True), (1, True), (2, False)])
def test_hours_run_past_midnight(hour: int, shows: bool) -> None:
    assert Hours(22, 2).holds(hour) is shows


def test_hours_are_the_markets() -> None:
    late = a_situation(now=datetime(2026, 11, 22, 22, 30, tzinfo=UTC))
    assert holds(Condition(hours=Hours(23, 24)), late)
    assert holds(Condition(weekdays=("mon",)), a_situation(now=datetime(2026, 11, 22, 23, 30, tzinfo=UTC)))


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
    assert parse_client(text) == client


def test_four_two_is_four_two_nought() -> None:
    assert Clients((4, 2, 0)).holds((4, 2))
    assert not Clients(None, (4, 2, 0)).holds((4, 2))
