"""Imports of one data folder run one after the other. The lock ends with its process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import BadInput

TURN_FILE = "import.lock"


@contextmanager
def import_turn(home: Path, what: str, on_wait: Callable[[str], None]) -> Iterator[None]:
    """Waits for another import. `what` names this one for those that wait; `on_wait` hears whom it waits for.

    Raises BadInput for a folder that cannot be written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(home / TURN_FILE, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise BadInput(
            f"MARQUEE_HOME: the data folder {home} cannot be written: {error.strerror or error}; name another one"
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 200, 0).decode("utf-8", "replace") or "another import"
            on_wait(f"Waiting for {holder}. Imports of one data folder run one after the other.")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{what} (process {os.getpid()})".encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)
