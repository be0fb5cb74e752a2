"""Too many requests: what is served, how fast, and what is refused, at once and at three times the capacity.

Arrivals do not wait for answers (open_loop.py): of a hundred requests 50 are pages, 45 prefetched pages and five
ratings. Pages are composed anew each time, from the sandbox's bundled data, so that no store is what is short.
Capacity is what eight at once get out of the same service, and goodput the part of it that answers in time were
worth: a rating counts as much less as it costs. Beside it the same load on a service without a limit.

A shared machine does not always give the server its core, so goodput is also given per second of processor time.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from figures import Figure, quantile
from firing import answers_to, fire_for
from load import Request
from processes import cpu_seconds, free_port, serving
from tv_query import DEVICE, home_query

from bff.auth.tokens import sign_token
from domain.ids import AccountId, global_id
from domain.viewers.profiles import Principal, Role

PREFETCH, HOME, PLAY = "prefetch", "home", "play"
MIX = {PREFETCH: 0.45, HOME: 0.5, PLAY: 0.05}
PERSON, ROWS, CARDS = "binge", 9, 20
AT_ONCE = 8
SECONDS, SETTLING = 20.0, 8.0
"""Of load, and how much of it the limit may take to settle: that part is not counted."""

IN_TIME = 1.0
PATIENCE = 10.0
GRACE_SECONDS = 60.0
RATE = "mutation Rate($input: TitleRateInput!) { titleRate(input: $input) { __typename } }"
NOWHERE = {
    "MARQUEE_MONGO_URL": "mongodb://127.0.0.1:9/marquee?directConnection=true",
    "MARQUEE_ELASTICSEARCH_URL": "http://127.0.0.1:9",
    "MARQUEE_REDIS_URL": "redis://127.0.0.1:9/0",
}

Kind: TypeAlias = list[tuple[float, int, float]]
"""Of each request: when it was due, its status, seconds."""


@dataclass(frozen=True, slots=True)
class Service:
    """A running service without stores, and what is asked of it, by kind."""

    url: str
    pid: int
    requests: dict[str, list[Request]]


@dataclass(frozen=True, slots=True)
class Capacity:
    """Pages a second, of the clock and of the server's processor time (0 where that is unknown); how many pages a
    rating is worth."""

    clock: float
    cpu: float
    rating: float

    def worth(self, kind: str) -> float:
        return self.rating if kind == PLAY else 1.0


def overload(rounds: int, smoke: bool) -> Iterator[Figure]:
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        with _service(scratch, most_at_once=200) as service:
            capacity = _capacity(service, smoke)
            note = f"{AT_ONCE} at once, each after the last"
            yield Figure("overload", "capacity", capacity.clock, "pages/s", note)
            for times in (1, 3):
                yield from _under(f"{times}x", service, times, capacity, smoke)
        with _service(scratch, most_at_once=0) as service:
            _capacity(service, smoke)
            yield from _under("3x, everybody let in", service, 3, capacity, smoke)


@contextmanager
def _service(scratch: Path, most_at_once: int) -> Iterator[Service]:
    port, secret = free_port(), secrets.token_hex(32)
    url = f"http://127.0.0.1:{port}"
    environment = {
        **NOWHERE,
        "MARQUEE_HOME": str(scratch),
        "MARQUEE_SANDBOX": "1",
        "MARQUEE_JWT_SECRET": secret,
        "MARQUEE_MOST_AT_ONCE": str(most_at_once),
    }
    command = [sys.executable, "-m", "bff.cli", "serve", "--port", str(port)]
    viewer, now = Principal(AccountId("bench"), Role.VIEWER), datetime.now(UTC)
    token = sign_token(viewer, secret.encode(), "marquee", "marquee", now, timedelta(hours=2))
    with serving(command, f"{url}/healthz", scratch / "serve.log", environment) as pid:
        yield Service(url, pid, _requests(url, token, scratch))


def _requests(url: str, token: str, scratch: Path) -> dict[str, list[Request]]:
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "x-marquee-sandbox": PERSON,
    }
    profile = global_id("profile", f"sandbox-{PERSON}")
    variables = {"profileId": profile, "device": DEVICE, "rows": ROWS, "cards": CARDS}
    page = Request(json.dumps({"query": home_query(), "variables": variables}).encode(), headers)
    answer = json.loads(answers_to(url, [page], 1, scratch)[0])
    if not (answer.get("data") or {}).get("home"):
        raise SystemExit(f"The home query failed: {str(answer)[:300]}")
    rows = answer["data"]["home"]["rows"]["nodes"]
    title = next(card["title"]["id"] for row in rows if row["cards"] for card in row["cards"]["nodes"])
    given = {"profileId": profile, "titleId": title, "verdict": "LIKE", "clientEventId": "bench"}
    rating = Request(json.dumps({"query": RATE, "variables": {"input": given}}).encode(), headers)
    ahead = Request(page.body, {**headers, "x-marquee-priority": PREFETCH})
    return {PREFETCH: [ahead], HOME: [page], PLAY: [rating]}


def _capacity(service: Service, smoke: bool) -> Capacity:
    fire_for(service.url, service.requests[HOME], 600.0, 4, 2 if smoke else 100)
    pages, by_cpu = _rate(service, HOME, 0.5 if smoke else 6.0)
    ratings, _ = _rate(service, PLAY, 0.2 if smoke else 2.0)
    return Capacity(pages, by_cpu, pages / ratings)


def _rate(service: Service, kind: str, seconds: float) -> tuple[float, float]:
    """Answers a second of the clock and of processor time."""
    before = cpu_seconds(service.pid) or 0.0
    outcome = fire_for(service.url, service.requests[kind], seconds, AT_ONCE)
    cpu = (cpu_seconds(service.pid) or 0.0) - before
    done = outcome.done - outcome.failed
    return done / outcome.seconds, done / cpu if cpu else 0.0


def _under(load: str, service: Service, times: int, capacity: Capacity, smoke: bool) -> Iterator[Figure]:
    """The figures of so many times what the server could do a moment ago."""
    before = cpu_seconds(service.pid) or 0.0
    outcome = _load(service, times * capacity.clock, smoke)
    cpu = (cpu_seconds(service.pid) or 0.0) - before
    begins, ends = (0.0, 1.0) if smoke else (SETTLING, SECONDS)
    bench = f"overload, {load}"
    in_time = [
        (at, capacity.worth(kind))
        for kind, seen in outcome.items()
        for at, status, seconds in seen
        if status == 200 and seconds <= IN_TIME
    ]
    counted = {kind: [one for one in seen if begins <= one[0]] for kind, seen in outcome.items()}
    came = sum(map(len, counted.values())) / (ends - begins)
    settled = sum(worth for at, worth in in_time if begins <= at) / (ends - begins)
    note = f"of capacity, answers within {IN_TIME:.0f} s; {came:.0f} requests/s came"
    yield Figure(bench, "goodput", settled / capacity.clock * 100, "%", note)
    if cpu and capacity.cpu:
        note = "of capacity, by the second of processor time, from the first request on"
        share = sum(worth for _, worth in in_time) / cpu / capacity.cpu
        yield Figure(bench, "goodput by CPU", share * 100, "%", note)
    yield from _waits(bench, counted)
    yield from _turned_away(bench, counted)


def _load(service: Service, rate: float, smoke: bool) -> dict[str, Kind]:
    plan = {
        "url": f"{service.url}/graphql",
        "seconds": 1.0 if smoke else SECONDS,
        "patience": PATIENCE,
        "rates": {kind: rate * share for kind, share in MIX.items()},
        "requests": {
            kind: [{"body": each.body.decode(), "headers": each.headers} for each in those]
            for kind, those in service.requests.items()
        },
    }
    finished = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("open_loop.py"))],
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS + PATIENCE + GRACE_SECONDS,
    )
    if finished.returncode:
        raise SystemExit(f"The load generator failed:\n{finished.stderr[-2000:]}")
    outcome: dict[str, Kind] = json.loads(finished.stdout)
    return outcome


def _waits(bench: str, counted: dict[str, Kind]) -> Iterator[Figure]:
    for status, word in ((200, "accepted"), (503, "refused")):
        took = [seconds * 1000 for seen in counted.values() for _, one, seconds in seen if one == status]
        for share, label in ((0.5, "p50"), (0.99, "p99")):
            if took:
                yield Figure(bench, f"{word}, {label}", quantile(took, share), "ms", f"of {len(took)}")


def _turned_away(bench: str, counted: dict[str, Kind]) -> Iterator[Figure]:
    for kind, seen in counted.items():
        if seen:
            gone = sum(status == 503 for _, status, _ in seen)
            yield Figure(bench, f"{kind} turned away", gone / len(seen) * 100, "%", f"of {len(seen)}")
    every = [status for seen in counted.values() for _, status, _ in seen]
    lost = sum(status not in (200, 503) for status in every)
    yield Figure(bench, "given up or failed", lost, f"of {len(every)}", f"after {PATIENCE:.0f} s")
