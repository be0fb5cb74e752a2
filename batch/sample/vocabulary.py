"""The sample's vocabulary from TOML: micro-genres (strands/) and names (people.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

_FOLDER = Path(__file__).parent
UNRATED = -1
""""No rating" in `ages`."""


@dataclass(frozen=True, slots=True)
class Microgenre:
    """Titles of a micro-genre share genres, ages, phrases and, mostly, viewers.

    Roles with "f:" or "m:" need a woman or a man. `series` is their share.
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
class LanguageNames:
    code: str
    female: tuple[str, ...]
    male: tuple[str, ...]
    surnames: tuple[str, ...]
    places: tuple[str, ...]

    def given_name(self, random: Random, female: bool) -> str:
        return random.choice(self.female if female else self.male)

    def full_name(self, random: Random) -> str:
        return f"{self.given_name(random, random.random() < 0.5)} {random.choice(self.surnames)}"


@cache
def microgenres() -> tuple[Microgenre, ...]:
    all_microgenres: list[Microgenre] = []
    for path in sorted((_FOLDER / "strands").glob("*.toml")):
        for name, entry in tomllib.loads(path.read_text("utf-8")).items():
            lists = {key: tuple(value) for key, value in entry.items() if isinstance(value, list)}
            all_microgenres.append(
                Microgenre(
                    id=name, series=entry["series"], first_names_only="first_names_only" in entry, **lists
                )
            )
    return tuple(all_microgenres)


@cache
def language_names() -> dict[str, LanguageNames]:
    entries = tomllib.loads((_FOLDER / "people.toml").read_text("utf-8"))
    return {code: _parse_language_names(code, entry) for code, entry in entries.items()}


def _parse_language_names(code: str, entry: dict[str, list[str]]) -> LanguageNames:
    surnames = entry.get("surnames") or _combine(entry["surname_starts"], entry["surname_ends"], "")
    between = "" if entry.get("joined") else " "
    return LanguageNames(
        code=code,
        female=tuple(entry["female"]),
        male=tuple(entry["male"]),
        surnames=tuple(surnames),
        places=tuple(_combine(entry["place_starts"], entry["place_ends"], between)),
    )


def _combine(starts: list[str], ends: list[str], between: str) -> list[str]:
    return [f"{start}{between}{end}" for start in starts for end in ends]
