"""Staged versions: what a run wrote, whether it can be published, and with which parts of the live version.

A nightly run brings all datasets. A single job brings some; the others stay those of the live version, by name
(`DataVersion.parts`), so nothing is copied and nothing of a version ever changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.database import Database

from batch.storage.clients import BatchStores
from domain.errors import BadInput, Conflict, NotFound
from domain.recommendations.documents import data_version_of_run
from domain.recommendations.keys import index_name, trend_index_key
from domain.recommendations.lists import DataVersion
from domain.serialization import Document
from domain.storage_names import (
    CATALOG,
    DATASETS,
    POPULAR,
    RUNS,
    SIMILAR,
    TITLES,
    TOP_PICKS,
    TRENDING,
)
from domain.timestamps import from_millis, to_millis
from search import indexing

COUNT_NAMES: Mapping[str, tuple[str, ...]] = {
    TOP_PICKS: ("top_picks",),
    SIMILAR: ("similar_lists",),
    POPULAR: ("popular_lists", "score_parts"),
    TRENDING: ("trending_lists",),
    CATALOG: ("titles_indexed",),
}
"""Dataset -> the counts of the stages that wrote it; their sum is its number of documents."""

CAN_BE_PUBLISHED = ("succeeded", "blocked")


@dataclass(frozen=True, slots=True)
class StagedRun:
    """A run as its data sees it. `staged`: it wrote everything; `pinned`: kept until it is unpinned."""

    id: str
    job: str
    version: str
    logical_date: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    published: bool
    swept: bool
    staged: bool
    pinned: bool
    parts: Mapping[str, str]
    counts: Mapping[str, int]

    @property
    def is_whole(self) -> bool:
        """Its data can be read: nothing of it is missing or swept."""
        return not self.swept and (self.published or self.staged or self.status == "succeeded")

    @property
    def versions(self) -> frozenset[str]:
        """Its own version and those of its parts."""
        return frozenset({self.version, *self.parts.values()})


def find_run(database: Database[Document], name: str) -> StagedRun:
    """By run id or version. Raises NotFound."""
    document = database[RUNS].find_one({"$or": [{"_id": name}, {"version": name}]})
    if document is None:
        raise NotFound(
            f"There is no run or version {name}. `marquee runs list` lists the runs with their versions."
        )
    return staged_run(document)


def staged_run(document: Mapping[str, Any]) -> StagedRun:
    ended = document.get("ended_at")
    return StagedRun(
        id=document["_id"],
        job=document["job"],
        version=document["version"],
        logical_date=document["logical_date"],
        status=document["status"],
        started_at=from_millis(document["started_at"]),
        ended_at=None if ended is None else from_millis(ended),
        published=document["published"],
        swept=document["swept"],
        staged=bool(document.get("staged")),
        pinned=bool(document.get("pinned")),
        parts=document.get("parts") or {},
        counts={name: count for stage in document["stages"] for name, count in stage["counts"].items()},
    )


def version_of_run(database: Database[Document], run_id: str) -> DataVersion:
    """As its run left it."""
    return data_version_of_run(database[RUNS].find_one({"_id": run_id}) or {})


def claim(database: Database[Document], run: StagedRun, now: datetime) -> None:
    """Keeps its data from being swept for a while: readers are about to be sent there. Raises Conflict when it is too
    late.
    """
    claimed = database[RUNS].update_one(
        {"_id": run.id, "swept": False}, {"$set": {"claimed_at": to_millis(now)}}
    )
    if claimed.matched_count == 0:
        raise Conflict(f"Version {run.version} has been swept, so readers cannot use it.")


def brought_datasets(counts: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(name for name in DATASETS if any(count in counts for count in COUNT_NAMES[name]))


def compose_parts(run_version: str, brought: Sequence[str], live: DataVersion | None) -> dict[str, str]:
    """Dataset -> version, for those that the run does not bring. Raises BadInput when they are nowhere."""
    missing = [name for name in DATASETS if name not in brought]
    if missing and live is None:
        raise BadInput(
            f"Version {run_version} brings no {', '.join(missing)}, and nothing is live that has them: "
            "run `marquee jobs run nightly` first."
        )
    return {name: live.version_of(name) for name in missing} if live else {}


def planned_version(
    run: StagedRun, live: DataVersion | None, brought: Sequence[str] | None = None
) -> DataVersion:
    """What would be published of a run now; `brought` None: what it wrote. Raises BadInput as `compose_parts`."""
    parts = compose_parts(run.version, brought_datasets(run.counts) if brought is None else brought, live)
    index = index_name(parts.get(CATALOG, run.version))
    at, previous = run.ended_at or run.started_at, live.version if live else None
    return DataVersion(run.version, index, run.id, run.logical_date, at, previous, parts)


def stored_counts(stores: BatchStores, version: str) -> dict[str, int]:
    """Counted in the stores, under one version's own name."""
    return version_counts(stores, DataVersion(version, index_name(version), "", "", datetime.min)) | {
        TITLES: stores.mongo[TITLES].estimated_document_count()
    }


def version_counts(stores: BatchStores, version: DataVersion) -> dict[str, int]:
    """Counted in the stores, in the versions of its parts."""
    counts = {
        name: stores.mongo[name].count_documents({"version": version.version_of(name)})
        for name in (TOP_PICKS, SIMILAR, POPULAR)
    }
    return counts | {
        TRENDING: int(stores.redis.scard(trend_index_key(version.version_of(TRENDING)))),
        CATALOG: indexing.count(stores.elasticsearch, version.index) or 0,
    }
