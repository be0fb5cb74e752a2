"""One run: archive, Spark, job stages and, for the nightly run, publication.

A single job stages data under a version of its own, for inspection; the next nightly run sweeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TextIO

from pyspark.sql import SparkSession

from batch.cluster.spark_session import spark_session
from batch.jobs.archive_events import archive_live_events
from batch.jobs.context import JobContext, StageCounts
from batch.jobs.event_volume import daily_volumes
from batch.pipeline.failures import error_message, run_status_for
from batch.pipeline.fallback_page import fallback_page_path, write_live_pages
from batch.pipeline.gates.records import record_volume
from batch.pipeline.ledger import Ledger, RunRecord, RunStatus, StageReport
from batch.pipeline.progress import RunProgress
from batch.pipeline.publish import publish
from batch.pipeline.purge import purge_departed
from batch.pipeline.registry import NIGHTLY, Job, plan_jobs
from batch.pipeline.run_report import RunNotes, report_run
from batch.pipeline.sweep import sweep_versions
from batch.reports.spark_facts import read_spark_facts
from batch.storage.clients import BatchStores
from batch.storage.event_reading import read_events
from batch.storage.import_ledger import unfinished_import_warnings
from batch.storage.settings import URLS, BatchSettings
from domain.storage_names import EVENTS
from domain.timestamps import to_millis

ARCHIVE, SPARK, PUBLISH, FALLBACK_PAGE = "archive", "spark", "publish", "static_pages"

SessionFactory = Callable[[str, Path], AbstractContextManager[SparkSession]]
"""(job name, data folder) -> session."""


@dataclass(slots=True)
class _NightlyRun:
    """`counts` are those of finished stages."""

    run: RunRecord
    ledger: Ledger
    progress: RunProgress
    counts: StageCounts
    notes: RunNotes = field(default_factory=RunNotes)

    def finish_stage(self, name: str, counts: StageCounts) -> None:
        seconds = self.progress.finish_stage(counts)
        self.ledger.add_stage(self.run.id, StageReport(name, seconds, counts))
        self.counts |= counts


def run_job(
    name: str,
    logical_date: date,
    settings: BatchSettings,
    out: TextIO,
    open_session: SessionFactory = spark_session,
) -> RunRecord:
    """Raises the error that stopped the run, after recording it: AlreadyRunning, BadInput, PublicationBlocked,
    Conflict, a store's or Spark's error, KeyboardInterrupt.
    """
    for url in URLS:
        settings.require_url(url)
    with BatchStores(settings) as stores:
        for warning in unfinished_import_warnings(stores.mongo):
            out.write(f"Warning: {warning}\n")
        now = datetime.now(UTC)
        ledger = Ledger(stores.mongo)
        ledger.fail_abandoned_runs(now)
        ledger.ensure_not_running(now)
        run = ledger.start_run(name, logical_date)
        jobs = plan_jobs(name)
        stages, last = stage_names(name, jobs), last_seconds(ledger, name)
        with RunProgress(stages, last, out, lambda: ledger.record_heartbeat(run.id)) as progress:
            nightly = _NightlyRun(run, ledger, progress, {})
            try:
                _run_stages(nightly, jobs, logical_date, stores, open_session)
            except BaseException as error:
                ended = ledger.finish(run.id, run_status_for(error), error_message(error))
                _report(stores, ended, nightly)
                raise
            ended = ledger.finish(run.id, RunStatus.SUCCEEDED)
            # Of profiles that left during the run.
            purge_departed(stores.mongo, settings.lake, datetime.now(UTC))
            _report(stores, ended, nightly)
        return ended


def _report(stores: BatchStores, ended: RunRecord, nightly: _NightlyRun) -> None:
    page = report_run(stores, ended, nightly.notes, nightly.progress.print_line)
    if page is not None:
        nightly.progress.print_line(f"report: {page}")


def _run_stages(
    nightly: _NightlyRun,
    jobs: Sequence[Job],
    logical_date: date,
    stores: BatchStores,
    open_session: SessionFactory,
) -> None:
    settings = stores.settings
    nightly.progress.start_stage(ARCHIVE)
    archived = archive_live_events(stores.mongo[EVENTS], settings.lake, logical_date, datetime.now(UTC))
    purge_departed(stores.mongo, settings.lake, datetime.now(UTC))
    nightly.finish_stage(ARCHIVE, {"live_events": archived})
    nightly.progress.start_stage(SPARK)
    with open_session(nightly.run.job, settings.home) as spark:
        context = create_context(spark, settings, nightly.run.version, logical_date)
        nightly.notes.as_of = context.as_of
        nightly.progress.track_tasks(lambda: spark_task_counts(spark))
        for warning in context.warnings:
            nightly.progress.print_line(f"Warning: {warning}")
        events, days = daily_volumes(context.events, context.as_of)
        record_volume(stores.mongo, nightly.run.id, days)
        nightly.finish_stage(SPARK, {"events": events, **context.excluded})
        for job in jobs:
            nightly.progress.start_stage(job.name)
            nightly.finish_stage(job.name, job.run(context))
        context.events.unpersist()
        nightly.notes.spark = read_spark_facts(spark)
        nightly.progress.track_tasks(None)
    if nightly.run.job == NIGHTLY:
        nightly.progress.start_stage(PUBLISH)
        publish(stores, nightly.run, nightly.counts)
        nightly.ledger.mark_published(nightly.run.id)
        nightly.finish_stage(PUBLISH, {"versions_swept": _sweep_old_versions(stores, nightly.progress)})
        nightly.progress.start_stage(FALLBACK_PAGE)
        nightly.finish_stage(
            FALLBACK_PAGE, {"titles_shipped": _write_fallback_page(stores, nightly.progress)}
        )


def _write_fallback_page(stores: BatchStores, progress: RunProgress) -> int:
    """Errors do not fail the run: the version is live."""
    try:
        return len(write_live_pages(stores, fallback_page_path(stores.settings), datetime.now(UTC)).titles)
    except (Exception, KeyboardInterrupt) as error:
        progress.print_line(
            f"the fallback page was not written; run `marquee data static-page`: {error_message(error)}"
        )
        return 0


def _sweep_old_versions(stores: BatchStores, progress: RunProgress) -> int:
    """Errors do not fail the run: the version is live."""
    try:
        return len(sweep_versions(stores, datetime.now(UTC)))
    except (Exception, KeyboardInterrupt) as error:
        progress.print_line(
            f"old versions were not all swept, the next nightly run tries again: {error_message(error)}"
        )
        return 0


def create_context(
    spark: SparkSession, settings: BatchSettings, version: str, logical_date: date
) -> JobContext:
    """ "Now" is the newest event's instant, so reruns see equal ages.

    Raises BadInput without an event, and when too many lines are excluded.
    """
    end = datetime.combine(logical_date + timedelta(days=1), datetime.min.time(), UTC)
    reading = read_events(spark, settings.lake, to_millis(end), to_millis(datetime.now(UTC)))
    return JobContext(
        spark, settings, version, reading.newest, reading.events, dict(reading.excluded), reading.warnings
    )


def stage_names(name: str, jobs: Sequence[Job]) -> list[str]:
    """In their order."""
    rest = [PUBLISH, FALLBACK_PAGE] if name == NIGHTLY else []
    return [ARCHIVE, SPARK, *(job.name for job in jobs), *rest]


def last_seconds(ledger: Ledger, name: str) -> dict[str, float]:
    """How long each stage took in the last successful run; empty before there is one."""
    last = ledger.last_success(name)
    return {stage.name: stage.seconds for stage in last.stages} if last else {}


def spark_task_counts(spark: SparkSession) -> tuple[int, int]:
    """(done, known) of active Spark stages."""
    tracker = spark.sparkContext.statusTracker()
    stages = [tracker.getStageInfo(stage_id) for stage_id in tracker.getActiveStageIds()]
    active = [stage for stage in stages if stage is not None]
    return sum(stage.numCompletedTasks for stage in active), sum(stage.numTasks for stage in active)
