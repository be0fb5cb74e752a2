"""Put the made sample where it belongs: documents to MongoDB, events to the archive, the truth aside."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from pymongo.database import Database

from batch.sample.making import SampleBatch, SampleBuilder, catalogue_titles
from batch.sample.truth import title_truths, truth_paths
from batch.storage.bulk_load import BulkWriter, ensure_indexes, ensure_layout, forget_source
from batch.storage.event_archive import EventArchive
from batch.storage.jsonl_file import JsonlFile
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, ACTIVITY, PROFILES, TITLES

SOURCE = "sample"


def write_catalogue(database: Database[Document], workshop: SampleBuilder) -> int:
    """Forget an earlier sample and store this one's titles. Returns their number, episodes included."""
    ensure_indexes(database)
    ensure_layout(database)
    forget_source(database, SOURCE)
    with BulkWriter(database, TITLES, SOURCE) as titles:
        titles.add(catalogue_titles(workshop))
    return titles.written


def write_viewers(
    database: Database[Document] | None, lake: Path, workshop: SampleBuilder, made: Iterable[SampleBatch]
) -> dict[str, int]:
    """Store every stretch as it comes; files appear when all is done. Without a database: files only."""
    profiles_path, titles_path = truth_paths(lake)
    counts = dict.fromkeys(("accounts", "profiles", "histories", "events"), 0)
    with ExitStack() as stack:
        archive = stack.enter_context(EventArchive(lake, SOURCE))
        truth = stack.enter_context(JsonlFile(profiles_path))
        stack.enter_context(JsonlFile(titles_path)).add(title_truths(workshop.works))
        writers = {
            name: stack.enter_context(BulkWriter(database, name, SOURCE))
            for name in (ACCOUNTS, PROFILES, ACTIVITY)
            if database is not None
        }
        for stretch in made:
            for month, lines in stretch.lines.items():
                archive.add_lines(month, "".join(lines), len(lines))
            truth.add(stretch.truth)
            documents = {ACCOUNTS: stretch.accounts, PROFILES: stretch.profiles, ACTIVITY: stretch.activity}
            for name, writer in writers.items():
                writer.add(documents[name])
            counts["accounts"] += len(stretch.accounts)
            counts["profiles"] += len(stretch.profiles)
            counts["histories"] += len(stretch.activity)
        counts["events"] = archive.lines
    return counts
