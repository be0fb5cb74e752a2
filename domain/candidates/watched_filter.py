"""What a profile has watched, so that it is not recommended again: exact, and for series as a whole.

A title counts as watched when it was finished, or when at least a share of it was seen: under 5 % is a look, and
a look takes nothing off the page. A series counts once one of its episodes does: from there on it is a matter
for Continue Watching. What was watched with others counts too; what the viewer disowned does not.

Rows about watching again are exempt: they are there to show what is known.
"""

from __future__ import annotations

from collections.abc import Mapping

from domain.ids import TitleId
from domain.layouts.model import RowSource, RowSpec, RowStyle
from domain.viewers.activity import Activity, Watch, show_of
from domain.viewers.continue_watching import is_started
from domain.viewers.interaction_weights import LOOK_SHARE

WATCHED_FROM = "watched_from"
"""The option of a row that sets another share, as a percentage."""

REWATCHED = frozenset({RowSource.CONTINUE_WATCHING, RowSource.WATCH_AGAIN, RowSource.MY_LIST})
"""Rows of titles that this profile knows."""


def is_watched(watch: Watch, partly: float = LOOK_SHARE) -> bool:
    """Finished, or at least the share `partly` (0..1) seen; of an unknown length, more than two minutes."""
    if watch.finished:
        return True
    return watch.share >= partly if watch.duration_seconds else is_started(watch)


def watched_ids(activity: Activity, partly: float = LOOK_SHARE) -> frozenset[TitleId]:
    """Every title that counts as watched, and the series of every episode that does."""
    return frozenset(_counting(activity, activity.watched, partly)) | frozenset(
        _counting(activity, activity.household, partly)
    )


def _counting(activity: Activity, history: Mapping[TitleId, Watch], partly: float) -> set[TitleId]:
    found: set[TitleId] = set()
    for title_id, watch in history.items():
        if is_watched(watch, partly) and not activity.is_disowned(title_id, watch):
            found.add(title_id)
            found.add(show_of(title_id, watch))
    return found


def shows_watched(spec: RowSpec) -> bool:
    """True for rows that are exempt: watching again, the viewer's own list, and charts, which show what is on top."""
    chart = spec.source == RowSource.TRENDING and spec.style == RowStyle.NUMBERED
    return chart or spec.source in REWATCHED


def watched_from(spec: RowSpec) -> float:
    """The share (0..1) from which a title counts as watched for this row."""
    return spec.number(WATCHED_FROM, round(LOOK_SHARE * 100)) / 100
