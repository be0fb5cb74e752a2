"""What the demo says while it starts: a line for each step, and lines while one lasts.

Time left is measured or not told: a step says how long it took the last time on this machine, from
<home>/durations.json, and when it takes longer it says that.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

DURATIONS_FILE = "durations.json"
LINE_SECONDS = 15.0
"""At most this long without a line."""


class Steps:
    """`current` names the step in progress, for the message of an interruption; "" between steps."""

    def __init__(
        self,
        home: Path,
        echo: Callable[[str], None] = click.echo,
        clock: Callable[[], float] = time.monotonic,
        line_seconds: float = LINE_SECONDS,
    ) -> None:
        self._file = home / DURATIONS_FILE
        self._last = read_durations(self._file)
        self._echo, self._clock, self._line_seconds = echo, clock, line_seconds
        self.current = ""

    @contextmanager
    def step(self, name: str, has_own_lines: bool = False) -> Iterator[None]:
        """`name` is such as "starting the local stores". A step with lines of its own gets none while it lasts."""
        started = self._clock()
        last = self._last.get(name)
        known = f" (the last time: {format_seconds(last)})" if last is not None else ""
        self.current = name
        self._echo(f"  {name[0].upper()}{name[1:]}{known}.")
        done = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(name, last, started, done), daemon=True)
        if not has_own_lines:
            ticker.start()
        try:
            yield
        finally:
            done.set()
            if not has_own_lines:
                ticker.join()
        self.current = ""
        self._last = {**self._last, name: round(self._clock() - started, 1)}
        write_durations(self._file, self._last)

    def _tick(self, name: str, last: float | None, started: float, done: threading.Event) -> None:
        while not done.wait(self._line_seconds):
            self._echo(f"  {still_text(name, self._clock() - started, last)}")


def still_text(name: str, elapsed: float, last: float | None) -> str:
    """ "Still starting the local stores: 15 s so far, about 5 s left." """
    lead = f"Still {name}: {format_seconds(elapsed)} so far"
    if last is None:
        return f"{lead}."
    left = last - elapsed
    return (
        f"{lead}, about {format_seconds(left)} left." if left >= 1 else f"{lead}, longer than the last time."
    )


def format_seconds(seconds: float) -> str:
    """ "12 s", "3 min 20 s"; at least "1 s"."""
    whole = max(1, round(seconds))
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"


def read_durations(file: Path) -> Mapping[str, float]:
    """Empty without a readable file."""
    try:
        return {str(name): float(seconds) for name, seconds in json.loads(file.read_text()).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_durations(file: Path, durations: Mapping[str, float]) -> None:
    """Does nothing in a folder that is gone or not writable: only figures are lost."""
    try:
        new = file.with_suffix(".new")
        new.write_text(json.dumps(durations, indent=2) + "\n")
        new.replace(file)
    except OSError:
        return
