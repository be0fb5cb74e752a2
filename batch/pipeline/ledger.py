"""The run ledger: what ran when, what each stage made, and why a run ended as it did.

A run that is killed cannot say so: it stops beating. `settle_abandoned` finds such runs, so that the next one
may sweep what they left.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from batch.pipeline.versions import reserve
from domain.errors import Conflict, NotFound
from domain.serialization import Document
from domain.storage_names import RUNS
from domain.timestamps import from_millis, to_millis

BEAT_SECONDS = 10
SILENCE_SECONDS = 60
"""A run that has not beaten for this long is taken for dead."""


class AlreadyRunning(Conflict):
    """Another run is under way."""


class RunStatus(StrEnum):
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    BLOCKED = "blocked"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class StageReport:
    name: str
    seconds: float
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One line of the ledger. `published`: its version went live; `swept`: its data has been removed."""

    id: str
    job: str
    logical_date: str
    version: str
    status: RunStatus
    started_at: datetime
    ended_at: datetime | None = None
    stages: tuple[StageReport, ...] = ()
    error: str | None = None
    published: bool = False
    swept: bool = False
    host: str = ""
    pid: int = 0
    beat_at: datetime = field(default_factory=lambda: datetime.fromtimestamp(0, UTC))

    @property
    def seconds(self) -> float:
        return ((self.ended_at or self.beat_at) - self.started_at).total_seconds()

    def is_alive(self, now: datetime) -> bool:
        """Still running, as far as anybody can tell: it beats, and its process is there if it is one of ours."""
        if self.status != RunStatus.RUNNING or now - self.beat_at > timedelta(seconds=SILENCE_SECONDS):
            return False
        return self.host != socket.gethostname() or _process_exists(self.pid)


class Ledger:
    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._runs: Collection[Document] = database[RUNS]

    def begin(self, job: str, logical_date: date) -> RunRecord:
        """A new running run with a version of its own."""
        version = reserve(self._database, logical_date)
        started = datetime.now(UTC)
        while True:
            document = {
                "_id": f"{started:%Y%m%dT%H%M%S}{started.microsecond // 1000:03d}",
                "job": job,
                "logical_date": logical_date.isoformat(),
                "version": version,
                "status": RunStatus.RUNNING.value,
                "started_at": to_millis(started),
                "beat_at": to_millis(started),
                "stages": [],
                "published": False,
                "swept": False,
                "host": socket.gethostname(),
                "pid": os.getpid(),
            }
            try:
                self._runs.insert_one(document)
            except DuplicateKeyError:
                started += timedelta(milliseconds=1)
                continue
            return run_from_document(document)

    def beat(self, run_id: str) -> None:
        self._runs.update_one({"_id": run_id}, {"$set": {"beat_at": to_millis(datetime.now(UTC))}})

    def refuse_second(self, now: datetime) -> None:
        """Raises AlreadyRunning when a run is alive."""
        for run in self.alive(now):
            raise AlreadyRunning(
                f"Run {run.id} ({run.job} of {run.logical_date}) is under way on {run.host}, process {run.pid}. "
                "Wait for it, or end that process and try again."
            )

    def add_stage(self, run_id: str, report: StageReport) -> None:
        entry = {"name": report.name, "seconds": round(report.seconds, 3), "counts": report.counts}
        self._runs.update_one({"_id": run_id}, {"$push": {"stages": entry}})

    def mark_published(self, run_id: str) -> None:
        self._runs.update_one({"_id": run_id}, {"$set": {"published": True}})

    def finish(self, run_id: str, status: RunStatus, error: str | None = None) -> RunRecord:
        """Close a run that is still open; one that was taken for dead stays as it was settled."""
        changes: Document = {"status": status.value, "ended_at": to_millis(datetime.now(UTC)), "error": error}
        self._runs.update_one({"_id": run_id, "status": RunStatus.RUNNING.value}, {"$set": changes})
        return self.get(run_id)

    def mark_swept(self, version: str) -> None:
        self._runs.update_many({"version": version}, {"$set": {"swept": True}})

    def settle_abandoned(self, now: datetime) -> list[RunRecord]:
        """Runs that were killed are written down as failed. Returns them."""
        dead = [run for run in self._find({"status": RunStatus.RUNNING.value}) if not run.is_alive(now)]
        return [
            self.finish(run.id, RunStatus.FAILED, "The run was killed before it could end.") for run in dead
        ]

    def alive(self, now: datetime) -> list[RunRecord]:
        return [run for run in self._find({"status": RunStatus.RUNNING.value}) if run.is_alive(now)]

    def unswept(self) -> list[RunRecord]:
        """Runs whose data may still lie in the stores, oldest first."""
        return self._find({"swept": False})

    def latest(self, count: int) -> list[RunRecord]:
        """Newest first."""
        return [run_from_document(one) for one in self._runs.find().sort("_id", -1).limit(count)]

    def last_success(self, job: str) -> RunRecord | None:
        query = {"job": job, "status": RunStatus.SUCCEEDED.value}
        found = next(iter(self._runs.find(query).sort("_id", -1).limit(1)), None)
        return run_from_document(found) if found else None

    def of_version(self, version: str) -> RunRecord | None:
        found = self._runs.find_one({"version": version})
        return run_from_document(found) if found else None

    def get(self, run_id: str) -> RunRecord:
        """Raises NotFound for a run nobody knows."""
        found = self._runs.find_one({"_id": run_id})
        if found is None:
            raise NotFound(f"There is no run {run_id}. `marquee runs list` shows the ones there are.")
        return run_from_document(found)

    def _find(self, query: Document) -> list[RunRecord]:
        return [run_from_document(one) for one in self._runs.find(query).sort("_id", 1)]


def run_from_document(document: Document) -> RunRecord:
    ended = document.get("ended_at")
    return RunRecord(
        id=document["_id"],
        job=document["job"],
        logical_date=document["logical_date"],
        version=document["version"],
        status=RunStatus(document["status"]),
        started_at=from_millis(document["started_at"]),
        ended_at=None if ended is None else from_millis(ended),
        stages=tuple(StageReport(one["name"], one["seconds"], one["counts"]) for one in document["stages"]),
        error=document.get("error"),
        published=document["published"],
        swept=document["swept"],
        host=document["host"],
        pid=document["pid"],
        beat_at=from_millis(document["beat_at"]),
    )


def run_to_json(run: RunRecord) -> dict[str, Any]:
    """For `--json`: instants as ISO 8601."""
    return {
        "run": run.id,
        "job": run.job,
        "logicalDate": run.logical_date,
        "version": run.version,
        "status": run.status.value,
        "published": run.published,
        "swept": run.swept,
        "startedAt": run.started_at.isoformat(),
        "endedAt": run.ended_at.isoformat() if run.ended_at else None,
        "seconds": round(run.seconds, 3),
        "stages": [{"name": one.name, "seconds": one.seconds, "counts": one.counts} for one in run.stages],
        "error": run.error,
    }


def _process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
