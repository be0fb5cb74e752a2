"""Data versions: "20261122-1" is the first attempt for 2026-11-22."""

from __future__ import annotations

from datetime import date

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from domain.serialization import Document
from domain.storage_names import POINTERS


def reserve_version(database: Database[Document], logical_date: date) -> str:
    """Given once, whoever asks at the same time and whatever crashes. Compare-and-set: a counter that is read and
    increased in one step is not atomic on every server that speaks MongoDB's protocol.
    """
    counters, key = database[POINTERS], f"attempts:{logical_date:%Y%m%d}"
    while True:
        counter: Document | None = counters.find_one({"_id": key})
        last = counter["last"] if counter else 0
        if counter is None:
            try:
                counters.insert_one({"_id": key, "last": 1})
            except DuplicateKeyError:
                continue
            return f"{logical_date:%Y%m%d}-1"
        if counters.update_one({"_id": key, "last": last}, {"$set": {"last": last + 1}}).matched_count == 1:
            return f"{logical_date:%Y%m%d}-{last + 1}"
