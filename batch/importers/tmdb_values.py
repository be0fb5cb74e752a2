"""Values of TMDB objects -> values of a row: languages, genres, names, ratings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from batch.importers.json_object import JsonObject
from batch.importers.name_keys import name_key
from domain.catalog.maturity_ratings import parse_rating
from domain.catalog.regions import parse_region
from domain.errors import BadInput
from domain.ids import Region

LANGUAGES = {"cn": "yue", "xx": None, "": None}
"""TMDB's own codes: Cantonese, and no language."""

_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")

GENRES = {
    28: ("Action",), 12: ("Adventure",), 16: ("Animation",), 35: ("Comedy",), 80: ("Crime",), 99: ("Documentary",),
    18: ("Drama",), 10751: ("Family",), 14: ("Fantasy",), 36: ("History",), 27: ("Horror",), 10402: ("Music",),
    9648: ("Mystery",), 10749: ("Romance",), 878: ("Science Fiction",), 10770: (), 53: ("Thriller",), 10752: ("War",),
    37: ("Western",), 10759: ("Action", "Adventure"), 10762: ("Family",), 10763: ("Talk",), 10764: ("Reality",),
    10765: ("Science Fiction", "Fantasy"), 10766: ("Drama",), 10767: ("Talk",), 10768: ("War",),
}  # fmt: skip
"""By TMDB's number, since the names come in the language of the request. 10770 is "TV Movie", which is no genre."""

MAX_NAMES = 40
MAX_NAME = 300
MAX_GENRES = 12


def tmdb_language(code: str | None) -> str | None:
    """BCP 47; None for no language and for a code that is none."""
    if code is None:
        return None
    code = LANGUAGES.get(code, code)
    return code if code and _LANGUAGE.match(code) else None


def genres_of(title: JsonObject) -> list[str]:
    genres: dict[str, None] = {}
    for genre in title.parts("genres"):
        known = GENRES.get(genre.whole("id") or 0)
        name = genre.text("name")
        genres.update(dict.fromkeys(known if known is not None else (name,) if name else ()))
    return list(genres)[:MAX_GENRES]


def other_names(name: str, candidates: Iterable[str | None]) -> list[str]:
    """Each spelling once, without the name itself."""
    names: dict[str, str] = {}
    for candidate in candidates:
        if candidate and len(candidate) <= MAX_NAME and name_key(candidate) != name_key(name):
            names.setdefault(name_key(candidate), candidate)
    return list(names.values())[:MAX_NAMES]


def movie_ratings(movie: JsonObject, left_out: Counter[str]) -> dict[str, str]:
    """Of the several certifications of a country's releases the strictest."""
    given: dict[str, list[str]] = {}
    for country in movie.part("release_dates").parts("results"):
        labels = [label for one in country.parts("release_dates") if (label := one.text("certification"))]
        given.setdefault(country.text("iso_3166_1") or "", []).extend(labels)
    return _strictest(given, left_out)


def series_ratings(series: JsonObject, left_out: Counter[str]) -> dict[str, str]:
    given: dict[str, list[str]] = {}
    for country in series.part("content_ratings").parts("results"):
        if label := country.text("rating"):
            given.setdefault(country.text("iso_3166_1") or "", []).append(label)
    return _strictest(given, left_out)


def _strictest(given: dict[str, list[str]], left_out: Counter[str]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for code, labels in given.items():
        aged: list[tuple[int, str]] = []
        for label in labels:
            try:
                age = parse_rating(label, parse_region(code)).age
            except BadInput:
                left_out[f"rating {label!r:.20} of {code or 'no country'}"] += 1
                continue
            if age is not None:
                aged.append((age, label))
        if aged:
            chosen[code] = max(aged)[1]
    return chosen


def strictest_age(ratings: dict[str, str]) -> int | None:
    """For regions without a rating of their own: what no board finds too low."""
    ages = [parse_rating(label, Region(code)).age for code, label in ratings.items()]
    return max((age for age in ages if age is not None), default=None)
