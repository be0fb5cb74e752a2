"""MovieLens: any directory of its CSV format, from ml-latest-small to ml-25m (movies, links, ratings)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from batch.importers.derivation import Facts
from batch.importers.film_names import language_hint, parse_film_name
from batch.importers.history import Rated
from batch.importers.reading import Problems, csv_rows, folder_with
from batch.importers.synopses import FilmFacts
from domain.catalog.genres import canonical_genre
from domain.ids import TitleId

SOURCE = "movielens"
PREFIX = "ml"
WHAT = "movies.csv, links.csv and ratings.csv of a MovieLens set"
EARLIEST, LATEST = 0, 4_102_444_800
"""1970 to 2099: any other rating time is a broken one."""


@dataclass(frozen=True, slots=True)
class MovieLens:
    """Reads one directory. Broken rows go to `problems`."""

    folder: Path
    problems: Problems

    def __post_init__(self) -> None:
        folder_with(self.folder, ("movies.csv", "links.csv", "ratings.csv"), WHAT)

    @property
    def ratings_path(self) -> Path:
        return self.folder / "ratings.csv"

    def films(self, synopses: Mapping[str, FilmFacts]) -> dict[str, Facts]:
        """Facts by MovieLens id. The title id is the IMDb id where links.csv knows it ("tt0114709")."""
        imdb_ids = self._imdb_ids()
        films: dict[str, Facts] = {}
        taken: set[str] = set()
        path = self.folder / "movies.csv"
        for line, (movie, title, genres) in csv_rows(path, ("movieId", "title", "genres"), self.problems):
            if not movie.isdigit() or not title.strip():
                self.problems.add(path, line, f"needs a number and a title, has {movie!r} and {title!r}")
            elif movie in films:
                self.problems.add(path, line, f"movie {movie} stands there twice")
            else:
                imdb_id = imdb_ids.get(movie)
                if imdb_id in taken:
                    imdb_id = None
                films[movie] = facts_of(f"ml-{movie}", imdb_id, title, genres, synopses)
                taken.add(films[movie].id)
        return films

    def _imdb_ids(self) -> dict[str, str]:
        ids: dict[str, str] = {}
        path = self.folder / "links.csv"
        for line, (movie, imdb) in csv_rows(path, ("movieId", "imdbId"), self.problems):
            if imdb.isdigit():
                ids[movie] = f"tt{imdb:0>7}"
            elif imdb:
                self.problems.add(path, line, f"imdbId {imdb!r} is not a number")
        return ids

    def ratings(self, films: Mapping[str, object], problems: Problems) -> Iterator[tuple[int, Rated]]:
        path = self.ratings_path
        for line, values in csv_rows(path, ("userId", "movieId", "rating", "timestamp"), problems):
            fault = rating_fault(values, films)
            if fault:
                problems.add(path, line, fault)
            else:
                person, movie, stars, at = values
                yield line, Rated(int(person), movie, float(stars), int(at))


def rating_fault(values: list[str], films: Mapping[str, object]) -> str | None:
    """What is wrong with a row of ratings.csv, None when nothing is."""
    person, movie, stars, at = values
    if not person.isdigit():
        return f"userId {person!r} is not a number"
    if movie not in films:
        return f"movieId {movie!r} is not in movies.csv"
    try:
        good = 0.5 <= float(stars) <= 5
    except ValueError:
        good = False
    if not good:
        return f"rating {stars!r} is not from 0.5 to 5"
    if not at.isdigit() or not EARLIEST <= int(at) <= LATEST:
        return f"timestamp {at!r} is not a time in seconds since 1970"
    return None


def facts_of(
    other_id: str, imdb_id: str | None, title: str, genres: str, synopses: Mapping[str, FilmFacts]
) -> Facts:
    """A film from its name and its "A|B" genres, with cast and synopsis where they are known."""
    name, year = parse_film_name(title)
    known = [canonical_genre(genre) for genre in genres.split("|")]
    facts = synopses.get(imdb_id) if imdb_id else None
    return Facts(
        id=TitleId(imdb_id or other_id),
        name=name,
        year=year,
        genres=tuple(dict.fromkeys(genre for genre in known if genre)),
        imdb_id=imdb_id,
        language=language_hint(title),
        adult="Adult" in genres.split("|"),
        synopsis=facts.synopsis if facts else "",
        synopsis_source=facts.source if facts else None,
        cast=facts.cast if facts else (),
    )
