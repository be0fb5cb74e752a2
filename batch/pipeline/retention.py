"""Which versions may go. Pure: reads nothing.

Kept are, with the versions that they take parts from: the live version and the one before it, pinned ones, those that
a running experiment compares, those of living runs, the latest published ones, and staged ones of the last days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from batch.pipeline.staged import StagedRun

RETAINED_VERSIONS = 3
"""Published ones; as many again that only one job brought, which may be a quarter of an hour apart."""

STAGED_DAYS = 2
"""A version that was blocked or held can be looked at and published for so long."""

CLAIM = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class InUse:
    """`live`: version names of the pointer, with the previous one. `alive`: versions of living runs."""

    live: frozenset[str] = frozenset()
    experiments: frozenset[str] = frozenset()
    alive: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class KeepRule:
    """`published`: how many of the latest; `days`: of whatever ended within them."""

    published: int = RETAINED_VERSIONS
    staged_days: float = STAGED_DAYS
    days: float = 0.0


NIGHTLY_RULE = KeepRule()


def obsolete_runs(
    runs: Sequence[StagedRun], in_use: InUse, now: datetime, rule: KeepRule = NIGHTLY_RULE
) -> list[StagedRun]:
    """Oldest first; `runs` are unswept ones."""
    reasons = kept_versions(runs, in_use, now, rule)
    return [run for run in sorted(runs, key=lambda run: run.id) if run.version not in reasons]


def kept_versions(
    runs: Sequence[StagedRun], in_use: InUse, now: datetime, rule: KeepRule = NIGHTLY_RULE
) -> dict[str, str]:
    """Version -> why it is kept."""
    kept: dict[str, str] = {}
    by_version = {run.version: run for run in runs}
    for version, reason in _reasons(runs, in_use, now, rule):
        kept.setdefault(version, reason)
        for part in by_version[version].versions if version in by_version else ():
            kept.setdefault(part, f"part of {version}")
    return kept


def _reasons(
    runs: Sequence[StagedRun], in_use: InUse, now: datetime, rule: KeepRule
) -> Iterator[tuple[str, str]]:
    for names, reason in (
        (in_use.live, "live or the version before"),
        (in_use.experiments, "compared by an experiment"),
        (in_use.alive, "of a run under way"),
    ):
        yield from ((name, reason) for name in sorted(names))
    published = sorted((run for run in runs if run.published), key=lambda run: run.id, reverse=True)
    for kind in (False, True):
        latest = [run for run in published if bool(run.parts) == kind][: rule.published]
        yield from ((run.version, "one of the latest published") for run in latest)
    for run in runs:
        age = max(timedelta(), now - (run.ended_at or run.started_at))
        if run.pinned:
            yield run.version, "pinned"
        elif run.is_whole and not run.published and age < timedelta(days=rule.staged_days):
            yield run.version, "staged lately"
        elif age < timedelta(days=rule.days):
            yield run.version, "young"
