"""May this row be tried for this profile at all? A closed gate costs no store call."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.activity import Activity
from domain.layouts import RowSource, RowSpec

Gate = Callable[[RowSpec, Activity], bool]


def has_watched(_spec: RowSpec, activity: Activity) -> bool:
    return bool(activity.watched)


def has_seeds(_spec: RowSpec, activity: Activity) -> bool:
    return bool(activity.watched or activity.rated)


def has_list(_spec: RowSpec, activity: Activity) -> bool:
    return any(listing.added for listing in activity.listed.values())


GATES: Mapping[RowSource, Gate] = {
    RowSource.CONTINUE_WATCHING: has_watched,
    RowSource.BECAUSE_YOU_WATCHED: has_seeds,
    RowSource.MY_LIST: has_list,
}
"""Sources that are not listed are always tried."""


def is_open(spec: RowSpec, activity: Activity) -> bool:
    gate = GATES.get(spec.source)
    return gate is None or gate(spec, activity)
