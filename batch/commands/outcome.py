"""What a command says and how it ends: data on stdout, messages on stderr, one exit code for each kind of end."""

from __future__ import annotations

import json
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from domain.redaction import redact


def say(text: str) -> None:
    """A message, without secrets."""
    click.echo(redact(text), err=True)


def show(data: Any, text: str, as_json: bool) -> None:
    """The data that was asked for."""
    click.echo(json.dumps(data, ensure_ascii=False) if as_json else text)


def confirm(question: str, effect: str, yes: bool, no_input: bool) -> None:
    """Says the effect and asks once; raises UsageError when nobody can answer."""
    say(effect)
    if yes:
        return
    if no_input or not sys.stdin.isatty():
        raise click.UsageError(f"{question} Nobody can answer here: confirm with --yes.")
    click.confirm(question, abort=True, err=True)


@contextmanager
def interrupted_by_termination() -> Iterator[None]:
    """A scheduler's SIGTERM ends the run as Ctrl-C does: cleaned up, recorded, the lock given back."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # Py4J writes the interrupt that it sees to the root logger, as a traceback.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:
        # Not the main thread: its owner handles signals.
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
