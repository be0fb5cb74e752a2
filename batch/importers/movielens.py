"""MovieLens: movies, links and ratings as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from batch.importers.derivation import FilmRecord
from batch.importers.film_names import language_hint, parse_film_name
from batch.importers.history import RatingRow, without_repeats
from batch.importers.input_files import Problems, read_csv_rows, require_files
from batch.importers.synopses import FilmFacts
from domain.catalog.genres import canonical_genre
from domain.ids import TitleId

SOURCE = "movielens"
PREFIX = "ml"
EXPECTED_FILES = "movies.csv, links.csv and ratings.csv of a MovieLens set"
EARLIEST, LATEST = 0, 4_102_444_800
"""1970 to 2099."""


@dataclass(frozen=True, slots=True)
class MovieLens:
    folder: Path
    problems: Problems

    def __post_init__(self) -> None:
        require_files(self.folder, ("movies.csv", "links.csv", "ratings.csv"), EXPECTED_FILES)

    @property
    def ratings_path(self) -> Path:
        return self.folder / "ratings.csv"

    def read_films(self, synopses: Mapping[str, FilmFacts]) -> dict[str, FilmRecord]:
        """By MovieLens id. The title id is the IMDb id if links.csv has it."""
        imdb_ids = self._read_imdb_ids()
        films: dict[str, FilmRecord] = {}
        title_ids: set[str] = set()
        path = self.folder / "movies.csv"
        for line, (movie, title, genres) in read_csv_rows(
            path, ("movieId", "title", "genres"), self.problems
        ):
            if not movie.isdigit() or not title.strip():
                self.problems.add(path, line, f"needs a number and a title, has {movie!r} and {title!r}")
            elif movie in films:
                self.problems.add(path, line, f"movie {movie} occurs twice")
            else:
                imdb_id = imdb_ids.get(movie)
                if imdb_id in title_ids:
                    imdb_id = None
                films[movie] = film_record(f"ml-{movie}", imdb_id, title, genres, synopses)
                title_ids.add(films[movie].id)
        return films

    def _read_imdb_ids(self) -> dict[str, str]:
        ids: dict[str, str] = {}
        path = self.folder / "links.csv"
        for line, (movie, imdb) in read_csv_rows(path, ("movieId", "imdbId"), self.problems):
            if movie in ids:
                self.problems.add(path, line, f"movie {movie} occurs twice; keep one line")
            elif imdb.isdigit():
                ids[movie] = f"tt{imdb:0>7}"
            elif imdb:
                self.problems.add(path, line, f"imdbId {imdb!r} is not a number")
        return ids

    def read_ratings(
        self, films: Mapping[str, object], problems: Problems
    ) -> Iterator[tuple[int, RatingRow]]:
        return without_repeats(self.ratings_path, self._read_ratings(films, problems), problems)

    def _read_ratings(
        self, films: Mapping[str, object], problems: Problems
    ) -> Iterator[tuple[int, RatingRow]]:
        path = self.ratings_path
        for line, values in read_csv_rows(path, ("userId", "movieId", "rating", "timestamp"), problems):
            error = rating_error(values, films)
            if error:
                problems.add(path, line, error)
            else:
                person, movie, stars, at = values
                yield line, RatingRow(int(person), movie, float(stars), int(at))


def rating_error(values: list[str], films: Mapping[str, object]) -> str | None:
    person, movie, stars, at = values
    if not person.isdigit():
        return f"userId {person!r} is not a number"
    if movie not in films:
        return f"movieId {movie!r} is not in movies.csv"
    try:
        is_valid = 0.5 <= float(stars) <= 5
    except ValueError:
        is_valid = False
    if not is_valid:
        return f"rating {stars!r} is not from 0.5 to 5"
    if not at.isdigit() or not EARLIEST <= int(at) <= LATEST:
        return f"timestamp {at!r} is not a time in seconds since 1970"
    return None


def film_record(
    other_id: str, imdb_id: str | None, title: str, genres: str, synopses: Mapping[str, FilmFacts]
) -> FilmRecord:
    """`genres` is "A|B"."""
    name, year = parse_film_name(title)
    canonical = [canonical_genre(genre) for genre in genres.split("|")]
    facts = synopses.get(imdb_id) if imdb_id else None
    return FilmRecord(
        id=TitleId(imdb_id or other_id),
        name=name,
        year=year,
        genres=tuple(dict.fromkeys(genre for genre in canonical if genre)),
        imdb_id=imdb_id,
        language=language_hint(title),
        adult="Adult" in genres.split("|"),
        synopsis=facts.synopsis if facts else "",
        synopsis_source=facts.source if facts else None,
        cast=facts.cast if facts else (),
    )
