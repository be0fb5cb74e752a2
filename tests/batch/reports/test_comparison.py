"""Two runs side by side."""

from __future__ import annotations

from dataclasses import replace

from batch.reports.comparison import compare_results
from batch.reports.json_document import to_json
from tests.batch.report_example import BARE, FIGURES, REPORT


def test_values_that_differ_carry_their_change() -> None:
    other = replace(REPORT, duration=200.0, metrics=replace(FIGURES, coverage=0.9), git_sha="fed")
    values = {one.name: one for one in compare_results(to_json(REPORT), to_json(other))}
    assert (values["duration"].a, values["duration"].b, values["duration"].change) == (252.5, 200.0, -52.5)
    assert round(values["coverage"].change or 0, 6) == -0.08
    assert (values["git_sha"].b, values["git_sha"].change) == ("fed", None)
    assert values["title ndcg@10 of this version, all"].change == 0
    assert values["gate row_count"].a == 1.0
    assert values["weight transitions"].b == 0.3


def test_a_run_that_measured_little_is_compared_in_what_it_has() -> None:
    values = {one.name: one for one in compare_results(to_json(REPORT), to_json(BARE))}
    assert (values["status"].a, values["status"].b) == ("succeeded", "failed")
    assert (values["coverage"].a, values["coverage"].b, values["coverage"].change) == (0.98, None, None)
    assert compare_results({}, {}) == []
