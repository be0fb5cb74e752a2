"""What suits the moment: rules hold by local hour, weekday and device, and never push further than 1."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from domain.ranking.context_boosts import RULES, ContextBoost, ContextRule, context_boosts
from tests.domain.made import a_title

SUNDAY = datetime(2026, 11, 22, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
HORROR, COMEDY = a_title("h", genres=("Horror", "Drama")), a_title("c", genres=("Comedy",))
CARTOON = a_title("f", genres=("Family", "Animation"))
SHORT = a_title("s", genres=("Comedy",), runtime_seconds=1500)


@pytest.mark.parametrize(
    ("local", "device", "expected"),
    [
        (SUNDAY.replace(hour=7), "tv", {HORROR.id: -0.4, CARTOON.id: 0.6}),
        (MONDAY.replace(hour=7), "tv", {HORROR.id: -0.4}),
        (MONDAY.replace(hour=15), "tv", {CARTOON.id: 0.4}),
        (MONDAY.replace(hour=20), "tv", {}),
        (MONDAY.replace(hour=21), "tv", {HORROR.id: 0.4}),
        (MONDAY.replace(hour=1), "tv", {HORROR.id: 0.4}),
        (MONDAY.replace(hour=2), "tv", {}),
        (MONDAY.replace(hour=20), "mobile", {SHORT.id: 0.5}),
        (MONDAY.replace(hour=13), "mobile", {SHORT.id: 0.8}),
        (SUNDAY.replace(hour=13), "tv", {}),
    ],
)
def test_the_table(local: datetime, device: str, expected: dict[str, float]) -> None:
    leaning = context_boosts(local, device)
    found = {title.id: leaning.for_title(title) for title in (HORROR, COMEDY, CARTOON, SHORT)}
    assert {title_id: value for title_id, value in found.items() if value} == pytest.approx(expected)
    assert bool(leaning) == bool(expected)


def test_the_hour_is_the_viewers_not_the_servers() -> None:
    evening_in_new_york = datetime(2026, 11, 24, 2, 30, tzinfo=UTC).astimezone(ZoneInfo("America/New_York"))
    assert context_boosts(evening_in_new_york, "tv").for_title(HORROR) == 0.4


def test_it_is_bounded_whatever_the_rules_say() -> None:
    loud = [ContextRule("loud", 0.9, ("Comedy",), 60) for _ in range(5)]
    quiet = [ContextRule("quiet", -0.9, ("Comedy",), 60) for _ in range(5)]
    assert context_boosts(MONDAY, "tv", rules=loud).for_title(SHORT) == 1.0
    assert context_boosts(MONDAY, "tv", rules=quiet).for_title(SHORT) == -1.0
    assert ContextBoost().for_title(SHORT) == 0.0
    assert all(abs(rule.boost) <= 1 for rule in RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)
