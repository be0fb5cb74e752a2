"""The jobs of the night shift, in the order in which a night runs them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from batch.jobs.context import Counts, JobContext

NIGHTLY = "nightly"


@dataclass(frozen=True, slots=True)
class Job:
    """`needs`: jobs of the same run whose datasets this one reads. `seconds`: a guess before the first run."""

    name: str
    summary: str
    stage: Callable[[JobContext], Counts]
    needs: tuple[str, ...] = ()
    seconds: float = 10.0


def jobs() -> dict[str, Job]:
    """Every job by name. The modules behind them import Spark, so they are imported when asked for."""
    from batch.jobs import (
        catalog_index,
        interactions,
        popularity,
        similar_titles,
        top_picks,
        trending,
    )
    from batch.jobs import (
        input_snapshot as snapshot,
    )

    listed = (
        Job("snapshot", "titles, viewers and viewings as they stand", snapshot.stage, (), 15),
        Job("interactions", "events to one weight per profile and title", interactions.stage, (), 10),
        Job("popularity", "what is watched a lot, per region and genre", popularity.stage, ("snapshot",), 12),
        Job(
            "similar_titles",
            "which titles go together",
            similar_titles.stage,
            ("snapshot", "interactions"),
            30,
        ),
        Job(
            "top_picks",
            "up to 50 titles for every profile",
            top_picks.stage,
            ("snapshot", "interactions", "popularity", "similar_titles"),
            30,
        ),
        Job("trending", "what is watched more than usual", trending.stage, ("snapshot",), 12),
        Job(
            "catalog_index",
            "the searchable catalogue",
            catalog_index.stage,
            ("snapshot", "popularity"),
            8,
        ),
    )
    return {job.name: job for job in listed}


def plan(name: str) -> list[Job]:
    """The jobs that `name` runs, in order: all of them for "nightly", else the job and what it needs."""
    known = jobs()
    if name == NIGHTLY:
        return list(known.values())
    wanted = {name, *known[name].needs}
    return [job for job in known.values() if job.name in wanted]
