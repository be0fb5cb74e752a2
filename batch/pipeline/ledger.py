"""The run ledger in MongoDB.

A killed run cannot record its end, but its heartbeat stops; `fail_abandoned_runs` finds it.
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

from batch.pipeline.versions import reserve_version
from domain.errors import Conflict, NotFound
from domain.serialization import Document
from domain.storage_names import RUNS
from domain.timestamps import from_millis, to_millis

HEARTBEAT_TIMEOUT_SECONDS = 60
"""Without a heartbeat for so long a run counts as dead."""


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
    """`swept`: its data has been removed."""

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
    heartbeat_at: datetime = field(default_factory=lambda: datetime.fromtimestamp(0, UTC))

    @property
    def seconds(self) -> float:
        return ((self.ended_at or self.heartbeat_at) - self.started_at).total_seconds()

    def is_alive(self, now: datetime) -> bool:
        """Has a recent heartbeat and, on this host, a process."""
        if self.status != RunStatus.RUNNING or now - self.heartbeat_at > timedelta(
            seconds=HEARTBEAT_TIMEOUT_SECONDS
        ):
            return False
        return self.host != socket.gethostname() or _process_exists(self.pid)


class Ledger:
    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._runs: Collection[Document] = database[RUNS]

    def start_run(self, job: str, logical_date: date) -> RunRecord:
        version = reserve_version(self._database, logical_date)
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

    def record_heartbeat(self, run_id: str) -> None:
        self._runs.update_one({"_id": run_id}, {"$set": {"beat_at": to_millis(datetime.now(UTC))}})

    def ensure_not_running(self, now: datetime) -> None:
        """Raises AlreadyRunning when another run is alive."""
        for run in self.alive_runs(now):
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
        """A run already failed as abandoned stays so."""
        changes: Document = {"status": status.value, "ended_at": to_millis(datetime.now(UTC)), "error": error}
        self._runs.update_one({"_id": run_id, "status": RunStatus.RUNNING.value}, {"$set": changes})
        return self.get(run_id)

    def mark_swept(self, version: str) -> None:
        self._runs.update_many({"version": version}, {"$set": {"swept": True}})

    def fail_abandoned_runs(self, now: datetime) -> list[RunRecord]:
        abandoned = [run for run in self._find({"status": RunStatus.RUNNING.value}) if not run.is_alive(now)]
        return [
            self.finish(run.id, RunStatus.FAILED, "The run was killed before it could end.")
            for run in abandoned
        ]

    def alive_runs(self, now: datetime) -> list[RunRecord]:
        return [run for run in self._find({"status": RunStatus.RUNNING.value}) if run.is_alive(now)]

    def unswept_runs(self) -> list[RunRecord]:
        """Oldest first."""
        return self._find({"swept": False})

    def latest_runs(self, count: int) -> list[RunRecord]:
        """Newest first."""
        return [run_from_document(one) for one in self._runs.find().sort("_id", -1).limit(count)]

    def last_success(self, job: str) -> RunRecord | None:
        query = {"job": job, "status": RunStatus.SUCCEEDED.value}
        document = next(iter(self._runs.find(query).sort("_id", -1).limit(1)), None)
        return run_from_document(document) if document else None

    def find_by_version(self, version: str) -> RunRecord | None:
        document = self._runs.find_one({"version": version})
        return run_from_document(document) if document else None

    def get(self, run_id: str) -> RunRecord:
        """Raises NotFound."""
        document = self._runs.find_one({"_id": run_id})
        if document is None:
            raise NotFound(f"There is no run {run_id}. `marquee runs list` lists the runs.")
        return run_from_document(document)

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
        heartbeat_at=from_millis(document["beat_at"]),
    )


def run_to_json(run: RunRecord) -> dict[str, Any]:
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
