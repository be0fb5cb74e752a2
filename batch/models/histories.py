"""Profile histories as packed arrays: what all models read.

Of profile p, entries `starts[p]` to `starts[p + 1]`, oldest first:

    titles     int32    title numbers: titles ranked by popularity, ties by id
    ages       float32  days before `as_of`, at least 0
    strengths  float32  what the interaction says about taste, -1 to 2
    steps      int16    instants of the profile before this one; entries of one instant (a basket) have no order

`accounts` has one number a profile. Profiles of one account stand side by side, so that an account can count once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HISTORY_CAP = 200
"""Titles of a profile; older ones are left out. On MovieLens 200 loses nothing, 50 loses 5 %."""

DAY_MILLIS = 86_400_000.0

Integers = NDArray[np.int64]
Numbers = NDArray[np.int32]
Floats = NDArray[np.float32]


class BadHistories(ValueError):
    """The arrays break a rule of the format; the message says which and where."""


@dataclass(frozen=True, slots=True)
class Histories:
    starts: Integers
    titles: Numbers
    ages: Floats
    strengths: Floats
    steps: NDArray[np.int16]
    accounts: Integers

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def entries(self) -> int:
        return len(self.titles)

    def lengths(self) -> Integers:
        return np.diff(self.starts)

    def owners(self) -> Integers:
        """The profile's place of each entry."""
        return np.repeat(np.arange(len(self), dtype=np.int64), self.lengths())

    def take(self, profiles: Integers) -> Histories:
        """These profiles, in this order."""
        lengths = self.lengths()[profiles]
        starts = np.zeros(len(profiles) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        places = np.repeat(self.starts[:-1][profiles] - starts[:-1], lengths) + np.arange(starts[-1])
        return self._entries_at(places, starts, self.accounts[profiles])

    def where(self, kept: NDArray[np.bool_]) -> Histories:
        """All profiles, with the entries that are marked."""
        starts = np.concatenate([[0], np.cumsum(kept, dtype=np.int64)])[self.starts]
        return self._entries_at(np.flatnonzero(kept), starts, self.accounts)

    def _entries_at(self, places: Integers, starts: Integers, accounts: Integers) -> Histories:
        return Histories(
            starts,
            self.titles[places],
            self.ages[places],
            self.strengths[places],
            self.steps[places],
            accounts,
        )


def pack_histories(
    profiles: Integers,
    titles: Numbers,
    instants: Integers,
    strengths: Floats,
    as_of: int,
    title_count: int,
    accounts: Integers | None = None,
    cap: int = HISTORY_CAP,
) -> Histories:
    """One row per entry, sorted by profile, instant (milliseconds) and title. `accounts` is a row's account.

    Raises `BadHistories` for unsorted rows, unknown or repeated titles, and strengths that are no numbers. An instant
    after `as_of` has age 0.
    """
    _check_rows(profiles, titles, instants, strengths, title_count)
    first = np.concatenate([[True], profiles[1:] != profiles[:-1]])[: len(profiles)]
    begins = np.flatnonzero(first)
    counts = np.diff(np.append(begins, len(profiles)))
    kept = np.arange(len(profiles)) >= np.repeat(begins + counts - cap, counts)
    starts = np.zeros(len(begins) + 1, np.int64)
    np.cumsum(np.minimum(counts, cap), out=starts[1:])
    of_profile = profiles[begins] if accounts is None else accounts[begins]
    return Histories(
        starts,
        titles[kept].astype(np.int32),
        (np.maximum(0.0, as_of - instants[kept]) / DAY_MILLIS).astype(np.float32),
        strengths[kept].astype(np.float32),
        count_steps(starts, instants[kept]),
        of_profile.astype(np.int64),
    )


def count_steps(starts: Integers, instants: Integers) -> NDArray[np.int16]:
    """0 for the entries of a profile's first instant, 1 for those of its second ..."""
    if not len(instants):
        return np.zeros(0, np.int16)
    lengths = np.diff(starts)
    begins = starts[:-1][lengths > 0]
    later = np.concatenate([[False], instants[1:] != instants[:-1]])
    later[begins] = False
    steps = np.cumsum(later)
    steps -= np.repeat(steps[begins], lengths[lengths > 0])
    return steps.astype(np.int16)


def join_histories(parts: Sequence[Histories]) -> Histories:
    """One behind another. Profiles of one account must be in one part."""
    lengths = np.concatenate([part.lengths() for part in parts]) if parts else np.zeros(0, np.int64)
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])

    return Histories(
        starts,
        np.concatenate([part.titles for part in parts] or [np.zeros(0, np.int32)]),
        np.concatenate([part.ages for part in parts] or [np.zeros(0, np.float32)]),
        np.concatenate([part.strengths for part in parts] or [np.zeros(0, np.float32)]),
        np.concatenate([part.steps for part in parts] or [np.zeros(0, np.int16)]),
        np.concatenate([part.accounts for part in parts] or [np.zeros(0, np.int64)]),
    )


def _check_rows(
    profiles: Integers, titles: Numbers, instants: Integers, strengths: Floats, title_count: int
) -> None:
    lengths = {len(profiles), len(titles), len(instants), len(strengths)}
    if len(lengths) > 1:
        raise BadHistories(f"columns of {sorted(lengths)} rows; each entry needs a value in every column")
    unknown = np.flatnonzero((titles < 0) | (titles >= title_count))
    if len(unknown):
        row = int(unknown[0])
        raise BadHistories(f"row {row}: title number {titles[row]}; there are {title_count} titles, from 0")
    unreal = np.flatnonzero(~np.isfinite(strengths))
    if len(unreal):
        raise BadHistories(
            f"row {int(unreal[0])}: strength {strengths[unreal[0]]}; write a number from -1 to 2"
        )
    same = profiles[1:] == profiles[:-1]
    order = (np.diff(instants) < 0) | ((np.diff(instants) == 0) & (np.diff(titles) <= 0))
    wrong = np.flatnonzero((np.diff(profiles) < 0) | (same & order))
    if len(wrong):
        raise BadHistories(
            f"row {int(wrong[0]) + 1}: sort rows by profile, instant and title, each title once"
        )
    keys = profiles.astype(np.int64) * title_count + titles
    if len(np.unique(keys)) != len(keys):
        raise BadHistories("a profile has one title twice; join its interactions with a title first")
