"""Intervals and paired differences of pages, with figures whose answers are known."""

from __future__ import annotations

from bff.page_replay.table import mean_intervals, page_table
from domain.evaluation.table import CANDIDATE, table_to_document
from domain.page.play_positions import METRICS


def test_equal_values_have_an_interval_of_no_width() -> None:
    assert mean_intervals([(0.5,), (0.5,), (0.5,)]) == [(0.5, 0.5, 0.5)]


def test_half_of_a_hundred_profiles_has_the_interval_of_a_coin() -> None:
    value, low, high = mean_intervals([(float(one % 2),) for one in range(100)])[0]
    assert value == 0.5
    assert 0.38 <= low <= 0.43
    assert 0.57 <= high <= 0.62


def test_differences_are_paired_and_empty_slices_left_out() -> None:
    better = [tuple(float(one) + 1 for _ in METRICS) for one in range(20)]
    worse = [tuple(float(one) for _ in METRICS) for one in range(20)]
    table = page_table({CANDIDATE: better, "live": worse}, {"all": range(20), "kids": []}, "note")
    assert {one.slice for one in table.scores} == {"all"}
    assert {(one.value, one.low, one.high, one.verdict) for one in table.differences} == {
        (1.0, 1.0, 1.0, "better")
    }
    document = table_to_document(table)
    assert set(document["scores"][0]) == {
        "level",
        "slice",
        "model",
        "metric",
        "value",
        "low",
        "high",
        "users",
    }
    assert document["scores"][0]["level"] == "page"
