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

from bff.local_stack.probes import free_ports, why_not_free
from bff.local_stack.processes import is_running, launch, process_of, stop_all, terminate, wait_until
from bff.local_stack.record import (
    Record,
    Running,
    ServerProcess,
    StoreUrls,
    read_record,
    remove_record,
    write_record,
)
from bff.local_stack.servers import HOST, SERVERS, PackageLookup, Server, StackProblem, installed_package

READY_SECONDS = 60.0
GRACE_SECONDS = 20.0
"""Long enough for the Elasticsearch stand-in to write its index on a slow disk."""


@dataclass(frozen=True, slots=True)
class ServerState:
    """One line of `marquee stack status`: `state`: "running", "silent" (alive, no answer), "stopped", "yours"."""

    server: Server
    state: str
    url: str = ""
    pid: int | None = None
    started: bool = False
    """By this very `up`."""


@dataclass(frozen=True, slots=True)
class Launch:
    """One server about to be started."""

    server: Server
    command: list[str]
    folder: Path
    port: int


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
            before = read_record(self.home)
            if before and before.owner and not is_running(before.owner):
                # They are ending with their owner: do not take them for running.
                terminate(_processes(before.servers), GRACE_SECONDS)
            running = self._running()
            missing = [server for server in self._wanted() if server.name not in running]
            if not missing:
                return self._states(frozenset())
            started = self._start(self._plan(missing, before), tethered)
            owner = process_of(os.getpid()) if tethered else None
            self._write({**running, **started}, before.owner if before and running else owner)
        return self._states(frozenset(started))

    def down(self) -> list[str]:
        """Stop every recorded server, gracefully. Returns the names of those that ran."""
        if not self.home.exists():
            return []
        with self._locked():
            running = self._running()
            stop_all(_processes(running), GRACE_SECONDS)
            remove_record(self.home)
        return list(running)

    def status(self) -> list[ServerState]:
        """State of the three servers as of now."""
        return self._states(frozenset())

    def owner(self) -> int | None:
        """Id of the live process that the servers belong to, None when `stack up` started them."""
        record = read_record(self.home)
        owner = record.owner if record else None
        return owner.pid if owner and is_running(owner) else None

    def urls(self) -> StoreUrls:
        """URLs of the stores, the user's own ones first; "" for a server that does not run."""
        return StoreUrls(**{f"{state.server.name}_url": state.url for state in self.status()})

    def log_of(self, server: Server) -> Path:
        return self.home / "stack" / f"{server.name}.log"

    def _wanted(self) -> list[Server]:
        return [server for server in SERVERS if not self.external.get(server.name)]

    def _running(self) -> dict[str, Running]:
        """Recorded servers whose very process is alive."""
        record = read_record(self.home)
        servers = record.servers if record else {}
        return {
            server.name: found
            for server in self._wanted()
            if (found := servers.get(server.name)) and is_running(found.process)
        }

    def _states(self, started: frozenset[str]) -> list[ServerState]:
        running = self._running()
        return [self._state(server, running.get(server.name), started) for server in SERVERS]

    def _state(self, server: Server, found: Running | None, started: frozenset[str]) -> ServerState:
        if own := self.external.get(server.name):
            return ServerState(server, "yours", own)
        if found is None:
            return ServerState(server, "stopped")
        state = "running" if server.answers(HOST, found.port) else "silent"
        return ServerState(
            server, state, server.url_at(found.port), found.process.pid, server.name in started
        )

    def _plan(self, servers: list[Server], before: Record | None) -> list[Launch]:
        """Everything that can be refused is refused before the first server starts. Raises StackProblem."""
        spare = free_ports(HOST, len(servers))
        plan = []
        for server, free in zip(servers, spare, strict=True):
            package = self.find_package(server.package)
            if package is None:
                raise StackProblem(
                    f"{server.product} is not installed: run `pip install 'marquee[local]'`, "
                    f"or set {server.variable} to a server of your own."
                )
            port = self._wanted_port(server) or _last_port(server, before) or free
            folder = self._folder(server.name)
            plan.append(Launch(server, server.command(package, port, folder), folder, port))
        return plan

    def _wanted_port(self, server: Server) -> int | None:
        port = self.ports.get(server.name)
        if port and (reason := why_not_free(HOST, port)):
            raise StackProblem(
                f"Port {port} for {server.product} cannot be used ({reason}): choose another "
                f"with --{server.name}-port, or leave the option out to get a free one."
            )
        return port

    def _start(self, plan: list[Launch], tethered: bool) -> dict[str, Running]:
        started: dict[str, Running] = {}
        try:
            for step in plan:
                process = launch(step.command, step.folder, self.log_of(step.server), tethered)
                started[step.server.name] = Running(process, step.port)
            for step in plan:
                self._await(step.server, started[step.server.name])
        except BaseException:
            stop_all(_processes(started), GRACE_SECONDS)
            raise
        return started

    def _await(self, server: Server, started: Running) -> None:
        def ended() -> bool:
            return not is_running(started.process)

        answered = wait_until(lambda: server.answers(HOST, started.port) or ended(), READY_SECONDS)
        if ended():
            raise StackProblem(f"{server.product} ended right after its start: see {self.log_of(server)}.")
        if not answered:
            log = self.log_of(server)
            raise StackProblem(f"{server.product} did not answer in {READY_SECONDS:.0f} s: see {log}.")

    def _folder(self, name: str) -> Path:
        folder = self.home.absolute() / "stack" / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(self.home, error) from error
        return folder

    def _write(self, servers: Mapping[str, Running], owner: ServerProcess | None) -> None:
        def url(server: Server) -> str:
            found = servers.get(server.name)
            return server.url_at(found.port) if found else ""

        urls = {f"{server.name}_url": url(server) for server in SERVERS}
        write_record(self.home, Record(StoreUrls(**urls), servers, owner))

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


def _processes(servers: Mapping[str, Running]) -> list[ServerProcess]:
    return [server.process for server in servers.values()]


def _last_port(server: Server, before: Record | None) -> int | None:
    """Where it answered before it crashed: those who hold its URL find it again."""
    found = before.servers.get(server.name) if before else None
    return found.port if found and not why_not_free(HOST, found.port) else None


def _unwritable(home: Path, error: OSError) -> StackProblem:
    return StackProblem(
        f"Cannot write to {home} ({error.strerror}): make it writable, or set MARQUEE_HOME to another folder."
    )
