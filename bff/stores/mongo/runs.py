"""What the run ledger says of the run that made a data version, for commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bff.stores.mongo.database import MongoDatabase
from domain import storage_names
from domain.errors import NotFound
from domain.recommendations.lists import DataVersion
from domain.serialization import Document
from domain.timestamps import from_millis


@dataclass(frozen=True, slots=True)
class RunFacts:
    """`as_of` is the newest viewing that the lists have seen, at most; of runs that do not say it, their start.

    What an older run did not record is empty.
    """

    run_id: str
    job: str
    version: str
    logical_date: str
    status: str
    as_of: datetime
    published: bool = False
    git_revision: str = ""
    code_fingerprint: str = ""
    config_hash: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    inputs: Sequence[Mapping[str, Any]] = ()
    gates: Sequence[Mapping[str, Any]] = ()
    evaluation: Mapping[str, Any] = field(default_factory=dict)


async def run_of_version(database: MongoDatabase, version: str) -> RunFacts | None:
    """None for a version that the ledger does not know. Raises StoreUnavailable."""
    found = await database.find(storage_names.RUNS, {"version": version}, storage_names.RUNS)
    return run_facts(max(found, key=lambda one: str(one["_id"]))) if found else None


async def record_page_evaluation(database: MongoDatabase, version: DataVersion, table: Document) -> None:
    """Raises NotFound for a version whose run the ledger does not know, StoreUnavailable."""
    with database.calls.guard("record_pages"):
        updated = await database.collection(storage_names.RUNS).update_one(
            {"_id": version.run_id}, {"$set": {"page_evaluation": table}}
        )
    if not updated.matched_count:
        raise NotFound(f"--record: the run ledger has no run {version.run_id}, which made {version.version}.")


def run_facts(document: Document) -> RunFacts:
    get = document.get
    return RunFacts(
        run_id=document["_id"],
        job=document["job"],
        version=document["version"],
        logical_date=document["logical_date"],
        status=document["status"],
        as_of=from_millis(get("as_of") or document["started_at"]),
        published=bool(get("published")),
        git_revision=get("git_revision") or "",
        code_fingerprint=get("code_fingerprint") or "",
        config_hash=get("config_hash") or "",
        parameters=get("parameters") or {},
        inputs=tuple(get("inputs") or ()),
        gates=tuple(get("gates") or ()),
        evaluation=get("evaluation") or {},
    )
