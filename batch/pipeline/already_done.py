"""Whether a start would repeat what is there: the same job, date, code and inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from batch.pipeline.inputs import same_inputs
from batch.pipeline.ledger import Ledger
from batch.pipeline.publish import live_version
from batch.pipeline.registry import NIGHTLY
from batch.pipeline.run_options import sample_of
from batch.pipeline.run_record import InputReport, RunRecord
from batch.storage.clients import BatchStores


@dataclass(frozen=True, slots=True)
class SameRun:
    run: RunRecord
    is_live: bool

    @property
    def sentence(self) -> str:
        where = "already live" if self.is_live else "already staged"
        return (
            f"{self.run.logical_date} is {where} (run {self.run.id}, version {self.run.version}) with the same "
            "inputs and code: nothing to do. --force computes it again."
        )


def find_same(
    stores: BatchStores, run: RunRecord, inputs: Sequence[InputReport], publish: bool
) -> SameRun | None:
    """For the nightly run; a single job is started to see what it makes. `publish`: only what is live counts."""
    if run.job != NIGHTLY:
        return None
    ledger, live = Ledger(stores.mongo), live_version(stores.mongo)
    for earlier in ledger.successes_of(run.job, run.logical_date, sample_of(run.parameters)):
        is_live = live is not None and live.run_id == earlier.id
        is_kept = is_live or (not publish and not earlier.swept)
        # The events' figures were added later; their fingerprint is the archive's.
        if (
            is_kept
            and earlier.code_fingerprint == run.code_fingerprint
            and same_inputs(earlier.inputs, inputs)
        ):
            return SameRun(earlier, is_live)
    return None
