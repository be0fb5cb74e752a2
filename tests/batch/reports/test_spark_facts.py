"""Skew of Spark tasks, in words."""

from __future__ import annotations

from batch.reports.spark_facts import skew_text


def test_a_task_that_all_others_waited_for_is_named_with_its_stage() -> None:
    assert skew_text(7, 200, 4.0, 60.4) == (
        "Spark stage 7 waited for one task: the longest of 200 took 60 s, the median 4 s. One key or file holds most "
        "of its rows."
    )


def test_a_longest_task_that_hardly_anybody_waits_for_is_no_skew() -> None:
    assert skew_text(7, 200, 50.0, 62.0) is None
    assert skew_text(7, 200, 0.5, 9.0) is None
