"""Continue Watching: what is begun and not finished, one card per show, the next episode where one is due.

Thresholds follow the Android TV "Watch Next" guidelines: a movie has begun after 3 % or two minutes,
whichever is earlier, an episode after two minutes; without credit marks, the last three minutes count as
the end, or the last tenth of anything shorter than half an hour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.activity import Activity, Watch
from domain.ids import TitleId
from domain.titles import Title, in_watching_order

STARTED_SECONDS = 120
STARTED_SHARE = 0.03
CREDITS_SECONDS = 180
CREDITS_SHARE = 0.1


class ResumeKind(StrEnum):
    CONTINUE = "continue"
    NEXT = "next"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Resume:
    """What playing this card does: carry on in `title_id`, or begin the next episode.

    NEW is a next episode that came out after the one before it was finished.
    """

    kind: ResumeKind
    title_id: TitleId
    at: datetime
    position_seconds: int
    duration_seconds: int
    series_id: TitleId | None = None


def is_finished(position_seconds: int, duration_seconds: int) -> bool:
    """True in the credits. An unknown duration (0) is never finished."""
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


def series_to_look_up(activity: Activity, limit: int) -> list[TitleId]:
    """The series whose last episode was finished, newest first: their episodes decide what comes next."""
    latest = latest_by_show(activity)
    series = [show for show, (_, watch) in latest.items() if watch.series_id and watch.finished]
    return series[:limit]


def latest_by_show(activity: Activity) -> dict[TitleId, tuple[TitleId, Watch]]:
    """The most recently watched title of every show, most recent show first.

    Only what has begun counts: a glance at the next episode, as autoplay makes, takes no show off the row.
    """
    latest: dict[TitleId, tuple[TitleId, Watch]] = {}
    for title_id, watch in activity.watched.items():
        if not is_started(watch):
            continue
        show = TitleId(watch.series_id) if watch.series_id else title_id
        if show not in latest or (watch, title_id) > (latest[show][1], latest[show][0]):
            latest[show] = (title_id, watch)
    return dict(sorted(latest.items(), key=lambda item: (item[1][1].at, item[0]), reverse=True))


def to_continue(activity: Activity, episodes: Mapping[TitleId, Sequence[Title]], limit: int) -> list[Resume]:
    """At most `limit` things to resume, last watched first.

    `episodes` holds the permitted episodes of each series in `series_to_look_up`. A finished movie is gone;
    a finished episode makes way for the one after it; a finished last episode ends the series.
    """
    resumes: list[Resume] = []
    for show, (title_id, watch) in latest_by_show(activity).items():
        resume = _resume(title_id, watch, episodes.get(show, ()), activity)
        if resume is not None:
            resumes.append(resume)
        if len(resumes) == limit:
            break
    return resumes


def _resume(title_id: TitleId, watch: Watch, episodes: Sequence[Title], activity: Activity) -> Resume | None:
    if not watch.finished:
        return _carry_on(title_id, watch, watch.at)
    following = next_episode(title_id, episodes, activity)
    if following is None:
        return None
    begun = activity.watched.get(following.id)
    if begun is not None and is_started(begun):
        return _carry_on(following.id, begun, watch.at)
    kind = ResumeKind.NEW if following.launched_at > watch.at else ResumeKind.NEXT
    series = TitleId(watch.series_id)
    return Resume(kind, following.id, watch.at, 0, following.runtime_seconds or 0, series)


def _carry_on(title_id: TitleId, watch: Watch, at: datetime) -> Resume:
    series = TitleId(watch.series_id) if watch.series_id else None
    return Resume(ResumeKind.CONTINUE, title_id, at, watch.position_seconds, watch.duration_seconds, series)


def next_episode(title_id: TitleId, episodes: Sequence[Title], activity: Activity) -> Title | None:
    """The first unfinished episode after this one, in watching order."""
    ordered = in_watching_order(episodes)
    position = next((index for index, title in enumerate(ordered) if title.id == title_id), None)
    if position is None:
        return None
    for title in ordered[position + 1 :]:
        watch = activity.watched.get(title.id)
        if watch is None or not watch.finished:
            return title
    return None
