"""Which episode comes next in a series, with specials beside the run, gaps, and episodes that may not be shown.

Specials (season 0) stand outside the run: none is ever "next", and after one the run is carried on where it
was. An episode that is missing or may not be shown is passed over; that the last watched one has gone does not
matter, since the order of the run is known without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from domain.catalog.titles import Title, in_watching_order, is_special
from domain.ids import TitleId
from domain.viewers.activity import Activity, Watch


@dataclass(frozen=True, slots=True)
class SeriesRun:
    """A series in watching order. `permitted` are the episodes this profile may see, of whatever season."""

    order: tuple[TitleId, ...]
    specials: frozenset[TitleId]
    permitted: Mapping[TitleId, Title]


def run_of(episodes: Iterable[Title], permitted: Iterable[Title]) -> SeriesRun:
    """`episodes` are all there are; only those that are `permitted` can come out of the run as titles."""
    ordered = in_watching_order(list(episodes))
    return SeriesRun(
        tuple(title.id for title in ordered if not is_special(title)),
        frozenset(title.id for title in ordered if is_special(title)),
        {title.id: title for title in permitted},
    )


BEFORE_THE_FIRST = TitleId("")


def place_of(last: TitleId, run: SeriesRun, activity: Activity) -> TitleId | None:
    """The episode of the run after which to carry on: `last`, or the latest before it that the run knows.

    `BEFORE_THE_FIRST` when only specials were watched; None when nothing tells where the viewer is.
    """
    if last in run.order:
        return last
    known: list[tuple[Watch, TitleId]] = [
        (watch, title_id)
        for title_id in run.order
        if (watch := activity.standing(title_id)) is not None and not activity.is_disowned(title_id, watch)
    ]
    if known:
        return max(known)[1]
    return BEFORE_THE_FIRST if last in run.specials else None


def following(place: TitleId, run: SeriesRun, is_done: Callable[[TitleId], bool]) -> Title | None:
    """The first permitted episode after `place` that is not done; None at the end of the run."""
    begin = run.order.index(place) + 1 if place in run.order else 0
    for title_id in run.order[begin:]:
        title = run.permitted.get(title_id)
        if title is not None and not is_done(title_id):
            return title
    return None
