"""The jobs of the nightly run, in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from batch.jobs.context import JobContext, StageCounts

NIGHTLY = "nightly"


@dataclass(frozen=True, slots=True)
class Job:
    """`needs`: jobs whose datasets it reads. `can_stop_early`: it honours the context's `deadline`.

    `is_measure`: readers use nothing of it, so the nightly run goes on when it fails.
    """

    name: str
    summary: str
    run: Callable[[JobContext], StageCounts]
    needs: tuple[str, ...] = ()
    can_stop_early: bool = False
    is_measure: bool = False


def all_jobs() -> dict[str, Job]:
    """Imports the jobs here because they import Spark."""
    from batch.evaluation import job as evaluate
    from batch.jobs import (
        catalog_index,
        histories,
        input_snapshot,
        interactions,
        item_model,
        popularity,
        similar_titles,
        top_picks,
        trending,
    )

    jobs = (
        Job("snapshot", "titles, viewers and viewings as they stand", input_snapshot.run, ()),
        Job("interactions", "events to one weight per profile and title", interactions.run, ()),
        Job(
            "histories",
            "what each profile watched, packed by title number",
            histories.run,
            ("snapshot", "interactions"),
        ),
        Job(
            "similar_titles",
            "which titles go together",
            similar_titles.run,
            ("snapshot", "interactions", "histories"),
        ),
        Job(
            "item_model",
            "the learned blend and which title speaks for which",
            item_model.run,
            ("snapshot", "interactions", "histories"),
            can_stop_early=True,
        ),
        Job(
            "popularity",
            "what is watched a lot, per region and genre",
            popularity.run,
            ("snapshot", "interactions", "histories", "item_model"),
        ),
        Job(
            "top_picks",
            "up to 50 titles for every profile",
            top_picks.run,
            ("snapshot", "interactions", "histories", "item_model"),
            can_stop_early=True,
        ),
        Job("trending", "what is watched more than usual", trending.run, ("snapshot",)),
        Job(
            "catalog_index",
            "the searchable catalogue",
            catalog_index.run,
            ("snapshot", "interactions", "histories", "item_model", "popularity"),
        ),
        Job(
            "evaluate",
            "what the lists are worth, on viewing that the models did not know",
            evaluate.run,
            ("snapshot", "interactions", "histories", "item_model"),
            can_stop_early=True,
            is_measure=True,
        ),
    )
    return {job.name: job for job in jobs}


def plan_jobs(name: str) -> list[Job]:
    """All jobs for "nightly", else the job and its needs, in order."""
    jobs = all_jobs()
    if name == NIGHTLY:
        return list(jobs.values())
    needed = {name, *jobs[name].needs}
    return [job for job in jobs.values() if job.name in needed]
