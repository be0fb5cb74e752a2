"""What this process has heard of visibility changes, and what it may therefore trust (docs/visibility.md).

A fact that this process read carries a `Mark` from before the read; order within a process needs no clock. A fact
that another process dated (a cached page) is compared by time, with a margin for clocks.

    hears    the channels: "log" has what writers announced, "stream" every write that MongoDB took
    leases   how long a fact is used without reading it again, while the stores answer
    trust    how long a fact is used while they do not: since it was read, or since a channel that was never
             interrupted after the read was last heard
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from domain.ids import AccountId, ProfileId, TitleId
from domain.visibility.changes import VisibilityChange

TRUST_SECONDS = 60.0
"""While no store answers and nothing is heard. Also the longest that a withdrawal made meanwhile goes unseen."""

MAX_TRUST_SECONDS = 6 * 3600.0
"""While MongoDB does not answer, and what is announced is heard."""

UNANNOUNCED_SECONDS = 1.0
"""Lease while announcements are heard and the stream is not: a write that is not announced shows after that."""

HEARD_SECONDS = 3.0
"""A channel that was silent for longer is not heard."""

CLOCK_MARGIN = timedelta(seconds=5)
"""Tolerated difference between the clocks of two processes, or of a process and Redis."""

MAX_REMEMBERED = 50_000
"""Changed ids of a kind. Beyond that everything counts as changed."""


class Channel(StrEnum):
    LOG = "log"
    STREAM = "stream"
    JOURNAL = "journal"
    """What an earlier process heard, up to its end."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The state of knowledge before a read: how many changes were known, and when (monotonic seconds)."""

    count: int
    at: float


@dataclass(slots=True)
class _Hearing:
    """`since`: not interrupted from then on."""

    since: float
    last: float


@dataclass(frozen=True, slots=True)
class _Change:
    count: int
    at: datetime


_Key = tuple[str, str]
"""Kind and id, of viewers the id's digest: what is remembered here outlives a profile that was erased."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """Everything heard from `since` to `heard_at`; `changed` by kind and id, of viewers the id's digest."""

    since: datetime
    heard_at: datetime
    changed: Mapping[tuple[str, str], datetime]
    everything: datetime | None = None


PROFILE, ACCOUNT, TITLE = "profile", "account", "title"
DIGEST_BYTES = 16


def viewer_key(kind: str, viewer_id: str) -> tuple[str, str]:
    return kind, blake2b(viewer_id.encode(), digest_size=DIGEST_BYTES).hexdigest()


class KnownChanges:
    """`on_titles` is called with the titles of a change, None for everything."""

    def __init__(
        self,
        trust_seconds: float = TRUST_SECONDS,
        ticks: Callable[[], float] = time.monotonic,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.on_titles: list[Callable[[Iterable[TitleId] | None], None]] = []
        self.is_listening = False
        """Whether this process listens at all; commands and tests may not."""
        self._trust_seconds = trust_seconds
        self._ticks = ticks
        self._clock = clock
        self._count = 0
        self._last_viewer_change = 0
        self._everything: _Change | None = None
        self._changed: dict[_Key, _Change] = {}
        self._hearing: dict[Channel, _Hearing] = {}

    def note(self, change: VisibilityChange, at: datetime | None = None) -> None:
        """`at`: by the clock of whoever noticed it; None: now."""
        self._count += 1
        noted = _Change(self._count, at or self._clock())
        viewers: tuple[tuple[str, tuple[str, ...]], ...] = (
            (PROFILE, change.profiles),
            (ACCOUNT, change.accounts),
        )
        for kind, ids in viewers:
            self._changed.update((viewer_key(kind, one), noted) for one in ids)
        self._changed.update(((TITLE, one), noted) for one in change.titles)
        if change.profiles or change.accounts or change.everything:
            self._last_viewer_change = self._count
        everything = change.everything or len(self._changed) > MAX_REMEMBERED
        if everything:
            self._everything, self._changed = noted, {}
        if everything or change.titles:
            for tell in self.on_titles:
                tell(None if everything else change.titles)

    def heard(self, channel: Channel, at: float, complete_from: datetime | None = None) -> None:
        """The channel is complete up to this tick, at which it was asked: from then on, or already from a time."""
        hearing = self._hearing.get(channel)
        if hearing is None:
            since = at if complete_from is None else min(at, self._tick_of(complete_from))
            self._hearing[channel] = _Hearing(since, at)
        else:
            hearing.last = max(hearing.last, at)

    def lost(self, channel: Channel) -> None:
        """What comes next on this channel may lack something."""
        self._hearing.pop(channel, None)

    def recall(self, known: Remembered) -> None:
        """What an earlier process of this machine heard."""
        self._count += 1
        self._changed |= {key: _Change(self._count, at) for key, at in known.changed.items()}
        if known.everything is not None:
            self._everything = _Change(self._count, known.everything)
        heard_at = min(self._ticks(), self._tick_of(known.heard_at))
        self._hearing[Channel.JOURNAL] = _Hearing(self._tick_of(known.since), heard_at)

    def remembered(self) -> Remembered | None:
        """The channel that reaches furthest back of those that were heard last; None before any was heard."""
        if not self._hearing:
            return None
        best = max(self._hearing.values(), key=lambda one: (round(one.last / HEARD_SECONDS), -one.since))
        changed = {key: one.at for key, one in self._changed.items()}
        everything = self._everything.at if self._everything else None
        return Remembered(self._time_of(best.since), self._time_of(best.last), changed, everything)

    def mark(self) -> Mark:
        return Mark(self._count, self._ticks())

    def lease_seconds(self, usual: float) -> float:
        """How long a fact is used without reading it again: not at all while nothing is heard."""
        if not self.is_listening or self._hears(Channel.STREAM):
            return usual
        return min(usual, UNANNOUNCED_SECONDS) if self._hears(Channel.LOG) else 0.0

    def is_title_current(self, title_id: TitleId, mark: Mark) -> bool:
        """Nothing was heard of the title since."""
        return not self._changed_since(mark, (TITLE, title_id))

    def is_viewer_current(self, mark: Mark, profile: ProfileId | None, account: AccountId | None) -> bool:
        if self._count == mark.count:
            return True
        keys = (viewer_key(PROFILE, profile or ""), viewer_key(ACCOUNT, account or ""))
        return not self._changed_since(mark, *keys)

    def are_all_viewers_current(self, mark: Mark) -> bool:
        """For lists of profiles, which one may join that was not in them."""
        return self._last_viewer_change <= mark.count

    def may_viewer_differ(self, profile: ProfileId, account: AccountId, known_at: datetime) -> bool:
        """Something was heard of the viewer that may be later than what was known at that time."""
        found = (
            self._everything,
            self._changed.get(viewer_key(PROFILE, profile)),
            self._changed.get(viewer_key(ACCOUNT, account)),
        )
        return any(one is not None and one.at + CLOCK_MARGIN > known_at for one in found)

    def has_account_changed(self, account: AccountId, within: timedelta) -> bool:
        """As far as this process remembers."""
        found = (self._everything, self._changed.get(viewer_key(ACCOUNT, account)))
        return any(one is not None and self._clock() - one.at <= within for one in found)

    def may_profile_differ(self, profile: ProfileId, known_at: datetime) -> bool:
        """As `may_viewer_differ`."""
        found = (self._everything, self._changed.get(viewer_key(PROFILE, profile)))
        return any(one is not None and one.at + CLOCK_MARGIN > known_at for one in found)

    def is_trusted(self, mark: Mark) -> bool:
        """What was read then may be used though it cannot be read again."""
        return self.is_trusted_since_tick(mark.at)

    def is_trusted_since(self, known_at: datetime, now: datetime) -> bool:
        """As `is_trusted`, for what was known at a time of the wall clock."""
        return self.is_trusted_since_tick(self._ticks() - max(0.0, (now - known_at).total_seconds()))

    def may_title_differ(self, title_id: TitleId, known_at: datetime) -> bool:
        """As `may_viewer_differ`."""
        found = (self._everything, self._changed.get((TITLE, title_id)))
        return any(one is not None and one.at + CLOCK_MARGIN > known_at for one in found)

    def _tick_of(self, at: datetime) -> float:
        return self._ticks() - (self._clock() - at).total_seconds()

    def _time_of(self, tick: float) -> datetime:
        return self._clock() - timedelta(seconds=self._ticks() - tick)

    def is_trusted_since_tick(self, read_at: float) -> bool:
        """As `is_trusted`, for what was read at a tick of the monotonic clock."""
        now = self._ticks()
        known_until = max([read_at, *(one.last for one in self._hearing.values() if one.since <= read_at)])
        return now - known_until <= self._trust_seconds and now - read_at <= MAX_TRUST_SECONDS

    def _hears(self, channel: Channel) -> bool:
        hearing = self._hearing.get(channel)
        return hearing is not None and self._ticks() - hearing.last <= HEARD_SECONDS

    def _changed_since(self, mark: Mark, *keys: _Key) -> bool:
        if self._count == mark.count:
            return False
        found = (self._everything, *(self._changed.get(key) for key in keys))
        return any(one is not None and one.count > mark.count for one in found)
