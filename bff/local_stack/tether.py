"""Runs a command that ends when its parent does: `python tether.py PARENT_PID COMMAND...`.

Standard library only and no package import, because it starts before every server. On Linux the kernel
holds the tether (PR_SET_PDEATHSIG survives exec, so this process becomes the server). Elsewhere this
process stays, watches its parent and passes signals on.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

PR_SET_PDEATHSIG = 1
WATCH_SECONDS = 0.5
GRACE_SECONDS = 10


def become(parent: int, command: list[str]) -> None:
    """Linux: ask the kernel to end this process with its parent, then turn into the command."""
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died before the kernel knew
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - replacing this process is the point


def watch(parent: int, command: list[str]) -> int:
    """Elsewhere: run the command, end it when the parent is gone. Returns its exit code."""
    child = subprocess.Popen(command)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    signal.signal(signal.SIGTERM, pass_on)
    while True:
        try:
            return child.wait(timeout=WATCH_SECONDS)
        except subprocess.TimeoutExpired:
            if os.getppid() != parent:
                return _end(child)


def _end(child: subprocess.Popen[bytes]) -> int:
    child.terminate()
    try:
        return child.wait(timeout=GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


if __name__ == "__main__":
    if sys.platform == "linux":
        become(int(sys.argv[1]), sys.argv[2:])
    sys.exit(watch(int(sys.argv[1]), sys.argv[2:]))
