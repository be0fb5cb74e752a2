"""The run ledger in MongoDB. The run lock (run_lock.py) says who may run; this says what ran and what became of it.

A killed run cannot record its end, but its heartbeat stops; `fail_abandoned_runs` finds it. What a run writes about
itself carries its fencing token, so that one that lost the lock changes nothing of who resumed it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from batch.pipeline.process_identity import identity_to_document, this_process
from batch.pipeline.run_lock import AlreadyRunning
from batch.pipeline.run_record import (
    InputReport,
    Parameters,
    RunRecord,
    RunStatus,
    StageReport,
    input_to_document,
    run_from_document,
    run_to_json,
    stage_to_document,
)
from batch.pipeline.versions import reserve_version
from domain.errors import NotFound
from domain.serialization import Document
from domain.storage_names import RUNS
from domain.timestamps import to_millis

__all__ = [
    "AlreadyRunning",
    "Ledger",
    "RunRecord",
    "RunStatus",
    "StageReport",
    "run_from_document",
    "run_to_json",
]

KILLED = "The run was killed before it could end."


class Ledger:
    def __init__(self, database: Database[Document]) -> None:
        self._database = database
        self._runs: Collection[Document] = database[RUNS]

    def start_run(
        self, job: str, logical_date: date, token: int = 0, facts: Document | None = None
    ) -> RunRecord:
        """`facts`: more fields of the document, such as "parameters"."""
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
                "token": token,
                **identity_to_document(this_process()),
                **(facts or {}),
            }
            try:
                self._runs.insert_one(document)
            except DuplicateKeyError:
                started += timedelta(milliseconds=1)
                continue
            return run_from_document(document)

    def resume_run(self, run: RunRecord, token: int, parameters: Parameters | None = None) -> RunRecord:
        """The same run and version go on in this process, with what it is told now; None: as it was told before."""
        now = to_millis(datetime.now(UTC))
        changes: Document = {
            "status": RunStatus.RUNNING.value,
            "attempt": run.attempt + 1,
            "resumed_at": now,
            "beat_at": now,
            "ended_at": None,
            "error": None,
            "token": token,
            "parameters": dict(run.parameters if parameters is None else parameters),
            **identity_to_document(this_process()),
        }
        self._runs.update_one({"_id": run.id}, {"$set": changes})
        return self.get(run.id)

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
        self._runs.update_one({"_id": run_id}, {"$push": {"stages": stage_to_document(report)}})

    def set_inputs(self, run_id: str, inputs: Iterable[InputReport], as_of: datetime, freshness: str) -> None:
        changes: Document = {
            "inputs": [input_to_document(one) for one in inputs],
            "as_of": to_millis(as_of),
            "freshness": freshness,
        }
        self._runs.update_one({"_id": run_id}, {"$set": changes})

    def set_spark(self, run_id: str, facts: Document) -> None:
        self._runs.update_one({"_id": run_id}, {"$set": {"spark": facts}})

    def add_note(self, run_id: str, note: str) -> None:
        """A sentence for who looks at the run."""
        self._runs.update_one({"_id": run_id}, {"$push": {"notes": note}})

    def mark_published(self, run_id: str) -> None:
        self._runs.update_one({"_id": run_id}, {"$set": {"published": True}})

    def finish(
        self, run_id: str, status: RunStatus, error: str | None = None, token: int | None = None
    ) -> RunRecord:
        """A run already failed as abandoned stays so; so does one that went on under another token."""
        changes: Document = {"status": status.value, "ended_at": to_millis(datetime.now(UTC)), "error": error}
        mine: Document = {"_id": run_id, "status": RunStatus.RUNNING.value}
        if token is not None:
            mine["token"] = token
        self._runs.update_one(mine, {"$set": changes})
        return self.get(run_id)

    def mark_swept(self, version: str) -> None:
        self._runs.update_many({"version": version}, {"$set": {"swept": True}})

    def fail_abandoned_runs(self, now: datetime) -> list[RunRecord]:
        abandoned = [run for run in self._find({"status": RunStatus.RUNNING.value}) if not run.is_alive(now)]
        return [self.finish(run.id, RunStatus.FAILED, KILLED) for run in abandoned]

    def settle_published(self, run_id: str, version: str, now: datetime) -> None:
        """The run of the live version, if it was killed before it could say so."""
        document = self._runs.find_one({"_id": run_id, "version": version, "status": RunStatus.RUNNING.value})
        if document is None or run_from_document(document).is_alive(now):
            return
        self.mark_published(run_id)
        self.add_note(run_id, "Killed after publication: old versions may not have been swept.")
        self.finish(run_id, RunStatus.SUCCEEDED)

    def alive_runs(self, now: datetime) -> list[RunRecord]:
        return [run for run in self._find({"status": RunStatus.RUNNING.value}) if run.is_alive(now)]

    def unswept_runs(self) -> list[RunRecord]:
        """Oldest first."""
        return self._find({"swept": False})

    def latest_runs(self, count: int) -> list[RunRecord]:
        """Newest first."""
        return [run_from_document(one) for one in self._runs.find().sort("_id", -1).limit(count)]

    def last_success(self, job: str, sample: float = 1.0) -> RunRecord | None:
        """Of runs of the same share of the accounts."""
        query = {"job": job, "status": RunStatus.SUCCEEDED.value, **_of_sample(sample)}
        document = next(iter(self._runs.find(query).sort("_id", -1).limit(1)), None)
        return run_from_document(document) if document else None

    def last_of(self, job: str, logical_date: str, sample: float = 1.0) -> RunRecord | None:
        """The newest run of a job, date and share of the accounts, however it ended; a skipped one does not count."""
        query: Document = {
            "job": job,
            "logical_date": logical_date,
            "status": {"$ne": RunStatus.SKIPPED.value},
        }
        query |= _of_sample(sample)
        document = next(iter(self._runs.find(query).sort("_id", -1).limit(1)), None)
        return run_from_document(document) if document else None

    def states_by_date(self, job: str) -> dict[str, list[RunStatus]]:
        """By logical date, oldest run first; without runs of a sample."""
        states: dict[str, list[RunStatus]] = {}
        for one in self._runs.find({"job": job, **_of_sample(1.0)}, {"logical_date": 1, "status": 1}).sort(
            "_id", 1
        ):
            states.setdefault(one["logical_date"], []).append(RunStatus(one["status"]))
        return states

    def successes_of(self, job: str, logical_date: str, sample: float = 1.0) -> list[RunRecord]:
        """Newest first."""
        query: Document = {"job": job, "logical_date": logical_date, "status": RunStatus.SUCCEEDED.value}
        return self._find(query | _of_sample(sample))[::-1]

    def has_published_fresh(self) -> bool:
        return self._runs.find_one({"published": True, "freshness": "fresh"}) is not None

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


def _of_sample(share: float) -> Document:
    """Runs of all accounts have no such parameter."""
    return {"parameters.sample": share if share < 1 else None}
