"""The run window: when stages that can stop early have to, and what becomes of a run that it cuts short.

A stage's deadline leaves the later stages the seconds that they took the last time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import MarqueeError
from domain.timestamps import to_millis


class WindowClosed(MarqueeError):
    """The run window ended before the run could publish; the next start goes on."""

    code = "WINDOW_CLOSED"


@dataclass(frozen=True, slots=True)
class RunWindow:
    """`stages`: in their order. `last`: their seconds in the last successful run, as far as known."""

    ends_at: datetime
    stages: Sequence[str]
    last: Mapping[str, float]

    def deadline_of(self, stage: str) -> int:
        """Epoch milliseconds."""
        later = self.stages[self.stages.index(stage) + 1 :]
        return to_millis(self.ends_at - timedelta(seconds=sum(self.last.get(one, 0.0) for one in later)))

    def ensure_open(self, stage: str, now: datetime) -> None:
        """Raises WindowClosed."""
        if now >= self.ends_at:
            raise WindowClosed(
                f"The run window ended at {self.ends_at:%Y-%m-%d %H:%M} UTC, before {stage}. Nothing was published; "
                "the finished stages are kept, and the next start of this date goes on with them."
            )


def ensure_may_be_partial(not_reached: int, hold_partial: bool) -> None:
    """Raises WindowClosed."""
    if not_reached and hold_partial:
        raise WindowClosed(
            f"The run window ended with {not_reached:,} profiles not reached, and --hold-partial publishes no "
            "partial version. The finished stages are kept, and the next start of this date goes on with them."
        )
