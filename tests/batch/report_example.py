"""A report with every part, as a night has it when all was measured."""

from __future__ import annotations

from dataclasses import replace

from batch.reports.model import FORMAT, RunReport
from batch.reports.parts import (
    DatasetSize,
    Histogram,
    ListFigures,
    MarketCoverage,
    Mover,
    NextCommand,
    Night,
    Publication,
    ReportedDataset,
    ReportedDetection,
    ReportedDifference,
    ReportedEvaluation,
    ReportedGate,
    ReportedInstant,
    ReportedScore,
    ReportedStage,
    SamplePage,
    SampleRow,
    SampleTitle,
    SparkFacts,
    VersionDiff,
)

HOSTILE = '<script>alert("x")</script> & Söhne'


def instant(clock: str) -> ReportedInstant:
    return ReportedInstant(f"2026-11-21T{clock}:00Z", f"2026-11-21T{clock}:00+01:00")


def score(model: str, level: str, value: float) -> ReportedScore:
    return ReportedScore(level, "all", model, "ndcg@10", value, value - 0.003, value + 0.003, 2000)


def title(name: str, fresh: bool = False) -> SampleTitle:
    return SampleTitle(name.lower(), name, ("#112233", "#445566", "#ddeeff"), fresh)


EVALUATION = ReportedEvaluation(
    scores=(
        score("this version", "title", 0.105),
        score("the last version", "title", 0.101),
        score("recent popularity", "title", 0.104),
        score("this version", "page", 0.31),
    ),
    differences=(
        ReportedDifference("title", "all", "the last version", "ndcg@10", 0.004, 0.001, 0.007),
        ReportedDifference("title", "all", "recent popularity", "ndcg@10", 0.001, -0.002, 0.004),
        ReportedDifference("page", "all", "the last version", "ndcg@10", -0.02, -0.03, -0.01),
    ),
)
GATES = (
    ReportedGate("row_count", "block", 1.0, 0.8, 1.0, True),
    ReportedGate(
        "top_title_share", "block", 0.12, 0.1, 0.08, False, None, "12 % of lists begin with one title."
    ),
    ReportedGate("overlap", "warn", 0.18, 0.2, None, False),
    ReportedGate("metric", "block", 0.09, 0.1, None, False, "ann: new catalogue"),
)
FIGURES = ListFigures(
    profiles=1000,
    coverage=0.98,
    personal_share=0.9,
    items_per_profile=50.0,
    catalogue_share=0.4,
    top_title_share=0.08,
    gini=0.6,
    novelty=3.2,
    mean_age_days=410.0,
    markets=(MarketCoverage("US", 600, 600), MarketCoverage("DE", 400, 380)),
    scores=Histogram((0.0, 0.5, 1.0), (4, 6), (5, 5)),
    long_tail=(900, 400, 20, 1),
)
DIFFERENCE = VersionDiff(
    before="20261119-1",
    after="20261120-1",
    profiles=980,
    overlap_at_10=0.83,
    kendall=0.7,
    share_changed_first_screen=0.4,
    only_before=0,
    only_after=3,
    new_titles=2,
    lost_titles=1,
    gained=(Mover("t1", HOSTILE, 0.1, 0.2),),
    lost=(Mover("t2", "Gone", 0.2, 0.0),),
    sizes=(
        DatasetSize("top_picks", "lists", 900, 980),
        DatasetSize("parquet files", "bytes", None, 5_000_000),
    ),
)
PAGE = SamplePage(
    "mina",
    "US, a persona",
    (SampleRow("Top Picks", (title("Alpha"), title("Beta", True))),),
    (SampleRow("Top Picks", (title("Alpha"), title(HOSTILE, True))),),
    "marquee explain --profile mina --title alpha",
)

REPORT = RunReport(
    format=FORMAT,
    run_id="20261121T031200000",
    job="nightly",
    job_version="0.1.0",
    git_sha="0123456789abcdef",
    params={"date": "2026-11-20"},
    logical_date="2026-11-20",
    version="20261120-1",
    status="succeeded",
    error=None,
    started=instant("03:12"),
    ended=instant("03:16"),
    duration=252.5,
    host="batch-1",
    as_of=instant("02:50"),
    stages=(ReportedStage("spark", 20.0, 19.0, {"events": 10}), ReportedStage("top_picks", 90.0, 40.0, {})),
    publish=Publication(True, "20261119-1", "20261120-1", instant("03:16"), "20261121T031200000"),
    next_commands=(NextCommand("marquee data rollback", "readers return to 20261119-1"),),
    spark=SparkFacts("4.3.0", "local-1", "local[2]", None, 10, 40, 0, 1000, 0, 2_000_000),
    inputs=(ReportedDataset("events", None, "2026-11-20", 10, 2000, "abcd", 1320.0),),
    outputs=(ReportedDataset("top_picks", "20261120-1", "2026-11-20", 980, None, None, None),),
    metrics=FIGURES,
    gates=GATES,
    evaluation=EVALUATION,
    weights={"item weights": 0.6, "transitions": 0.3, "recent popularity": 0.1},
    detections=(
        ReportedDetection(
            "never_shown", "3 titles were never shown.", 3, ("Alpha", "Beta"), "marquee explain --title alpha"
        ),
    ),
    delta_vs_live=DIFFERENCE,
    samples=(PAGE,),
    history=(
        Night("20261119-1", "2026-11-19T23:50:00Z", "2026-11-20T03:15:00Z"),
        Night("20261120-1", "2026-11-21T02:50:00Z", "2026-11-21T03:16:00Z"),
    ),
)

BARE = replace(
    REPORT,
    status="failed",
    error="Spark: no space left on device",
    publish=Publication(False, "20261119-1", "20261119-1", instant("03:16"), "20261120T031200000"),
    stages=(),
    as_of=None,
    git_sha=None,
    spark=None,
    inputs=(),
    outputs=(),
    metrics=None,
    gates=None,
    evaluation=None,
    weights=None,
    detections=None,
    delta_vs_live=None,
    samples=None,
    history=(),
)
"""Of a run that failed early: nothing was measured."""
