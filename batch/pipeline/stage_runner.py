"""Does the stages of a run one after the other: each under the lock, timed, counted and kept as a checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from batch.jobs.context import NOT_MEASURED, NOT_REACHED, StageCounts
from batch.pipeline.failures import error_message
from batch.pipeline.ledger import Ledger
from batch.pipeline.progress import RunProgress
from batch.pipeline.resume import datasets_in
from batch.pipeline.run_lock import HeldLock
from batch.pipeline.run_record import RunRecord, StageReport


@dataclass(slots=True)
class StageRunner:
    """`kept`: finished stages of earlier attempts, by name. `folder`: of the version.

    `counts` are those of finished stages, `not_reached` what they left out when the run window ended, `not_measured`
    the stages that could not measure what they should.
    """

    run: RunRecord
    ledger: Ledger
    progress: RunProgress
    lock: HeldLock
    folder: Path
    kept: dict[str, StageReport]
    counts: StageCounts = field(default_factory=dict)
    not_reached: int = 0
    not_measured: list[str] = field(default_factory=list)
    _before: dict[str, tuple[int, int]] = field(default_factory=dict)
    _started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def do(self, name: str, work: Callable[[], StageCounts]) -> None:
        """Raises LockLost and RunCancelled before and after the work, which is then not recorded."""
        if self.begin(name):
            self.finish(name, work())

    def do_measure(self, name: str, work: Callable[[], StageCounts]) -> None:
        """As `do`, but an error of the work is noted and the run goes on without the measure."""
        self.do(name, lambda: self._measured(name, work))

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
        self._count(name, counts)

    def is_kept(self, name: str) -> bool:
        return name in self.kept

    def _keep(self, stage: StageReport) -> None:
        self.progress.keep_stage(stage.name, stage.seconds)
        self._count(stage.name, stage.counts)

    def _measured(self, name: str, work: Callable[[], StageCounts]) -> StageCounts:
        try:
            return work()
        except Exception as error:
            # Spark's jobs are cancelled when the run has to stop.
            if self.lock.stop_reason is not None:
                raise
            self.note(f"{name} failed, and the run goes on without it: {error_message(error)}")
            return {NOT_MEASURED: 1}

    def note(self, sentence: str) -> None:
        """For the ledger and for who watches."""
        self.ledger.add_note(self.run.id, sentence)
        self.progress.print_line(sentence)

    def _count(self, name: str, counts: StageCounts) -> None:
        self.counts |= counts
        if counts.get(NOT_MEASURED):
            self.not_measured.append(name)
        self.not_reached += counts.get(NOT_REACHED, 0)
