"""Gate results of a run, as its report shows them."""

from __future__ import annotations

from pymongo.database import Database

from batch.pipeline.gates.model import GateResult, Level
from batch.pipeline.gates.records import recorded_results
from batch.reports.parts import ReportedGate
from domain.serialization import Document


def reported_gates(database: Database[Document], run_id: str) -> tuple[ReportedGate, ...] | None:
    """None for a run that never reached its gates."""
    return tuple(map(_reported, recorded_results(database, run_id))) or None


def _reported(result: GateResult) -> ReportedGate:
    return ReportedGate(
        id=result.id.value,
        level="warn" if result.level == Level.WARN else "block",
        value=result.value,
        limit=result.limit,
        baseline=result.baseline,
        passed=result.level in (Level.OK, Level.OPEN),
        waived_by=result.waived_by,
        message=result.says[:1].upper() + result.says[1:] + ".",
    )
