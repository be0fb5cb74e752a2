"""The first screen: is it live, is it better, what is wrong, what to type next."""

from __future__ import annotations

from batch.reports.html.elements import decimal, duration, escape, instant, mark, share, when
from batch.reports.model import RunReport, find_problems, headline_differences
from batch.reports.parts import ReportedDifference

PROBLEMS_SHOWN = 5


def header(report: RunReport) -> str:
    kind, state = state_of(report)
    name = "Nightly run" if report.job == "nightly" else f"Run of {report.job}"
    facts = [
        ("version", report.version),
        ("run", report.run_id),
        ("took", duration(report.duration)),
        ("host", report.host),
        *([("code", report.git_sha[:12])] if report.git_sha else []),
        ("began", instant(report.started)),
    ]
    words = " ".join(f"<span>{name} <b>{escape(fact)}</b></span>" for name, fact in facts)
    return (
        f"<header><div><h1>{escape(name)} of {when(report.logical_date + 'T00:00').partition(',')[0]}</h1>"
        f'<p class="line">{words}</p></div><div class="state {kind}">{escape(state)}</div></header>'
    )


def state_of(report: RunReport) -> tuple[str, str]:
    if report.publish.is_live:
        return "good", "Live"
    if report.status == "blocked":
        return "bad", "Blocked, not live"
    if report.status in ("failed", "interrupted"):
        return "bad", f"{report.status.capitalize()}, not live"
    return "warn", "Not live"


def answers(report: RunReport) -> str:
    cards = (
        ("Is it live?", _live(report)),
        ("Is it better or worse?", _better(report)),
        ("What is wrong?", _wrong(report)),
        ("What do I type next?", _next(report)),
    )
    inside = "".join(f'<div class="answer"><h2>{question}</h2>{answer}</div>' for question, answer in cards)
    return f'<div class="answers">{inside}</div>'


def _live(report: RunReport) -> str:
    live = report.publish
    if live.is_live and live.at is not None:
        before = (
            f"It replaced {escape(live.pointer_from)}." if live.pointer_from else "It is the first version."
        )
        return (
            '<p class="big">Yes. Readers use it.</p>'
            f'<p class="why">Since {escape(instant(live.at))}. {before}</p>'
        )
    reasons = {
        "blocked": "No. Its gates held it back.",
        "failed": "No. The run failed.",
        "interrupted": "No. The run was interrupted.",
    }
    alone = "No. A single job publishes nothing." if report.job != "nightly" else "No. It was not published."
    serving = (
        f"Readers use version {escape(live.pointer_to)}, as before."
        if live.pointer_to
        else "Nothing was ever published: rows show what needs no nightly run."
    )
    return f'<p class="big">{reasons.get(report.status, alone)}</p><p class="why">{serving}</p>'


def _better(report: RunReport) -> str:
    if differences := headline_differences(report.evaluation):
        lines = "".join(f"<li>{_verdict(one)}</li>" for one in differences)
        return f'<p class="big">{_headline(differences)}</p><ul>{lines}</ul>'
    changed = _changed(report)
    return f'<p class="big">Not measured in this run.</p><p class="why">{changed}</p>'


def _headline(differences: tuple[ReportedDifference, ...]) -> str:
    verdicts = {one.verdict for one in differences}
    if verdicts == {"better"}:
        return "Better."
    if "worse" in verdicts:
        return "Better and worse." if "better" in verdicts else "Worse."
    return "Better, where a difference shows." if "better" in verdicts else "No clear difference."


def _verdict(one: ReportedDifference) -> str:
    kind = {"better": "good", "worse": "bad"}.get(one.verdict, "calm")
    words = (
        f"{one.verdict} than {one.against}" if kind != "calm" else f"no clear difference from {one.against}"
    )
    return (
        f'{mark(kind, words)} <span class="why">{escape(one.level)} level, {escape(one.metric)}'
        f" {one.value:+.4f}, 95 % interval {one.low:+.4f} to {one.high:+.4f}</span>"
    )


def _changed(report: RunReport) -> str:
    delta = report.delta_vs_live
    if delta is None or delta.overlap_at_10 is None:
        return "There are no lists of a version before to compare with."
    return (
        f"Against {escape(delta.before)}: {10 * delta.overlap_at_10:.1f} of 10 first titles are the same;"
        f" {share(delta.share_changed_first_screen)} of profiles see another first screen."
    )


def _wrong(report: RunReport) -> str:
    problems = find_problems(report)
    if not problems:
        return f'<p class="big">Nothing was found.</p><p class="why">{escape(_checked(report))}</p>'
    blocking = sum(one.level == "block" for one in problems)
    words = f"{blocking} blocking, " if blocking else ""
    rest = len(problems) - blocking
    big = f"{words}{rest} to look at." if rest else f"{blocking} blocking."
    lines = "".join(
        f"<li>{mark('bad', 'blocks') if one.level == 'block' else mark('warn', 'look')} {escape(one.text)}</li>"
        for one in problems[:PROBLEMS_SHOWN]
    )
    more = len(problems) - PROBLEMS_SHOWN
    tail = f'<li class="why">and {more} more in the sections below</li>' if more > 0 else ""
    return f'<p class="big">{big}</p><ul>{lines}{tail}</ul>'


def _next(report: RunReport) -> str:
    lines = "".join(
        f'<li><code>{escape(one.command)}</code> <span class="why">{escape(one.purpose)}</span></li>'
        for one in report.next_commands
    )
    return f"<ul>{lines}</ul>"


def strip(report: RunReport) -> str:
    """The figures that people look at every morning."""
    figures = report.metrics
    if figures is None:
        return ""
    pairs = [
        ("profiles with a list", share(figures.coverage)),
        ("titles a profile, median", f"{figures.items_per_profile:.0f}"),
        ("of the catalogue is listed", share(figures.catalogue_share)),
        ("lists led by one title", share(figures.top_title_share)),
        ("bits of novelty", decimal(round(figures.novelty, 2))),
    ]
    if report.delta_vs_live is not None and report.delta_vs_live.overlap_at_10 is not None:
        pairs.append(("overlap@10 with before", share(report.delta_vs_live.overlap_at_10)))
    inside = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in pairs)
    return f'<dl class="strip">{inside}</dl>'


def _checked(report: RunReport) -> str:
    """What "nothing" rests on."""
    parts = {
        "gates": report.gates,
        "evaluation": report.evaluation,
        "detectors": report.detections,
        "lists": report.metrics,
        "inputs": report.inputs or None,
        "Spark tasks": report.spark,
    }
    measured = [name for name, part in parts.items() if part is not None]
    missing = [name for name, part in parts.items() if part is None]
    words = f"Checked: stage times, {', '.join(measured)}." if measured else "Checked: stage times."
    return f"{words} Not measured: {', '.join(missing)}." if missing else words
