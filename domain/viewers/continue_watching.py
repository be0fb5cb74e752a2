"""Continue Watching: one card per show that is unfinished or whose next episode is due.

When a title counts as started and as finished: playback.py. A finished movie is listed again once it is started anew,
and stays a watched title; a look of 25 seconds does not list it.

Removing or snoozing hides a show from the row only; its position stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.viewers.activity import Activity, show_of
from domain.viewers.next_episode import RunPosition, SeriesRun, next_episode, run_position
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
    """What playing the card does. NEW is a next episode that opened after the previous one was finished.

    `at` orders the row: the last watch of the show, the end of a snooze, or the opening of a NEW episode.
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


def series_to_look_up(activity: Activity, now: datetime) -> list[TitleId]:
    """Series in progress, those with a finished last episode first: only their episodes tell what is next.

    The others are looked up because their last episode may have left the catalogue.
    """
    progress_by_show = show_progress(activity, now)
    series = [
        (progress.is_open, show) for show, progress in progress_by_show.items() if progress.watch.series_id
    ]
    return [show for _, show in sorted(series, key=lambda item: item[0])]


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
    rating = activity.rated.get(show)
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
    progress_by_show = show_progress(activity, now)
    watches = _watches_by_series(activity, series.keys() & progress_by_show.keys())
    resumes: list[Resume] = []
    for show, progress in progress_by_show.items():
        resume = _resume(progress, series.get(show), watches.get(show, {}))
        if resume is not None and _is_wanted(resume, wanted):
            resumes.append(resume)
    resumes.sort(key=lambda resume: (not resume.household, resume.at, resume.title_id), reverse=True)
    return resumes[:limit]


def _watches_by_series(activity: Activity, series: Set[TitleId]) -> dict[TitleId, dict[TitleId, Watch]]:
    """Own and co-viewed together, without disowned viewing."""
    found: dict[TitleId, dict[TitleId, Watch]] = {}
    if not series:
        return found
    for title_id, watch in (*activity.watched.items(), *activity.household.items()):
        show = show_of(title_id, watch)
        if show in series and (owned := activity.owned_watches(title_id)) is not None:
            found.setdefault(show, {})[title_id] = owned
    return found


def _is_wanted(resume: Resume, wanted: ResumeFilter) -> bool:
    return wanted == ResumeFilter.ALL or (resume.kind == ResumeKind.CONTINUE) == (
        wanted == ResumeFilter.CONTINUE
    )


def _resume(progress: ShowProgress, run: SeriesRun | None, watches: Mapping[TitleId, Watch]) -> Resume | None:
    if progress.is_open and _can_continue(progress.title_id, run):
        return _continue_title(progress.title_id, progress.watch, progress)
    position = None if run is None else run_position(progress.title_id, run, watches)
    if run is None or position is None:
        return None
    latest = watches.get(position.latest)
    if latest is not None and latest.is_open:
        if position.latest in run.awaited:
            return None
        if position.latest in run.permitted:
            return _continue_title(position.latest, latest, progress)
    title = next_episode(position.start, run, lambda title_id: _is_done(watches.get(title_id), position))
    if title is None:
        return None
    started = watches.get(title.id)
    if started is not None and started.is_open:
        return _continue_title(title.id, started, progress)
    return _start_episode(title, run.opened_at(title), progress)


def _can_continue(title_id: TitleId, run: SeriesRun | None) -> bool:
    """Without a run the title alone decides, when the page checks it."""
    return run is None or title_id in run.permitted


def _is_done(watch: Watch | None, position: RunPosition) -> bool:
    """In this round."""
    if watch is None or watch.finished_at is None or watch.is_open:
        return False
    return position.round_began_at is None or watch.finished_at >= position.round_began_at


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


def _start_episode(title: Title, opened_at: datetime, progress: ShowProgress) -> Resume:
    new = opened_at > progress.viewed_at
    return Resume(
        ResumeKind.NEW if new else ResumeKind.NEXT,
        title.id,
        max(opened_at, progress.at) if new else progress.at,
        0,
        title.runtime_seconds or 0,
        TitleId(progress.watch.series_id),
        progress.household,
    )
