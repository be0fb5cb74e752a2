"""Data versions: "20261122-1" is the first attempt for 2026-11-22."""

from __future__ import annotations

from datetime import date

from pymongo import ReturnDocument
from pymongo.database import Database

from domain.serialization import Document
from domain.storage_names import POINTERS


def reserve_version(database: Database[Document], logical_date: date) -> str:
    """Unique even after a crash."""
    counter: Document | None = database[POINTERS].find_one_and_update(
        {"_id": f"attempts:{logical_date:%Y%m%d}"},
        {"$inc": {"last": 1}},
        upsert=True,
        return_document=ReturnDocument.AFTER,
    )
    attempt = counter["last"] if counter else 1
    return f"{logical_date:%Y%m%d}-{attempt}"
