"""The sample's vocabulary, read from the TOML files beside this one: strands of stories, names of people."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

_FOLDER = Path(__file__).parent
UNRATED = -1
"""In a strand's list of ages: such a title has no rating."""


@dataclass(frozen=True, slots=True)
class Strand:
    """A micro-genre: titles of one strand share genres, age steps and phrases, and tend to share viewers.

    A role marked "f:" or "m:" needs a woman or a man. `series` is the share of series among its titles.
    """

    id: str
    genres: tuple[str, ...]
    ages: tuple[int, ...]
    series: float
    roles: tuple[str, ...]
    openings: tuple[str, ...]
    turns: tuple[str, ...]
    closes: tuple[str, ...]
    beats: tuple[str, ...]
    adjectives: tuple[str, ...]
    nouns: tuple[str, ...]
    names: tuple[str, ...]
    first_names_only: bool = False


@dataclass(frozen=True, slots=True)
class Tongue:
    """Names of people and places in one language; `regions` are where it is spoken at home."""

    code: str
    regions: tuple[str, ...]
    female: tuple[str, ...]
    male: tuple[str, ...]
    surnames: tuple[str, ...]
    places: tuple[str, ...]

    def given(self, random: Random, female: bool) -> str:
        return random.choice(self.female if female else self.male)

    def person(self, random: Random) -> str:
        """A full name."""
        return f"{self.given(random, random.random() < 0.5)} {random.choice(self.surnames)}"


@cache
def strands() -> tuple[Strand, ...]:
    """All strands, in a fixed order."""
    found: list[Strand] = []
    for path in sorted((_FOLDER / "strands").glob("*.toml")):
        for name, entry in tomllib.loads(path.read_text("utf-8")).items():
            lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
            found.append(
                Strand(id=name, series=entry["series"], first_names_only="first_names_only" in entry, **lists)
            )
    return tuple(found)


@cache
def tongues() -> dict[str, Tongue]:
    """Every language of the sample by its code."""
    entries = tomllib.loads((_FOLDER / "people.toml").read_text("utf-8"))
    return {code: _tongue(code, entry) for code, entry in entries.items()}


def _tongue(code: str, entry: dict[str, list[str]]) -> Tongue:
    surnames = entry.get("surnames") or _pairs(entry["surname_starts"], entry["surname_ends"], "")
    between = "" if entry.get("joined") else " "
    return Tongue(
        code=code,
        regions=tuple(entry["regions"]),
        female=tuple(entry["female"]),
        male=tuple(entry["male"]),
        surnames=tuple(surnames),
        places=tuple(_pairs(entry["place_starts"], entry["place_ends"], between)),
    )


def _pairs(starts: list[str], ends: list[str], between: str) -> list[str]:
    return [f"{start}{between}{end}" for start in starts for end in ends]
