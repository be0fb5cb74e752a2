"""What a run would do, before it does it: dates, inputs, rows, bytes and time, and whether it would fit.

Time and bytes come from the last successful run of the job, scaled by events for the stages that compute and as they
were for the others. Without one they are not known.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from batch.pipeline.archive_days import events_by_day, events_until, missing_days
from batch.pipeline.input_freshness import RHYTHM_DAYS, InputFreshness, has_live_events, judge
from batch.pipeline.inputs import archive_files
from batch.pipeline.ledger import Ledger
from batch.pipeline.publish import live_version
from batch.pipeline.registry import NIGHTLY, plan_jobs
from batch.pipeline.run_options import sample_of
from batch.pipeline.run_record import RunRecord
from batch.pipeline.store_sizes import own_limits, used_sizes, version_sizes
from batch.storage.clients import BatchStores
from domain.errors import MarqueeError
from domain.storage_names import EVENTS, PROFILES, TITLES

DISK_RESERVE = 1.25
"""Of the bytes that a version took: Spark's shuffle files stand beside it."""


class WouldNotFit(MarqueeError):
    """A disk or a store would overflow."""

    code = "WOULD_NOT_FIT"


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of one date. None: not known, because no run of this job has succeeded yet. `growth`: bytes by store."""

    stages: Mapping[str, float] = field(default_factory=dict)
    seconds: float | None = None
    disk_bytes: int | None = None
    growth: Mapping[str, int] = field(default_factory=dict)
    based_on: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """`skipped`: dates that need no run. `missing`: dates without an event. `events`: rows read for the last date.

    `sample`: the share of the accounts that would be computed.
    """

    job: str
    dates: tuple[date, ...]
    skipped: tuple[date, ...]
    files: int
    bytes: int
    events: int
    live_events: int
    titles: int
    profiles: int
    missing: tuple[date, ...]
    freshness: InputFreshness | None
    estimate: Estimate
    pointer: str
    problems: tuple[str, ...]
    sample: float = 1.0


def plan_run(
    stores: BatchStores,
    job: str,
    dates: Sequence[date],
    skipped: Sequence[date] = (),
    limits: Mapping[str, int] | None = None,
    publish: bool = True,
    sample: float = 1.0,
) -> Plan:
    """`dates`: those that would run, at least one. `limits`: bytes by store. `sample`: the share of the accounts."""
    lake, last = stores.settings.lake, max(dates)
    days = events_by_day(lake)
    files = archive_files(lake, last)
    events, live_events = events_until(days, last), _not_archived(stores, last)
    estimate = _estimate(stores, job, events + live_events, sample)
    return Plan(
        job=job,
        dates=tuple(dates),
        skipped=tuple(skipped),
        files=len(files),
        bytes=sum(path.stat().st_size for path in files),
        events=events,
        live_events=live_events,
        titles=stores.mongo[TITLES].estimated_document_count(),
        profiles=stores.mongo[PROFILES].estimated_document_count(),
        missing=tuple(missing_days(days, dates)),
        freshness=_freshness(stores, days, last),
        estimate=estimate,
        pointer=_pointer_effect(stores, job, dates, publish),
        sample=sample,
        problems=tuple(find_overflows(stores, estimate, len(dates), limits or {})),
    )


def find_overflows(
    stores: BatchStores, estimate: Estimate, count: int, limits: Mapping[str, int]
) -> list[str]:
    """Sentences; empty when all fits. `count`: versions that are added."""
    problems = []
    needed = round((estimate.disk_bytes or 0) * DISK_RESERVE) * count
    free = free_bytes(stores.settings.home)
    if needed > free:
        problems.append(
            f"disk: {count} versions need about {format_bytes(needed)}, {stores.settings.home} has "
            f"{format_bytes(free)} free"
        )
    used = used_sizes(stores)
    for store, most in {**own_limits(stores), **limits}.items():
        grown = estimate.growth.get(store, 0) * count
        if used.get(store, 0) + grown > most:
            problems.append(
                f"{store}: {format_bytes(used.get(store, 0))} used and about {format_bytes(grown)} to come are more "
                f"than its limit of {format_bytes(most)}"
            )
    return problems


def ensure_fits(stores: BatchStores, job: str, sample: float = 1.0) -> None:
    """Before a run begins. Raises WouldNotFit."""
    last = _last_success(stores, job, sample)
    if last is None:
        return
    estimate = Estimate(disk_bytes=round(_disk_bytes(last) * sample / sample_of(last.parameters)))
    problems = find_overflows(stores, estimate, 1, {})
    if problems:
        raise WouldNotFit(f"Not started, because it would not fit: {'; '.join(problems)}. Make room first.")


def free_bytes(home: Path) -> int:
    """Of the disk that holds it, which may not exist yet."""
    folder = home.resolve()
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def format_bytes(count: int) -> str:
    size, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if size < 1000:
            break
        size, unit = size / 1000, larger
    return f"{size:,.0f} {unit}" if unit == "B" or size >= 100 else f"{size:,.1f} {unit}"


def _last_success(stores: BatchStores, job: str, sample: float) -> RunRecord | None:
    """Of the same share of the accounts, else of all."""
    ledger = Ledger(stores.mongo)
    return ledger.last_success(job, sample) or ledger.last_success(job)


def _estimate(stores: BatchStores, job: str, events: int, sample: float = 1.0) -> Estimate:
    last = _last_success(stores, job, sample)
    if last is None:
        return Estimate()
    read, share = last.input(EVENTS), sample / sample_of(last.parameters)
    ratio = share * (events / read.rows if read is not None and read.rows else 1.0)
    computing = {one.name for one in plan_jobs(job)}
    stages = {
        stage.name: round(stage.seconds * (ratio if stage.name in computing else 1.0), 1)
        for stage in last.stages
    }
    sizes = {} if last.swept else version_sizes(stores, last.version)
    growth = {store: round(size * share) for store, size in sizes.items()}
    return Estimate(
        stages, round(sum(stages.values()), 1), round(_disk_bytes(last) * ratio), growth, f"run {last.id}"
    )


def _disk_bytes(run: RunRecord) -> int:
    return sum(size for stage in run.stages for size in stage.datasets.values())


def _not_archived(stores: BatchStores, last: date) -> int:
    """Events that the service has recorded and no run has archived yet; those of its last day are counted twice."""
    recorded = Ledger(stores.mongo).last_success(NIGHTLY)
    since = recorded.started_at if recorded is not None else datetime.fromtimestamp(0, UTC)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), UTC)
    between = {"$gte": round(since.timestamp() * 1000), "$lt": round(end.timestamp() * 1000)}
    return stores.mongo[EVENTS].count_documents({"recorded_at": between})


def _freshness(stores: BatchStores, days: Mapping[str, int], last: date) -> InputFreshness | None:
    """To the day, of the archive and of what the service has recorded since. None without an event."""
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), UTC)
    instants = [datetime.fromisoformat(f"{day}T23:59:59+00:00") for day in days if day <= last.isoformat()]
    newest_live = next(
        iter(stores.mongo[EVENTS].find({}, {"occurred_at": 1}).sort("recorded_at", -1).limit(1)), None
    )
    if newest_live is not None:
        instants.append(datetime.fromtimestamp(newest_live["occurred_at"] / 1000, UTC))
    before = [one for one in instants if one < end]
    if not before:
        return None
    newest, first = max(before), max(before) - timedelta(days=RHYTHM_DAYS)
    recent = {
        day: count for day, count in days.items() if first.date().isoformat() <= day <= last.isoformat()
    }
    was_live = has_live_events(stores.settings.lake) or Ledger(stores.mongo).has_published_fresh()
    return judge(newest, last, datetime.now(UTC), recent, was_live)


def _pointer_effect(stores: BatchStores, job: str, dates: Sequence[date], publish: bool) -> str:
    live = live_version(stores.mongo)
    now = f"stays at {live.version} ({live.logical_date})" if live else "stays unset"
    if job != NIGHTLY:
        return f"{now}: a single job stages only"
    if not publish:
        return f"{now}: staged only"
    if live is not None and max(dates).isoformat() < live.logical_date:
        return f"{now}: a newer date is live"
    moves = f"moves to a new version of {max(dates)}"
    return f"{moves} when the checks pass{f', from {live.version} ({live.logical_date})' if live else ''}"
