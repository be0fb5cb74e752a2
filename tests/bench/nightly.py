"""The nightly run on the bench's data: seconds of each stage, from its ledger, and in total."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from figures import Figure
from pymongo import MongoClient
from world import World

from bff.demo.data import run_command
from domain import storage_names

AIM_SECONDS = 180


def nightly(world: World) -> Iterator[Figure]:
    """One run of today's date; it publishes a data version."""
    before = time.monotonic()
    today = datetime.now(UTC).date().isoformat()
    run_command("the nightly run", ["jobs", "run", "nightly", "--date", today], world.scratch.absolute())
    wall = time.monotonic() - before
    run = _latest_run(world)
    for stage in run["stages"]:
        counts = ", ".join(f"{count:,} {name}" for name, count in stage["counts"].items())
        yield Figure("nightly", stage["name"], stage["seconds"], "s", counts)
    staged = sum(stage["seconds"] for stage in run["stages"])
    yield Figure("nightly", "everything else", wall - staged, "s", "starting Python and Spark, the ledger")
    yield Figure("nightly", "the whole run", wall, "s", f"aim: under {AIM_SECONDS} s on 2 cores")


def _latest_run(world: World) -> dict[str, Any]:
    if world.stores is None:
        raise SystemExit("The nightly run is timed on the bench's own data only.")
    with MongoClient[dict[str, Any]](world.stores.mongo_url) as client:
        runs = client.get_default_database(storage_names.DATABASE)[storage_names.RUNS]
        found = list(runs.find({"job": "nightly"}).sort("_id", -1).limit(1))
    if not found:
        raise SystemExit("The ledger has no nightly run; `marquee runs list` shows what it has.")
    return found[0]
