"""What is asked of a server over HTTP, and the home pages that come back. firing.py does the asking."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from figures import median

POINTER = "mongo.pointers"
"""Read once a second by the whole process, so it belongs to no page."""


@dataclass(frozen=True, slots=True)
class Request:
    """One POST: its body and headers."""

    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Pages:
    """Home pages as they came back, bodies of answers. Read after the clock has stopped."""

    answers: Sequence[bytes]

    @cached_property
    def decoded(self) -> list[dict[str, Any]]:
        return [json.loads(answer) for answer in self.answers]

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
        """Degradations of pages, by kind."""
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
        """Calls per page of each store, median; empty when the server does not report them."""
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
        bodies = sorted(self.answers, key=len)
        return bodies[len(bodies) // 2]


def gzipped(body: bytes) -> int:
    """Bytes after gzip at its usual level."""
    return len(gzip.compress(body, 6))
