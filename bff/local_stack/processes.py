"""Starting and stopping one server process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from bff.local_stack.record import ServerProcess

TETHER = Path(__file__).with_name("tether.py")
POLL_SECONDS = 0.02


def launch(command: list[str], folder: Path, log: Path, tethered: bool) -> ServerProcess:
    """Start a server in its own process group, so that Ctrl-C reaches only us and we stop it in order.

    `tethered`: it ends when this process does, however this process ends.
    """
    if tethered:
        command = tethered_command(command)
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return process_of(child.pid)


def process_of(pid: int) -> ServerProcess:
    """Raises nothing: a process that has ended already has no birth and counts as not running."""
    return ServerProcess(pid, process_start_time(pid) or "ended")


def tethered_command(command: list[str]) -> list[str]:
    """The command that runs this one and ends with the calling process."""
    return [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), *command]


def process_start_time(pid: int) -> str | None:
    """When the process with this id was born, None when there is none: ids are reused, births are not."""
    return _birth_by_proc(pid) if Path("/proc/self/stat").exists() else _birth_by_ps(pid)


def _birth_by_proc(pid: int) -> str | None:
    """A zombie with threads left still holds its port and its files: only one without them has ended."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    threads, born = int(fields[16]), fields[18]
    return None if state == "X" or (state == "Z" and threads <= 1) else born


def _birth_by_ps(pid: int) -> str | None:
    asked = ["ps", "-o", "lstart=", "-p", str(pid)]
    listed = subprocess.run(asked, capture_output=True, text=True, check=False)
    return listed.stdout.strip() or None


def is_running(process: ServerProcess) -> bool:
    return process_start_time(process.pid) == process.born


def stop_all(processes: Sequence[ServerProcess], grace_seconds: float) -> None:
    """Ask all of them at once to save and end; kill those that have not after the grace.

    Asked once only: a second SIGTERM might cut short the saving that the first one began.
    """
    for process in processes:
        _signal_group(process, signal.SIGTERM)
    terminate(processes, grace_seconds)


def terminate(processes: Sequence[ServerProcess], grace_seconds: float) -> None:
    """Wait for processes that were asked to end already; kill those that have not after the grace."""
    wait_until(lambda: not any(_remains(process) for process in processes), grace_seconds)
    for process in processes:
        _signal_group(process, signal.SIGKILL)
    wait_until(lambda: not any(_remains(process) for process in processes), grace_seconds)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll a condition until it holds or the deadline passes."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _signal_group(process: ServerProcess, number: int) -> None:
    """The whole group: off Linux the tether stands between us and the server."""
    if is_running(process):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)


def _remains(process: ServerProcess) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)  # reaps it when it is our own child
    return is_running(process)
