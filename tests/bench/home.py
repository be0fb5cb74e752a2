"""The home page from memory: what GraphQL over HTTP costs, beside plain Strawberry, Node and static bytes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import peers
from contest import HERE, SMOKE, Contender, Record, Timing, bodies, contest, static_command
from figures import Figure
from goals import Goal, against, page_figures
from load import Request
from made_pages import Recipe
from payloads import check_equal, write_peers_data
from tv_query import DEVICE, home_query
from volley import SPOT

from bff.http.sdl import sdl
from domain.ids import global_id

SMALL = Recipe(rows=3, cards=4, titles=60, profiles=4)
PLAIN_AT_ONCE = 8
"""Plain Strawberry takes so long that more requests at once would only wait."""

EQUAL = "; checked equal for all servers"
OURS, PLAIN, STATIC = "ours", "plain Strawberry", "static bytes"

GOALS = {
    PLAIN: Goal(35.0),
    "mercurius-jit": Goal(1.4),
    "yoga-jit": Goal(1.4),
    "bare graphql-jit": Goal(1.2),
    STATIC: Goal(0.18),
}
"""How many times our CPU each server needs for a page."""

MEMORY = Goal(0.5, most=True)


@dataclass(frozen=True)
class Setting:
    """How a bench is to be run."""

    folder: Path
    timing: Timing
    smoke: bool = False
    with_peers: bool = True

    @property
    def recipe(self) -> Recipe:
        return SMALL if self.smoke else Recipe()


def setting_of(folder: Path, rounds: int, seconds: float, smoke: bool, with_peers: bool) -> Setting:
    timing = SMOKE if smoke else Timing(rounds, min(2.0, seconds), seconds)
    return Setting(folder, timing, smoke, with_peers)


def home(setting: Setting) -> Iterator[Figure]:
    """All servers in every round, once their answers for all profiles were found equal."""
    with TemporaryDirectory(dir=setting.folder) as scratch:
        yield from _compared(setting, Path(scratch))


def _compared(setting: Setting, scratch: Path) -> Iterator[Figure]:
    recipe = setting.recipe
    requests = requests_for(recipe)
    plain = Contender(PLAIN, server("plain", recipe), PLAIN_AT_ONCE, warms=False)
    others = [Contender(OURS, server("ours", recipe))]
    expected = bodies(plain, requests, scratch, scratch / "plain")
    if setting.with_peers:
        write_peers_data(profile_ids(recipe), expected, sdl(), scratch / "data")
        others += peers.contenders(peers.installed(setting.folder), scratch / "data")
    for place, contender in enumerate(others):
        check_equal(contender.name, bodies(contender, requests, scratch, scratch / f"{place}"), expected)
    typical = sorted(expected, key=lambda file: file.stat().st_size)[len(expected) // 2]
    static = Contender(STATIC, static_command(typical))
    records = contest([*others, static, plain], requests, setting.timing, scratch)
    yield from page_figures("home", typical, len(requests), recipe.rows * recipe.cards, EQUAL)
    yield from compared_figures("home", records, GOALS)


def compared_figures(bench: str, records: dict[str, Record], goals: dict[str, Goal]) -> Iterator[Figure]:
    """What each server needed, then how many times ours that is, beside the goal."""
    ours = records[OURS]
    for name, record in records.items():
        failed = f"; {record.failures} failed" if record.failures else ""
        told = f"{record.done:.0f} pages a round, {record.busy:.0%} of a core{failed}"
        if ours.cpu:
            yield Figure(bench, "CPU", record.cpu, "µs/page", told, name)
            yield Figure(bench, "to ours", record.cpu / ours.cpu, "x", "", name)
        yield Figure(bench, "throughput", record.per_second, "pages/s", "", name)
        yield Figure(bench, "p50", record.p50, "ms", "", name)
        yield Figure(bench, "p99", record.p99, "ms", "", name)
        yield Figure(bench, "memory", record.memory, "MB", "", name)
        yield Figure(bench, "answer", record.kilobytes, "kB", "", name)
    for name, goal in goals.items():
        if name in records and ours.cpu:
            yield against(bench, f"CPU of {name} / ours", records[name].cpu / ours.cpu, goal)
    if "mercurius-jit" in records and ours.memory:
        share = ours.memory / records["mercurius-jit"].memory
        yield against(bench, "our memory / mercurius-jit's", share, MEMORY)
    yield Figure(bench, "load generator: CPU", ours.client_cpu, "µs/page", "not counted above")


def server(engine: str, recipe: Recipe, cold: float = 0.0, anew: bool = False) -> list[str]:
    """`cold` and `anew` as in page_server.Chilled."""
    wanted = json.dumps({**asdict(recipe), "cold": cold, "anew": anew})
    return [sys.executable, str(HERE / "page_server.py"), "PORT", engine, wanted]


def profile_ids(recipe: Recipe) -> list[str]:
    return [global_id("profile", f"bench-p{number}") for number in range(recipe.profiles)]


def requests_for(recipe: Recipe, fresh: bool = False) -> list[Request]:
    """The TV page's query, of every profile. `fresh`: in a text that is never sent twice."""
    query = f"{SPOT.decode()}\n{home_query()}" if fresh else home_query()
    shape = {"device": DEVICE, "rows": recipe.rows, "cards": recipe.cards}
    return [
        Request(
            json.dumps({"query": query, "variables": {"profileId": profile, **shape}}).encode(),
            {"Content-Type": "application/json"},
        )
        for profile in profile_ids(recipe)
    ]
