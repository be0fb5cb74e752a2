"""The next episode of a series.

Specials (season 0) are outside the run: none is ever next, and after one the run continues. Missing and forbidden
episodes are skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from domain.catalog.titles import Title, in_watching_order, is_special
from domain.ids import TitleId
from domain.viewers.activity import Activity


@dataclass(frozen=True, slots=True)
class SeriesRun:
    """In watching order. `permitted` are the episodes of any season that the profile may see."""

    order: tuple[TitleId, ...]
    specials: frozenset[TitleId]
    permitted: Mapping[TitleId, Title]


def series_run(episodes: Iterable[Title], permitted: Iterable[Title]) -> SeriesRun:
    """Of all `episodes`, only the `permitted` ones can become next."""
    ordered = in_watching_order(list(episodes))
    return SeriesRun(
        tuple(title.id for title in ordered if not is_special(title)),
        frozenset(title.id for title in ordered if is_special(title)),
        {title.id: title for title in permitted},
    )


BEFORE_FIRST_EPISODE = TitleId("")


def last_episode_in_run(last_id: TitleId, run: SeriesRun, activity: Activity) -> TitleId | None:
    """`last_id`, or the latest watched episode that the run contains.

    `BEFORE_FIRST_EPISODE` when only specials were watched; None when unknown.
    """
    if last_id in run.order:
        return last_id
    known = [
        (viewed_at, place)
        for place, title_id in enumerate(run.order)
        if (watch := activity.owned_watches(title_id)) is not None
        and (viewed_at := watch.viewed_at) is not None
    ]
    if known:
        return run.order[max(known)[1]]
    return BEFORE_FIRST_EPISODE if last_id in run.specials else None


def next_episode(last_id: TitleId, run: SeriesRun, is_finished: Callable[[TitleId], bool]) -> Title | None:
    """The first permitted, unfinished episode after `last_id`."""
    start = run.order.index(last_id) + 1 if last_id in run.order else 0
    for title_id in run.order[start:]:
        title = run.permitted.get(title_id)
        if title is not None and not is_finished(title_id):
            return title
    return None
