"""Console output of loading commands: progress on stderr, the summary on stdout."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

LINE_SECONDS = 5.0
Item = TypeVar("Item")


class ConsoleReporter:
    def __init__(self, quiet: bool = False) -> None:
        self._console = Console(stderr=True, quiet=quiet)
        self._started_at = time.monotonic()

    def step(self, text: str) -> None:
        self._console.print(text, highlight=False)

    def warn(self, text: str) -> None:
        """Also when the reporter is quiet."""
        click.echo(text, err=True)

    def track(self, items: Iterable[tuple[int, Item]], label: str, total: int | None) -> Iterator[Item]:
        """Yield the items. Each comes with the number of things it stands for."""
        if self._console.is_terminal and not self._console.quiet:
            yield from self._track_with_bar(items, label, total)
        else:
            yield from self._track_with_lines(items, label, total)

    def _track_with_bar(
        self, items: Iterable[tuple[int, Item]], label: str, total: int | None
    ) -> Iterator[Item]:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f}"))
        with Progress(*columns, TimeRemainingColumn(), console=self._console, transient=True) as progress:
            task = progress.add_task(label, total=total)
            for count, item in items:
                yield item
                progress.advance(task, count)

    def _track_with_lines(
        self, items: Iterable[tuple[int, Item]], label: str, total: int | None
    ) -> Iterator[Item]:
        done, reported_at = 0, time.monotonic()
        for count, item in items:
            yield item
            done += count
            if time.monotonic() - reported_at >= LINE_SECONDS:
                reported_at = time.monotonic()
                of_total = f" of {total:,}" if total else ""
                self.step(f"{label}: {done:,}{of_total}")

    def share_listener(self, label: str) -> Callable[[float], None]:
        """For work that knows its share done, 0..1: a line every few seconds with the time left."""
        state = {"share": 1.0, "began": 0.0, "reported": time.monotonic()}

        def listen(share: float) -> None:
            now = time.monotonic()
            if share < state["share"]:
                # The file is read again from its beginning.
                state["began"] = now
            state["share"] = share
            if now - state["reported"] >= LINE_SECONDS and share > 0:
                state["reported"] = now
                left = (now - state["began"]) * (1 - share) / share
                self.step(f"{label}: {share:.0%}, about {_duration(left)} left")

        return listen

    def print_result(self, summary: Mapping[str, object], sentence: str, as_json: bool) -> None:
        seconds = round(time.monotonic() - self._started_at, 1)
        if as_json:
            json.dump({**summary, "seconds": seconds}, sys.stdout, ensure_ascii=False)
            sys.stdout.write("\n")
        else:
            click.echo(f"{sentence} ({seconds:.1f} s)")


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
