"""Runs a command that ends when its parent does: `python parent_watch.py PARENT_PID COMMAND...`.

Standard library only, for a fast start. On Linux the kernel watches the parent, even after exec (PR_SET_PDEATHSIG).
Elsewhere this process polls its parent and forwards signals.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from types import FrameType

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.5
GRACE_SECONDS = 10


def exec_command(parent: int, command: list[str]) -> None:
    """For Linux."""
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # the parent ended before prctl
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606 - replacing this process is the point


def run_watching_parent(parent: int, command: list[str]) -> int:
    """For other systems. Returns the command's exit code."""
    child = subprocess.Popen(command)

    def forward(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    signal.signal(signal.SIGTERM, forward)
    while True:
        try:
            return child.wait(timeout=POLL_SECONDS)
        except subprocess.TimeoutExpired:
            if os.getppid() != parent:
                return _stop_child(child)


def _stop_child(child: subprocess.Popen[bytes]) -> int:
    child.terminate()
    try:
        return child.wait(timeout=GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


if __name__ == "__main__":
    if sys.platform == "linux":
        exec_command(int(sys.argv[1]), sys.argv[2:])
    sys.exit(run_watching_parent(int(sys.argv[1]), sys.argv[2:]))
