"""What a profile watched of one title, as registers that only grow.

    at                     last playback, with the episode's place in its series      greatest instant
    position               where playback stands                                      greatest instant
    finished_at            last time that it was finished                             greatest
    first_finished_at      first time that it was finished                            least
    furthest_share         greatest share seen by playback that did not finish it     greatest

"Finished" is a fact that no later position takes back: after a title was finished, a player that reports 0 or a slip
of the finger moves the position alone. Each register is a join of a semilattice, so any order, repeats and batches of
events give one watch (Shapiro et al., "Conflict-free Replicated Data Types", 2011).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from domain.viewers.playback import is_started, share_of

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Watch:
    """`position_at` and `furthest_at` are NEVER without such a report. `series_id` is "" for no series.

    `season` and `episode` keep an episode's place for when it has left the catalogue.
    """

    at: datetime
    position_seconds: int = 0
    duration_seconds: int = 0
    position_at: datetime = NEVER
    finished_at: datetime | None = None
    first_finished_at: datetime | None = None
    furthest_share: float = 0.0
    furthest_at: datetime = NEVER
    series_id: str = ""
    season: int | None = None
    episode: int | None = None

    @property
    def finished(self) -> bool:
        """At any time."""
        return self.finished_at is not None

    @property
    def share(self) -> float:
        """The greatest share seen, 0..1."""
        return 1.0 if self.finished_at is not None else self.furthest_share

    @property
    def position_share(self) -> float:
        """Where playback stands, 0..1."""
        return share_of(self.position_seconds, self.duration_seconds)

    @property
    def is_open(self) -> bool:
        """Started, or started again after it was finished, and not finished since."""
        if self.finished_at is not None and self.position_at <= self.finished_at:
            return False
        return is_started(self.position_seconds, self.duration_seconds, bool(self.series_id))

    @property
    def has_progress(self) -> bool:
        """There is a bar to draw: of an unfinished title, or of one started anew."""
        return self.duration_seconds > 0 and (self.finished_at is None or self.is_open)

    @property
    def viewed_at(self) -> datetime | None:
        """The last playback that counts: of an open title the last, else the last finish. None for a mere look."""
        return self.at if self.is_open else self.finished_at

    @property
    def number(self) -> tuple[int, int]:
        """Season and episode for comparison; -1 where unknown."""
        return (
            -1 if self.season is None else self.season,
            -1 if self.episode is None else self.episode,
        )

    def since(self, instant: datetime) -> Watch | None:
        """What was watched after `instant`; None when nothing was. Of an earlier greatest share the position
        remains."""
        if self.at <= instant:
            return None
        first = self.first_finished_at
        if self.finished_at is None or self.finished_at <= instant:
            finished = first = None
        else:
            finished = self.finished_at
            first = first if first is not None and first > instant else finished
        watch = replace(self, finished_at=finished, first_finished_at=first)
        if watch.position_at <= instant:
            watch = replace(watch, position_at=NEVER, position_seconds=0)
        if watch.furthest_at <= instant:
            watch = replace(watch, furthest_at=watch.position_at, furthest_share=watch.position_share)
        return watch


def one_playback(
    at: datetime,
    position_seconds: int,
    duration_seconds: int,
    finished: bool = False,
    series_id: str = "",
    season: int | None = None,
    episode: int | None = None,
) -> Watch:
    """The watch of one report of a position."""
    return Watch(
        at,
        position_seconds,
        duration_seconds,
        position_at=at,
        finished_at=at if finished else None,
        first_finished_at=at if finished else None,
        furthest_share=0.0 if finished else share_of(position_seconds, duration_seconds),
        furthest_at=NEVER if finished else at,
        series_id=series_id,
        season=season,
        episode=episode,
    )


def merge_watches(one: Watch, two: Watch) -> Watch:
    """The join of both, register by register."""
    last = max(one, two, key=lambda watch: (watch.at, watch.series_id, *watch.number))
    stands = max(
        one, two, key=lambda watch: (watch.position_at, watch.position_seconds, watch.duration_seconds)
    )
    furthest = max(one, two, key=lambda watch: (watch.furthest_share, watch.furthest_at))
    return Watch(
        last.at,
        stands.position_seconds,
        stands.duration_seconds,
        stands.position_at,
        _latest(one.finished_at, two.finished_at),
        _earliest(one.first_finished_at, two.first_finished_at),
        furthest.furthest_share,
        furthest.furthest_at,
        last.series_id,
        last.season,
        last.episode,
    )


def _latest(one: datetime | None, two: datetime | None) -> datetime | None:
    return one if two is None or (one is not None and one >= two) else two


def _earliest(one: datetime | None, two: datetime | None) -> datetime | None:
    return one if two is None or (one is not None and one <= two) else two
