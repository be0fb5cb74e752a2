"""Locks of processes that write files of one folder. They end with their process.

One process at a time replaces files (`folder_lock`). Several may write new ones (`writing_in`, on another folder),
and what is left when none does may be removed (`is_quiet`).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def writing_in(folder: Path) -> Iterator[None]:
    """Around writing files that have not appeared yet."""
    with _locked(folder, fcntl.LOCK_SH):
        yield


@contextmanager
def is_quiet(folder: Path) -> Iterator[bool]:
    """Whether no process writes; then none begins before the end."""
    try:
        with _locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield True
    except BlockingIOError:
        yield False


@contextmanager
def _locked(folder: Path, operation: int) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, operation)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Around replacing, not around writing: short. Locks the folder itself."""
    with _locked(folder, fcntl.LOCK_EX):
        yield
