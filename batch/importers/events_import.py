"""Imports a customer's viewing events: one reading that checks and spools, then the activity, then the archive.

The archive's files appear last and together. A file has a name: imported again under that name it replaces what it
brought, in the archive and in the activity of the profiles whose events changed. A killed import changes nothing in
the archive; the same command again finishes it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from pymongo.database import Database

from batch.importers.activity_import import ActivityBatch
from batch.importers.event_corrections import (
    EarlierEvents,
    compare_with_earlier,
    correct_activity,
    key_digest,
    line_digest,
)
from batch.importers.event_rows import event_from_row
from batch.importers.import_options import OWN_SOURCE, ImportOptions
from batch.importers.input_files import Problems, unreadable
from batch.importers.known_ids import KnownIds
from batch.importers.own_data import IdsSeen, InputFile, repeated_id
from batch.importers.profiles_import import MemberChanges, Publish, publish_nothing
from batch.storage.batching import batched
from batch.storage.bulk_load import ensure_indexes
from batch.storage.departed_files import departed_kept_out
from batch.storage.event_archive import EventArchive
from batch.storage.import_ledger import unfinished_import
from batch.storage.jsonl_file import encode_line
from domain.errors import BadInput
from domain.ids import ProfileId
from domain.serialization import Document
from domain.timestamps import to_millis
from domain.viewers.anonymous_sessions import merged_event_id
from domain.viewers.event_documents import event_from_document, event_to_document
from domain.viewers.events import Event

CHUNK = 20_000
"""Rows whose unknown ids are looked up together."""

MAX_NAME = 100
_NAME_CHARACTERS = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(slots=True)
class SpooledEvents:
    """`keys` and `lines` are digests: of (profile, event id), and of archive lines."""

    types: Counter[str] = field(default_factory=Counter)
    keys: set[bytes] = field(default_factory=set)
    lines: set[bytes] = field(default_factory=set)
    repeated: int = 0
    erased: int = 0
    """Events of erased profiles, which are left out."""

    @property
    def count(self) -> int:
        return sum(self.types.values())


def load_events(
    database: Database[Document],
    lake: Path,
    file: InputFile,
    now: datetime,
    options: ImportOptions = ImportOptions(),  # noqa: B008 frozen
    name: str = "",
    publish: Publish = publish_nothing,
) -> dict[str, int]:
    """`name`: what the file is called when it is imported again; its file name by default.

    Raises BrokenRows or NotConfirmed before anything is written.
    """
    content = _content_hash(file)
    archive_name = f"{options.source}-{event_file_name(file, name, content)}"
    # Archives of older versions were called by the file's content.
    older = (f"{OWN_SOURCE}-{content}",) if options.source == OWN_SOURCE else ()
    with departed_kept_out(database, lake), EventArchive(lake, archive_name, older) as archive:
        spooled = _spool(database, archive, file, now)
        earlier = compare_with_earlier(archive, spooled.keys, spooled.lines, options.add)
        archive.finish()
        options.confirm_withdrawal(f"events of {archive_name}", earlier.withdrawn, earlier.count)
        if options.dry_run:
            archive.abandon()
        else:
            ensure_indexes(database)
            # It stays unfinished until the files have appeared.
            with unfinished_import(database, f"events:{archive_name}", now) as was_cut_short:
                changed = _update_activity(database, archive, earlier, was_cut_short)
                archive.publish()
                publish(MemberChanges(changed, complete=not was_cut_short))
    return {
        "events": spooled.count,
        **dict(spooled.types.most_common()),
        "new": spooled.count - earlier.unchanged - earlier.corrected,
        "corrected": earlier.corrected,
        "unchanged": earlier.unchanged,
        "withdrawn": earlier.withdrawn,
        "repeated": spooled.repeated,
        "of_erased_profiles": spooled.erased,
        "broken_rows": file.problems.count,
    }


def event_file_name(file: InputFile, name: str, content: str) -> str:
    """Standard input is called by its content, so that it replaces nothing but itself."""
    if not name:
        name = (
            content
            if file.display_name
            else re.sub(r"(\.jsonl|\.json|\.ndjson)?(\.gz)?$", "", file.path.name)
        )
    return _NAME_CHARACTERS.sub("-", name)[:MAX_NAME].strip("-.") or content


def _spool(
    database: Database[Document], archive: EventArchive, file: InputFile, now: datetime
) -> SpooledEvents:
    spooled, seen, problems = SpooledEvents(), IdsSeen(), file.problems
    known = KnownIds(database)
    for chunk in batched(file.check_rows(), CHUNK):
        known.learn(row for _, row in chunk)
        for number, row in chunk:
            departure = known.departed.get(row["profile_id"])
            if departure is not None and departure.into is None:
                spooled.erased += 1
                continue
            event = _convert(row, known, problems, file.name, number, now)
            if event is not None and not _is_repeated(event, row, number, file, seen, spooled):
                line = encode_line(event_to_document(event))
                spooled.types[event.type.value] += 1
                spooled.keys.add(key_digest(event.profile_id, event.id))
                spooled.lines.add(line_digest(line))
                archive.add_line(to_millis(event.occurred_at), line)
    problems.raise_if_any()
    problems.raise_if_none_is_left(spooled.count + spooled.erased)
    return spooled


def _convert(
    row: Document, known: KnownIds, problems: Problems, file_name: Path | str, number: int, now: datetime
) -> Event | None:
    title, region = known.titles.get(row["title_id"]), known.regions.get(row["profile_id"])
    try:
        if title is None or region is None:
            name, kind = ("title_id", "catalog") if title is None else ("profile_id", "profiles")
            raise BadInput(
                f"{name}: {row[name]!r} has not been imported; import it with `marquee import {kind}` first"
            )
        return _with_successor(event_from_row(row, title, region, now), known)
    except BadInput as error:
        problems.add(file_name, number, str(error))
        return None


def _with_successor(event: Event, known: KnownIds) -> Event:
    """An event of a merged profile is its successor's, with the id that merging gave it."""
    departure = known.departed.get(event.profile_id)
    if departure is None or departure.into is None:
        return event
    return replace(event, profile_id=departure.into, id=merged_event_id(event.profile_id, event.id))


def _is_repeated(
    event: Event, row: Document, number: int, file: InputFile, seen: IdsSeen, spooled: SpooledEvents
) -> bool:
    """Two equal lines without an id are one event; an id used twice is a broken row."""
    earlier = seen.earlier_line(f"{event.profile_id}:{event.id}", number)
    if earlier is None:
        return False
    if "id" in row:
        file.problems.add(file.name, number, repeated_id(event.id, earlier))
    else:
        spooled.repeated += 1
    return True


def _update_activity(
    database: Database[Document], archive: EventArchive, earlier: EarlierEvents, everything: bool
) -> list[ProfileId]:
    """Returns the profiles whose activity changed; all of the file's after an import that was cut short."""
    batch, touched = ActivityBatch(database), set(earlier.affected)
    for line in archive.written_lines():
        is_known = line_digest(line) in earlier.lines
        if is_known and not everything:
            continue
        event = event_from_document(json.loads(line))
        if event.profile_id not in earlier.affected:
            touched.add(event.profile_id)
            batch.add(event)
    batch.flush()
    correct_activity(database, archive, earlier.affected)
    return sorted(touched)


def _content_hash(file: InputFile) -> str:
    digest = blake2b(digest_size=8)
    try:
        with file.path.open("rb") as raw:
            while block := raw.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise unreadable(file.name, error) from error
    return digest.hexdigest()
