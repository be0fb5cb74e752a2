"""The sections below the first screen: gates, evaluation, detectors, differences, inputs and outputs."""

from __future__ import annotations

from collections.abc import Iterable

from batch.reports.html.elements import (
    NOT_MEASURED,
    count,
    decimal,
    duration,
    escape,
    facts,
    folded,
    mark,
    section,
    share,
    size,
    table,
    when,
)
from batch.reports.html.plots import freshness_plot, markets_plot, scores_plot, stages_plot, tail_plot
from batch.reports.model import EVERYBODY, RunReport, gate_reading
from batch.reports.parts import Mover, ReportedDataset, ReportedDetection, ReportedGate, ReportedScore


def plots(report: RunReport) -> str:
    figures = report.metrics
    drawn = [markets_plot(figures.markets)] if figures and figures.markets else []
    drawn += [scores_plot(figures.scores)] if figures else []
    drawn += [tail_plot(figures.long_tail, figures.gini)] if figures and figures.long_tail else []
    drawn += [freshness_plot(report.history)] if report.history else []
    drawn += [stages_plot(report.stages)] if report.stages else []
    sample = f"Lists of {figures.profiles:,} sampled profiles, read back from the store." if figures else ""
    inside = "".join(drawn)
    return section("Plots", f'<div class="plots">{inside}</div>', intro=sample) if drawn else ""


def gates(report: RunReport) -> str:
    if report.gates is None:
        return section("Gates", f"<p>{NOT_MEASURED}</p>")
    rows = [
        (
            escape(gate.id),
            _gate_mark(gate),
            escape(gate.message or ("" if gate.passed else gate_reading(gate))),
            decimal(gate.value),
            "" if gate.limit is None else decimal(gate.limit),
            "" if gate.baseline is None else decimal(gate.baseline),
        )
        for gate in sorted(report.gates, key=lambda one: one.passed)
    ]
    kept = sum(one.passed and one.value is not None for one in report.gates)
    head = ("Gate", "Result", "What it found", "Value", "Limit", "Live")
    return section("Gates", table(f"{kept} of {len(rows)} gates passed", head, rows, 3))


def _gate_mark(gate: ReportedGate) -> str:
    if gate.passed and gate.value is None:
        return mark("calm", "not measured")
    if gate.passed:
        return mark("good", "passed")
    if gate.waived_by:
        return mark("warn", f"waived by {gate.waived_by}")
    return mark("bad", "blocks") if gate.level == "block" else mark("warn", "warns")


HEADLINE_METRICS = ("ndcg@10", "recall@20", "hr@10", "coverage@10", "diversity@10")
HEADLINE_PAGES = ("next play in first 3 x 6", "next play in first 10 cards", "next play by steps")


def evaluation(report: RunReport) -> str:
    """Of everybody first, title level beside page level; slices and other metrics are folded away."""
    scored = report.evaluation
    if scored is None:
        return section(
            "Evaluation", f"<p>{NOT_MEASURED}: <code>marquee jobs run evaluate</code> measures it.</p>"
        )
    first = [
        one
        for one in scored.scores
        if one.metric in (*HEADLINE_METRICS, *HEADLINE_PAGES) and _is_of_all(one.slice)
    ]
    shown = _score_table("Of everybody", first or scored.scores)
    if all(one.level != "page" for one in scored.scores):
        command = f"marquee page evaluate --version {escape(report.run_id)} --record"
        shown += f"<p>Page level: {NOT_MEASURED}. <code>{command}</code> measures it.</p>"
    rest = [one for one in scored.scores if one not in first] if first else []
    weights = report.weights or {}
    learned = facts((name, decimal(weight)) for name, weight in weights.items()) if weights else ""
    return section(
        "Evaluation",
        shown,
        folded("Other slices and metrics", _score_table("The rest", rest)) if rest else "",
        folded("Learned weights of the blend", learned) if learned else "",
        intro=scored.note or "Full ranking, 95 % intervals by bootstrap over profiles.",
    )


def _is_of_all(slice_: str) -> bool:
    """Of everybody; what followed the last version is of everybody, too."""
    return slice_ == EVERYBODY or slice_.startswith("since ")


def _score_table(caption: str, scores: Iterable[ReportedScore]) -> str:
    """One line a level, slice and model, one column a metric."""
    lines: dict[tuple[str, str, str], dict[str, ReportedScore]] = {}
    metrics: dict[str, None] = {}
    for one in scores:
        metrics.setdefault(one.metric)
        lines.setdefault((one.level, one.slice, one.model), {})[one.metric] = one
    rows = [
        (
            escape(model),
            escape(level),
            escape(who),
            count(max(one.users for one in by_metric.values())),
            *[_score(by_metric.get(metric)) for metric in metrics],
        )
        for (level, who, model), by_metric in lines.items()
    ]
    return table(caption, ("Model", "Level", "Profiles", "Scored", *metrics), rows, len(metrics) + 1)


def _score(one: ReportedScore | None) -> str:
    if one is None:
        return ""
    interval = (
        "" if one.low is None or one.high is None else f"<br><small>{one.low:.4f}–{one.high:.4f}</small>"
    )
    return f"{one.value:.4f}{interval}"


def detections(report: RunReport) -> str:
    if report.detections is None:
        return section("Detectors", f"<p>{NOT_MEASURED}</p>")
    rows = [
        (
            escape(one.detector.replace("_", " ")),
            escape(one.summary),
            "<br>".join(map(escape, one.examples)),
            f"<code>{escape(one.command)}</code>" if one.command else "",
            _found(one),
        )
        for one in report.detections
    ]
    head = ("Detector", "What it found", "Examples", "Explain", "Found")
    return section(
        "Detectors", table("Played but ranked low, never shown, never opened, thin pages", head, rows, 1)
    )


def _found(one: ReportedDetection) -> str:
    if one.checked is None:
        return count(one.found) if one.found else NOT_MEASURED
    return f"{one.found:,} of {one.checked:,}"


def difference(report: RunReport) -> str:
    delta = report.delta_vs_live
    if delta is None:
        return section("Differences", "<p>There is no version before with lists to compare with.</p>")
    figures = facts(
        [
            ("Overlap@10", share(delta.overlap_at_10)),
            ("Kendall tau", decimal(delta.kendall)),
            ("Another first screen", share(delta.share_changed_first_screen)),
            ("Titles new in first tens", count(delta.new_titles)),
            ("Titles gone from first tens", count(delta.lost_titles)),
            ("Profiles with a list before alone", count(delta.only_before)),
            ("Profiles with a list now alone", count(delta.only_after)),
        ]
    )
    both = _movers("Gained exposure", delta.gained) + _movers("Lost exposure", delta.lost)
    movers = f'<div class="two">{both}</div>'
    rows = [
        (
            escape(one.dataset.replace("_", " ")),
            size(one.before) if one.unit == "bytes" else count(one.before),
            size(one.after) if one.unit == "bytes" else count(one.after),
        )
        for one in delta.sizes
    ]
    sizes = table("Sizes", ("Dataset", "Before", "After"), rows, 2) if rows else ""
    intro = f"From {delta.before} to {delta.after}, by the lists of {delta.profiles:,} sampled profiles."
    return section("Differences", figures, movers, sizes, intro=intro)


def _movers(caption: str, movers: Iterable[Mover]) -> str:
    rows = [
        (escape(one.name), share(one.before), share(one.after), f"{100 * (one.after - one.before):+.1f}")
        for one in movers
    ]
    if not rows:
        return f"<p>{caption}: no title.</p>"
    return table(
        f"{caption}: share of profiles with it in their first ten",
        ("Title", "Before", "After", "Points"),
        rows,
        3,
    )


def inputs_and_outputs(report: RunReport) -> str:
    head = ("Dataset", "Fingerprint", "Age of newest", "Rows", "Bytes")
    spark = report.spark
    engine = (
        facts(
            [
                ("Spark", escape(f"{spark.version}, {spark.master}")),
                ("Application", escape(spark.app_id)),
                ("Stages, tasks", f"{spark.stages:,}, {spark.tasks:,}"),
                ("Failed tasks", count(spark.failed_tasks)),
                ("Shuffled", size(spark.shuffle_bytes)),
                ("Spilled to disk", size(spark.spill_bytes)),
                ("Greatest JVM heap", size(spark.peak_memory)),
            ]
        )
        if spark
        else f"<p>Spark: {NOT_MEASURED}</p>"
    )
    return section(
        "Inputs and outputs",
        table("Read", head, map(_dataset, report.inputs), 2) if report.inputs else "",
        table("Written", head, map(_dataset, report.outputs), 2) if report.outputs else "",
        engine,
        facts(
            [
                ("Marquee", escape(report.job_version)),
                ("Git revision", escape(report.git_sha) if report.git_sha else NOT_MEASURED),
                ("Newest event", f"{when(report.as_of.utc)} UTC" if report.as_of else NOT_MEASURED),
                *[(f"Parameter {name}", escape(value)) for name, value in report.params.items()],
            ]
        ),
    )


def _dataset(one: ReportedDataset) -> tuple[str, ...]:
    return (
        escape(one.dataset.replace("_", " ")),
        f"<code>{escape(one.fingerprint)}</code>" if one.fingerprint else "",
        "" if one.age_seconds is None else duration(one.age_seconds),
        "" if one.rows is None else count(one.rows),
        "" if one.bytes is None else size(one.bytes),
    )
