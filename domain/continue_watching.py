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


@dataclass(frozen=True, slots=True)
class Resume:
    """What playing this card does: carry on in `title_id`, or begin the next episode."""

    kind: ResumeKind
    title_id: TitleId
    at: datetime
    position_seconds: int
    duration_seconds: int


def is_finished(position_seconds: int, duration_seconds: int) -> bool:
    """True in the credits. An unknown duration (0) is never finished."""
    if duration_seconds <= 0:
        return False
    credits = min(CREDITS_SECONDS, duration_seconds * CREDITS_SHARE)
    return position_seconds >= duration_seconds - credits


def is_started(watch: Watch) -> bool:
    """Far enough in to be worth carrying on."""
    if watch.finished:
        return True
    if watch.series_id:
        return watch.position_seconds > STARTED_SECONDS
    threshold = min(float(STARTED_SECONDS), watch.duration_seconds * STARTED_SHARE)
    return watch.position_seconds > threshold


def series_to_look_up(activity: Activity, limit: int) -> list[TitleId]:
    """The series last watched, newest first: their episodes decide what comes next."""
    latest = latest_by_show(activity)
    series = [show for show, (_, watch) in latest.items() if watch.series_id]
    return series[:limit]


def latest_by_show(activity: Activity) -> dict[TitleId, tuple[TitleId, Watch]]:
    """The most recently watched title of every show, most recent show first."""
    latest: dict[TitleId, tuple[TitleId, Watch]] = {}
    for title_id, watch in activity.watched.items():
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
        if not is_started(watch):
            return None
        return Resume(ResumeKind.CONTINUE, title_id, watch.at, watch.position_seconds, watch.duration_seconds)
    following = next_episode(title_id, episodes, activity)
    if following is None:
        return None
    return Resume(ResumeKind.NEXT, following.id, watch.at, 0, following.runtime_seconds or 0)


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
