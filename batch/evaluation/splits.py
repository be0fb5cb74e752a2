"""Cuts: what was known before each, and the titles that viewers watched after it for the first time.

A time cut asks what the service asks: all that happens after an instant. The cut-offs roll over the last fifth of the
viewing, in two steps, and each is judged by what came until the next. Short-lived viewers are on one side alone;
where the cuts leave fewer than `ENOUGH_VIEWERS`, the last liked title of each profile is cut off instead, whenever it
was watched, and models may then know what others watched later.

Targets are liked titles that somebody had liked before the cut: what nobody had watched is counted, not scored.
Titles are numbered anew by their popularity before the cut, ties by id, since ties of scores go to the smaller number
and must not know the future.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batch.evaluation.metrics import Targets
from batch.evaluation.viewing_log import ViewingLog
from batch.models.histories import Histories, Integers, Numbers, pack_histories

ROLLING_SHARES = (0.8, 0.9, 1.0)
"""Of the liked entries by time: a cut-off at each but the last, which ends the last horizon."""

ENOUGH_VIEWERS = 200
FEWEST_VIEWERS = 25
"""Fewer are too few: their interval is as wide as the differences between models."""

MAX_VIEWERS = 2000
"""Of a cut, by hash: the work is bounded, and 2,000 give an interval of about a tenth of the value."""

BY_TIME, BY_TITLE = "time", "last title"


@dataclass(frozen=True, slots=True)
class PastCut:
    """`old_numbers[n]` is the log's number of title n; all other title numbers here are the new ones.

    `known` are the histories of the profiles `members`, ages counted from `at` (epoch ms). Viewer v is the profile
    `members[viewers[v]]`, has `targets`, and must not be recommended `excluded`, which is all it knows.
    `unknown_targets` counts what was left out because nobody had liked it before.
    """

    at: int
    old_numbers: Numbers
    known: Histories
    members: Integers
    viewers: Integers
    targets: Targets
    excluded: Targets
    likers: Integers
    unknown_targets: int

    @property
    def title_count(self) -> int:
        return len(self.old_numbers)

    def known_lengths(self) -> Integers:
        """Titles that each viewer knows."""
        return self.excluded.counts()

    def thinned(self, count: int) -> PastCut:
        """With at most this many viewers, by hash of the account."""
        if len(self.viewers) <= count:
            return self
        order = np.argsort(mix(self.known.accounts[self.viewers]), kind="stable")
        return self.for_viewers(np.sort(order[:count]))

    def for_viewers(self, chosen: Integers) -> PastCut:
        return PastCut(
            self.at,
            self.old_numbers,
            self.known,
            self.members,
            self.viewers[chosen],
            self.targets.take(chosen),
            self.excluded.take(chosen),
            self.likers,
            self.unknown_targets,
        )


@dataclass(frozen=True, slots=True)
class PastSplit:
    """`kind` is BY_TIME, BY_TITLE or "" where there are too few viewers; `note` says which and why."""

    kind: str
    cuts: tuple[PastCut, ...]
    note: str


def choose_split(log: ViewingLog, id_ranks: Numbers) -> PastSplit:
    """`id_ranks[n]`: the place of title n by id."""
    by_time = time_cuts(log, id_ranks)
    viewers = len({profile for cut in by_time for profile in cut.members[cut.viewers].tolist()})
    if viewers >= ENOUGH_VIEWERS:
        return PastSplit(
            BY_TIME, by_time, f"{len(by_time)} rolling cut-offs by time over the last fifth of the viewing."
        )
    last = cut_last_title(log, id_ranks)
    count = len(last.viewers) if last is not None else 0
    if last is None or count < FEWEST_VIEWERS:
        most = max(count, viewers)
        what = f"{most} watched a known title after a cut; {FEWEST_VIEWERS} are needed."
        note = f"Too few profiles to say anything: {what}"
        return PastSplit("", (), note)
    note = f"The last title of each profile, as cut-offs by time leave {viewers} viewers (needed: {ENOUGH_VIEWERS})."
    return PastSplit(BY_TITLE, (last,), note)


def time_cuts(log: ViewingLog, id_ranks: Numbers) -> tuple[PastCut, ...]:
    instants = np.sort(log.instants[log.liked])
    if len(instants) < 2:
        return ()
    places = [min(len(instants) - 1, int(share * len(instants))) for share in ROLLING_SHARES]
    bounds = [int(instants[place]) for place in places]
    bounds[-1] = int(instants[-1]) + 1
    cuts = (cut_at(log, at, until, id_ranks) for at, until in itertools.pairwise(bounds))
    return tuple(cut for cut in cuts if cut is not None)


def cut_at(log: ViewingLog, at: int, until: int, id_ranks: Numbers) -> PastCut | None:
    """Known is what came before `at`; targets are what was liked from then to `until`. None without a viewer."""
    is_target = (log.instants >= at) & (log.instants < until) & log.liked
    return _cut(log, log.instants < at, is_target, at, id_ranks)


def cut_last_title(log: ViewingLog, id_ranks: Numbers) -> PastCut | None:
    """The last liked title of each profile with two. Other titles of its instant stay known."""
    liked = np.flatnonzero(log.liked)
    if not len(liked):
        return None
    is_last = np.append(log.profiles[liked][1:] != log.profiles[liked][:-1], True)
    is_target = np.zeros(len(log), np.bool_)
    is_target[liked[is_last]] = True
    end = np.full(len(log.accounts), -1, np.int64)
    end[log.profiles[liked[is_last]]] = liked[is_last]
    is_known = np.arange(len(log)) < end[log.profiles]
    return _cut(log, is_known, is_target, int(log.instants.max()) + 1, id_ranks)


def _cut(
    log: ViewingLog, is_known: NDArray[np.bool_], is_target: NDArray[np.bool_], at: int, id_ranks: Numbers
) -> PastCut | None:
    title_count = len(id_ranks)
    likers = np.bincount(log.titles[is_known & log.liked], minlength=title_count)
    old_numbers = np.lexsort((id_ranks, -likers)).astype(np.int32)
    numbers = np.empty(title_count, np.int32)
    numbers[old_numbers] = np.arange(title_count, dtype=np.int32)
    known = log.where(is_known).renumbered(numbers)
    members = np.unique(known.profiles)
    has_liker = likers[log.titles] > 0
    wanted = log.where(is_target & has_liker).renumbered(numbers)
    viewers = np.unique(wanted.profiles[np.isin(wanted.profiles, members)])
    if not len(viewers):
        return None
    return PastCut(
        at,
        old_numbers,
        _histories(known, at, title_count),
        members,
        np.searchsorted(members, viewers),
        titles_of(wanted, viewers),
        titles_of(known, viewers),
        likers[old_numbers].astype(np.int64),
        int((is_target & ~has_liker).sum()),
    )


def _histories(known: ViewingLog, at: int, title_count: int) -> Histories:
    return pack_histories(
        known.profiles,
        known.titles,
        known.instants,
        known.strengths,
        at,
        title_count,
        known.accounts[known.profiles],
    )


def titles_of(log: ViewingLog, profiles: Integers) -> Targets:
    """The entries of these profiles (sorted numbers)."""
    begins = np.searchsorted(log.profiles, profiles, "left")
    counts = np.searchsorted(log.profiles, profiles, "right") - begins
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    places = np.repeat(begins - starts[:-1], counts) + np.arange(starts[-1])
    return Targets(starts, log.titles[places])


def mix(numbers: Integers) -> NDArray[np.uint64]:
    """SplitMix64 (Steele, Lea and Flood, 2014)."""
    mixed = numbers.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
