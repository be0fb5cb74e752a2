"""CPU time of a process and its children, and the processes that the benches start."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

READY_SECONDS = 180.0
STOP_SECONDS = 15.0
TICKS = os.sysconf("SC_CLK_TCK")


def counts_cpu() -> bool:
    """Off Linux the CPU time of other processes is unknown."""
    return Path("/proc/self/stat").exists()


def cpu_seconds(pid: int) -> float | None:
    """User and system time of the process, the children it has, and those it had; None without /proc."""
    if not counts_cpu():
        return None
    return sum(_own_ticks(member) for member in _tree(pid)) / TICKS


def resident_mb(pid: int) -> float | None:
    """Memory of the process and its children as their proportional share (PSS); None without /proc."""
    total = 0
    for member in _tree(pid):
        try:
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
        except OSError:
            return None
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def _own_ticks(pid: int) -> int:
    # utime, stime, and the same of children that were waited for: fields 14 to 17 of proc(5).
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(field) for field in fields[11:15])


def _tree(pid: int) -> list[int]:
    members = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            members += _tree(int(child))
    return members


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(command: Sequence[str], ready_url: str, log: Path, env: Mapping[str, str]) -> Iterator[int]:
    """A server process that answers at `ready_url`; its id. It is stopped when the block ends."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command, env={**os.environ, **env}, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        _await(child, ready_url, log)
        yield child.pid
    finally:
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _await(child: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and child.poll() is None:
        try:
            if httpx.get(url, timeout=10.0).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
    raise SystemExit(f"The server did not answer at {url}; {log} ends with:\n{tail}")
