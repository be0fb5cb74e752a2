"""What a run's report says: `run_results.json` is this, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from batch.reports.parts import (
    ListFigures,
    NextCommand,
    Night,
    Publication,
    ReportedDataset,
    ReportedDetection,
    ReportedDifference,
    ReportedEvaluation,
    ReportedGate,
    ReportedInstant,
    ReportedStage,
    SamplePage,
    SparkFacts,
    VersionDiff,
)

FORMAT = 1
SLOWER_FACTOR = 1.5
SLOWER_SECONDS = 10.0
OLD_INPUT_SECONDS = 36 * 3600.0


@dataclass(frozen=True, slots=True)
class RunReport:
    """A part that was not measured is null."""

    format: Annotated[int, "Version of this format; it grows when a field goes or changes its meaning"]
    run_id: Annotated[str, "Run"]
    job: Annotated[str, "nightly, or one job"]
    job_version: Annotated[str, "Version of Marquee"]
    git_sha: Annotated[str | None, "Git revision of the code"]
    params: Annotated[dict[str, str], "Parameters"]
    logical_date: Annotated[str, "The UTC day that the run is for"]
    version: Annotated[str, "Data version that it wrote"]
    status: Annotated[str, "running, succeeded, failed, blocked or interrupted"]
    error: Annotated[str | None, "Why it failed"]
    started: Annotated[ReportedInstant, "Start"]
    ended: Annotated[ReportedInstant, "End"]
    duration: Annotated[float, "Seconds"]
    host: Annotated[str, "Host"]
    as_of: Annotated[ReportedInstant | None, 'The newest event; ages count from it ("now")']
    stages: Annotated[tuple[ReportedStage, ...], "Stages that ended, in their order"]
    publish: Annotated[Publication, "The live pointer"]
    next_commands: Annotated[tuple[NextCommand, ...], "What to type next, most useful first"]
    spark: Annotated[SparkFacts | None, "Spark"] = None
    inputs: Annotated[tuple[ReportedDataset, ...], "What the run read"] = ()
    outputs: Annotated[tuple[ReportedDataset, ...], "What the run wrote"] = ()
    metrics: Annotated[ListFigures | None, "Figures of the lists of sampled profiles"] = None
    gates: Annotated[tuple[ReportedGate, ...] | None, "Gates before publication"] = None
    evaluation: Annotated[ReportedEvaluation | None, "Offline scores"] = None
    weights: Annotated[dict[str, float] | None, "The learned weights of the blend"] = None
    detections: Annotated[tuple[ReportedDetection, ...] | None, "What detectors found"] = None
    delta_vs_live: Annotated[VersionDiff | None, "Differences from the version before"] = None
    samples: Annotated[tuple[SamplePage, ...] | None, "Pages of ten profiles before and after"] = None
    history: Annotated[tuple[Night, ...], "The last published versions, oldest first"] = ()
    notes: Annotated[tuple[str, ...], "What the run noted, and parts that could not be measured"] = ()


EVERYBODY = "all"
COMPARED = ("last version", "recent popularity")
"""What people ask about first: yesterday, and what any service could show."""

HEADLINES = 4


def headline_differences(evaluation: ReportedEvaluation | None) -> tuple[ReportedDifference, ...]:
    """The few that answer "better or worse?": of everybody, by one metric of each level, NDCG where there is one."""
    if evaluation is None:
        return ()
    of_all = [one for one in evaluation.differences if one.slice == EVERYBODY]
    metrics: dict[str, str] = {}
    for one in of_all:
        if one.level not in metrics or (
            "ndcg" in one.metric.lower() and "ndcg" not in metrics[one.level].lower()
        ):
            metrics[one.level] = one.metric
    chosen = [one for one in of_all if one.metric == metrics[one.level]]
    first = [one for name in COMPARED for one in chosen if one.against.removeprefix("the ") == name]
    return tuple([*first, *[one for one in chosen if one not in first]][:HEADLINES])


@dataclass(frozen=True, slots=True)
class RunProblem:
    level: str
    """ "block" or "warn"."""

    text: str


def find_problems(report: RunReport) -> tuple[RunProblem, ...]:
    """What is wrong, worst first."""
    found = [RunProblem("block", report.error)] if report.error else []
    found += _gate_problems(report.gates or ())
    found += [
        RunProblem("warn", f"Worse than {one.against} ({one.level} level): {one.metric} {one.value:+.4f}.")
        for one in headline_differences(report.evaluation)
        if one.verdict == "worse"
    ]
    found += _list_problems(report)
    found += _input_problems(report.inputs)
    found += _slow_stages(report.stages)
    if report.spark is not None and report.spark.failed_tasks:
        found.append(
            RunProblem("warn", f"{report.spark.failed_tasks} Spark tasks failed and were tried again.")
        )
    if report.spark is not None and report.spark.longest_task:
        found.append(RunProblem("warn", report.spark.longest_task))
    found += [RunProblem("warn", f"{one.summary}") for one in report.detections or () if one.found]
    found += [RunProblem("warn", note) for note in report.notes]
    return tuple(sorted(found, key=lambda one: one.level != "block"))


def _gate_problems(gates: Sequence[ReportedGate]) -> list[RunProblem]:
    return [
        RunProblem(
            "warn" if gate.waived_by else gate.level,
            f"Gate {gate.id}: {gate.message or gate_reading(gate)}"
            + (f" Waived by {gate.waived_by}." if gate.waived_by else ""),
        )
        for gate in gates
        if not gate.passed
    ]


def gate_reading(gate: ReportedGate) -> str:
    live = "" if gate.baseline is None else f", live {gate.baseline:.4g}"
    value = "not measured" if gate.value is None else f"{gate.value:.4g}"
    limit = "" if gate.limit is None else f" (limit {gate.limit:.4g}{live})"
    return f"{value}{limit}."


def _list_problems(report: RunReport) -> list[RunProblem]:
    if report.metrics is None or report.metrics.coverage >= 1:
        return []
    without = report.metrics.profiles - round(report.metrics.coverage * report.metrics.profiles)
    worst = max(report.metrics.markets, key=lambda one: one.profiles - one.with_list, default=None)
    where = f", most of them in {worst.region}" if worst and len(report.metrics.markets) > 1 else ""
    return [
        RunProblem(
            "warn", f"{without:,} of {report.metrics.profiles:,} sampled profiles have no list{where}."
        )
    ]


def _input_problems(inputs: Sequence[ReportedDataset]) -> list[RunProblem]:
    return [
        RunProblem("warn", f"The newest row of {one.dataset} was {one.age_seconds / 3600:.0f} h old.")
        for one in inputs
        if one.age_seconds is not None and one.age_seconds > OLD_INPUT_SECONDS
    ]


def _slow_stages(stages: Sequence[ReportedStage]) -> list[RunProblem]:
    return [
        RunProblem("warn", f"Stage {one.name} took {one.seconds:.0f} s; last time {one.last_seconds:.0f} s.")
        for one in stages
        if one.last_seconds is not None
        and one.seconds > one.last_seconds * SLOWER_FACTOR
        and one.seconds - one.last_seconds > SLOWER_SECONDS
    ]
