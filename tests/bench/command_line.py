"""The command line: how long `marquee --help` takes, beside a Python that does nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from figures import Figure, median

TIMES = 5
LIMIT_SECONDS = 0.5


def command_line(rounds: int, smoke: bool) -> Iterator[Figure]:
    """Alternated, so that a busy moment slows both alike."""
    marquee = str(Path(sys.executable).with_name("marquee"))
    helps, nothings = [], []
    for _ in range(1 if smoke else TIMES):
        helps.append(_seconds([marquee, "--help"]))
        nothings.append(_seconds([sys.executable, "-c", "pass"]))
    note = f"aim: under {LIMIT_SECONDS} s; median of {len(helps)}"
    yield Figure("command line", "marquee --help", median(helps), "s", note)
    ratio = median(helps) / median(nothings)
    yield Figure("command line", "marquee --help / python -c pass", ratio, "x", "bare start-up is 1")


def _seconds(command: Sequence[str]) -> float:
    before = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - before
