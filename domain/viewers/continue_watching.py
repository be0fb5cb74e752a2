"""Continue Watching: what is begun and not finished, one card per show, the next episode where one is due.

Thresholds follow the Android TV "Watch Next" guidelines: a movie has begun after 3 % or two minutes,
whichever is earlier, an episode after two minutes. The credits mark of a title is its end; without one, the last
three minutes count as the end, or the last tenth of anything shorter than half an hour.

A show that was removed or snoozed keeps its place: only the row forgets it, until it is played again. What comes
next in a series is decided in domain/viewers/next_episode.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.viewers.activity import Activity, Watch, show_of
from domain.viewers.next_episode import SeriesRun, following, place_of

STARTED_SECONDS = 120
STARTED_SHARE = 0.03
CREDITS_SECONDS = 180
CREDITS_SHARE = 0.1
MOST_CARDS = 25


class ResumeKind(StrEnum):
    CONTINUE = "continue"
    NEXT = "next"
    NEW = "new"


class Kinds(StrEnum):
    """Which half of the row is wanted: what was left in the middle, what comes next, or both."""

    ALL = "all"
    CONTINUE = "continue"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Resume:
    """What playing this card does: carry on in `title_id`, or begin the next episode.

    NEW is a next episode that came out after the one before it was finished. `at` is what the row is ordered
    by: when the show was last watched, when a snooze ended, or when a NEW episode came out.
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
    """Where a profile stands in a show: the title of it that was watched last, alone or with others.

    `at` is when the profile itself last watched the show; `household`: it never did by itself.
    """

    title_id: TitleId
    watch: Watch
    at: datetime
    household: bool = False


def is_finished(position_seconds: int, duration_seconds: int, credits_seconds: int | None = None) -> bool:
    """True in the credits. An unknown duration (0) is never finished by position, unless a mark says where."""
    if credits_seconds:
        return position_seconds >= credits_seconds
    if duration_seconds <= 0:
        return False
    credits = min(CREDITS_SECONDS, duration_seconds * CREDITS_SHARE)
    return position_seconds >= duration_seconds - credits


def is_started(watch: Watch) -> bool:
    """Far enough in to be worth carrying on. Of an unknown duration (0) there is no share."""
    if watch.finished:
        return True
    if watch.series_id or not watch.duration_seconds:
        return watch.position_seconds > STARTED_SECONDS
    threshold = min(float(STARTED_SECONDS), watch.duration_seconds * STARTED_SHARE)
    return watch.position_seconds > threshold


def series_to_look_up(activity: Activity, now: datetime, limit: int) -> list[TitleId]:
    """The series whose last episode was finished, newest first: their episodes decide what comes next."""
    standings = latest_by_show(activity, now)
    series = [
        show for show, standing in standings.items() if standing.watch.series_id and standing.watch.finished
    ]
    return series[:limit]


def latest_by_show(activity: Activity, now: datetime) -> dict[TitleId, ShowProgress]:
    """Where the profile stands in every show the row may speak of: its own first, the most recent first.

    Only what has begun counts: a glance at the next episode, as autoplay makes, takes no show off the row.
    Left out are shows that were dismissed or disliked after they were last watched, what was disowned, and
    finished movies.
    """
    latest: dict[TitleId, ShowProgress] = {}
    for title_id, watch, household in _begun(activity):
        show = show_of(title_id, watch)
        known = latest.get(show)
        if known is None:
            latest[show] = ShowProgress(title_id, watch, watch.at, household)
        elif (watch.at, watch, title_id) > (known.watch.at, known.watch, known.title_id):
            # Watched with others it moves on, but not up the row.
            at = known.at if household and not known.household else watch.at
            latest[show] = ShowProgress(title_id, watch, at, household and known.household)
    wanted = [
        (show, standing)
        for show, last in latest.items()
        if (standing := _wanted(show, last, activity, now)) is not None
    ]
    wanted.sort(key=lambda item: (not item[1].household, item[1].at, item[1].title_id), reverse=True)
    return dict(wanted)


def _begun(activity: Activity) -> Iterator[tuple[TitleId, Watch, bool]]:
    own, shared = activity.watched, activity.household
    for household, history, other in ((False, own, shared), (True, shared, own)):
        for title_id, watch in history.items():
            if watch.finished and not watch.series_id and title_id not in other:
                continue
            if is_started(watch) and not (activity.disowned and activity.is_disowned(title_id, watch)):
                yield title_id, watch, household


def _wanted(show: TitleId, standing: ShowProgress, activity: Activity, now: datetime) -> ShowProgress | None:
    """The standing, None while the viewer does not want to see the show here. A snoozed show returns to the front."""
    watch = standing.watch
    for judged in (show, standing.title_id):
        rating = activity.rated.get(judged)
        if rating is not None and rating.value < 0 and rating.at >= watch.at:
            return None
    dismissal = activity.dismissed.get(show)
    if dismissal is None or watch.at > dismissal.at:
        return standing
    if now < dismissal.until:
        return None
    return replace(standing, at=max(standing.at, dismissal.until))


def to_continue(
    activity: Activity,
    series: Mapping[TitleId, SeriesRun],
    now: datetime,
    limit: int,
    kinds: Kinds = Kinds.ALL,
) -> list[Resume]:
    """At most `limit` things to resume, last watched first; what was watched with others comes after the rest.

    `series` holds the runs of those in `series_to_look_up`. A finished movie is gone; a finished episode makes
    way for the one after it; after the last episode the series is gone until a new one comes out.
    """
    resumes: list[Resume] = []
    for show, standing in latest_by_show(activity, now).items():
        resume = _resume(standing, series.get(show), activity)
        if resume is not None and _is_of(resume, kinds):
            resumes.append(resume)
    resumes.sort(key=lambda resume: (not resume.household, resume.at, resume.title_id), reverse=True)
    return resumes[:limit]


def _is_of(resume: Resume, kinds: Kinds) -> bool:
    return kinds == Kinds.ALL or (resume.kind == ResumeKind.CONTINUE) == (kinds == Kinds.CONTINUE)


def _resume(standing: ShowProgress, run: SeriesRun | None, activity: Activity) -> Resume | None:
    watch = standing.watch
    if not watch.finished:
        return _carry_on(standing.title_id, watch, standing)
    if run is None:
        return None
    place = place_of(standing.title_id, run, activity)
    if place is not None and place != standing.title_id:
        left = _left_in_the_middle(place, activity)
        if left is not None and place in run.permitted:
            return _carry_on(place, left, standing)
    title = (
        following(place, run, lambda title_id: _is_done(title_id, activity)) if place is not None else None
    )
    if title is None:
        return None
    begun = _left_in_the_middle(title.id, activity)
    return _carry_on(title.id, begun, standing) if begun is not None else _begin(title, standing)


def _is_done(title_id: TitleId, activity: Activity) -> bool:
    """Finished, by this profile or in company, and never disowned."""
    return any(watch.finished for watch in _own_watches(title_id, activity))


def _left_in_the_middle(title_id: TitleId, activity: Activity) -> Watch | None:
    watch = max(_own_watches(title_id, activity), default=None)
    return watch if watch is not None and is_started(watch) and not watch.finished else None


def _own_watches(title_id: TitleId, activity: Activity) -> list[Watch]:
    found = (activity.watched.get(title_id), activity.household.get(title_id))
    return [watch for watch in found if watch is not None and not activity.is_disowned(title_id, watch)]


def _carry_on(title_id: TitleId, watch: Watch, standing: ShowProgress) -> Resume:
    series = TitleId(watch.series_id) if watch.series_id else None
    return Resume(
        ResumeKind.CONTINUE,
        title_id,
        standing.at,
        watch.position_seconds,
        watch.duration_seconds,
        series,
        standing.household,
    )


def _begin(title: Title, standing: ShowProgress) -> Resume:
    new = title.launched_at > standing.watch.at
    return Resume(
        ResumeKind.NEW if new else ResumeKind.NEXT,
        title.id,
        max(title.launched_at, standing.at) if new else standing.at,
        0,
        title.runtime_seconds or 0,
        TitleId(standing.watch.series_id),
        standing.household,
    )
