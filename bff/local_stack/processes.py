"""Starting and stopping one server process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

TETHER = Path(__file__).with_name("tether.py")
POLL_SECONDS = 0.02


def launch(command: list[str], folder: Path, log: Path, tethered: bool) -> subprocess.Popen[bytes]:
    """Start a server in its own process group, so that Ctrl-C reaches only us and we stop it in order.

    `tethered`: it ends when this process does, however this process ends.
    """
    if tethered:
        command = tethered_command(command)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def tethered_command(command: list[str]) -> list[str]:
    """The command that runs this one and ends with the calling process."""
    return [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), *command]


def birth(pid: int) -> str | None:
    """When the process with this id was born, None when there is none: ids are reused, births are not."""
    return _birth_by_proc(pid) if Path("/proc/self/stat").exists() else _birth_by_ps(pid)


def _birth_by_proc(pid: int) -> str | None:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def _birth_by_ps(pid: int) -> str | None:
    asked = ["ps", "-o", "lstart=", "-p", str(pid)]
    listed = subprocess.run(asked, capture_output=True, text=True, check=False)
    return listed.stdout.strip() or None


def is_running(pid: int, born: str) -> bool:
    return birth(pid) == born


def stop(pid: int, born: str, grace_seconds: float) -> bool:
    """SIGTERM, then SIGKILL when it has not ended after the grace. False when it had to be killed."""
    if _signalled(pid, born, signal.SIGTERM) and not wait_until(lambda: _ended(pid, born), grace_seconds):
        _signalled(pid, born, signal.SIGKILL)
        wait_until(lambda: _ended(pid, born), grace_seconds)
        return False
    return True


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll a condition until it holds or the deadline passes."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _signalled(pid: int, born: str, number: int) -> bool:
    """The whole group is signalled: off Linux the tether stands between us and the server."""
    if not is_running(pid, born):
        return False
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return False
    return True


def _ended(pid: int, born: str) -> bool:
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)  # reaps it when it is our own child
    return not is_running(pid, born)
