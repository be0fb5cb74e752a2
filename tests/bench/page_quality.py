"""Two builds of Marquee by their pages: how often the next play is on the first screen, three rows of six cards.

    python -m tests.bench.page_quality OTHER [MovieTweetings|ml-latest-small] [PROFILES]

OTHER is a checkout of another build, with a `.venv`. Each build imports the training part into its own stores, runs
its night and serves; pages of the same profiles are then fetched from both in turn. Training is moved in time so that
it ends now: both have seen the same, and nothing of what follows. Needs MARQUEE_REAL_DATA, about 3 GB and, on 2 quiet
cores, 15 minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import numpy as np

from domain.ids import global_id
from domain.page.play_positions import SCREEN_COLUMNS, SCREEN_ROWS
from tests.bench.page_quality_data import DATA_SETS, Split, write_split

OURS = Path(__file__).resolve().parents[2]
PROFILES = 300
DRAWS, SEED = 2000, 7
READY_SECONDS = 120.0
PAUSE_SECONDS = 2.0
TRIES = 30
QUERY = (
    "query ($id: ID!) { home(profileId: $id, device: {formFactor: TV}) { serviceLevel degradations { what } "
    f"rows(first: {SCREEN_ROWS}) {{ nodes {{ cards(first: {SCREEN_COLUMNS}) {{ nodes {{ title {{ id }} }} }} }} }} "
    "} }"
)
TOKENS = """
import json, sys
from click.testing import CliRunner
from bff.commands.token import token
sign = lambda one: CliRunner().invoke(token, ["--account", one, "--ttl", "12h"]).output.strip()
print(json.dumps({one: sign(one) for one in json.load(sys.stdin)}))
"""


@dataclass(frozen=True, slots=True)
class Build:
    """A checkout with a home of its own."""

    checkout: Path
    home: Path
    port: int

    def environment(self) -> dict[str, str]:
        mine = {
            "PYTHONPATH": str(self.checkout),
            "MARQUEE_HOME": str(self.home),
            "MARQUEE_PORT": str(self.port),
        }
        return {**os.environ, **mine}

    def command(self, *words: str) -> list[str]:
        return [str(self.checkout / ".venv/bin/python"), *words]

    def marquee(self, *words: str) -> None:
        command = self.command("-m", "bff.cli", *words)
        subprocess.run(
            command, cwd=self.checkout, env=self.environment(), check=True, stdout=subprocess.DEVNULL
        )

    def tokens(self, accounts: Sequence[str]) -> Mapping[str, str]:
        done = subprocess.run(
            self.command("-c", TOKENS),
            cwd=self.checkout,
            env=self.environment(),
            input=json.dumps(list(accounts)),
            capture_output=True,
            text=True,
            check=True,
        )
        found: Mapping[str, str] = json.loads(done.stdout)
        return found


@contextmanager
def serving(build: Build, split: Path) -> Iterator[httpx.Client]:
    """The build's night of the split, served."""
    build.marquee("stack", "up")
    server = None
    try:
        for kind in ("catalog", "profiles", "events"):
            build.marquee("import", kind, str(split / f"{kind}.jsonl"))
        build.marquee("jobs", "run", "nightly")
        build.tokens(["first"])  # The service starts once there is a secret.
        server = subprocess.Popen(
            build.command("-m", "bff.cli", "serve"), cwd=build.checkout, env=build.environment()
        )
        with httpx.Client(base_url=f"http://127.0.0.1:{build.port}", timeout=60) as client:
            _wait_until_ready(client)
            yield client
    finally:
        if server is not None:
            server.terminate()
            server.wait()
        build.marquee("stack", "down")


def _wait_until_ready(client: httpx.Client) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            if client.get("/readyz").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    raise SystemExit(f"{client.base_url} was not ready within {READY_SECONDS:.0f} s")


def first_screen(client: httpx.Client, profile: str, token: str) -> set[str]:
    """Title ids of the first screen of a whole page: neither a store nor, on a busy machine, a row is missing.

    Raises SystemExit when there is none within a minute.
    """
    body = {"query": QUERY, "variables": {"id": global_id("profile", profile)}}
    for _ in range(TRIES):
        answer = client.post("/graphql", json=body, headers={"Authorization": f"Bearer {token}"}).json()
        home: Any = answer["data"]["home"]
        if home["serviceLevel"] == "FULL" and not home["degradations"]:
            break
        time.sleep(PAUSE_SECONDS)
    else:
        raise SystemExit(f"{client.base_url} had no whole page of {profile} within {TRIES} tries")
    return {card["title"]["id"] for row in home["rows"]["nodes"] for card in row["cards"]["nodes"]}


def ratio_interval(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """(ratio of the means, low, high): 95 % by bootstrap over profiles. Draws in which theirs is 0 are left out."""
    pairs = np.array([ours, theirs], np.float64)
    drawn = np.random.default_rng(SEED).integers(0, pairs.shape[1], (DRAWS, pairs.shape[1]))
    means = pairs[:, drawn].mean(axis=2)
    ratios = means[0][means[1] > 0] / means[1][means[1] > 0]
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(pairs[0].mean() / pairs[1].mean()), float(low), float(high)


def compare(builds: Sequence[Build], folder: Path, split: Split, count: int) -> None:
    chosen = sorted(split.plays)[:count]
    with ExitStack() as stack:
        clients = [stack.enter_context(serving(build, folder)) for build in builds]
        accounts = [split.accounts[one] for one in chosen]
        tokens = [build.tokens(accounts) for build in builds]
        hits: list[list[float]] = [[], []]
        for profile, account in zip(chosen, accounts, strict=True):
            wanted = global_id("title", split.plays[profile][0])
            for place, client in enumerate(clients):
                hits[place].append(float(wanted in first_screen(client, profile, tokens[place][account])))
    print(report(hits))


def report(hits: Sequence[Sequence[float]]) -> str:
    ratio, low, high = ratio_interval(*hits)
    ours, theirs = (sum(one) / len(one) for one in hits)
    return (
        f"next play in the first {SCREEN_ROWS} x {SCREEN_COLUMNS}, {len(hits[0])} profiles: this build {ours:.3f}, "
        f"the other {theirs:.3f}, {ratio:.2f}x [{low:.2f}, {high:.2f}]"
    )


def main(other: str, name: str = "MovieTweetings", count: str = str(PROFILES)) -> None:
    data = os.environ.get("MARQUEE_REAL_DATA")
    if not data or name not in DATA_SETS:
        raise SystemExit(f"MARQUEE_REAL_DATA and one of {', '.join(DATA_SETS)} are needed")
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        split = write_split(name, Path(data), folder)
        builds = [Build(OURS, folder / "ours", 8311), Build(Path(other), folder / "other", 8312)]
        compare(builds, folder, split, int(count))


if __name__ == "__main__":
    main(*sys.argv[1:])
