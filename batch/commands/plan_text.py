"""A plan for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from batch.pipeline.plan import Plan, format_bytes

SHOWN_DATES = 12


def plan_to_text(plan: Plan) -> str:
    return "\n".join(_lines(plan))


def plan_to_json(plan: Plan) -> dict[str, Any]:
    fresh, estimate = plan.freshness, plan.estimate
    return {
        "job": plan.job,
        "sample": plan.sample,
        "dates": [str(day) for day in plan.dates],
        "skipped": [str(day) for day in plan.skipped],
        "inputs": {
            "files": plan.files,
            "bytes": plan.bytes,
            "events": plan.events,
            "liveEvents": plan.live_events,
            "titles": plan.titles,
            "profiles": plan.profiles,
        },
        "missingDates": [str(day) for day in plan.missing],
        "freshness": fresh and {"status": fresh.status.value, "newest": fresh.newest.isoformat()},
        "estimate": {
            "basedOn": estimate.based_on or None,
            "secondsPerDate": estimate.seconds,
            "stages": dict(estimate.stages),
            "diskBytesPerDate": estimate.disk_bytes,
            "growthPerDate": dict(estimate.growth),
        },
        "pointer": plan.pointer,
        "problems": list(plan.problems),
        "fits": not plan.problems,
    }


def _lines(plan: Plan) -> Iterator[str]:
    count, estimate = len(plan.dates), plan.estimate
    sampled = f", {plan.sample:.4g} of the accounts" if plan.sample < 1 else ""
    yield f"{plan.job} for {_dates(plan.dates)}{sampled}"
    if plan.skipped:
        yield f"skipped    {_dates(plan.skipped)}: done before"
    yield (
        f"inputs     {plan.events:,} events in {plan.files:,} files ({format_bytes(plan.bytes)}), about "
        f"{plan.live_events:,} live ones to archive, {plan.titles:,} titles, {plan.profiles:,} profiles"
    )
    yield f"missing    {_dates(plan.missing) if plan.missing else 'none'}{': no events' if plan.missing else ''}"
    yield f"freshness  {plan.freshness.sentence if plan.freshness else 'No event yet.'}"
    if estimate.seconds is None:
        yield "time       not known: no run of this job has succeeded yet"
    else:
        each = f"about {_duration(estimate.seconds)}, as {estimate.based_on} took"
        yield f"time       {each}{f'; {_duration(estimate.seconds * count)} for {count} dates' if count > 1 else ''}"
        sizes = {"disk": estimate.disk_bytes or 0, **estimate.growth}
        grown = ", ".join(f"{store} {format_bytes(size * count)}" for store, size in sizes.items())
        yield f"growth     {grown}"
    yield f"pointer    {plan.pointer}"
    for problem in plan.problems:
        yield f"refused    {problem}"


def _dates(days: Sequence[date]) -> str:
    shown = ", ".join(str(day) for day in days[:SHOWN_DATES])
    return shown + (f" and {len(days) - SHOWN_DATES} more" if len(days) > SHOWN_DATES else "")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
