"""What a loading command tells: progress on standard error, a closing summary on standard output."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

LINE_SECONDS = 5.0
Item = TypeVar("Item")


class ConsoleReporter:
    """On a terminal a moving bar, elsewhere a plain line when a step starts and every few seconds."""

    def __init__(self, quiet: bool = False) -> None:
        self._console = Console(stderr=True, quiet=quiet)
        self._began = time.monotonic()

    def step(self, text: str) -> None:
        self._console.print(text, highlight=False)

    def counted(self, items: Iterable[tuple[int, Item]], what: str, total: int | None) -> Iterator[Item]:
        """Pass items on and tell how far they are; each comes with the number of things it stands for."""
        if self._console.is_terminal and not self._console.quiet:
            yield from self._with_bar(items, what, total)
        else:
            yield from self._with_lines(items, what, total)

    def _with_bar(self, items: Iterable[tuple[int, Item]], what: str, total: int | None) -> Iterator[Item]:
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed:,.0f}"))
        with Progress(*columns, TimeRemainingColumn(), console=self._console, transient=True) as progress:
            task = progress.add_task(what, total=total)
            for count, item in items:
                yield item
                progress.advance(task, count)

    def _with_lines(self, items: Iterable[tuple[int, Item]], what: str, total: int | None) -> Iterator[Item]:
        done, told = 0, time.monotonic()
        for count, item in items:
            yield item
            done += count
            if time.monotonic() - told >= LINE_SECONDS:
                told = time.monotonic()
                of = f" of {total:,}" if total else ""
                self.step(f"{what}: {done:,}{of}")

    def close(self, summary: Mapping[str, object], sentence: str, as_json: bool) -> None:
        """The result: one JSON object, or one sentence with the seconds it took."""
        seconds = round(time.monotonic() - self._began, 1)
        if as_json:
            json.dump({**summary, "seconds": seconds}, sys.stdout, ensure_ascii=False)
            sys.stdout.write("\n")
        else:
            click.echo(f"{sentence} ({seconds:.1f} s)")
