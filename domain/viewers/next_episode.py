"""The next episode of a series.

Specials (season 0) are outside the run, unless they say before which episode they air: none of them is ever next, and
after one the run continues. Of the episodes that may not be shown, some never will be, because of age, plan or an
ended licence: they are passed over. Others open later: the run waits for them, and nothing behind them is next.

"Finished" belongs to a round (rounds.py): only episodes finished since the round began are passed over.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.catalog.titles import EpisodeNumber, Title, in_watching_order, is_in_run, place_in_run
from domain.ids import TitleId
from domain.viewers.rounds import Finish, Place, round_began_at
from domain.viewers.watches import Watch


@dataclass(frozen=True, slots=True)
class SeriesRun:
    """In watching order. `permitted` are the episodes of any season that the profile may see, `awaited` those that it
    may see later, and when.

    `places` are those of `order`; `opened` is since when a permitted episode is open, where it is not its launch.
    """

    order: tuple[TitleId, ...]
    specials: frozenset[TitleId]
    permitted: Mapping[TitleId, Title]
    awaited: Mapping[TitleId, datetime] = field(default_factory=dict)
    places: tuple[EpisodeNumber, ...] = ()
    opened: Mapping[TitleId, datetime] = field(default_factory=dict)

    def opened_at(self, title: Title) -> datetime:
        return self.opened.get(title.id, title.launched_at)


def series_run(
    episodes: Iterable[Title],
    permitted: Iterable[Title],
    awaited: Mapping[TitleId, datetime] | None = None,
    opened: Mapping[TitleId, datetime] | None = None,
) -> SeriesRun:
    """Of all `episodes`, only the `permitted` ones that are not `awaited` can become next."""
    ordered = in_watching_order(list(episodes))
    run = [title for title in ordered if is_in_run(title)]
    return SeriesRun(
        tuple(title.id for title in run),
        frozenset(title.id for title in ordered if not is_in_run(title)),
        {title.id: title for title in permitted},
        awaited or {},
        tuple(place_in_run(title) for title in run),
        opened or {},
    )


@dataclass(frozen=True, slots=True)
class RunPosition:
    """Where a profile stands in a run: behind the latest viewed episode, which may have left the catalogue.

    `latest` is "" when only specials were viewed. `round_began_at` None: no round but the first.
    """

    latest: TitleId
    start: int
    round_began_at: datetime | None = None


def run_position(last_id: TitleId, run: SeriesRun, watches: Mapping[TitleId, Watch]) -> RunPosition | None:
    """`watches` are the profile's of this series, `last_id` is the one viewed last.

    None when the run knows neither it nor any other.
    """
    viewed = list(_viewed_in_run(run, watches))
    if not viewed:
        is_outside = last_id in run.specials or (last_id in watches and watches[last_id].season == 0)
        return RunPosition(TitleId(""), 0) if is_outside else None
    _, place, latest = max(viewed)
    finishes = [
        Finish(watch.finished_at, place, watch.first_finished_at or watch.finished_at)
        for _, place, title_id in viewed
        if (watch := watches[title_id]).finished_at is not None
    ]
    return RunPosition(latest, (place[0] + 1) // 2, round_began_at(finishes))


def _viewed_in_run(
    run: SeriesRun, watches: Mapping[TitleId, Watch]
) -> Iterator[tuple[datetime, Place, TitleId]]:
    """Instant, place and id. An episode of the run at index i has place 2 i + 1; one that left the catalogue stands
    between its neighbours."""
    index = {title_id: place for place, title_id in enumerate(run.order)}
    for title_id, watch in watches.items():
        viewed_at = watch.viewed_at
        if viewed_at is None or title_id in run.specials:
            continue
        if title_id in index:
            yield viewed_at, (2 * index[title_id] + 1, ()), title_id
        elif (number := _number_of(watch)) is not None:
            yield viewed_at, (2 * bisect_right(run.places, number), number), title_id


def _number_of(watch: Watch) -> EpisodeNumber | None:
    """None for specials and for watches that know no number."""
    if watch.season == 0 or (watch.season is None and watch.episode is None):
        return None
    season = 1 if watch.season is None else watch.season
    return season, watch.episode if watch.episode is not None else 0, 1, 0


def next_episode(start: int, run: SeriesRun, is_finished: Callable[[TitleId], bool]) -> Title | None:
    """The first unfinished episode from index `start` on that is permitted; None, too, while an earlier one is
    awaited."""
    for title_id in run.order[start:]:
        if is_finished(title_id):
            continue
        if title_id in run.awaited:
            return None
        title = run.permitted.get(title_id)
        if title is not None:
            return title
    return None
