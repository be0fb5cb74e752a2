"""What is wrong with a run, worst first."""

from __future__ import annotations

from dataclasses import replace

from batch.reports.model import find_problems, headline_differences
from batch.reports.next_commands import next_commands
from batch.reports.parts import ReportedDifference, ReportedEvaluation, ReportedStage
from tests.batch.report_example import BARE, FIGURES, REPORT


def test_problems_are_listed_worst_first() -> None:
    assert [(one.level, one.text) for one in find_problems(REPORT)] == [
        ("block", "Gate top_title_share: 12 % of lists begin with one title."),
        ("warn", "Gate overlap: 0.18 (limit 0.2)."),
        ("warn", "Gate metric: 0.09 (limit 0.1). Waived by ann: new catalogue."),
        ("warn", "Worse than the last version (page level): ndcg@10 -0.0200."),
        ("warn", "20 of 1,000 sampled profiles have no list, most of them in DE."),
        ("warn", "Stage top_picks took 90 s; last time 40 s."),
        ("warn", "3 titles were never shown."),
    ]


def test_the_error_of_a_failed_run_blocks() -> None:
    assert [(one.level, one.text) for one in find_problems(BARE)] == [
        ("block", "Spark: no space left on device")
    ]


def test_a_run_without_faults_has_none() -> None:
    fine = replace(
        REPORT,
        gates=REPORT.gates and REPORT.gates[:1],
        evaluation=None,
        metrics=replace(FIGURES, coverage=1.0),
        stages=(ReportedStage("spark", 20.0, 15.0, {}),),
        detections=(),
    )
    assert find_problems(fine) == ()


def test_an_interval_that_includes_zero_is_no_verdict() -> None:
    assert REPORT.evaluation is not None
    assert [one.verdict for one in REPORT.evaluation.differences] == [
        "better",
        "no clear difference",
        "worse",
    ]


def test_the_next_command_follows_from_how_the_run_ended() -> None:
    def first(status: str, published: bool, before: str | None = "20261119-1") -> str:
        return next_commands("R", "nightly", "2026-11-20", status, published, before)[0].command

    assert first("succeeded", True) == "marquee data rollback"
    assert first("succeeded", True, None) == "marquee data status"
    assert first("succeeded", False) == "marquee runs show R"
    assert first("failed", False) == "marquee jobs run nightly --date 2026-11-20"
    assert first("blocked", False) == "marquee runs open R"


def test_the_headline_is_of_everybody_by_one_metric_a_level_and_yesterday_first() -> None:
    def difference(level: str, slice_: str, against: str, metric: str) -> ReportedDifference:
        return ReportedDifference(level, slice_, against, metric, 0.1, 0.0, 0.2)

    evaluation = ReportedEvaluation(
        scores=(),
        differences=(
            difference("title", "all", "item-kNN", "NDCG@10"),
            difference("title", "all", "recent popularity", "Recall@20"),
            difference("title", "all", "recent popularity", "NDCG@10"),
            difference("title", "kids", "last version", "NDCG@10"),
            difference("title", "all", "last version", "NDCG@10"),
            difference("page", "all", "last version", "first 18"),
            difference("page", "all", "last version", "first 6"),
        ),
    )
    assert [(one.level, one.against, one.metric) for one in headline_differences(evaluation)] == [
        ("title", "last version", "NDCG@10"),
        ("page", "last version", "first 18"),
        ("title", "recent popularity", "NDCG@10"),
        ("title", "item-kNN", "NDCG@10"),
    ]
    assert headline_differences(None) == ()
