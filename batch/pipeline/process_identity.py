"""Which process holds something, and whether it lives: told by host, number and start, never by the number alone.

A number may be given again, and containers of one host name have numbers of their own. So a process is looked for
only by one of the same machine and PID namespace; anybody else judges by the last sign of life.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from domain.serialization import Document

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NAMESPACE = Path("/proc/self/ns/pid")
_START_FIELD = 21
"""Of /proc/<pid>/stat, see proc(5); counted from 0."""


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """`machine`: host, boot and PID namespace. `started`: clock ticks since boot; empty where unknown."""

    host: str
    pid: int
    machine: str = ""
    started: str = ""

    def is_here(self) -> bool:
        """Whether this process can tell if that one lives."""
        return self.machine == machine_id() if self.machine else self.host == socket.gethostname()

    def is_running(self) -> bool:
        """Asked only when it `is_here`."""
        started = process_start(self.pid)
        if started is None:
            return False
        return not self.started or not started or started == self.started


def this_process() -> ProcessIdentity:
    pid = os.getpid()
    return ProcessIdentity(socket.gethostname(), pid, machine_id(), process_start(pid) or "")


def machine_id() -> str:
    """The host name alone on systems without /proc."""
    try:
        return f"{socket.gethostname()}/{_BOOT.read_text().strip()}/{os.readlink(_NAMESPACE)}"
    except OSError:
        return socket.gethostname()


def process_start(pid: int) -> str | None:
    """None when there is no such process, or only what is left of one that ended; empty where it is not told."""
    try:
        # The name, in brackets, may hold spaces and brackets itself.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return None if fields[0] in ("Z", "X") else fields[_START_FIELD - 2]
    except FileNotFoundError:
        return None if Path("/proc/self").exists() else _signalled(pid)
    except OSError:
        return _signalled(pid)


def identity_from_document(document: Document) -> ProcessIdentity:
    get = document.get
    return ProcessIdentity(document["host"], document["pid"], get("machine", ""), get("process_start", ""))


def identity_to_document(identity: ProcessIdentity) -> Document:
    return {
        "host": identity.host,
        "pid": identity.pid,
        "machine": identity.machine,
        "process_start": identity.started,
    }


def _signalled(pid: int) -> str | None:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return ""
    return ""
