"""Where a run stands: percent and time left, from how long the stages took the last time.

On a terminal one line that moves; elsewhere plain lines with the time of day, one per stage and one every
fifteen seconds. Spark's own bar is off: it knows tasks but not how much is left.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from time import monotonic
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.status import Status

LINE_SECONDS = 15.0
TICK_SECONDS = 0.5
ALMOST = 0.95
"""A stage that takes longer than last time waits here, rather than promise to be done."""


class RunProgress:
    """Tells of stages as they come. Use as a context manager; `beat` is called from time to time."""

    def __init__(self, expected: Mapping[str, float], out: TextIO, beat: Callable[[], None]) -> None:
        self._expected = dict(expected)
        self._out = out
        self._beat = beat
        self._console = Console(file=out)
        self._moving: Status | None = None
        self._tasks: Callable[[], tuple[int, int]] | None = None
        self._done: set[str] = set()
        self._stage, self._since = "", monotonic()
        self._began = monotonic()
        self._stop = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="progress", daemon=True)

    def __enter__(self) -> RunProgress:
        if self._console.is_terminal:
            self._moving = self._console.status("")
            self._moving.start()
        self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._ticker.join(timeout=5)
        if self._moving is not None:
            self._moving.stop()

    def count_tasks(self, tasks: Callable[[], tuple[int, int]] | None) -> None:
        """From now on, (done, known) tasks of the running stage can be asked for; None: no longer."""
        self._tasks = tasks

    def start(self, stage: str) -> None:
        self._stage, self._since = stage, monotonic()
        if self._moving is None:
            self.say(self.describe())

    def finish(self, counts: Mapping[str, int]) -> float:
        """The running stage is done. Returns its seconds."""
        seconds = monotonic() - self._since
        self._done.add(self._stage)
        made = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
        self.say(f"{self._stage} done in {seconds:.1f} s{': ' + made if made else ''}")
        return seconds

    def describe(self) -> str:
        """ "similar_titles: 42 %, about 65 s left (3 of 8 tasks)"."""
        elapsed = monotonic() - self._since
        share, left = estimate(self._expected, self._done, self._stage, elapsed)
        text = f"{self._stage}: {share:.0%}, about {_spoken(left)} left"
        done, known = self._tasks() if self._tasks is not None else (0, 0)
        return f"{text} ({done} of {known} tasks)" if known else text

    def _tick(self) -> None:
        last_line = last_beat = monotonic()
        while not self._stop.wait(TICK_SECONDS):
            now = monotonic()
            if self._moving is not None:
                self._moving.update(self.describe())
            elif now - last_line >= LINE_SECONDS:
                self.say(self.describe())
                last_line = now
            if now - last_beat >= LINE_SECONDS:
                self._beat()
                last_beat = now

    def say(self, text: str) -> None:
        """One line that stays."""
        if self._moving is not None:
            self._console.print(text, highlight=False)
        else:
            print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {text}", file=self._out, flush=True)


def estimate(
    expected: Mapping[str, float], done: set[str], running: str, elapsed: float
) -> tuple[float, float]:
    """(share done 0..1, seconds left), given how long each stage is expected to take."""
    whole = sum(expected.values())
    if whole <= 0:
        return 0.0, 0.0
    behind = sum(seconds for name, seconds in expected.items() if name in done)
    own = 0.0 if running in done else expected.get(running, 0.0)
    share = (behind + min(elapsed, ALMOST * own)) / whole
    return share, max(0.0, whole - behind - min(elapsed, ALMOST * own))


def _spoken(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
