"""Starts and stops the local servers of one data folder.

They run until `down`, or with `ends_with_parent` (a demo, a test) until this process ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bff.local_stack.probes import free_ports, port_problem
from bff.local_stack.processes import identify_process, is_running, launch, stop_all, terminate, wait_until
from bff.local_stack.record import (
    RunningServer,
    ServerProcess,
    StackRecord,
    StoreUrls,
    read_record,
    remove_record,
    write_record,
)
from bff.local_stack.servers import HOST, SERVERS, PackageLookup, Server, StackProblem, installed_package

READY_SECONDS = 60.0
GRACE_SECONDS = 20.0
"""Enough for the Elasticsearch stand-in to write its index to a slow disk."""


@dataclass(frozen=True, slots=True)
class ServerState:
    """`state`: "running", "silent" (runs, no response), "stopped", "yours". `is_new`: this `up` started it."""

    server: Server
    state: str
    url: str = ""
    pid: int | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Launch:
    server: Server
    command: list[str]
    folder: Path
    port: int


@dataclass(frozen=True, slots=True)
class LocalStack:
    """`external`: store name -> URL of the user's own server. `ports`: store name -> requested port."""

    home: Path
    external: Mapping[str, str] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)
    find_package: PackageLookup = installed_package

    def up(self, ends_with_parent: bool = False) -> list[ServerState]:
        """Waits until all servers answer. Raises StackProblem, after stopping what this call started."""
        with self._lock():
            before = read_record(self.home)
            if before and before.owner and not is_running(before.owner):
                # These servers are ending with their owner.
                terminate(_processes(before.servers), GRACE_SECONDS)
            running = self._running_servers()
            missing = [server for server in self._managed_servers() if server.name not in running]
            if not missing:
                return self._states(frozenset())
            started = self._start(self._plan_launches(missing, before), ends_with_parent)
            owner = identify_process(os.getpid()) if ends_with_parent else None
            self._save_record({**running, **started}, before.owner if before and running else owner)
        return self._states(frozenset(started))

    def down(self) -> list[str]:
        """Returns the names of the servers that ran."""
        if not self.home.exists():
            return []
        with self._lock():
            running = self._running_servers()
            stop_all(_processes(running), GRACE_SECONDS)
            remove_record(self.home)
        return list(running)

    def status(self) -> list[ServerState]:
        return self._states(frozenset())

    def owner(self) -> int | None:
        """The process id, if the owner still runs."""
        record = read_record(self.home)
        owner = record.owner if record else None
        return owner.pid if owner and is_running(owner) else None

    def urls(self) -> StoreUrls:
        """URLs of the stores; "" for a stopped server."""
        return StoreUrls(**{f"{state.server.name}_url": state.url for state in self.status()})

    def log_file(self, server: Server) -> Path:
        return self.home / "stack" / f"{server.name}.log"

    def _managed_servers(self) -> list[Server]:
        return [server for server in SERVERS if not self.external.get(server.name)]

    def _running_servers(self) -> dict[str, RunningServer]:
        record = read_record(self.home)
        servers = record.servers if record else {}
        return {
            server.name: recorded
            for server in self._managed_servers()
            if (recorded := servers.get(server.name)) and is_running(recorded.process)
        }

    def _states(self, started: frozenset[str]) -> list[ServerState]:
        running = self._running_servers()
        return [self._state(server, running.get(server.name), started) for server in SERVERS]

    def _state(self, server: Server, running: RunningServer | None, started: frozenset[str]) -> ServerState:
        if external_url := self.external.get(server.name):
            return ServerState(server, "yours", external_url)
        if running is None:
            return ServerState(server, "stopped")
        state = "running" if server.is_answering(HOST, running.port) else "silent"
        return ServerState(
            server, state, server.url_at(running.port), running.process.pid, server.name in started
        )

    def _plan_launches(self, servers: list[Server], before: StackRecord | None) -> list[Launch]:
        """Raises StackProblem, before the first server starts."""
        plan = []
        for server, free_port in zip(servers, free_ports(HOST, len(servers)), strict=True):
            package = self.find_package(server.package)
            if package is None:
                raise StackProblem(
                    f"{server.product} is not installed: run `pip install 'marquee[local]'`, "
                    f"or set {server.variable} to your own server."
                )
            port = self._requested_port(server) or _last_port(server, before) or free_port
            folder = self._make_data_folder(server.name)
            plan.append(Launch(server, server.command(package, port, folder), folder, port))
        return plan

    def _requested_port(self, server: Server) -> int | None:
        port = self.ports.get(server.name)
        if port and (reason := port_problem(HOST, port)):
            raise StackProblem(
                f"Port {port} for {server.product} cannot be used ({reason}): choose another one "
                f"with --{server.name}-port, or omit the option to use a free port."
            )
        return port

    def _start(self, plan: list[Launch], ends_with_parent: bool) -> dict[str, RunningServer]:
        started: dict[str, RunningServer] = {}
        try:
            for step in plan:
                process = launch(step.command, step.folder, self.log_file(step.server), ends_with_parent)
                started[step.server.name] = RunningServer(process, step.port)
            for step in plan:
                self._wait_until_ready(step.server, started[step.server.name])
        except BaseException:
            stop_all(_processes(started), GRACE_SECONDS)
            raise
        return started

    def _wait_until_ready(self, server: Server, started: RunningServer) -> None:
        def has_ended() -> bool:
            return not is_running(started.process)

        log = self.log_file(server)
        is_ready = wait_until(lambda: server.is_answering(HOST, started.port) or has_ended(), READY_SECONDS)
        if has_ended():
            raise StackProblem(f"{server.product} ended right after its start: see {log}.")
        if not is_ready:
            raise StackProblem(f"{server.product} did not answer within {READY_SECONDS:.0f} s: see {log}.")

    def _make_data_folder(self, name: str) -> Path:
        folder = self.home.absolute() / "stack" / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable_home(self.home, error) from error
        return folder

    def _save_record(self, servers: Mapping[str, RunningServer], owner: ServerProcess | None) -> None:
        def url(server: Server) -> str:
            running = servers.get(server.name)
            return server.url_at(running.port) if running else ""

        urls = {f"{server.name}_url": url(server) for server in SERVERS}
        write_record(self.home, StackRecord(StoreUrls(**urls), servers, owner))

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """A second concurrent `up` waits and finds the servers of the first."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            lock = (self.home / "stack.lock").open("w")
        except OSError as error:
            raise _unwritable_home(self.home, error) from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextmanager
def running_stack(stack: LocalStack) -> Iterator[list[ServerState]]:
    """Servers that ran before keep running afterwards."""
    states = stack.up(ends_with_parent=True)
    try:
        yield states
    finally:
        if any(state.is_new for state in states):
            stack.down()


def _processes(servers: Mapping[str, RunningServer]) -> list[ServerProcess]:
    return [server.process for server in servers.values()]


def _last_port(server: Server, before: StackRecord | None) -> int | None:
    """The port before a crash, so that clients with its URL reconnect."""
    last = before.servers.get(server.name) if before else None
    return last.port if last and not port_problem(HOST, last.port) else None


def _unwritable_home(home: Path, error: OSError) -> StackProblem:
    return StackProblem(
        f"Cannot write to {home} ({error.strerror}): make it writable, or set MARQUEE_HOME to another folder."
    )
