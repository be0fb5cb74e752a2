"""`marquee import events`: a file in order of time, checked and written into the local stack.

`python tests/bench/event_import.py --against CHECKOUT` alternates with the build of another checkout, each in a
database of its own.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from figures import Figure, median

from bff.local_stack import LocalStack, StoreUrls, running_stack

HERE = Path(__file__).parents[2]
ROWS, PROFILES, TITLES = 100_000, 5_000, 3_000
SMOKE_ROWS = 2_000
KINDS = ("progress", "progress", "complete", "like")


def event_import(rounds: int, smoke: bool) -> Iterator[Figure]:
    """Each import starts with members and titles, but no activity."""
    rows = SMOKE_ROWS if smoke else ROWS
    seconds = alternated({"": HERE}, rows, 1 if smoke else rounds)[""]
    yield Figure("event import", f"{rows:,} events", median(seconds), "s", "checked and written; median")
    yield Figure("event import", "events a second", rows / median(seconds), "/s")


def alternated(builds: dict[str, Path], rows: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of each build's imports, one build after the other in each round."""
    seconds: dict[str, list[float]] = {name: [] for name in builds}
    with tempfile.TemporaryDirectory(prefix="marquee-bench-") as folder:
        home = Path(folder)
        _write_files(home, rows)
        local = LocalStack(home / "stack")
        with running_stack(local):
            stack = local.urls()
            for _ in range(rounds):
                for name, checkout in builds.items():
                    seconds[name].append(_timed_import(checkout, home, stack))
                    click.echo(f"{name or 'this build'}: {seconds[name][-1]:.1f} s", err=True)
    return seconds


def _timed_import(checkout: Path, home: Path, stack: StoreUrls) -> float:
    server, _, options = stack.mongo_url.partition("?")
    name = f"bench_{uuid.uuid4().hex[:8]}"
    environment = {
        **os.environ,
        "PYTHONPATH": str(checkout),
        "MARQUEE_HOME": str(home / name),
        "MARQUEE_MONGO_URL": f"{server.rstrip('/')}/{name}?{options}",
        "MARQUEE_REDIS_URL": stack.redis_url,
    }
    for kind in ("catalog", "profiles"):
        _marquee(checkout, environment, kind, home)
    before = time.perf_counter()
    _marquee(checkout, environment, "events", home)
    return time.perf_counter() - before


def _marquee(checkout: Path, environment: dict[str, str], kind: str, home: Path) -> None:
    command = [sys.executable, "-m", "bff.cli", "import", kind, str(home / f"{kind}.jsonl")]
    subprocess.run(command, cwd=checkout, env=environment, check=True, capture_output=True)


def _write_files(home: Path, rows: int) -> None:
    """The same rows for the same number; few titles have most of the events."""
    draw = random.Random(7)
    titles = (
        {"id": f"t{one}", "kind": "movie", "name": f"Title {one}", "runtime_seconds": 5400}
        for one in range(TITLES)
    )
    profiles = ({"id": f"p{one}", "account_id": f"a{one // 2}", "region": "DE"} for one in range(PROFILES))
    _write(home / "catalog.jsonl", titles)
    _write(home / "profiles.jsonl", profiles)
    _write(home / "events.jsonl", (_event(draw, number, rows) for number in range(rows)))


def _event(draw: random.Random, number: int, rows: int) -> dict[str, object]:
    at = datetime(2026, 8, 1, tzinfo=UTC) + timedelta(days=100) * number / rows
    kind = draw.choice(KINDS)
    event: dict[str, object] = {
        "profile_id": f"p{draw.randrange(PROFILES)}",
        "title_id": f"t{min(TITLES - 1, int(draw.paretovariate(0.6)))}",
        "type": kind,
        "occurred_at": at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    return event | ({"position_seconds": draw.randrange(5400)} if kind == "progress" else {})


def _write(path: Path, rows: Iterator[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@click.command(help=__doc__)
@click.option("--against", type=click.Path(exists=True, path_type=Path), required=True, metavar="CHECKOUT")
@click.option("--rows", type=int, default=ROWS, show_default=True)
@click.option("--rounds", type=int, default=1, show_default=True)
def main(against: Path, rows: int, rounds: int) -> None:
    seconds = alternated({"this build": HERE, "the other": against.resolve()}, rows, rounds)
    ours, theirs = median(seconds["this build"]), median(seconds["the other"])
    click.echo(f"{rows:,} events: {ours:.1f} s here, {theirs:.1f} s there, {theirs / ours:.1f} times as fast")


if __name__ == "__main__":
    main()
