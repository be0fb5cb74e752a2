"""What playing a title carries on with, for titles shown anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.catalog.titles import Title, TitleKind
from domain.viewers.continue_watching import Resume
from domain.viewers.title_progress import episode_to_play, resume_of
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader
from resolvers.request.viewer import Viewer


@dataclass(frozen=True, slots=True)
class PlayPoint:
    """`title`: the movie or the episode that plays; None for a series without an episode to show."""

    title: Title | None
    resume: Resume | None


async def load_play_points(context: Context, viewer: Viewer, titles: Sequence[Title]) -> list[PlayPoint]:
    """In the order of `titles`, which are eligible. One store call for all series. Raises StoreUnavailable."""
    series = [title.id for title in titles if title.kind == TitleKind.SERIES]
    loader = TitleLoader(await context.version_loaders(), viewer.audience) if series else None
    runs = await loader.load_series_runs(series) if loader else {}
    points = []
    for title in titles:
        run = runs.get(title.id)
        resume = resume_of(title, viewer.activity, run, context.now)
        if run is not None and resume is not None and resume.title_id not in run.permitted:
            resume = None
        points.append(PlayPoint(title if run is None else episode_to_play(resume, run), resume))
    return points
