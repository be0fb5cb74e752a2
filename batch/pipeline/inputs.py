"""What a run reads, as the ledger keeps it: rows, bytes and a fingerprint of each input.

The archive's fingerprint is of its files up to the logical date's month; a collection's, of the fields that
jobs read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo.collection import Collection
from pymongo.database import Database

from batch.pipeline.run_record import InputReport
from batch.storage.event_archive import EVENTS_FOLDER, SUFFIX
from batch.storage.schemas import ACCOUNT, PROFILE
from domain.serialization import Document
from domain.storage_names import ACCOUNTS, EVENTS, PROFILES, TITLES

FINGERPRINT_MOST = 1_000_000
"""Documents of a collection. Of more there is no fingerprint, so that no run is taken for a repetition."""

_CHUNK = 1 << 20
_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


def archive_files(lake: Path, logical_date: date) -> list[Path]:
    last = f"month={logical_date:%Y-%m}"
    found = (lake / EVENTS_FOLDER).glob(f"month=*/*{SUFFIX}")
    return sorted(path for path in found if path.parent.name <= last)


def archive_report(lake: Path, logical_date: date) -> InputReport:
    """Without rows and days, which only reading the events tells."""
    digest, size = hashlib.blake2b(digest_size=12), 0
    for path in archive_files(lake, logical_date):
        digest.update(f"{path.parent.name}/{path.name}\0".encode())
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                digest.update(chunk)
    return InputReport(EVENTS, 0, size, digest.hexdigest())


def titles_report(database: Database[Document]) -> InputReport:
    return collection_report(database, TITLES, ())


def store_reports(database: Database[Document]) -> tuple[InputReport, ...]:
    return (
        titles_report(database),
        collection_report(database, PROFILES, [name for name in PROFILE.fieldNames() if name != "id"]),
        collection_report(database, ACCOUNTS, [name for name in ACCOUNT.fieldNames() if name != "id"]),
    )


def collection_report(database: Database[Document], name: str, fields: Sequence[str]) -> InputReport:
    """`fields`: those that count; empty: all."""
    rows = database[name].estimated_document_count()
    if rows > FINGERPRINT_MOST:
        return InputReport(name, rows)
    raw: Collection[RawBSONDocument] = Collection(database, name, codec_options=_RAW)  # type: ignore[arg-type]
    projection = dict.fromkeys(fields, 1) or None
    total, size, count = 0, 0, 0
    for document in raw.find({}, projection, batch_size=2000):
        # A sum: the order in which a server returns documents is its own.
        total += int.from_bytes(hashlib.blake2b(document.raw, digest_size=16).digest())
        size, count = size + len(document.raw), count + 1
    return InputReport(name, count, size, f"{total % (1 << 128):032x}")


def same_inputs(left: Sequence[InputReport], right: Sequence[InputReport]) -> bool:
    """Whether both are known and equal."""
    prints = [{one.name: one.fingerprint for one in reports} for reports in (left, right)]
    return bool(prints[0]) and "" not in prints[0].values() and prints[0] == prints[1]
