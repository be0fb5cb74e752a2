"""What a profile has shown to like, all of it said or done by itself.

Watching with others is history, not taste; neither is what the viewer disowned ("this was not me").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.ids import TitleId
from domain.recommendations.reasons import ReasonKind
from domain.viewers.activity import Activity, Watch, show_of


@dataclass(frozen=True, slots=True)
class LovedTitle:
    """How and when it was shown: liked, or finished and not disliked. `strength` is 0..1."""

    kind: ReasonKind
    at: datetime
    strength: float


def loved_titles(activity: Activity) -> dict[TitleId, LovedTitle]:
    """Movies and series this profile liked or finished (an episode at least), most recent first.

    A dislike, whenever it came, takes a title out. Finishing counts half of a like: people finish what they
    merely do not mind.
    """
    loved: dict[TitleId, LovedTitle] = {}
    for show, at in finished_shows(activity).items():
        loved[show] = LovedTitle(ReasonKind.BECAUSE_YOU_WATCHED, at, 0.5)
    for title_id, rating in activity.rated.items():
        known = loved.get(title_id)
        if rating.value > 0:
            latest = max(rating.at, known.at) if known else rating.at
            loved[title_id] = LovedTitle(ReasonKind.BECAUSE_YOU_LIKED, latest, max(0.5, rating.value))
        elif known is not None and rating.value < 0:
            del loved[title_id]
    return dict(sorted(loved.items(), key=lambda item: (item[1].at, item[0]), reverse=True))


def own_watches(activity: Activity) -> Mapping[TitleId, Watch]:
    """What this profile watched by itself and has not disowned: the history that speaks for its taste."""
    if not activity.disowned:
        return activity.watched
    return {
        title_id: watch
        for title_id, watch in activity.watched.items()
        if not activity.is_disowned(title_id, watch)
    }


def finished_shows(activity: Activity) -> dict[TitleId, datetime]:
    """Movies and series of which this profile by itself finished something, with when it last did."""
    finished: dict[TitleId, datetime] = {}
    for title_id, watch in own_watches(activity).items():
        if watch.finished:
            show = show_of(title_id, watch)
            finished[show] = max(watch.at, finished.get(show, watch.at))
    return finished


def worth_rewatching(
    activity: Activity, loved: Mapping[TitleId, LovedTitle], before: datetime
) -> list[TitleId]:
    """Loved shows that were finished and not touched since `before`, by nobody: best loved first, then latest.

    One that is being watched again, or whose next episode was begun, is a matter for Continue Watching.
    """
    touched: dict[TitleId, datetime] = {}
    for history in (activity.watched, activity.household):
        for title_id, watch in history.items():
            show = show_of(title_id, watch)
            touched[show] = max(watch.at, touched.get(show, watch.at))
    finished = finished_shows(activity)
    again = [show for show in loved if show in finished and touched[show] < before]
    return sorted(again, key=lambda show: (-loved[show].strength, -touched[show].timestamp(), show))
