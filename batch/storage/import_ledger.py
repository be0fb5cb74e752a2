"""Remembers imports that have begun to write, so that one that was killed is finished as a whole.

A document per kind and source exists while its import writes. If it exists when an import begins, an earlier one was
cut short: what it had written but not announced is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from pymongo.database import Database

from domain.serialization import Document
from domain.storage_names import IMPORTS
from domain.timestamps import to_millis


@contextmanager
def unfinished_import(database: Database[Document], name: str, now: datetime) -> Iterator[bool]:
    """Around the writing. Yields whether an earlier one was cut short; stays unfinished after an error."""
    imports = database[IMPORTS]
    was_cut_short = imports.find_one({"_id": name}) is not None
    imports.update_one({"_id": name}, {"$set": {"began_at": to_millis(now)}}, upsert=True)
    yield was_cut_short
    imports.delete_one({"_id": name})


def unfinished_import_warnings(database: Database[Document]) -> list[str]:
    """For who uses the data meanwhile."""
    names = sorted(document["_id"] for document in database[IMPORTS].find({}, {"_id": 1}))
    return [
        f"The import {name} has begun and not finished. If it was killed, run the same import again, then this."
        for name in names
    ]
