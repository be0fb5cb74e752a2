"""Loads on a server's /graphql as the benches ask for them; volley.py, in a process of its own, fires them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from load import Request

GRACE_SECONDS = 120.0
FOREVER = 600.0
"""Seconds: for loads that end by their number of requests."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came back. `latencies` in seconds, one for each request done; `sizes` and `hashes` by request given."""

    seconds: float
    latencies: list[float]
    bytes: int
    sizes: list[list[int]]
    hashes: list[str]
    failures: list[str]
    failed: int
    cpu_seconds: float

    @property
    def done(self) -> int:
        return len(self.latencies)

    @property
    def unsteady(self) -> int:
        """Requests whose answers were not always of the same size. A page that does not change has one size."""
        return sum(len(sizes) > 1 for sizes in self.sizes)


def answers_to(url: str, requests: Sequence[Request], at_once: int, scratch: Path) -> list[bytes]:
    """The body of the answer to each of these requests, whatever its status is."""
    with TemporaryDirectory(dir=scratch) as folder:
        fire_for(url, requests, FOREVER, at_once, len(requests), Path(folder))
        return [Path(folder, f"{place}.json").read_bytes() for place in range(len(requests))]


def fire_for(
    url: str,
    requests: Sequence[Request],
    seconds: float,
    at_once: int,
    count: int = 0,
    keep: Path | None = None,
) -> Outcome:
    """Requests in turn, `at_once` under way, until `seconds` are over or `count` (0: no limit) are sent.

    `keep` is a folder that gets the body of every request's first answer, as "<its place>.json".
    """
    plan = {
        "url": f"{url}/graphql",
        "requests": [{"body": each.body.decode(), "headers": each.headers} for each in requests],
        "seconds": seconds,
        "at_once": at_once,
        "count": count,
        "keep": str(keep) if keep else "",
    }
    finished = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("volley.py"))],
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + GRACE_SECONDS,
    )
    if finished.returncode:
        raise SystemExit(f"The load generator failed:\n{finished.stderr[-2000:]}")
    return Outcome(**json.loads(finished.stdout))
