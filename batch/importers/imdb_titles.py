"""Titles of IMDb's data sets -> rows of a catalogue (docs/importing-data.md has the table).

title.basics is needed; the others add what they know. IMDb has no licences, age ratings, texts or pictures. The whole
data set has 12 million titles: `only` names those that the service has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from batch.importers import imdb_files
from batch.importers.imdb_files import Row, find_file, read_table, require_basics
from batch.importers.input_files import Problems, read_lines
from batch.importers.tmdb_values import other_names
from domain.catalog.maturity_ratings import ADULT_AGE
from domain.errors import BadInput
from domain.serialization import Document

KINDS = {
    "movie": "movie", "tvMovie": "movie", "short": "movie", "tvShort": "movie", "video": "movie",
    "tvSpecial": "movie", "tvPilot": "movie", "tvSeries": "series", "tvMiniSeries": "series", "tvEpisode": "episode",
}  # fmt: skip
"""By titleType; others, such as videoGame, are left out."""

SHORT = ("short", "tvShort")
NO_GENRE = ("Adult",)
BASICS_COLUMNS = ("tconst", "titleType", "primaryTitle", "isAdult", "startYear", "runtimeMinutes", "genres")
PLACE = ("parentTconst", "seasonNumber", "episodeNumber")
ON_SCREEN = frozenset({"actor", "actress", "self"})
MAX_CAST = 20


@dataclass(frozen=True, slots=True)
class ImdbChoice:
    """Which titles come in. `only`: ids of movies and series, empty for all. `min_votes`: of movies and series."""

    only: frozenset[str] = frozenset()
    min_votes: int = 0
    with_adult: bool = False


@dataclass(slots=True)
class ImdbCatalog:
    folder: Path
    choice: ImdbChoice
    problems: Problems
    left_out: Counter[str] = field(default_factory=Counter)
    _places: dict[str, Row] = field(default_factory=dict)
    _unplaced: set[str] = field(default_factory=set)
    _kept: set[str] = field(default_factory=set)
    _names: dict[str, list[str]] = field(default_factory=dict)
    _languages: dict[str, str] = field(default_factory=dict)
    _cast: dict[str, list[str]] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[Path, int, Document]]:
        """(file, line, row), series before their episodes. Raises BadInput."""
        basics = require_basics(self.folder)
        self._read_places()
        self._choose(basics)
        self._read_other_names()
        self._read_cast()
        for wanted in (("movie", "series"), ("episode",)):
            for line, values in read_table(basics, BASICS_COLUMNS, Problems(skip=True)):
                if values.get("tconst") in self._kept and KINDS[values["titleType"]] in wanted:
                    try:
                        yield basics, line, self._row(values)
                    except BadInput as error:
                        self.problems.add(basics, line, str(error))
                        self.problems.broken_ids.add(values["tconst"])

    def _read_places(self) -> None:
        path = find_file(self.folder, imdb_files.EPISODES)
        if path is None:
            return
        for _, values in read_table(path, ("tconst", *PLACE), self.problems):
            if "tconst" not in values or not self._is_wanted(values.get("parentTconst", "")):
                continue
            if set(PLACE) <= set(values):
                self._places[values["tconst"]] = values
            else:
                self._unplaced.add(values["tconst"])

    def _choose(self, basics: Path) -> None:
        popular, episodes = self._popular(), list[str]()
        for _, values in read_table(basics, BASICS_COLUMNS, self.problems):
            title_id, kind = values.get("tconst", ""), KINDS.get(values.get("titleType", ""))
            if kind == "episode":
                if title_id in self._places:
                    episodes.append(title_id)
                elif title_id in self._unplaced:
                    self.left_out["episode without a season or a number in title.episode"] += 1
                elif not self.choice.only:
                    self.left_out["episode without a series in title.episode"] += 1
            elif not self._is_wanted(title_id):
                continue
            elif kind is None:
                self.left_out[f"title of type {values.get('titleType', 'unknown')!r:.20}"] += 1
            elif popular is not None and title_id not in popular:
                self.left_out[f"title with fewer than {self.choice.min_votes:,} votes"] += 1
            elif _is_adult(values) and not self.choice.with_adult:
                self.left_out["title with the adult flag; --with-adult brings it, from 18"] += 1
            else:
                self._kept.add(title_id)
        for title_id in episodes:
            if self._places[title_id]["parentTconst"] in self._kept:
                self._kept.add(title_id)
            else:
                self.left_out["episode of a series that is left out"] += 1

    def _popular(self) -> set[str] | None:
        if not self.choice.min_votes:
            return None
        path = find_file(self.folder, imdb_files.RATINGS)
        if path is None:
            raise BadInput(f"{self.folder}: has no {imdb_files.RATINGS}.tsv, which --min-votes needs.")
        rows = read_table(path, ("tconst", "numVotes"), self.problems)
        return {
            values["tconst"]
            for _, values in rows
            if values.get("numVotes", "").isdigit() and int(values["numVotes"]) >= self.choice.min_votes
        }

    def _read_other_names(self) -> None:
        path = find_file(self.folder, imdb_files.AKAS)
        if path is None:
            return
        for _, values in read_table(path, ("titleId", "title"), self.problems):
            title_id = values.get("titleId", "")
            if title_id in self._kept and "title" in values:
                self._names.setdefault(title_id, []).append(values["title"])
                if values.get("isOriginalTitle") == "1" and "language" in values:
                    self._languages[title_id] = values["language"]

    def _read_cast(self) -> None:
        """In the order of billing. Without name.basics there are no names."""
        principals, names = (
            find_file(self.folder, name) for name in (imdb_files.PRINCIPALS, imdb_files.NAMES)
        )
        if principals is None or names is None:
            return
        billed: dict[str, list[tuple[int, str]]] = {}
        for _, values in read_table(principals, ("tconst", "ordering", "nconst", "category"), self.problems):
            if (
                values.get("tconst") in self._kept
                and values.get("category") in ON_SCREEN
                and "nconst" in values
            ):
                order = int(values["ordering"]) if values.get("ordering", "").isdigit() else 0
                billed.setdefault(values["tconst"], []).append((order, values["nconst"]))
        wanted = {person for cast in billed.values() for _, person in cast}
        known = {
            values["nconst"]: values["primaryName"]
            for _, values in read_table(names, ("nconst", "primaryName"), self.problems)
            if values.get("nconst") in wanted and "primaryName" in values
        }
        self._cast = {
            title_id: list(dict.fromkeys(known[person] for _, person in sorted(cast) if person in known))[
                :MAX_CAST
            ]
            for title_id, cast in billed.items()
        }

    def _row(self, values: Row) -> Document:
        """Raises BadInput that names the column."""
        title_id, kind = values["tconst"], KINDS[values["titleType"]]
        name = values.get("primaryTitle") or values.get("originalTitle")
        if name is None:
            raise BadInput("primaryTitle: is empty; write the name of the title")
        place = self._places.get(title_id, {})
        minutes = _whole(values, "runtimeMinutes")
        row: Document = {
            "id": title_id,
            "kind": kind,
            "name": name,
            "other_names": other_names(name, [values.get("originalTitle"), *self._names.get(title_id, ())]),
            "year": _whole(values, "startYear"),
            "genres": _genres(values),
            "cast": self._cast.get(title_id),
            "language": self._languages.get(title_id),
            "runtime_seconds": 60 * minutes if minutes else None,
            "maturity_age": ADULT_AGE if _is_adult(values) else None,
            "imdb_id": title_id,
        }
        if kind == "episode":
            row |= {
                "series_id": place["parentTconst"],
                "season": _whole(place, "seasonNumber"),
                "episode": _whole(place, "episodeNumber"),
            }
        return {column: value for column, value in row.items() if value is not None and value != []}

    def _is_wanted(self, title_id: str) -> bool:
        return not self.choice.only or title_id in self.choice.only


def read_only(path: Path) -> frozenset[str]:
    """Ids, one a line; what follows on a line is a comment. Raises BadInput."""
    ids = frozenset(words[0] for line in read_lines(path) if (words := line.split()))
    broken = next((one for one in sorted(ids) if not (one.startswith("tt") and one[2:].isdigit())), None)
    if broken is not None:
        raise BadInput(f"{path}: {broken!r:.40} is no id of IMDb; write one such as tt0000001 on each line.")
    if not ids:
        raise BadInput(f"{path}: is empty; write one id such as tt0000001 on each line.")
    return ids


def _is_adult(values: Row) -> bool:
    return values.get("isAdult") == "1" or "Adult" in values.get("genres", "").split(",")


def _genres(values: Row) -> list[str]:
    genres = [one for one in values.get("genres", "").split(",") if one and one not in NO_GENRE]
    if values["titleType"] in SHORT and "Short" not in genres:
        genres.append("Short")
    return genres


def _whole(values: Row, column: str) -> int | None:
    text = values.get(column)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()):
        raise BadInput(f"{column}: {text!r:.40} is no whole number; write one, or \\N for nothing")
    return int(text)
