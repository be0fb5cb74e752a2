"""The demo's data: what was asked for, whether it is whole, how it is made.

A note in <home>/demo.json says "making" while the data is made and "made" afterwards, so a demo that was
interrupted half-way starts afresh instead of serving half a night. Data that somebody imported and
published themselves carries no note and is served as it is.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from bff.local_stack.processes import tethered_command
from bff.stores.mongo.viewers_and_lists import MongoStore
from domain.errors import MarqueeError, StoreUnavailable

NOTE = "demo.json"
FOLDERS = ("stack", "lake", "static")
INTERRUPTED = 130
GRACE_SECONDS = 15.0
PATIENCE_SECONDS = 30.0
"""The service's own time limits are for page requests; a machine that has just started may be slower."""


class DemoProblem(MarqueeError):
    """The demo cannot go on; one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the invented service is made of."""

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
class Note:
    recipe: Recipe
    whole: bool


def read_note(home: Path) -> Note | None:
    try:
        found = json.loads((home / NOTE).read_text())
        return Note(Recipe(**found["recipe"]), found["state"] == "made")
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_note(home: Path, note: Note) -> None:
    content = {"state": "made" if note.whole else "making", "recipe": asdict(note.recipe)}
    new = home / f"{NOTE}.new"
    new.write_text(json.dumps(content) + "\n")
    new.replace(home / NOTE)


def remove_data(home: Path) -> None:
    """Forget the local servers' data, the archive and the note; the demo's secret stays."""
    for folder in FOLDERS:
        shutil.rmtree(home / folder, ignore_errors=True)
    (home / NOTE).unlink(missing_ok=True)


def size_mb(home: Path) -> int:
    """Size of the data folder. Files may vanish while it is measured."""
    total = 0
    for path in home.rglob("*"):
        with suppress(OSError):
            total += path.lstat().st_size
    return round(total / 1_000_000)


def is_published(mongo_url: str, patience_seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether the night shift has ever published into this database. Raises DemoProblem."""
    deadline = time.monotonic() + patience_seconds
    while True:
        try:
            return asyncio.run(_has_live_version(mongo_url))
        except StoreUnavailable as error:
            if time.monotonic() > deadline:
                raise DemoProblem(
                    f"MongoDB did not answer for {patience_seconds:.0f} s: check MARQUEE_MONGO_URL, "
                    "or mongo.log of the local servers."
                ) from error


async def _has_live_version(mongo_url: str) -> bool:
    store = MongoStore(mongo_url)
    try:
        return await store.live() is not None
    finally:
        store.close()


def fill(home: Path, recipe: Recipe, date: str) -> None:
    """Make the sample, then run the night shift once. Raises DemoProblem; a next start then starts afresh."""
    write_note(home, Note(recipe, whole=False))
    options = {"titles": recipe.titles, "profiles": recipe.profiles, "days": recipe.days, "seed": recipe.seed}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    run_verb("making the sample", ["sample", *words], home)
    run_verb("the night shift", ["jobs", "run", "nightly", "--date", date], home)
    write_note(home, Note(recipe, whole=True))


def run_verb(what: str, words: Sequence[str], home: Path) -> None:
    """Run one verb of this command line in a process of its own, its progress on our terminal."""
    command = tethered_command([sys.executable, "-m", "bff.cli", *words])
    child = subprocess.Popen(command, env=_environment(home))
    try:
        code = child.wait()
    except KeyboardInterrupt:
        _let_go(child)
        raise
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    if code != 0:
        raise DemoProblem(
            f"The demo stopped at {what} (`marquee {' '.join(words)}` ended with {code}; why stands above). "
            f"Logs of the servers: {home / 'stack'}/*.log. The next start makes the data afresh."
        )


def _environment(home: Path) -> Mapping[str, str]:
    return {**os.environ, "MARQUEE_HOME": str(home)}


def _let_go(child: subprocess.Popen[bytes]) -> None:
    """The terminal's Ctrl-C reached it too: give it time to clean up, then insist."""
    for insist in (child.terminate, child.kill):
        try:
            child.wait(GRACE_SECONDS)
            return
        except subprocess.TimeoutExpired:
            insist()
    child.wait()
