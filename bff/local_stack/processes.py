"""Starts, identifies and stops server processes."""

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

PARENT_WATCH = Path(__file__).with_name("parent_watch.py")
POLL_SECONDS = 0.02


def launch(command: list[str], folder: Path, log: Path, ends_with_parent: bool) -> ServerProcess:
    """A server gets its own process group, so that Ctrl-C does not reach it."""
    if ends_with_parent:
        command = parent_watched_command(command)
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return identify_process(child.pid)


def identify_process(pid: int) -> ServerProcess:
    return ServerProcess(pid, process_start_time(pid) or "ended")


def parent_watched_command(command: list[str]) -> list[str]:
    """Runs `command` until the calling process ends, even by a crash."""
    return [sys.executable, "-I", "-S", str(PARENT_WATCH), str(os.getpid()), *command]


def process_start_time(pid: int) -> str | None:
    """None for no such process. Process ids are reused; an id with its start time is unique."""
    return _start_time_from_proc(pid) if Path("/proc/self/stat").exists() else _start_time_from_ps(pid)


def _start_time_from_proc(pid: int) -> str | None:
    """A zombie with threads counts as running: it still holds its port and files."""
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    threads, start_time = int(fields[16]), fields[18]
    return None if state == "X" or (state == "Z" and threads <= 1) else start_time


def _start_time_from_ps(pid: int) -> str | None:
    command = ["ps", "-o", "lstart=", "-p", str(pid)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.stdout.strip() or None


def is_running(process: ServerProcess) -> bool:
    return process_start_time(process.pid) == process.born


def stop_all(processes: Sequence[ServerProcess], grace_seconds: float) -> None:
    """Send SIGTERM once (a second one may interrupt a server that is saving), then `terminate`."""
    for process in processes:
        _signal_group(process, signal.SIGTERM)
    terminate(processes, grace_seconds)


def terminate(processes: Sequence[ServerProcess], grace_seconds: float) -> None:
    """Wait for processes that are ending; kill those that still run after the grace period."""
    wait_until(lambda: not any(_is_running_after_reap(process) for process in processes), grace_seconds)
    for process in processes:
        _signal_group(process, signal.SIGKILL)
    wait_until(lambda: not any(_is_running_after_reap(process) for process in processes), grace_seconds)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _signal_group(process: ServerProcess, number: int) -> None:
    """The group, because the parent watch precedes the server except on Linux."""
    if is_running(process):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)


def _is_running_after_reap(process: ServerProcess) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)  # reaps our own child
    return is_running(process)
