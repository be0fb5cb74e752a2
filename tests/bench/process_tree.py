"""Memory and processor time of a process with all its descendants, from /proc."""

from __future__ import annotations

import os
import threading
from pathlib import Path

SAMPLE_SECONDS = 0.2


class TreeMemory(threading.Thread):
    """The greatest resident memory of a process and its descendants, in bytes. Shared pages count in each."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak, self._pid, self._is_over = 0, pid, threading.Event()

    def run(self) -> None:
        while not self._is_over.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, tree_bytes(self._pid))

    def stop(self) -> int:
        self._is_over.set()
        self.join()
        return self.peak


def tree_bytes(root: int) -> int:
    return sum(int(fields[21]) for fields in _tree(root)) * os.sysconf("SC_PAGE_SIZE")


def tree_cpu_seconds(root: int) -> float:
    """Of the living, and of the children that they have waited for."""
    ticks = sum(sum(int(one) for one in fields[11:15]) for fields in _tree(root))
    return ticks / os.sysconf("SC_CLK_TCK")


def _tree(root: int) -> list[list[str]]:
    """The fields of /proc/PID/stat after the name, from the state on."""
    known: dict[int, list[str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                known[int(entry.name)] = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
    found = {root}
    while more := {pid for pid, fields in known.items() if int(fields[1]) in found} - found:
        found |= more
    return [known[pid] for pid in found if pid in known]
