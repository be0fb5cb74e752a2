"""Lists that stay: a profile whose history, audience and favourites are what they were keeps the list that it has.

It keeps it for `KEEP_DAYS` at most, so that new titles and what is popular now reach everybody, and only a whole
list of titles that it may still watch: one that lost a title is computed anew. A list of a later date than this
run's is no list to keep. So a rerun of a date keeps what its first run computed, and both give the same lists.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from batch.jobs.context import DAY_MILLIS
from batch.jobs.packed_columns import unpack_column
from batch.jobs.pick_rows import PickLists, lists_of_rows
from domain.recommendations.lists import TOP_PICKS_SIZE

KEEP_DAYS = 3.0
PREFIX = "previous_"

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PreviousNumbers:
    """`numbers[n]` is this version's number of what was title n, -1 for one that has left the catalogue."""

    numbers: NDArray[np.int32]

    @classmethod
    def between(cls, previous: tuple[str, ...], current: tuple[str, ...]) -> PreviousNumbers:
        places = {title_id: number for number, title_id in enumerate(current)}
        return cls(np.array([places.get(title_id, -1) for title_id in previous], np.int32))


def previous_lists(profiles: pa.RecordBatch, numbers: PreviousNumbers) -> PickLists:
    """In this version's numbers; empty for a profile without one."""
    lists = lists_of_rows(profiles, PREFIX)
    # A last place of its own, so that -1 stays -1.
    translated = np.append(numbers.numbers, np.int32(-1))
    return replace(lists, titles=translated[lists.titles], seeds=translated[lists.seeds])


def may_keep(
    profiles: pa.RecordBatch, previous: PickLists, allowed: Mask, as_of: int, keep_days: float
) -> Mask:
    """Which profiles keep their list. `allowed`: of each entry, whether the profile may still be offered it."""
    lengths = np.diff(previous.starts)
    owners = np.repeat(np.arange(len(previous)), lengths)
    lost_seed = (previous.personal > 0) & (previous.seeds < 0)
    broken = np.bincount(owners, ~allowed | lost_seed, minlength=len(previous)) > 0
    age = as_of - previous.computed_at
    is_young = (age >= 0) & (age < keep_days * DAY_MILLIS)
    same = np.asarray(profiles["mark"]) == np.asarray(profiles[f"{PREFIX}mark"].fill_null(0))
    known = np.asarray(profiles[f"{PREFIX}mark"].is_valid())
    kept: Mask = known & same & is_young & ~broken & (previous.picked == TOP_PICKS_SIZE)
    return kept


def still_allowed(
    previous: PickLists, of_profile: NDArray[np.int64], eligible: Mask, profiles: pa.RecordBatch
) -> Mask:
    """Of each entry: the title is there, its viewer may watch it, and has not seen it. `eligible`: (audience,
    title)."""
    owners = np.repeat(np.arange(len(previous)), np.diff(previous.starts))
    there = previous.titles >= 0
    titles = np.where(there, previous.titles, 0)
    seen_starts, seen = unpack_column(profiles["seen"], np.int32)
    width = np.int64(eligible.shape[1])
    hidden = np.repeat(np.arange(len(previous)), np.diff(seen_starts)) * width + seen
    is_seen = np.isin(owners * width + titles, hidden)
    return there & eligible[of_profile[owners], titles] & ~is_seen
