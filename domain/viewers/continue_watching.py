"""Continue Watching: one card per show that is unfinished or whose next episode is due.

When a title counts as started and as finished: playback.py. A finished movie is listed again once it is started anew,
and stays a watched title; a look of 25 seconds does not list it.

Removing or snoozing hides a show from the row only; its position stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.viewers.activity import Activity, show_of
from domain.viewers.next_episode import SeriesRun, last_episode_in_run, next_episode
from domain.viewers.watches import Watch

MAX_RESUMES = 25


class ResumeKind(StrEnum):
    CONTINUE = "continue"
    NEXT = "next"
    NEW = "new"


class ResumeFilter(StrEnum):
    ALL = "all"
    CONTINUE = "continue"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Resume:
    """What playing the card does. NEW is a next episode launched after the previous one was finished.

    `at` orders the row: the last watch of the show, the end of a snooze, or the launch of a NEW episode.
    """

    kind: ResumeKind
    title_id: TitleId
    at: datetime
    position_seconds: int
    duration_seconds: int
    series_id: TitleId | None = None
    household: bool = False


@dataclass(frozen=True, slots=True)
class ShowProgress:
    """The last watched title of a show: `watch` without disowned viewing, `viewed_at` when.

    `at` is the profile's own last watch; `household` means it has none.
    """

    title_id: TitleId
    watch: Watch
    viewed_at: datetime
    at: datetime
    household: bool = False

    @property
    def is_open(self) -> bool:
        """To be continued; else the title was finished."""
        return self.watch.is_open


def series_to_look_up(activity: Activity, now: datetime, limit: int) -> list[TitleId]:
    """Series whose latest episode was finished: their next one must be looked up."""
    progress_by_show = show_progress(activity, now)
    series = [
        show
        for show, progress in progress_by_show.items()
        if progress.watch.series_id and not progress.is_open
    ]
    return series[:limit]


def show_progress(activity: Activity, now: datetime) -> dict[TitleId, ShowProgress]:
    """Progress in the shows that the row may list: own watches first, then most recent first.

    A mere look does not count, so autoplaying a second of the next episode hides no show. Left out are shows
    dismissed or disliked since their last watch, disowned watches and finished movies.
    """
    latest: dict[TitleId, ShowProgress] = {}
    for title_id, watch, viewed_at, household in _viewed(activity):
        show = show_of(title_id, watch)
        known = latest.get(show)
        if known is None:
            latest[show] = ShowProgress(title_id, watch, viewed_at, viewed_at, household)
        elif (viewed_at, watch.number, title_id) > (known.viewed_at, known.watch.number, known.title_id):
            # Co-viewing advances the show but does not move it up the row.
            at = known.at if household and not known.household else viewed_at
            latest[show] = ShowProgress(title_id, watch, viewed_at, at, household and known.household)
    visible = [
        (show, progress)
        for show, last in latest.items()
        if (progress := _visible_progress(show, last, activity, now)) is not None
    ]
    visible.sort(key=lambda item: (not item[1].household, item[1].at, item[1].title_id), reverse=True)
    return dict(visible)


def _viewed(activity: Activity) -> Iterator[tuple[TitleId, Watch, datetime, bool]]:
    """Without finished movies, which have nothing to resume."""
    own, shared = activity.watched, activity.household
    for household, history, other in ((False, own, shared), (True, shared, own)):
        for title_id, whole in history.items():
            watch = activity.owned_watch(title_id, whole)
            if watch is None or (viewed_at := watch.viewed_at) is None:
                continue
            if watch.series_id or watch.is_open or title_id in other:
                yield title_id, watch, viewed_at, household


def _visible_progress(
    show: TitleId, progress: ShowProgress, activity: Activity, now: datetime
) -> ShowProgress | None:
    """None while the row must not list the show. A snoozed show returns to the front."""
    for judged in (show, progress.title_id):
        rating = activity.rated.get(judged)
        if rating is not None and rating.value < 0 and rating.at >= progress.viewed_at:
            return None
    dismissal = activity.dismissed.get(show)
    if dismissal is None or progress.viewed_at > dismissal.at:
        return progress
    if now < dismissal.until:
        return None
    return replace(progress, at=max(progress.at, dismissal.until))


def list_resumes(
    activity: Activity,
    series: Mapping[TitleId, SeriesRun],
    now: datetime,
    limit: int,
    wanted: ResumeFilter = ResumeFilter.ALL,
) -> list[Resume]:
    """What to resume, last watched first, co-viewed last. `series` holds the runs of `series_to_look_up`.

    The next episode replaces a finished one; after the last one the series is gone until a new one launches.
    """
    resumes: list[Resume] = []
    for show, progress in show_progress(activity, now).items():
        resume = _resume(progress, series.get(show), activity)
        if resume is not None and _is_wanted(resume, wanted):
            resumes.append(resume)
    resumes.sort(key=lambda resume: (not resume.household, resume.at, resume.title_id), reverse=True)
    return resumes[:limit]


def _is_wanted(resume: Resume, wanted: ResumeFilter) -> bool:
    return wanted == ResumeFilter.ALL or (resume.kind == ResumeKind.CONTINUE) == (
        wanted == ResumeFilter.CONTINUE
    )


def _resume(progress: ShowProgress, run: SeriesRun | None, activity: Activity) -> Resume | None:
    if progress.is_open:
        return _continue_title(progress.title_id, progress.watch, progress)
    if run is None:
        return None
    place = last_episode_in_run(progress.title_id, run, activity)
    if place is not None and place != progress.title_id:
        unfinished = _unfinished_watch(place, activity)
        if unfinished is not None and place in run.permitted:
            return _continue_title(place, unfinished, progress)
    title = (
        next_episode(place, run, lambda title_id: _is_finished_here(title_id, activity))
        if place is not None
        else None
    )
    if title is None:
        return None
    started = _unfinished_watch(title.id, activity)
    return (
        _continue_title(title.id, started, progress)
        if started is not None
        else _start_episode(title, progress)
    )


def _is_finished_here(title_id: TitleId, activity: Activity) -> bool:
    watch = activity.owned_watches(title_id)
    return watch is not None and watch.finished and not watch.is_open


def _unfinished_watch(title_id: TitleId, activity: Activity) -> Watch | None:
    watch = activity.owned_watches(title_id)
    return watch if watch is not None and watch.is_open else None


def _continue_title(title_id: TitleId, watch: Watch, progress: ShowProgress) -> Resume:
    series = TitleId(watch.series_id) if watch.series_id else None
    return Resume(
        ResumeKind.CONTINUE,
        title_id,
        progress.at,
        watch.position_seconds,
        watch.duration_seconds,
        series,
        progress.household,
    )


def _start_episode(title: Title, progress: ShowProgress) -> Resume:
    new = title.launched_at > progress.viewed_at
    return Resume(
        ResumeKind.NEW if new else ResumeKind.NEXT,
        title.id,
        max(title.launched_at, progress.at) if new else progress.at,
        0,
        title.runtime_seconds or 0,
        TitleId(progress.watch.series_id),
        progress.household,
    )
