"""MovieTweetings: rated titles only, ratings from 0 to 10.

Titles join MovieLens on the IMDb id and keep its documents; people stay separate ("mt-7" is not "ml-7").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from batch.importers.derivation import FilmRecord
from batch.importers.history import RatingRow, without_repeats
from batch.importers.input_files import Problems, read_separated_rows, require_files
from batch.importers.movielens import EARLIEST, LATEST, film_record
from batch.importers.synopses import FilmFacts

SOURCE = "movietweetings"
PREFIX = "mt"
EXPECTED_FILES = "movies.dat and ratings.dat of MovieTweetings"
LOWEST_STARS = 0.5


@dataclass(frozen=True, slots=True)
class MovieTweetings:
    folder: Path
    problems: Problems

    def __post_init__(self) -> None:
        require_files(self.folder, ("movies.dat", "ratings.dat"), EXPECTED_FILES)

    @property
    def ratings_path(self) -> Path:
        return self.folder / "ratings.dat"

    def read_films(self, synopses: Mapping[str, FilmFacts]) -> dict[str, FilmRecord]:
        """By IMDb number, rated or not."""
        films: dict[str, FilmRecord] = {}
        path = self.folder / "movies.dat"
        for line, (number, title, genres) in read_separated_rows(path, 3, self.problems):
            if not number.isdigit() or not title.strip():
                self.problems.add(path, line, f"needs an IMDb number and a title, has {number!r}, {title!r}")
            elif number in films:
                self.problems.add(path, line, f"film {number} occurs twice; keep one line")
            else:
                imdb_id = f"tt{number:0>7}"
                films[number] = film_record(imdb_id, imdb_id, title, genres, synopses)
        return films

    def read_ratings(
        self, films: Mapping[str, object], problems: Problems
    ) -> Iterator[tuple[int, RatingRow]]:
        return without_repeats(self.ratings_path, self._read_ratings(films, problems), problems)

    def _read_ratings(
        self, films: Mapping[str, object], problems: Problems
    ) -> Iterator[tuple[int, RatingRow]]:
        path = self.ratings_path
        for line, values in read_separated_rows(path, 4, problems):
            error = rating_error(values, films)
            if error:
                problems.add(path, line, error)
            else:
                person, number, tenths, at = values
                yield line, RatingRow(int(person), number, max(LOWEST_STARS, int(tenths) / 2), int(at))


def rating_error(values: list[str], films: Mapping[str, object]) -> str | None:
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
