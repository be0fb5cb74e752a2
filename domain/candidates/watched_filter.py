"""Which titles a profile has watched, so that they are not recommended again.

A title counts when it was finished or at least a share of it was seen, at any time: starting it anew takes nothing
back. Less is only a look. A series counts once one
of its episodes does. Co-viewing counts too; disowned titles do not.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.ids import TitleId
from domain.layouts.model import RowSpec, RowStyle
from domain.layouts.row_kinds import ROW_KINDS
from domain.viewers.activity import Activity, show_of
from domain.viewers.interaction_weights import LOOK_SHARE
from domain.viewers.watches import Watch

WATCHED_FROM = "watched_from"
"""Row option: another share, as a percentage."""


def is_watched(watch: Watch, min_share: float = LOOK_SHARE) -> bool:
    """Finished, or at least `min_share` (0..1) seen; more than two minutes where the length is unknown."""
    return watch.share >= min_share or (watch.duration_seconds == 0 and watch.is_open)


def watched_ids(activity: Activity, min_share: float = LOOK_SHARE) -> frozenset[TitleId]:
    """With the series of watched episodes."""
    alone, together = activity.watched, activity.household
    return frozenset(_watched_in(activity, alone, min_share) | _watched_in(activity, together, min_share))


def _watched_in(activity: Activity, history: Mapping[TitleId, Watch], min_share: float) -> set[TitleId]:
    found: set[TitleId] = set()
    for title_id, watch in history.items():
        owned = activity.owned_watch(title_id, watch)
        if owned is not None and is_watched(owned, min_share):
            found.add(title_id)
            found.add(show_of(title_id, watch))
    return found


def shows_watched(spec: RowSpec) -> bool:
    """Rows about known titles are exempt from the watched filter, and so are charts."""
    kind = ROW_KINDS[spec.source]
    return kind.familiar or (kind.is_chart_when_numbered and spec.style == RowStyle.NUMBERED)


def watched_threshold(spec: RowSpec) -> float:
    """The share (0..1) from which a title counts as watched."""
    return spec.number_option(WATCHED_FROM, round(LOOK_SHARE * 100)) / 100
