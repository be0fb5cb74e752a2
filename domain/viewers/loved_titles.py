"""Titles a profile likes by its own activity, without co-viewing and disowned watches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.ids import TitleId
from domain.recommendations.reasons import ReasonKind
from domain.viewers.activity import Activity, show_of
from domain.viewers.watches import Watch


@dataclass(frozen=True, slots=True)
class LovedTitle:
    """`strength` is 0..1."""

    kind: ReasonKind
    at: datetime
    strength: float


def loved_titles(activity: Activity) -> dict[TitleId, LovedTitle]:
    """Movies and series liked or finished (at least an episode), most recent first.

    A dislike of any date removes a title. Ratings of episodes do not count. Finishing counts half of a like.
    """
    loved: dict[TitleId, LovedTitle] = {}
    for show, at in finished_shows(activity).items():
        loved[show] = LovedTitle(ReasonKind.BECAUSE_YOU_WATCHED, at, 0.5)
    for title_id, rating in activity.show_ratings().items():
        known = loved.get(title_id)
        if rating.value > 0:
            latest = max(rating.at, known.at) if known else rating.at
            loved[title_id] = LovedTitle(ReasonKind.BECAUSE_YOU_LIKED, latest, max(0.5, rating.value))
        elif known is not None and rating.value < 0:
            del loved[title_id]
    return dict(sorted(loved.items(), key=lambda item: (item[1].at, item[0]), reverse=True))


def own_watches(activity: Activity) -> Mapping[TitleId, Watch]:
    """Without co-viewing, and without what is disowned."""
    if not activity.disowned:
        return activity.watched
    return {
        title_id: owned
        for title_id, watch in activity.watched.items()
        if (owned := activity.owned_watch(title_id, watch)) is not None
    }


def finished_shows(activity: Activity) -> dict[TitleId, datetime]:
    """Shows of which the profile finished something -> when last."""
    finished: dict[TitleId, datetime] = {}
    for title_id, watch in own_watches(activity).items():
        if (at := watch.finished_at) is not None:
            show = show_of(title_id, watch)
            finished[show] = max(at, finished.get(show, at))
    return finished


def worth_rewatching(
    activity: Activity, loved: Mapping[TitleId, LovedTitle], before: datetime
) -> list[TitleId]:
    """Finished loved shows that the household has not watched since `before`, best loved first.

    A mere look is no watch.
    """
    last_watched: dict[TitleId, datetime] = {}
    for history in (activity.watched, activity.household):
        for title_id, watch in history.items():
            if (at := watch.viewed_at) is not None:
                show = show_of(title_id, watch)
                last_watched[show] = max(at, last_watched.get(show, at))
    finished = finished_shows(activity)
    again = [show for show in loved if show in finished and last_watched[show] < before]
    return sorted(again, key=lambda show: (-loved[show].strength, -last_watched[show].timestamp(), show))
