"""Servers measured side by side: in every round each is started, warmed, loaded and stopped, one after another.

What counts is server CPU per request. The machine's noise falls on all of them alike, and the
median of the rounds is taken.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from figures import median, quantile
from firing import FOREVER, Outcome, fire_for
from load import Request
from processes import cpu_seconds, free_port, resident_mb, serving

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one round of one server, and how many rounds. `whole`: every request is sent once before them."""

    rounds: int = 3
    warm: float = 2.0
    load: float = 5.0
    whole: bool = True


SMOKE = Timing(1, 0.1, 0.3, whole=False)


@dataclass(frozen=True)
class Contender:
    """A server: `command` with PORT for its port. It answers POST /graphql and, once it is ready, GET /healthz."""

    name: str
    command: Sequence[str]
    at_once: int = 32
    requests: Sequence[Request] = ()
    """Its own; empty: those of the contest."""
    warms: bool = True
    """What it keeps of a page makes later ones cheaper, so it has to have seen every page before the clock runs."""
    steady: bool = True
    """Its answer to a request never changes; where pages are composed it may."""
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """One round of one server: CPU in microseconds of it and of the load generator, latencies in milliseconds.

    `kilobytes` is the mean answer.
    """

    cpu: float
    per_second: float
    p50: float
    p99: float
    memory: float
    busy: float
    done: int
    failed: int
    client_cpu: float
    kilobytes: float


@dataclass
class Record:
    """All rounds of one server."""

    samples: list[Sample] = field(default_factory=list)

    def __getattr__(self, name: str) -> float:
        """The median over the rounds of a field of Sample."""
        if name not in Sample.__dataclass_fields__:
            raise AttributeError(name)
        return median([getattr(sample, name) for sample in self.samples])

    @property
    def failures(self) -> int:
        return sum(sample.failed for sample in self.samples)


def static_command(body: Path) -> list[str]:
    """A server that answers everything with the bytes of this file: the least that a page can cost."""
    return [sys.executable, str(HERE / "static_server.py"), "PORT", str(body)]


def contest(
    contenders: Sequence[Contender], requests: Sequence[Request], timing: Timing, scratch: Path
) -> dict[str, Record]:
    """Name -> its rounds. Ends the run when a server fails more than it answers."""
    records = {contender.name: Record() for contender in contenders}
    for _ in range(timing.rounds):
        for contender in contenders:
            records[contender.name].samples.append(_round(contender, requests, timing, scratch))
    return records


def _round(contender: Contender, requests: Sequence[Request], timing: Timing, scratch: Path) -> Sample:
    asked = contender.requests or requests
    with started(contender, scratch) as (url, pid):
        if contender.warms and timing.whole:
            fire_for(url, asked, FOREVER, contender.at_once, len(asked))
        fire_for(url, asked, timing.warm, contender.at_once)
        before = cpu_seconds(pid) or 0.0
        outcome = fire_for(url, asked, timing.load, contender.at_once)
        used = (cpu_seconds(pid) or 0.0) - before
        return _sample(contender, outcome, used, resident_mb(pid) or 0.0)


def _sample(contender: Contender, outcome: Outcome, used: float, memory: float) -> Sample:
    if outcome.failed * 2 > outcome.done or not outcome.done:
        told = outcome.failures[0] if outcome.failures else "no answer"
        raise SystemExit(f"{contender.name} fails: {told}")
    latencies = [seconds * 1000 for seconds in outcome.latencies]
    return Sample(
        cpu=used * 1e6 / outcome.done,
        per_second=outcome.done / outcome.seconds,
        p50=quantile(latencies, 0.5),
        p99=quantile(latencies, 0.99),
        memory=memory,
        busy=used / outcome.seconds,
        done=outcome.done,
        failed=outcome.failed + (outcome.unsteady if contender.steady else 0),
        kilobytes=outcome.bytes / outcome.done / 1000,
        client_cpu=outcome.cpu_seconds * 1e6 / outcome.done,
    )


@contextmanager
def started(contender: Contender, scratch: Path) -> Iterator[tuple[str, int]]:
    """A contender's process: its address and id while the block lasts."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(port) if part == "PORT" else part for part in contender.command]
    env = {"PYTHONPATH": f"{ROOT}:{HERE}", "NODE_ENV": "production", **contender.env}
    log = scratch / f"{contender.name.replace(' ', '-')}.log"
    with serving(command, f"{url}/healthz", log, env) as pid:
        yield url, pid


def bodies(
    contender: Contender, requests: Sequence[Request], scratch: Path, folder: Path, at_once: int = 4
) -> list[Path]:
    """The answer to every request, in files under `folder`, in the order of the requests."""
    folder.mkdir(parents=True, exist_ok=True)
    with started(contender, scratch) as (url, _):
        outcome = fire_for(url, requests, FOREVER, at_once, len(requests), folder)
    if outcome.failed:
        raise SystemExit(f"{contender.name} fails: {outcome.failures[0]}")
    return [folder / f"{place}.json" for place in range(len(requests))]
