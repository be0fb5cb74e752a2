"""How far one title was watched, and what playing it carries on with.

Continue Watching lists shows; this is about one show wherever it is shown. A show that was removed from the row,
snoozed or disliked still resumes here: the viewer opened it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.viewers.activity import Activity, show_of
from domain.viewers.continue_watching import Resume, list_resumes
from domain.viewers.next_episode import SeriesRun, next_episode
from domain.viewers.watches import Watch


def resume_of(title: Title, activity: Activity, run: SeriesRun | None, now: datetime) -> Resume | None:
    """Where the movie, the episode or, with the `run` of its episodes, the series carries on.

    None when it was not begun, or when nothing of it is left.
    """
    own = replace(
        activity,
        watched=_watches_of(title, activity.watched),
        household=_watches_of(title, activity.household),
        dismissed={},
        rated={},
    )
    return next(iter(list_resumes(own, {title.id: run} if run else {}, now, 1)), None)


def _watches_of(title: Title, watches: Mapping[TitleId, Watch]) -> dict[TitleId, Watch]:
    if title.id in watches:
        return {title.id: watches[title.id]}
    return {one: watch for one, watch in watches.items() if show_of(one, watch) == title.id}


def episode_to_play(resume: Resume | None, run: SeriesRun) -> Title | None:
    """What playing the series begins: where it carries on, else its first episode that may be shown.

    None, too, while its first episode is awaited.
    """
    if resume is not None:
        return run.permitted.get(resume.title_id)
    first = next_episode(0, run, lambda _: False)
    if first is not None or any(title_id in run.awaited for title_id in run.order):
        return first
    return next((run.permitted[one] for one in run.permitted if one in run.specials), None)
