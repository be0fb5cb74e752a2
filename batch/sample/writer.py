"""Writes the sample to MongoDB, the archive and the truth files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from pymongo.database import Database

from batch.sample.builder import SampleBatch, SampleBuilder, title_documents
from batch.sample.truth import truth_paths
from batch.storage.bulk_load import ensure_default_layout, ensure_indexes
from batch.storage.departed_files import departed_kept_out
from batch.storage.event_archive import EventArchive
from batch.storage.jsonl_file import JsonlFile
from batch.storage.source_activity import SourceActivityWriter
from batch.storage.source_writer import SourceWriter
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, ACTIVITY, PROFILES, TITLES

SOURCE = "sample"


def write_catalogue(
    database: Database[Document],
    builder: SampleBuilder,
    on_withdrawn: Callable[[list[str]], None] = lambda _: None,
) -> int:
    """Replaces an earlier sample; `on_withdrawn` hears its titles that are gone.

    Returns the number of titles, episodes included.
    """
    ensure_indexes(database)
    ensure_default_layout(database)
    titles = SourceWriter(database, TITLES, SOURCE)
    titles.add(title_documents(builder))
    on_withdrawn(titles.withdraw_rest())
    return titles.written


def write_viewers(
    database: Database[Document] | None, lake: Path, builder: SampleBuilder, batches: Iterable[SampleBatch]
) -> dict[str, int]:
    """Files appear at the end. Without a database, only files are written."""
    profiles_path, titles_path = truth_paths(lake)
    counts = dict.fromkeys(("accounts", "profiles", "histories", "events"), 0)
    with ExitStack() as stack:
        stack.enter_context(departed_kept_out(database, lake))
        archive = stack.enter_context(EventArchive(lake, SOURCE))
        truth = stack.enter_context(JsonlFile(profiles_path))
        stack.enter_context(JsonlFile(titles_path)).add(builder.title_truths())
        writers = {} if database is None else _open_writers(database, archive)
        for batch in batches:
            for month, lines in batch.event_lines.items():
                archive.add_lines(month, "".join(lines), len(lines))
            truth.add(batch.truth)
            documents = {ACCOUNTS: batch.accounts, PROFILES: batch.profiles, ACTIVITY: batch.activity}
            for name, writer in writers.items():
                writer.add(documents[name])
            counts["accounts"] += len(batch.accounts)
            counts["profiles"] += len(batch.profiles)
            counts["histories"] += len(batch.activity)
        for writer in writers.values():
            writer.withdraw_rest()
        counts["events"] = archive.lines
    return counts


def count_all(builder: SampleBuilder, batches: Iterable[SampleBatch]) -> dict[str, int]:
    """The counts of `write_catalogue` and `write_viewers`; nothing is written."""
    titles = sum(1 for _ in title_documents(builder))
    counts = {"titles": titles, "accounts": 0, "profiles": 0, "histories": 0, "events": 0}
    for batch in batches:
        counts["accounts"] += len(batch.accounts)
        counts["profiles"] += len(batch.profiles)
        counts["histories"] += len(batch.activity)
        counts["events"] += sum(len(lines) for lines in batch.event_lines.values())
    return counts


def _open_writers(database: Database[Document], archive: EventArchive) -> dict[str, SourceWriter]:
    return {
        ACCOUNTS: SourceWriter(database, ACCOUNTS, SOURCE),
        PROFILES: SourceWriter(database, PROFILES, SOURCE),
        ACTIVITY: SourceActivityWriter(database, SOURCE, archive),
    }
