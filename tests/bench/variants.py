"""The home page when something is not as usual: forgotten fragments, operations never seen, titles that surprise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from compose import cpu_micros
from contest import Contender, Record, bodies, contest
from figures import Figure, median
from goals import Goal, against
from graphql import parse, validate
from home import Setting, requests_for, server
from made_pages import Recipe
from payloads import check_equal
from tv_query import home_query

from resolvers.schema import schema

WARM, TENTH, COLD, FRESH, ODD = "warm", "10 % cold", "all cold", "new operations", "odd cards"
ANEW = "rows anew"
NAMES = {"warm": WARM, "anew": ANEW, "cold-10": TENTH, "cold": COLD, "new-operations": FRESH, "odd": ODD}
"""As --variant has them -> as the table has them."""

GOALS = {TENTH: Goal(2.0, most=True), COLD: Goal(6.0, most=True), ODD: Goal(4.0, most=True)}
FIRST_SIGHT = Goal(2.0, most=True)
MEANINGS = {
    WARM: "every title was rendered before, and the page shown",
    ANEW: "every title was rendered before, the page is shown for the first time",
    TENTH: "a tenth of a page's cards have titles that were not rendered yet",
    COLD: "no title was rendered yet",
    FRESH: "the same operation, its text never the same twice",
    ODD: "a hundredth of the titles has a name that is not exactly a str",
}
SMOKE = ("anew", "odd")
"""Of a smoke run, where starting servers is what takes time."""

CHECKED = 8
"""Profiles whose answers are compared with the warm ones."""

REPEATS = 50


def variants(setting: Setting, wanted: Sequence[str]) -> Iterator[Figure]:
    """Those wanted, by their names for --variant, and always the cached page to compare them with."""
    chosen = {WARM, *(NAMES[name] for name in wanted or (SMOKE if setting.smoke else NAMES))}
    with TemporaryDirectory(dir=setting.folder) as scratch:
        folder = Path(scratch)
        requests = requests_for(setting.recipe)
        contenders = [each for each in _contenders(setting.recipe) if each.name in chosen]
        expected = bodies(contenders[0], requests[:CHECKED], folder, folder / "expected")
        for contender in contenders[1:]:
            asked = (contender.requests or requests)[:CHECKED]
            found = bodies(contender, asked, folder, folder / contender.name.replace(" ", "-"))
            check_equal(contender.name, found, expected)
        records = contest(contenders, requests, setting.timing, folder)
    yield from _figures(records, REPEATS if not setting.smoke else 2)


def _contenders(recipe: Recipe) -> list[Contender]:
    return [
        Contender(WARM, server("ours", recipe)),
        Contender(ANEW, server("ours", recipe, anew=True)),
        Contender(TENTH, server("ours", recipe, cold=0.1)),
        Contender(COLD, server("ours", recipe, cold=1.0)),
        Contender(FRESH, server("ours", recipe), requests=requests_for(recipe, fresh=True)),
        Contender(ODD, server("ours", replace(recipe, odd=True))),
    ]


def _figures(records: dict[str, Record], repeats: int) -> Iterator[Figure]:
    warm = records[WARM].cpu
    for name, record in records.items():
        yield Figure("variants", "CPU", record.cpu, "µs/page", MEANINGS[name], name)
        yield Figure("variants", "to warm", record.cpu / warm, "x", "", name)
        yield Figure("variants", "p50", record.p50, "ms", "", name)
        yield Figure("variants", "p99", record.p99, "ms", "", name)
    for name, goal in GOALS.items():
        if name in records:
            yield against("variants", f"CPU of {name} / warm", records[name].cpu / warm, goal)
    if FRESH in records:
        sight = records[FRESH].cpu - warm
        plain = median(cpu_micros(_prepared, repeats))
        yield Figure("variants", "first sight of an operation", sight, "µs CPU", "new operations less warm")
        yield Figure("variants", "graphql-core's parse and validate", plain, "µs CPU", "of the same text")
        yield against("variants", "first sight / parse and validate", sight / plain, FIRST_SIGHT)


def _prepared() -> None:
    validate(schema._schema, parse(home_query()))
