"""The history of the published data: who did what, when and why. Entries are never changed.

A move of the pointer stands in the pointer first (pointer.py); `settle` copies it here and marks its run as
published. Every publication, rollback and sweep begins with it, so a crash between the two is repaired by the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.database import Database

from batch.pipeline.failpoints import hit
from batch.pipeline.pointer import Act, ChangeAuthor, Pointer, read_pointer
from domain.serialization import Document
from domain.storage_names import DATA_HISTORY, RUNS
from domain.timestamps import from_millis, to_millis


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """`before` and `after` are versions; None where the pointer did not move."""

    act: Act
    by: str
    at: datetime
    why: str
    before: str | None
    after: str | None
    run_id: str | None


def settle(database: Database[Document]) -> Pointer:
    """The pointer as it stands, after its latest move is in the history and in the ledger."""
    pointer = read_pointer(database)
    if pointer.move is not None:
        entry = dict(pointer.move)
        database[DATA_HISTORY].update_one(
            {"_id": f"{entry['at']}:{entry['act']}:{entry['to']}"}, {"$setOnInsert": entry}, upsert=True
        )
        hit("settle.recorded")
        database[RUNS].update_one(
            {"_id": entry["run"], "published": False}, {"$set": {"published": True, "staged": True}}
        )
    return pointer


def record_act(
    database: Database[Document],
    act: Act,
    actor: ChangeAuthor,
    version: str | None,
    run_id: str | None = None,
) -> None:
    """An act that does not move the pointer."""
    at = to_millis(actor.at)
    entry = {"act": act.value, "by": actor.by, "at": at, "why": actor.why, "to": version, "run": run_id}
    database[DATA_HISTORY].update_one(
        {"_id": f"{at}:{act}:{version}"}, {"$setOnInsert": {**entry, "from": None}}, upsert=True
    )


def latest_entries(database: Database[Document], count: int) -> list[HistoryEntry]:
    """Newest first."""
    found = database[DATA_HISTORY].find().sort([("at", -1), ("_id", -1)]).limit(count)
    return [_entry(document) for document in found]


def entry_to_json(entry: HistoryEntry) -> dict[str, Any]:
    return {
        "act": entry.act.value,
        "by": entry.by,
        "at": entry.at.isoformat(),
        "why": entry.why,
        "from": entry.before,
        "to": entry.after,
        "run": entry.run_id,
    }


def _entry(document: Document) -> HistoryEntry:
    return HistoryEntry(
        Act(document["act"]),
        document["by"],
        from_millis(document["at"]),
        document["why"],
        document.get("from"),
        document.get("to"),
        document.get("run"),
    )
