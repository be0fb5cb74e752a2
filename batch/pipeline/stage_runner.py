"""Does the stages of a run one after the other: each under the lock, timed, counted and kept as a checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from batch.jobs.context import NOT_REACHED, StageCounts
from batch.pipeline.ledger import Ledger
from batch.pipeline.progress import RunProgress
from batch.pipeline.resume import datasets_in
from batch.pipeline.run_lock import HeldLock
from batch.pipeline.run_record import RunRecord, StageReport


@dataclass(slots=True)
class StageRunner:
    """`kept`: finished stages of earlier attempts, by name. `folder`: of the version.

    `counts` are those of finished stages, `not_reached` what they left out when the run window ended.
    """

    run: RunRecord
    ledger: Ledger
    progress: RunProgress
    lock: HeldLock
    folder: Path
    kept: dict[str, StageReport]
    counts: StageCounts = field(default_factory=dict)
    not_reached: int = 0
    _before: dict[str, tuple[int, int]] = field(default_factory=dict)
    _started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def do(self, name: str, work: Callable[[], StageCounts]) -> None:
        """Raises LockLost and RunCancelled before and after the work, which is then not recorded."""
        if self.begin(name):
            self.finish(name, work())

    def begin(self, name: str) -> bool:
        """False when an earlier attempt has finished it. Raises LockLost and RunCancelled."""
        self.lock.ensure_held()
        if name in self.kept:
            self._keep(self.kept[name])
            return False
        self._before, self._started_at = datasets_in(self.folder), datetime.now(UTC)
        self.progress.start_stage(name)
        return True

    def finish(self, name: str, counts: StageCounts) -> None:
        """Raises LockLost and RunCancelled."""
        self.lock.ensure_held()
        left = {key: one[0] for key, one in datasets_in(self.folder).items() if self._before.get(key) != one}
        seconds = self.progress.stage_seconds()
        report = StageReport(name, seconds, counts, self._started_at, self.run.attempt, left)
        # Recorded before it is told: who kills the run after that line finds the stage kept.
        self.ledger.add_stage(self.run.id, report)
        self.progress.finish_stage(counts)
        self._count(counts)

    def is_kept(self, name: str) -> bool:
        return name in self.kept

    def _keep(self, stage: StageReport) -> None:
        self.progress.keep_stage(stage.name, stage.seconds)
        self._count(stage.counts)

    def _count(self, counts: StageCounts) -> None:
        self.counts |= counts
        self.not_reached += counts.get(NOT_REACHED, 0)
