"""The counts of batch/models/counting.py for many rows at once, from histories that are held in memory.

`count_block` reads all histories for each block. Here the places of each title are sorted first, so that a row
reads only the histories that hold its title, and its counters stay in the processor's cache. The sums are the same
whole numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batch.models.compiled import kernel
from batch.models.counting import TOGETHER_UNIT, TRANSITION_UNIT, WINDOW, BlockCounts, Counts, account_shares
from batch.models.histories import Histories, Integers, Numbers


@dataclass(frozen=True, slots=True)
class LikedTitles:
    """The liked titles of profiles, oldest first: what the counts read of histories.

    `shares` are `account_shares`; `steps` count the instants of the profile at which it liked something.
    """

    starts: Integers
    titles: Numbers
    shares: NDArray[np.int8]
    steps: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def touching(self, group: int, groups: int) -> LikedTitles:
        """The profiles that liked a title whose number leaves `group` when divided by `groups`."""
        hits = np.concatenate([[0], np.cumsum(self.titles % groups == group)])
        kept = np.diff(hits[self.starts]) > 0
        lengths = np.diff(self.starts)
        places = np.repeat(kept, lengths)
        starts = starts_of(lengths[kept])
        return LikedTitles(starts, self.titles[places], self.shares[places], self.steps[places])


def liked_titles(histories: Histories) -> LikedTitles:
    """Accounts must be whole. Profiles that liked nothing are left out."""
    shares = account_shares(histories)
    liked = shares > 0
    owners = histories.owners()[liked]
    lengths = np.bincount(owners, minlength=len(histories))
    steps = histories.steps[liked].astype(np.int32)
    first = np.append(True, owners[1:] != owners[:-1])[: len(owners)]
    later = np.append(False, steps[1:] != steps[:-1])[: len(owners)] & ~first
    dense = np.cumsum(later)
    dense -= np.repeat(dense[first], lengths[lengths > 0]) if len(owners) else 0
    return LikedTitles(
        starts_of(lengths[lengths > 0]),
        histories.titles[liked],
        shares[liked].astype(np.int8),
        dense.astype(np.int16),
    )


def join_liked(parts: Sequence[LikedTitles]) -> LikedTitles:
    lengths = np.concatenate([np.diff(part.starts) for part in parts] or [np.zeros(0, np.int64)])
    return LikedTitles(
        starts_of(lengths),
        np.concatenate([part.titles for part in parts] or [np.zeros(0, np.int32)]),
        np.concatenate([part.shares for part in parts] or [np.zeros(0, np.int8)]),
        np.concatenate([part.steps for part in parts] or [np.zeros(0, np.int16)]),
    )


def starts_of(lengths: Integers) -> Integers:
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


class HeldTitles:
    """Liked titles with the places of each title, to count block after block."""

    def __init__(self, liked: LikedTitles, title_count: int) -> None:
        self._liked = liked
        self._places = np.argsort(liked.titles, kind="stable").astype(np.int32)
        self._begins = starts_of(np.bincount(liked.titles, minlength=title_count).astype(np.int64))
        self._owners = np.repeat(np.arange(len(liked), dtype=np.int32), np.diff(liked.starts))

    def add_to(self, counts: BlockCounts, ties: bool = True) -> None:
        """`ties` as in `count_block`."""
        _count_held(
            self._liked.starts,
            self._liked.titles,
            self._liked.shares,
            self._liked.steps,
            self._places,
            self._begins,
            self._owners,
            counts.row_titles(),
            ties,
            counts.together,
            counts.transitions,
        )


@kernel
def _count_held(
    starts: Integers,
    titles: Numbers,
    shares: NDArray[np.int8],
    steps: NDArray[np.int16],
    places: Numbers,
    begins: Integers,
    owners: Numbers,
    rows: Numbers,
    ties: bool,
    together: Counts,
    transitions: Counts,
) -> None:
    for row in range(len(rows)):
        counter = together[row]
        follows = transitions[row]
        for one in range(begins[rows[row]], begins[rows[row] + 1]):
            place = places[one]
            weight = np.int32(shares[place])
            begin, end = starts[owners[place]], starts[owners[place] + 1]
            for other in range(begin, end):
                counter[titles[other]] += weight * np.int32(shares[other])
            first = place
            while ties and first > begin and steps[first - 1] == steps[place]:
                first -= 1
            for other in range(first, end):
                distance = np.int32(steps[other]) - np.int32(steps[place])
                if distance > WINDOW:
                    break
                if distance == 0 and ties and other != place:
                    distance = np.int32(1)
                if distance > 0:
                    both = weight * np.int32(shares[other])
                    follows[titles[other]] += (TRANSITION_UNIT // distance) * both // TOGETHER_UNIT
