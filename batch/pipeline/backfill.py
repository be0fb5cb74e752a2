"""Runs a job for many dates, one after the other. Publishes nothing unless told, never an older date over a newer.

Started again after a kill it goes on: dates that succeeded are left out, the one that was cut short is resumed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from batch.pipeline.failures import ExitCode, error_message, exit_code_for
from batch.pipeline.ledger import Ledger
from batch.pipeline.run_record import RunRecord, RunStatus

_GOOD = (RunStatus.SUCCEEDED, RunStatus.SKIPPED)
_STOPPING = (ExitCode.LOCKED, ExitCode.TRY_LATER, ExitCode.INTERRUPTED)
"""Ends after which the next date would end the same way."""


class Reprocess(StrEnum):
    """MISSING: dates without a good run. FAILED: dates whose last run was no good one. ALL: all, computed anew."""

    MISSING = "missing"
    FAILED = "failed"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class DateResult:
    """`run` is None when it raised; `message` then says why."""

    day: date
    code: ExitCode
    run: RunRecord | None = None
    message: str = ""


def select_dates(
    ledger: Ledger, job: str, dates: Sequence[date], reprocess: Reprocess, newest_first: bool
) -> tuple[list[date], list[date]]:
    """(to run, in the order in which they run; skipped)."""
    states = ledger.states_by_date(job)
    chosen = [day for day in dates if _is_chosen(states.get(day.isoformat(), ()), reprocess)]
    return sorted(chosen, reverse=newest_first), [day for day in dates if day not in set(chosen)]


def run_dates(
    dates: Sequence[date], run: Callable[[date], RunRecord], tell: Callable[[DateResult], None]
) -> list[DateResult]:
    """`run` raises what stops a run. Goes on after a failed date, unless the next would fail the same way."""
    results: list[DateResult] = []
    for day in dates:
        try:
            results.append(DateResult(day, ExitCode.DONE, run(day)))
        except (Exception, KeyboardInterrupt) as error:
            results.append(DateResult(day, exit_code_for(error), None, error_message(error)))
        tell(results[-1])
        if results[-1].code in _STOPPING:
            break
    return results


def exit_code_of(results: Sequence[DateResult]) -> ExitCode:
    """Of what stopped it; else 1 when any date failed, the dates' own code when all bad ones share it."""
    bad = {result.code for result in results} - {ExitCode.DONE}
    if not bad:
        return ExitCode.DONE
    return (
        next(iter(bad)) if len(bad) == 1 else next((one for one in bad if one in _STOPPING), ExitCode.FAILED)
    )


def _is_chosen(states: Sequence[RunStatus], reprocess: Reprocess) -> bool:
    """`states`: of a date's runs, oldest first."""
    if reprocess is Reprocess.ALL:
        return True
    if reprocess is Reprocess.FAILED:
        return bool(states) and states[-1] not in _GOOD
    return not any(state in _GOOD for state in states)
