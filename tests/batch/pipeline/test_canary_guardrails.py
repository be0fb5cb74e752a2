"""A canary goes on when enough viewers saw it unharmed, waits for them, and returns for a real harm."""

from __future__ import annotations

from dataclasses import replace

import pytest

from batch.pipeline.canary_guardrails import ArmFacts, judge_canary, two_proportion_z

LIVE = ArmFacts(units=2000, pages=2000, rows=24_000, degraded=20, players=900)
CANARY = ArmFacts(units=100, pages=100, rows=1200, degraded=1, players=45)


@pytest.mark.parametrize(
    ("changes", "hours", "expected"),
    [
        ({}, 2.0, "advance"),
        ({"units": 49}, 2.0, "wait"),
        ({}, 0.5, "wait"),
        ({"units": 3, "pages": 3}, 73.0, "return"),
        ({"degraded": 20}, 0.1, "return"),
        ({"rows": 900}, 0.1, "return"),
        ({"players": 20}, 0.1, "return"),
        ({"players": 40}, 2.0, "advance"),
        ({"degraded": 3}, 2.0, "advance"),
        ({"units": 19, "pages": 19, "rows": 0, "degraded": 19, "players": 0}, 0.1, "wait"),
    ],
)
def test_verdicts(changes: dict[str, int], hours: float, expected: str) -> None:
    assert judge_canary(LIVE, replace(CANARY, **changes), hours).verdict == expected


def test_a_harm_is_told_with_both_numbers() -> None:
    bad = replace(CANARY, degraded=30, rows=600, players=10)
    assert judge_canary(LIVE, bad, 2.0).says == (
        "30.0% of its pages are degraded, 1.0% of the live version's; its pages have 6.0 rows, the live version's "
        "12.0; 10.0% of its viewers played something, 45.0% of the others"
    )


def test_an_outage_of_both_arms_harms_nobody() -> None:
    down = replace(CANARY, degraded=90)
    assert judge_canary(replace(LIVE, degraded=1800), down, 2.0).verdict == "advance"


def test_the_z_of_equal_shares_is_nothing_and_has_a_sign() -> None:
    assert two_proportion_z(5, 10, 50, 100) == two_proportion_z(0, 10, 0, 10) == 0.0
    # (0.6 - 0.5) / sqrt(0.55 * 0.45 * 2 / 100)
    assert two_proportion_z(60, 100, 50, 100) == pytest.approx(1.4213, abs=1e-4)
    assert two_proportion_z(50, 100, 60, 100) == pytest.approx(-1.4213, abs=1e-4)
