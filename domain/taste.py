"""What a profile has shown to like: the titles that may stand in "Because you watched ..."."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.activity import Activity
from domain.ids import TitleId
from domain.reasons import ReasonKind


@dataclass(frozen=True, slots=True)
class Loved:
    """How and when it was shown: liked, or finished and not disliked. `strength` is 0..1."""

    kind: ReasonKind
    at: datetime
    strength: float


def loved_titles(activity: Activity) -> dict[TitleId, Loved]:
    """Movies and series this profile liked or finished (an episode at least), most recent first.

    A dislike, whenever it came, takes a title out. Finishing counts half of a like: people finish what they
    merely do not mind.
    """
    loved: dict[TitleId, Loved] = {}
    for title_id, watch in activity.watched.items():
        show = TitleId(watch.series_id) if watch.series_id else title_id
        if watch.finished and (show not in loved or watch.at > loved[show].at):
            loved[show] = Loved(ReasonKind.BECAUSE_YOU_WATCHED, watch.at, 0.5)
    for title_id, rating in activity.rated.items():
        known = loved.get(title_id)
        if rating.value > 0:
            latest = max(rating.at, known.at) if known else rating.at
            loved[title_id] = Loved(ReasonKind.BECAUSE_YOU_LIKED, latest, max(0.5, rating.value))
        elif known is not None and rating.value < 0:
            del loved[title_id]
    return dict(sorted(loved.items(), key=lambda item: (item[1].at, item[0]), reverse=True))
