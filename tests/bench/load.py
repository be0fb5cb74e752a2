"""Load on a server over HTTP: a bounded number of requests, so many at once, and what came back."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import cycle, islice
from typing import Any

import httpx
from figures import median

REQUEST_SECONDS = 30.0
POINTER = "mongo.pointers"
"""Read once a second by the whole process, so it belongs to no page."""


@dataclass(frozen=True, slots=True)
class Request:
    """One POST: its body and headers."""

    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    seconds: float
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Volley:
    """Answers to one bounded load; `seconds` is the wall time of the whole."""

    seconds: float
    answers: tuple[Answer, ...]

    @property
    def milliseconds(self) -> list[float]:
        return [answer.seconds * 1000 for answer in self.answers]


def fire(url: str, requests: Sequence[Request], count: int, at_once: int) -> Volley:
    """Send `count` requests, cycling through those given, never more than `at_once` under way."""
    return asyncio.run(_fire(url, list(islice(cycle(requests), count)), at_once))


async def _fire(url: str, requests: Sequence[Request], at_once: int) -> Volley:
    waiting = iter(requests)
    answers: list[Answer] = []
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    async with httpx.AsyncClient(limits=limits, timeout=REQUEST_SECONDS) as client:

        async def worker() -> None:
            for request in waiting:
                before = time.perf_counter()
                response = await client.post(url, content=request.body, headers=request.headers)
                answers.append(Answer(time.perf_counter() - before, response.status_code, response.content))

        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(worker())
        return Volley(time.perf_counter() - started, tuple(answers))


@dataclass(frozen=True)
class Pages:
    """Home pages as they came back. Read after the clock has stopped."""

    answers: Sequence[Answer]

    @cached_property
    def decoded(self) -> list[dict[str, Any]]:
        return [json.loads(answer.body) for answer in self.answers]

    @cached_property
    def homes(self) -> list[dict[str, Any]]:
        found = [(answer.get("data") or {}).get("home") for answer in self.decoded]
        return [home for home in found if home]

    @property
    def failures(self) -> list[str]:
        """Messages of answers that hold no page."""
        return [
            str(answer.get("errors"))[:300]
            for answer in self.decoded
            if not (answer.get("data") or {}).get("home")
        ]

    @property
    def degraded(self) -> Counter[str]:
        """What pages had to do without, by kind."""
        return Counter(loss["what"] for home in self.homes for loss in home["degradations"])

    @property
    def rows(self) -> float:
        return median([len(home["rows"]["nodes"]) for home in self.homes])

    @property
    def cards(self) -> float:
        counts = [
            sum(len(row["cards"]["nodes"]) for row in home["rows"]["nodes"] if row["cards"])
            for home in self.homes
        ]
        return median(counts)

    @property
    def store_calls(self) -> dict[str, float]:
        """Calls per page of each store, median; empty when the server does not tell."""
        told = [answer.get("extensions", {}).get("storeCalls", {}) for answer in self.decoded]
        by_store = [Counter[str]() for _ in told]
        for counted, calls in zip(by_store, told, strict=True):
            for verb, count in calls.items():
                if verb != POINTER:
                    counted[verb.partition(".")[0]] += count
        stores = sorted({store for counted in by_store for store in counted})
        return {store: median([counted[store] for counted in by_store]) for store in stores}

    @property
    def typical(self) -> bytes:
        """The body of median size."""
        bodies = sorted((answer.body for answer in self.answers), key=len)
        return bodies[len(bodies) // 2]


def gzipped(body: bytes) -> int:
    """Bytes after gzip at its usual level."""
    return len(gzip.compress(body, 6))
