"""What the ledger keeps of a run, and its form in MongoDB and in JSON.

Documents of earlier releases lack the newer fields; they read as their defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from batch.pipeline.process_identity import ProcessIdentity
from domain.serialization import Document
from domain.timestamps import from_millis, to_millis

HEARTBEAT_TIMEOUT_SECONDS = 60
"""Without a heartbeat for so long a run counts as dead."""

Parameters = Mapping[str, str | int | float | bool | None]
"""What a run was told, such as {"window_minutes": 240}."""


class RunStatus(StrEnum):
    """SKIPPED: the same inputs are live already. STALE: the inputs are not fresh enough."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    BLOCKED = "blocked"
    INTERRUPTED = "interrupted"
    SKIPPED = "skipped"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class StageReport:
    """`attempt`: of the run, in which this stage was done. `seconds`: wall clock. `datasets`: bytes of what it
    left in the version's folder, by name.
    """

    name: str
    seconds: float
    counts: dict[str, int]
    started_at: datetime | None = None
    attempt: int = 1
    datasets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InputReport:
    """A dataset that a run read: "events", "titles", "profiles" or "accounts".

    `fingerprint` is equal for equal content. `days`: events per UTC day ("2026-11-20") of the last four weeks that
    have any, up to the newest event.
    """

    name: str
    rows: int
    bytes: int = 0
    fingerprint: str = ""
    newest_at: datetime | None = None
    days: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """`swept`: its data has been removed. `attempt`: 2 and more after it was resumed, since `resumed_at`.

    `token` is the fencing token of the run lock under which it writes. `git_revision` ends with "+changed" for a
    changed work tree; `code_fingerprint` is of the source files, `config_hash` of `parameters`. `as_of` is the newest
    event, from which ages count.
    """

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
    machine: str = ""
    process_start: str = ""
    heartbeat_at: datetime = field(default_factory=lambda: datetime.fromtimestamp(0, UTC))
    token: int = 0
    attempt: int = 1
    resumed_at: datetime | None = None
    git_revision: str = ""
    code_fingerprint: str = ""
    config_hash: str = ""
    parameters: Parameters = field(default_factory=dict)
    inputs: tuple[InputReport, ...] = ()
    as_of: datetime | None = None
    freshness: str = ""
    spark: Mapping[str, str | int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """Wall clock of this attempt, and of the stages that earlier ones finished."""
        began = self.resumed_at or self.started_at
        kept = sum(stage.seconds for stage in self.stages if stage.attempt < self.attempt)
        return ((self.ended_at or self.heartbeat_at) - began).total_seconds() + kept

    def is_alive(self, now: datetime) -> bool:
        """A process of this machine is looked for; of another one a recent heartbeat counts."""
        if self.status != RunStatus.RUNNING:
            return False
        process = ProcessIdentity(self.host, self.pid, self.machine, self.process_start)
        if process.is_here():
            return process.is_running()
        return now - self.heartbeat_at <= timedelta(seconds=HEARTBEAT_TIMEOUT_SECONDS)

    def input(self, name: str) -> InputReport | None:
        return next((one for one in self.inputs if one.name == name), None)


def run_from_document(document: Document) -> RunRecord:
    get = document.get
    return RunRecord(
        id=document["_id"],
        job=document["job"],
        logical_date=document["logical_date"],
        version=document["version"],
        status=RunStatus(document["status"]),
        started_at=from_millis(document["started_at"]),
        ended_at=_instant(get("ended_at")),
        stages=tuple(_stage_from_document(one) for one in document["stages"]),
        error=get("error"),
        published=document["published"],
        swept=document["swept"],
        host=document["host"],
        pid=document["pid"],
        machine=get("machine", ""),
        process_start=get("process_start", ""),
        heartbeat_at=from_millis(document["beat_at"]),
        token=get("token", 0),
        attempt=get("attempt", 1),
        resumed_at=_instant(get("resumed_at")),
        git_revision=get("git_revision", ""),
        code_fingerprint=get("code_fingerprint", ""),
        config_hash=get("config_hash", ""),
        parameters=get("parameters", {}),
        inputs=tuple(_input_from_document(one) for one in get("inputs", [])),
        as_of=_instant(get("as_of")),
        freshness=get("freshness", ""),
        spark=get("spark", {}),
        notes=tuple(get("notes", [])),
    )


def stage_to_document(stage: StageReport) -> Document:
    return {
        "name": stage.name,
        "seconds": round(stage.seconds, 3),
        "counts": stage.counts,
        "started_at": None if stage.started_at is None else to_millis(stage.started_at),
        "attempt": stage.attempt,
        "datasets": dict(stage.datasets),
    }


def input_to_document(report: InputReport) -> Document:
    return {
        "name": report.name,
        "rows": report.rows,
        "bytes": report.bytes,
        "fingerprint": report.fingerprint,
        "newest_at": None if report.newest_at is None else to_millis(report.newest_at),
        "days": dict(report.days),
    }


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
        "endedAt": _text(run.ended_at),
        "seconds": round(run.seconds, 3),
        "attempt": run.attempt,
        "resumedAt": _text(run.resumed_at),
        "host": run.host,
        "process": run.pid,
        "gitRevision": run.git_revision,
        "codeFingerprint": run.code_fingerprint,
        "configHash": run.config_hash,
        "parameters": dict(run.parameters),
        "asOf": _text(run.as_of),
        "freshness": run.freshness,
        "inputs": [_input_to_json(one) for one in run.inputs],
        "spark": dict(run.spark),
        "stages": [_stage_to_json(one) for one in run.stages],
        "notes": list(run.notes),
        "error": run.error,
    }


def _stage_to_json(stage: StageReport) -> dict[str, Any]:
    facts: dict[str, Any] = {"name": stage.name, "seconds": stage.seconds, "counts": stage.counts}
    more = {"attempt": stage.attempt, "datasets": dict(stage.datasets)}
    return {**facts, "startedAt": _text(stage.started_at), **more}


def _input_to_json(report: InputReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "rows": report.rows,
        "bytes": report.bytes,
        "fingerprint": report.fingerprint,
        "newestAt": _text(report.newest_at),
        "days": dict(report.days),
    }


def _stage_from_document(document: Document) -> StageReport:
    started_at = _instant(document.get("started_at"))
    facts = document["name"], document["seconds"], document["counts"]
    return StageReport(*facts, started_at, document.get("attempt", 1), document.get("datasets", {}))


def _input_from_document(document: Document) -> InputReport:
    return InputReport(
        document["name"],
        document["rows"],
        document["bytes"],
        document["fingerprint"],
        _instant(document["newest_at"]),
        document["days"],
    )


def _instant(millis: int | None) -> datetime | None:
    return None if millis is None else from_millis(millis)


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
