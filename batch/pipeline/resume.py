"""Finds the run that a start goes on with: one that did not finish, of the same job, date, code and inputs.

Its finished stages are kept. Each stage in the ledger is a checkpoint: it names what it left in the version's folder,
and a resumed run uses it only if all of that is still there. What it wrote to stores is counted before publication.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from batch.jobs.context import NOT_MEASURED, NOT_REACHED, version_folder
from batch.pipeline.code_revision import code_fingerprint
from batch.pipeline.inputs import archive_report, titles_report
from batch.pipeline.ledger import Ledger
from batch.pipeline.run_record import RunRecord, RunStatus, StageReport
from batch.storage.clients import BatchStores
from domain.storage_names import EVENTS, TITLES

RESUME_WITHIN = timedelta(hours=24)
"""Older ones start anew: their snapshot of titles and profiles is of another day."""

TAKEN_OVER = "The run lock was taken away by another run (--steal)."
"""Its process may still write, so nobody goes on with its version."""

_RESUMABLE = (RunStatus.FAILED, RunStatus.INTERRUPTED, RunStatus.BLOCKED)


@dataclass(frozen=True, slots=True)
class Resumption:
    """`run` is None when there is nothing to go on with; `reason` says why not, if there could have been."""

    run: RunRecord | None = None
    reason: str = ""


def find_resumable(
    stores: BatchStores, job: str, logical_date: date, now: datetime, sample: float = 1.0
) -> Resumption:
    """Looks at the last run of this job, date and share of the accounts alone."""
    last = Ledger(stores.mongo).last_of(job, logical_date.isoformat(), sample)
    if last is None or last.status not in _RESUMABLE or last.published or not last.stages:
        return Resumption()
    if now - (last.resumed_at or last.started_at) > RESUME_WITHIN:
        return Resumption(None, f"run {last.id} is older than {RESUME_WITHIN.total_seconds() / 3600:.0f} h")
    reason = why_not(stores, last)
    return Resumption(None, f"run {last.id} cannot go on: {reason}") if reason else Resumption(last)


def why_not(stores: BatchStores, run: RunRecord) -> str:
    """Why a run cannot go on from its finished stages; empty when it can."""
    if run.status not in _RESUMABLE or run.published:
        return f"it is {run.status.value}"
    if run.swept:
        return "its data has been removed"
    if run.error == TAKEN_OVER:
        return "another run took its lock away"
    if run.as_of is None:
        return "it ended before it had read its inputs"
    if run.code_fingerprint != code_fingerprint():
        return "the code has changed"
    events, titles = run.input(EVENTS), run.input(TITLES)
    logical_date = date.fromisoformat(run.logical_date)
    if events is None or events.fingerprint != archive_report(stores.settings.lake, logical_date).fingerprint:
        return "the event archive has changed"
    if titles is None or titles.fingerprint != titles_report(stores.mongo).fingerprint:
        return "the catalogue has changed"
    return _what_is_missing(version_folder(stores.settings, run.version), run.stages)


def finished_stages(run: RunRecord) -> dict[str, StageReport]:
    """By name. One that stopped early or measured nothing is not finished; of one that was done again the last
    counts.
    """
    return {stage.name: stage for stage in run.stages if not _is_unfinished(stage)}


def datasets_in(folder: Path) -> dict[str, tuple[int, int]]:
    """(bytes, newest change) by name of what a version's folder holds, without what Spark has not finished."""
    if not folder.is_dir():
        return {}
    return {entry.name: _size_and_change(entry) for entry in sorted(folder.iterdir()) if _is_whole(entry)}


def _what_is_missing(folder: Path, stages: Sequence[StageReport]) -> str:
    expected: dict[str, int] = {}
    for stage in stages:
        expected |= stage.datasets
    there = datasets_in(folder)
    gone = sorted(name for name, size in expected.items() if name not in there or there[name][0] != size)
    return f"{', '.join(gone)} in {folder} is not as it was written" if gone else ""


def _is_unfinished(stage: StageReport) -> bool:
    return bool(stage.counts.get(NOT_REACHED) or stage.counts.get(NOT_MEASURED))


def _is_whole(entry: Path) -> bool:
    return entry.is_file() or (entry / "_SUCCESS").exists() or not any(entry.glob("_temporary"))


def _size_and_change(entry: Path) -> tuple[int, int]:
    files = [entry] if entry.is_file() else [path for path in entry.rglob("*") if path.is_file()]
    stats = [path.stat() for path in files]
    return sum(one.st_size for one in stats), max((one.st_mtime_ns for one in stats), default=0)
