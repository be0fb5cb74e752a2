"""Exact counts of which titles are watched together, and of which follow which.

For the titles of one block of rows (numbers that leave `block` when divided by `blocks`), one pass over the histories
adds up

    together[a, b]     = sum over profiles that liked a and b of u_a u_b      in units of 1 / 144
    transitions[a, b]  = sum over profiles that liked b d steps after a of u_a u_b / d, d <= 5, in sixtieths

u = 1 for the title of a profile whose account has one profile that liked it; where n profiles of the account did,
u = 1 / sqrt(n), rounded down to twelfths. So an account counts at most once for a title and, by Cauchy and Schwarz,
for a pair, and `together` stays a Gram matrix, which ridge regression needs. All sums are whole numbers: the order of
profiles, and how titles and profiles are divided, change nothing.

Of titles of one instant (a basket) each follows the other at one step, or none where `ties` is false: what is
learned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batch.models.compiled import kernel
from batch.models.histories import Floats, Histories, Integers, Numbers

SHARE_UNIT = 12
TOGETHER_UNIT = SHARE_UNIT * SHARE_UNIT
TRANSITION_UNIT = 60
WINDOW = 5
"""Steps. 60 / d is whole for all of them."""

LIKED_STRENGTH = 0.25
"""Weaker interactions say too little: they are no evidence of what is watched together."""


Counts = NDArray[np.int32 | np.int64]
CounterKind = type[np.int32] | type[np.int64]


@dataclass(frozen=True, slots=True)
class BlockCounts:
    """Row r is of title r * blocks + block; a column is a title number."""

    block: int
    blocks: int
    together: Counts
    transitions: Counts

    def row_titles(self) -> Numbers:
        return (np.arange(len(self.together)) * self.blocks + self.block).astype(np.int32)


def counter_kind(title_counts: Integers) -> CounterKind:
    """What holds the counts, of `count_titles` over all histories: four bytes up to 14.9 million accounts that liked
    one title, else eight. By Cauchy and Schwarz no pair counts more than the title that counts most, and no
    transition more than its pair.
    """
    return np.int32 if title_counts.max(initial=0) <= np.iinfo(np.int32).max else np.int64


def empty_counts(
    title_count: int, block: int = 0, blocks: int = 1, kind: CounterKind = np.int32
) -> BlockCounts:
    shape = (len(range(block, title_count, blocks)), title_count)
    return BlockCounts(block, blocks, np.zeros(shape, kind), np.zeros(shape, kind))


def count_block(histories: Histories, counts: BlockCounts, ties: bool = True) -> None:
    """Adds these histories to the counts. A profile and the others of its account must come in one call."""
    _count_rows(
        histories.starts,
        histories.titles,
        histories.strengths,
        histories.steps,
        account_shares(histories),
        counts.block,
        counts.blocks,
        ties,
        counts.together,
        counts.transitions,
    )


def count_titles(histories: Histories, title_count: int) -> Integers:
    """The diagonal of `together` over all titles, in its unit: about 144 times the accounts that liked each."""
    shares = account_shares(histories).astype(np.int64)
    squares = np.bincount(histories.titles, shares * shares, minlength=title_count)
    return squares.astype(np.int64)


def account_shares(histories: Histories) -> Numbers:
    """u of each entry in twelfths; 0 for what was not liked."""
    shares = np.zeros(histories.entries, np.int32)
    _share_accounts(histories.starts, histories.titles, histories.strengths, histories.accounts, shares)
    return shares


@kernel
def _share_accounts(
    starts: Integers, titles: Numbers, strengths: Floats, accounts: Integers, shares: Numbers
) -> None:
    top = 0
    for place in range(len(titles)):
        top = max(top, titles[place] + 1)
    members = np.zeros(top, np.int32)
    first = 0
    while first < len(accounts):
        last = first + 1
        while last < len(accounts) and accounts[last] == accounts[first]:
            last += 1
        begin, end = starts[first], starts[last]
        for place in range(begin, end):
            if strengths[place] >= LIKED_STRENGTH:
                members[titles[place]] += 1
        for place in range(begin, end):
            if strengths[place] >= LIKED_STRENGTH:
                shares[place] = int(SHARE_UNIT / np.sqrt(members[titles[place]]) + 1e-9)
        for place in range(begin, end):
            members[titles[place]] = 0
        first = last


@kernel
def _count_rows(
    starts: Integers,
    titles: Numbers,
    strengths: Floats,
    steps: NDArray[np.int16],
    shares: Numbers,
    block: int,
    blocks: int,
    ties: bool,
    together: Counts,
    transitions: Counts,
) -> None:
    longest = 0
    for profile in range(len(starts) - 1):
        longest = max(longest, starts[profile + 1] - starts[profile])
    liked = np.empty(longest, np.int32)
    weight = np.empty(longest, np.int32)
    step = np.empty(longest, np.int32)
    for profile in range(len(starts) - 1):
        size, last_step = 0, -1
        for place in range(starts[profile], starts[profile + 1]):
            if shares[place] > 0:
                liked[size] = titles[place]
                weight[size] = shares[place]
                if size == 0:
                    step[size] = 0
                else:
                    step[size] = step[size - 1] + (1 if steps[place] != last_step else 0)
                last_step = steps[place]
                size += 1
        for one in range(size):
            if liked[one] % blocks != block:
                continue
            row = liked[one] // blocks
            for other in range(size):
                together[row, liked[other]] += weight[one] * weight[other]
            first = one
            while ties and first > 0 and step[first - 1] == step[one]:
                first -= 1
            for other in range(first, size):
                distance = step[other] - step[one]
                if distance > WINDOW:
                    break
                if distance == 0 and ties and other != one:
                    distance = 1
                if distance > 0:
                    share = weight[one] * weight[other]
                    transitions[row, liked[other]] += (TRANSITION_UNIT // distance) * share // TOGETHER_UNIT
