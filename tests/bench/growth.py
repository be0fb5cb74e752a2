"""How the home page's cost grows: with its rows and cards, which it must; with catalogue and profiles, hardly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from contest import Contender, Record, contest
from figures import Figure
from goals import Goal, against
from home import Setting, requests_for, server
from made_pages import Recipe

BASE = "16 rows, 20 cards"
DOUBLE = Goal(2.1, most=True)


def growth(setting: Setting, full: bool) -> Iterator[Figure]:
    """Every size once in each round. `full` adds large catalogues and many profiles, which take a while to make."""
    recipes = _recipes(setting.recipe, full)
    if setting.smoke:
        recipes = dict(list(recipes.items())[:2])
    contenders = [
        Contender(name, server("ours", recipe), requests=requests_for(recipe))
        for name, recipe in recipes.items()
    ]
    with TemporaryDirectory(dir=setting.folder) as scratch:
        records = contest(contenders, [], setting.timing, Path(scratch))
    for name, record in records.items():
        failed = f"{record.failures} failed" if record.failures else ""
        yield Figure("growth", "CPU", record.cpu, "µs/page", failed, name)
        yield Figure("growth", "to the first", record.cpu / records[BASE].cpu, "x", "", name)
        yield Figure("growth", "memory", record.memory, "MB", "", name)
    yield from _ratios(records)


def _recipes(base: Recipe, full: bool) -> dict[str, Recipe]:
    recipes = {BASE: base}
    for factor, rows, cards in ((2.0, 32, 40), (0.5, 8, 10)):
        recipes[f"{rows} rows"] = replace(base, rows=round(base.rows * factor))
        recipes[f"{cards} cards"] = replace(base, cards=round(base.cards * factor))
    if full:
        recipes["50k titles"] = replace(base, titles=base.titles * 10)
        recipes["200k titles"] = replace(base, titles=base.titles * 40)
        recipes["1 region"] = replace(base, regions=1)
        recipes["100 profiles"] = replace(base, profiles=max(1, base.profiles // 2))
        recipes["400 profiles"] = replace(base, profiles=base.profiles * 2)
    return recipes


def _ratios(records: dict[str, Record]) -> Iterator[Figure]:
    pairs = [
        ("32 rows", BASE, DOUBLE),
        ("40 cards", BASE, DOUBLE),
        ("50k titles", BASE, Goal(1.5, most=True)),
        ("200k titles", BASE, Goal(1.5, most=True)),
        ("400 profiles", "100 profiles", Goal(1.2, most=True)),
    ]
    for large, small, goal in pairs:
        if large in records:
            ratio = records[large].cpu / records[small].cpu
            yield against("growth", f"CPU of {large} / {small}", ratio, goal)
