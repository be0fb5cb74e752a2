"""Progress of a run: the step, and the time left when it can be known.

Time left is worked out from the stage durations of the last successful run and the pace of this one. Without a last
run, and while a stage takes longer than expected, no time left is told: the time so far is.
Spark's own bar is off because it does not know how much is left.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.status import Status

from domain.redaction import redact

LINE_SECONDS = 15.0
BEAT_SECONDS = 10.0
TICK_SECONDS = 0.5
PACE_SECONDS = 5.0
"""From so many expected seconds on, finished stages tell the pace of a run."""


class RunProgress:
    """`stages`: in their order. `last`: their seconds in the last successful run, as far as known.

    `heartbeat` is called every `beat_seconds`, in a thread, whatever else goes wrong there. `log`: file that gets
    each line, dated, too.
    """

    def __init__(
        self,
        stages: Sequence[str],
        last: Mapping[str, float],
        out: TextIO,
        heartbeat: Callable[[], None],
        clock: Callable[[], float] = monotonic,
        log: Path | None = None,
        beat_seconds: float = BEAT_SECONDS,
    ) -> None:
        self._beat_seconds = beat_seconds
        self._stages, self._last = tuple(stages), dict(last)
        self._out = out
        self._heartbeat = heartbeat
        self._clock = clock
        self._log = log
        self._console = Console(file=out)
        self._status_line: Status | None = None
        self._task_counts: Callable[[], tuple[int, int]] | None = None
        self._done: dict[str, float] = {}
        self._stage, self._stage_started_at = "", clock()
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
        self._stage, self._stage_started_at = stage, self._clock()
        if self._status_line is None:
            self.print_line(self.describe())

    def stage_seconds(self) -> float:
        """Of the stage so far."""
        return self._clock() - self._stage_started_at

    def finish_stage(self, counts: Mapping[str, int]) -> float:
        """Returns seconds."""
        seconds = self._clock() - self._stage_started_at
        self._done[self._stage] = seconds
        amounts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
        self.print_line(f"{self._stage} done in {seconds:.1f} s{': ' + amounts if amounts else ''}")
        return seconds

    def keep_stage(self, stage: str, seconds: float) -> None:
        """It was finished by an earlier attempt."""
        self._done[stage] = seconds
        self.print_line(f"{stage} kept, was done in {seconds:.1f} s")

    def describe(self) -> str:
        """ "similar_titles: step 3 of 9, 12 s so far, about 65 s left (3 of 8 tasks)"."""
        elapsed = self._clock() - self._stage_started_at
        number = self._stages.index(self._stage) + 1 if self._stage in self._stages else len(self._done) + 1
        parts = [f"{self._stage}: step {number} of {max(number, len(self._stages))}"]
        if elapsed >= 1:
            parts.append(f"{_format_duration(elapsed)} so far")
        left = seconds_left(self._stages, self._last, self._done, self._stage, elapsed)
        if left is not None:
            parts.append(f"about {_format_duration(left)} left")
        elif self._is_overdue(elapsed):
            parts.append(f"longer than the last time ({_format_duration(self._last[self._stage])})")
        done, known = self._tasks()
        return ", ".join(parts) + (f" ({done} of {known} tasks)" if known else "")

    def _tasks(self) -> tuple[int, int]:
        """(done, known). None of a Spark that ends while it is asked: that must not end the beats."""
        if self._task_counts is None:
            return 0, 0
        try:
            return self._task_counts()
        except Exception:
            return 0, 0

    def _is_overdue(self, elapsed: float) -> bool:
        return self._stage in self._last and elapsed > self._last[self._stage]

    def _tick(self) -> None:
        last_line = last_beat = monotonic()
        while not self._stop.wait(TICK_SECONDS):
            now = monotonic()
            if now - last_beat >= self._beat_seconds:
                self._heartbeat()
                last_beat = now
            if self._status_line is not None:
                self._status_line.update(self.describe())
            elif now - last_line >= LINE_SECONDS:
                self.print_line(self.describe())
                last_line = now

    def print_line(self, text: str) -> None:
        dated = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {redact(text)}"
        if self._status_line is not None:
            self._console.print(redact(text), highlight=False)
        else:
            print(dated, file=self._out, flush=True)
        self.write_log(text)

    def write_log(self, text: str) -> None:
        """To the file alone. A log that cannot be written is no reason to fail a run."""
        if self._log is None:
            return
        line = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {redact(text)}"
        with suppress(OSError):
            self._log.parent.mkdir(parents=True, exist_ok=True)
            with self._log.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")


def seconds_left(
    stages: Sequence[str],
    last: Mapping[str, float],
    done: Mapping[str, float],
    running: str,
    elapsed: float,
) -> float | None:
    """None when it is not known: a stage to come is new, or the running one takes longer than expected.

    `done`: the seconds of this run's finished stages. Their ratio to the last run's is the pace: of a machine twice
    as slow today, what is left takes twice as long.
    """
    coming = [stage for stage in stages if stage not in done]
    if not coming or any(stage not in last for stage in {*coming, running}):
        return None
    expected = sum(last.get(stage, 0.0) for stage in done)
    actual = sum(seconds for stage, seconds in done.items() if stage in last)
    pace = actual / expected if expected >= PACE_SECONDS else 1.0
    this_stage = pace * last[running]
    if elapsed > this_stage:
        return None
    return this_stage - elapsed + pace * sum(last[stage] for stage in coming if stage != running)


def _format_duration(seconds: float) -> str:
    return f"{max(1.0, seconds):.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
