"""Cuts inside the training data: what came before each is learned from, what came after is to be foretold.

A time cut is the question of production: all that happens after an instant. It needs profiles on both sides of the
instant, which short-lived viewers are not. Where time cuts leave fewer than `ENOUGH_VIEWERS`, each profile's last
titles are cut off instead: its last one, in a second cut the last one before that, in a third one more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from batch.models.counting import LIKED_STRENGTH
from batch.models.histories import Histories, Integers, Numbers
from batch.models.rare_likeness import CatalogueContent

TIME_CUTS = ((0.8, 1.0), (0.65, 0.8))
"""Shares of the liked entries by time: known before the first, to be foretold until the second."""

LAST_TITLES = (0, 1, 2, 3, 4, 5)
STEADY_VIEWERS = 3_000
"""With fewer, cuts by the last title are added: what is learned from a few hundred targets is their chance."""

ENOUGH_VIEWERS = 200
FEWEST_VIEWERS = 25
"""Fewer say nothing: their intervals are as wide as the differences between models."""

FEWEST_KNOWN = 3


@dataclass(frozen=True, slots=True)
class Cut:
    """`known` are the histories before the cut, ages counted from it. `targets` are titles that the viewers'
    histories lack, of the profiles `viewers` of `known`, as `target_starts` divide them.
    A title exists, and may be a target, that somebody knew or that had launched with a description: content can tell.
    """

    known: Histories
    viewers: Integers
    target_starts: Integers
    targets: Numbers
    exists: NDArray[np.bool_]


def choose_cuts(histories: Histories, content: CatalogueContent) -> tuple[str, list[Cut]]:
    """("time", "last title" or "", cuts): the cuts have enough viewers, or there are none. `content` is of all
    titles.
    """
    time_cuts = [cut_by_time(histories, share, until, content) for share, until in TIME_CUTS]
    by_time = [cut for cut in time_cuts if cut is not None]
    if sum(len(cut.viewers) for cut in by_time) >= ENOUGH_VIEWERS:
        return "time", by_time
    by_title: list[Cut] = []
    for later in LAST_TITLES:
        cut = cut_last_title(histories, later, content)
        if cut is not None and sum(len(one.viewers) for one in by_title) < STEADY_VIEWERS:
            by_title.append(cut)
    if sum(len(cut.viewers) for cut in by_title) >= FEWEST_VIEWERS:
        return "last title", by_title
    return "", []


def cut_by_time(histories: Histories, share: float, until: float, content: CatalogueContent) -> Cut | None:
    """None where nothing is left on one side."""
    ages = histories.ages[histories.strengths >= LIKED_STRENGTH]
    if len(ages) < 2:
        return None
    first, last = np.quantile(ages, (1.0 - share, 1.0 - until)).astype(np.float32)
    is_known = histories.ages > first
    is_target = ~is_known & (histories.ages >= last) & (histories.strengths >= LIKED_STRENGTH)
    return _cut(histories, is_known, is_target, float(first), content)


def cut_last_title(histories: Histories, later: int, content: CatalogueContent) -> Cut | None:
    """The last liked title but `later` others. Titles of its instant stay known: what came first is unknown."""
    liked = histories.where(histories.strengths >= LIKED_STRENGTH)
    places = liked.starts[1:] - 1 - later
    has_one = places >= liked.starts[:-1]
    is_target = np.zeros(liked.entries, np.bool_)
    is_target[places[has_one]] = True
    is_known = np.arange(liked.entries) < np.repeat(places, liked.lengths())
    return _cut(liked, is_known, is_target, 0.0, content)


def _cut(
    histories: Histories,
    is_known: NDArray[np.bool_],
    is_target: NDArray[np.bool_],
    age: float,
    content: CatalogueContent,
) -> Cut | None:
    known = histories.where(is_known)
    known = replace(known, ages=known.ages - np.float32(age))
    wanted = histories.where(is_target)
    liked = np.add.reduceat(np.append(known.strengths >= LIKED_STRENGTH, False), known.starts[:-1]) * (
        known.lengths() > 0
    )
    exists = (np.bincount(known.titles, minlength=content.titles) > 0) | content.launched_before(age)
    wanted = wanted.where(exists[wanted.titles])
    viewers = np.flatnonzero((liked >= FEWEST_KNOWN) & (wanted.lengths() > 0))
    if not len(viewers):
        return None
    targets = wanted.take(viewers)
    return Cut(known, viewers, targets.starts, targets.titles, exists)


def sample_profiles(histories: Histories, entries: int) -> Histories:
    """Accounts in the order of a hash of their numbers, until they have this many entries."""
    if histories.entries <= entries:
        return histories
    order = np.argsort(_mix(histories.accounts), kind="stable")
    sizes = np.cumsum(histories.lengths()[order])
    return histories.take(np.sort(order[: int(np.searchsorted(sizes, entries, "right"))]))


def _mix(numbers: Integers) -> NDArray[np.uint64]:
    """SplitMix64 (Steele, Lea and Flood, 2014)."""
    mixed = numbers.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def thin_viewers(cut: Cut, count: int) -> Cut:
    """At most this many viewers, by hash."""
    if len(cut.viewers) <= count:
        return cut
    chosen = np.sort(np.argsort(_mix(cut.known.accounts[cut.viewers]), kind="stable")[:count])
    lengths = np.diff(cut.target_starts)
    starts = np.concatenate([[0], np.cumsum(lengths[chosen])]).astype(np.int64)
    kept = np.zeros(len(lengths), np.bool_)
    kept[chosen] = True
    return replace(
        cut, viewers=cut.viewers[chosen], target_starts=starts, targets=cut.targets[np.repeat(kept, lengths)]
    )
