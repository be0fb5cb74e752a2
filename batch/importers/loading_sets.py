"""Bring a whole rating data set in: check everything, then titles, then people, then the demo's profiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pymongo.database import Database

from batch.console import ConsoleReporter
from batch.importers import movielens, movietweetings
from batch.importers.derivation import Facts, title_of
from batch.importers.history import Film, Rated
from batch.importers.movielens import MovieLens
from batch.importers.movietweetings import MovieTweetings
from batch.importers.rating_set import People, When, ensure_demo, has_star, survey
from batch.importers.reading import Problems
from batch.importers.synopses import read_synopses
from batch.storage.bulk_load import BulkWriter, ensure_indexes, ensure_layout, forget_source
from domain.catalog.documents import title_to_document
from domain.catalog.titles import Title
from domain.serialization import Document
from domain.storage_names import TITLES

LOOKUP = 1000


@dataclass(frozen=True, slots=True)
class RatingSet:
    """A data set that has been opened: where its people's ids begin, and whether titles of others may stay."""

    source: str
    prefix: str
    files: MovieLens | MovieTweetings
    joins: bool


def open_set(source: str, folder: Path, problems: Problems) -> RatingSet:
    """Raises BadInput when the folder does not hold such a set."""
    if source == movielens.SOURCE:
        return RatingSet(source, movielens.PREFIX, MovieLens(folder, problems), joins=False)
    return RatingSet(source, movietweetings.PREFIX, MovieTweetings(folder, problems), joins=True)


def load_set(
    database: Database[Document],
    lake: Path,
    rating_set: RatingSet,
    synopses_path: Path | None,
    when: When,
    teller: ConsoleReporter,
) -> dict[str, int]:
    """Counts of what was loaded. Raises BadInput before anything is written when a row is broken."""
    files, problems = rating_set.files, rating_set.files.problems
    teller.step(f"Checking {files.folder}.")
    synopses = read_synopses(synopses_path, problems) if synopses_path else {}
    facts = files.films(synopses)
    found = survey(files.ratings_path, lambda: files.ratings(facts, problems))
    problems.settle()
    shift = when.shift(found.newest_at)
    rated = _rated_films(rating_set, facts) if rating_set.joins else facts
    titles = {key: title_of(one, found.newest_at, shift) for key, one in rated.items()}

    teller.step(
        f"Loading {len(titles):,} titles and {found.ratings:,} ratings of {len(found.people):,} people."
    )
    ensure_indexes(database)
    ensure_layout(database)
    forget_source(database, rating_set.source)
    joined = _write_titles(database, rating_set, titles)
    films = {key: Film.of(title) for key, title in titles.items()}
    star = None if has_star(database) else found.most_telling()
    people = People(rating_set.prefix, rating_set.source, films, shift, star)

    def rows() -> Iterator[tuple[int, Rated]]:
        # Broken rows were counted by the first pass; the second leaves them out quietly.
        return files.ratings(facts, Problems(skip=True))

    ensure_demo(database, rating_set.source, when.now)
    for _ in teller.counted(people.load(database, lake, rows), "ratings", found.ratings):
        pass
    return {
        "titles": len(titles),
        "joined": joined,
        "with_synopsis": sum(bool(title.synopsis) for title in titles.values()),
        "profiles": len(found.people),
        "ratings": found.ratings,
        "broken_rows": problems.count,
        "shifted_days": shift // timedelta(days=1),
    }


def _rated_films(rating_set: RatingSet, facts: Mapping[str, Facts]) -> dict[str, Facts]:
    quiet = Problems(skip=True)
    rated = {rating.title for _, rating in rating_set.files.ratings(facts, quiet)}
    return {key: one for key, one in facts.items() if key in rated}


def _write_titles(database: Database[Document], rating_set: RatingSet, titles: Mapping[str, Title]) -> int:
    """Returns how many titles were there already, from another set, and have been left as they are."""
    there: set[str] = set()
    if rating_set.joins:
        ids = [str(title.id) for title in titles.values()]
        for start in range(0, len(ids), LOOKUP):
            query = {"_id": {"$in": ids[start : start + LOOKUP]}}
            there.update(document["_id"] for document in database[TITLES].find(query, {"_id": 1}))
    with BulkWriter(database, TITLES, rating_set.source) as writer:
        writer.add(title_to_document(title) for title in titles.values() if title.id not in there)
    return len(there)


def as_now(text: str | None, now: datetime) -> When:
    """`--shift-to`: a date ("2026-11-22", "today") or an instant. Raises ValueError for anything else."""
    if text is None:
        return When(now)
    if text == "today":
        text = now.date().isoformat()
    if len(text) == len("2026-11-22"):
        return When(now, datetime.fromisoformat(text).replace(tzinfo=UTC), whole_days=True)
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return When(now, instant.astimezone(UTC))
