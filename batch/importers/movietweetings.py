"""MovieTweetings: movies.dat and ratings.dat, columns separated by "::", ratings from 0 to 10.

Only rated titles are taken. A title that is there already, from MovieLens, keeps its document: the IMDb id
makes the two one title, while people stay apart ("mt-7" is not "ml-7").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from batch.importers.derivation import Facts
from batch.importers.history import Rated
from batch.importers.movielens import EARLIEST, LATEST, facts_of
from batch.importers.reading import Problems, folder_with, separated_rows
from batch.importers.synopses import FilmFacts

SOURCE = "movietweetings"
PREFIX = "mt"
WHAT = "movies.dat and ratings.dat of MovieTweetings"
LOWEST_STARS = 0.5


@dataclass(frozen=True, slots=True)
class MovieTweetings:
    """Reads one directory. Broken rows go to `problems`."""

    folder: Path
    problems: Problems

    def __post_init__(self) -> None:
        folder_with(self.folder, ("movies.dat", "ratings.dat"), WHAT)

    @property
    def ratings_path(self) -> Path:
        return self.folder / "ratings.dat"

    def films(self, synopses: Mapping[str, FilmFacts]) -> dict[str, Facts]:
        """Facts by IMDb number, rated or not."""
        films: dict[str, Facts] = {}
        path = self.folder / "movies.dat"
        for line, (number, title, genres) in separated_rows(path, 3, self.problems):
            if not number.isdigit() or not title.strip():
                self.problems.add(path, line, f"needs an IMDb number and a title, has {number!r}, {title!r}")
            else:
                imdb_id = f"tt{number:0>7}"
                films[number] = facts_of(imdb_id, imdb_id, title, genres, synopses)
        return films

    def ratings(self, films: Mapping[str, object], problems: Problems) -> Iterator[tuple[int, Rated]]:
        path = self.ratings_path
        for line, values in separated_rows(path, 4, problems):
            fault = rating_fault(values, films)
            if fault:
                problems.add(path, line, fault)
            else:
                person, number, tenths, at = values
                yield line, Rated(int(person), number, max(LOWEST_STARS, int(tenths) / 2), int(at))


def rating_fault(values: list[str], films: Mapping[str, object]) -> str | None:
    """What is wrong with a row of ratings.dat, None when nothing is."""
    person, number, tenths, at = values
    if not person.isdigit():
        return f"person {person!r} is not a number"
    if number not in films:
        return f"IMDb number {number!r} is not in movies.dat"
    if not tenths.isdigit() or int(tenths) > 10:
        return f"rating {tenths!r} is not from 0 to 10"
    if not at.isdigit() or not EARLIEST <= int(at) <= LATEST:
        return f"time {at!r} is not a time in seconds since 1970"
    return None
