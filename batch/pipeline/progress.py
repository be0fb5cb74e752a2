"""Progress of a run: percent and time left, estimated from the last run's stage durations.

Spark's own bar is off because it does not know how much is left.
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
MAX_STAGE_SHARE = 0.95
"""The progress of an overdue stage stops here."""


class RunProgress:
    """`heartbeat` is called every LINE_SECONDS, in a thread."""

    def __init__(self, expected: Mapping[str, float], out: TextIO, heartbeat: Callable[[], None]) -> None:
        self._expected = dict(expected)
        self._out = out
        self._heartbeat = heartbeat
        self._console = Console(file=out)
        self._status_line: Status | None = None
        self._task_counts: Callable[[], tuple[int, int]] | None = None
        self._done: set[str] = set()
        self._stage, self._stage_started_at = "", monotonic()
        self._stop = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="progress", daemon=True)

    def __enter__(self) -> RunProgress:
        if self._console.is_terminal:
            self._status_line = self._console.status("")
            self._status_line.start()
        self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._ticker.join(timeout=5)
        if self._status_line is not None:
            self._status_line.stop()

    def track_tasks(self, tasks: Callable[[], tuple[int, int]] | None) -> None:
        """`tasks` returns (done, known)."""
        self._task_counts = tasks

    def start_stage(self, stage: str) -> None:
        self._stage, self._stage_started_at = stage, monotonic()
        if self._status_line is None:
            self.print_line(self.describe())

    def finish_stage(self, counts: Mapping[str, int]) -> float:
        """Returns seconds."""
        seconds = monotonic() - self._stage_started_at
        self._done.add(self._stage)
        amounts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
        self.print_line(f"{self._stage} done in {seconds:.1f} s{': ' + amounts if amounts else ''}")
        return seconds

    def describe(self) -> str:
        """ "similar_titles: 42 %, about 65 s left (3 of 8 tasks)"."""
        elapsed = monotonic() - self._stage_started_at
        share, seconds_left = estimate_progress(self._expected, self._done, self._stage, elapsed)
        text = f"{self._stage}: {share:.0%}, about {_format_duration(seconds_left)} left"
        done, known = self._task_counts() if self._task_counts is not None else (0, 0)
        return f"{text} ({done} of {known} tasks)" if known else text

    def _tick(self) -> None:
        last_line = last_beat = monotonic()
        while not self._stop.wait(TICK_SECONDS):
            now = monotonic()
            if self._status_line is not None:
                self._status_line.update(self.describe())
            elif now - last_line >= LINE_SECONDS:
                self.print_line(self.describe())
                last_line = now
            if now - last_beat >= LINE_SECONDS:
                self._heartbeat()
                last_beat = now

    def print_line(self, text: str) -> None:
        if self._status_line is not None:
            self._console.print(text, highlight=False)
        else:
            print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {text}", file=self._out, flush=True)


def estimate_progress(
    expected: Mapping[str, float], done: set[str], running: str, elapsed: float
) -> tuple[float, float]:
    """(share done 0..1, seconds left)."""
    total = sum(expected.values())
    if total <= 0:
        return 0.0, 0.0
    finished = sum(seconds for name, seconds in expected.items() if name in done)
    stage_seconds = 0.0 if running in done else expected.get(running, 0.0)
    share = (finished + min(elapsed, MAX_STAGE_SHARE * stage_seconds)) / total
    return share, max(0.0, total - finished - min(elapsed, MAX_STAGE_SHARE * stage_seconds))


def _format_duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
