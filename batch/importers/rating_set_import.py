"""Imports a rating data set: checks all rows, then writes titles and people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pymongo.database import Database

from batch.console import ConsoleReporter
from batch.importers import movielens, movietweetings
from batch.importers.catalog_import import CatalogChanges, Publish, publish_nothing
from batch.importers.derivation import FilmRecord, derive_title
from batch.importers.history import Film, RatingRow
from batch.importers.input_files import Problems
from batch.importers.movielens import MovieLens
from batch.importers.movietweetings import MovieTweetings
from batch.importers.rating_set import (
    HistoryShift,
    PeopleLoader,
    choose_demo_person,
    collect_statistics,
    ensure_demo_account,
)
from batch.importers.synopses import read_synopses
from batch.storage.bulk_load import ensure_default_layout, ensure_indexes
from batch.storage.departed_files import departed_kept_out
from batch.storage.known_documents import find_by_ids
from batch.storage.source_writer import SourceWriter
from domain.catalog.documents import title_to_document
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.serialization import Document
from domain.storage_names import TITLES


@dataclass(frozen=True, slots=True)
class RatingSet:
    source: str
    prefix: str
    files: MovieLens | MovieTweetings
    keeps_existing_titles: bool


def open_rating_set(source: str, folder: Path, problems: Problems) -> RatingSet:
    if source == movielens.SOURCE:
        return RatingSet(source, movielens.PREFIX, MovieLens(folder, problems), keeps_existing_titles=False)
    return RatingSet(
        source, movietweetings.PREFIX, MovieTweetings(folder, problems), keeps_existing_titles=True
    )


def load_rating_set(
    database: Database[Document],
    lake: Path,
    rating_set: RatingSet,
    synopses_path: Path | None,
    history_shift: HistoryShift,
    reporter: ConsoleReporter,
    publish: Publish = publish_nothing,
    dry_run: bool = False,
) -> dict[str, int]:
    """Raises BadInput for a broken row before anything is written. `publish` hears the titles that are gone.

    A dry run checks and counts.
    """
    files, problems = rating_set.files, rating_set.files.problems
    reporter.step(f"Checking {files.folder}.")
    synopses = read_synopses(synopses_path, problems) if synopses_path else {}
    records = files.read_films(synopses)
    statistics = collect_statistics(files.ratings_path, lambda: files.read_ratings(records, problems))
    problems.raise_if_any()
    shift = history_shift.offset_from(statistics.newest_at)
    records_to_load = _rated_films(rating_set, records) if rating_set.keeps_existing_titles else records
    titles = {
        key: derive_title(record, statistics.newest_at, shift) for key, record in records_to_load.items()
    }

    joined = _titles_of_others(database, rating_set, titles)
    counts = {
        "titles": len(titles),
        "joined": len(joined),
        "with_synopsis": sum(bool(title.synopsis) for title in titles.values()),
        "profiles": len(statistics.people),
        "ratings": statistics.ratings,
        "broken_rows": problems.count,
        "shifted_days": shift // timedelta(days=1),
    }
    if dry_run:
        return counts
    reporter.step(
        f"Loading {len(titles):,} titles and {statistics.ratings:,} ratings of {len(statistics.people):,} people."
    )
    ensure_indexes(database)
    ensure_default_layout(database)
    writer = SourceWriter(database, TITLES, rating_set.source)
    writer.add(title_to_document(title) for title in titles.values() if title.id not in joined)
    # Titles that the set no longer has go.
    withdrawn = [TitleId(one) for one in writer.withdraw_rest(keep=joined)]
    films = {key: Film.from_title(title) for key, title in titles.items()}
    demo_person = choose_demo_person(database, rating_set.prefix, statistics)
    loader = PeopleLoader(rating_set.prefix, rating_set.source, films, shift, demo_person, history_shift.now)

    def rating_rows() -> Iterator[tuple[int, RatingRow]]:
        # The first pass has counted broken rows.
        return files.read_ratings(records, Problems(skip=True))

    ensure_demo_account(database, rating_set.source, history_shift.now)
    with departed_kept_out(database, lake):
        for _ in reporter.track(loader.load(database, lake, rating_rows), "ratings", statistics.ratings):
            pass
    publish(CatalogChanges([], withdrawn, complete=False))
    return counts


def _rated_films(rating_set: RatingSet, records: Mapping[str, FilmRecord]) -> dict[str, FilmRecord]:
    ratings = rating_set.files.read_ratings(records, Problems(skip=True))
    rated = {rating.title for _, rating in ratings}
    return {key: record for key, record in records.items() if key in rated}


def _titles_of_others(
    database: Database[Document], rating_set: RatingSet, titles: Mapping[str, Title]
) -> set[TitleId]:
    """Other sources' titles, which stay unchanged."""
    if not rating_set.keeps_existing_titles:
        return set()
    ids = {title.id for title in titles.values()}
    stored = find_by_ids(database[TITLES], ids, {"source": 1})
    return {TitleId(one["_id"]) for one in stored if one.get("source") != rating_set.source}


def parse_shift_to(text: str | None, now: datetime) -> HistoryShift:
    """A date ("2026-11-22", "today") or an instant. Raises ValueError for other texts."""
    if text is None:
        return HistoryShift(now)
    if text == "today":
        text = now.date().isoformat()
    if len(text) == len("2026-11-22"):
        return HistoryShift(now, datetime.fromisoformat(text).replace(tzinfo=UTC), whole_days=True)
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return HistoryShift(now, instant.astimezone(UTC))
