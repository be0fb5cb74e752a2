"""Generates, checks and removes the demo's data.

<home>/demo.json says whether the data is complete; incomplete data is generated again. Data without this file was
imported by the user and is served unchanged.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from bff.local_stack.processes import parent_watched_command
from bff.stores.mongo.viewers_and_lists import MongoStore
from domain.errors import MarqueeError, StoreUnavailable

STATUS_FILE = "demo.json"
FOLDERS = ("stack", "lake", "static")
INTERRUPTED = 130
GRACE_SECONDS = 15.0
MONGO_TIMEOUT_SECONDS = 30.0
"""Longer than the service's request timeouts: a machine that has just started may be slow."""


class DemoProblem(MarqueeError):
    """The message says what to do."""


@dataclass(frozen=True, slots=True)
class SampleParameters:
    titles: int = 3000
    profiles: int = 5000
    days: int = 90
    seed: int = 7

    def __str__(self) -> str:
        return (
            f"{self.titles:,} invented titles, {self.profiles:,} profiles, 8 regions, "
            f"{self.days} days of viewing (seed {self.seed})"
        )


@dataclass(frozen=True, slots=True)
class DataStatus:
    parameters: SampleParameters
    is_complete: bool


def read_status(home: Path) -> DataStatus | None:
    try:
        content = json.loads((home / STATUS_FILE).read_text())
        return DataStatus(SampleParameters(**content["recipe"]), content["state"] == "made")
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_status(home: Path, status: DataStatus) -> None:
    content = {"state": "made" if status.is_complete else "making", "recipe": asdict(status.parameters)}
    new = home / f"{STATUS_FILE}.new"
    new.write_text(json.dumps(content) + "\n")
    new.replace(home / STATUS_FILE)


def remove_data(home: Path) -> None:
    """Remove all data but the demo's secret."""
    for folder in FOLDERS:
        shutil.rmtree(home / folder, ignore_errors=True)
    (home / STATUS_FILE).unlink(missing_ok=True)


def size_mb(home: Path) -> int:
    total = 0
    for path in home.rglob("*"):
        with suppress(OSError):  # files may vanish meanwhile
            total += path.lstat().st_size
    return round(total / 1_000_000)


def is_published(mongo_url: str, timeout_seconds: float = MONGO_TIMEOUT_SECONDS) -> bool:
    """Whether a nightly run has published into this database. Raises DemoProblem."""
    deadline = time.monotonic() + timeout_seconds
    while True:
        try:
            return asyncio.run(_has_live_version(mongo_url))
        except StoreUnavailable as error:
            if time.monotonic() > deadline:
                raise DemoProblem(
                    f"MongoDB did not answer for {timeout_seconds:.0f} s: check MARQUEE_MONGO_URL, "
                    "or mongo.log of the local servers."
                ) from error


async def _has_live_version(mongo_url: str) -> bool:
    store = MongoStore(mongo_url)
    try:
        return await store.live() is not None
    finally:
        store.close()


@contextmanager
def unfinished_data(home: Path, recipe: SampleParameters) -> Iterator[None]:
    """Data made meanwhile counts as complete only when nothing was raised."""
    write_status(home, DataStatus(recipe, is_complete=False))
    yield
    write_status(home, DataStatus(recipe, is_complete=True))


def generate_sample(home: Path, recipe: SampleParameters) -> None:
    """Raises DemoProblem."""
    options = {"titles": recipe.titles, "profiles": recipe.profiles, "days": recipe.days, "seed": recipe.seed}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    run_command("generating the sample", ["sample", *words], home)


def run_nightly(home: Path, date: str) -> None:
    """Raises DemoProblem."""
    run_command("the nightly run", ["jobs", "run", "nightly", "--date", date], home)


def run_command(what: str, words: Sequence[str], home: Path) -> None:
    """Run a marquee command in a child process. `what` names it in errors. Raises DemoProblem."""
    command = parent_watched_command([sys.executable, "-m", "bff.cli", *words])
    child = subprocess.Popen(command, env=_environment(home))
    try:
        code = child.wait()
    except KeyboardInterrupt:
        _stop_child(child)
        raise
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    if code != 0:
        raise DemoProblem(
            f"The demo failed at {what} (`marquee {' '.join(words)}` exited with {code}; see above). "
            f"Server logs: {home / 'stack'}/*.log. The next start generates the data again."
        )


def _environment(home: Path) -> Mapping[str, str]:
    return {**os.environ, "MARQUEE_HOME": str(home)}


def _stop_child(child: subprocess.Popen[bytes]) -> None:
    """The terminal's Ctrl-C reached the child too, so it gets time to clean up."""
    for end in (child.terminate, child.kill):
        try:
            child.wait(GRACE_SECONDS)
            return
        except subprocess.TimeoutExpired:
            end()
    child.wait()
