"""One run from beginning to end: archive, Spark, the stages, and for a whole night the publication.

A single job stages its dataset, and what it needs, under a version of its own and publishes nothing: it is
for looking at what a job makes. The next night sweeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TextIO

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from batch.cluster.spark_session import spark_session
from batch.jobs.archive_events import archive_live
from batch.jobs.context import Counts, JobContext
from batch.pipeline.failures import sentence_of, status_of
from batch.pipeline.fallback_page import file_of, write_live
from batch.pipeline.ledger import Ledger, RunRecord, RunStatus, StageReport
from batch.pipeline.progress import RunProgress
from batch.pipeline.publish import publish, sweep
from batch.pipeline.registry import NIGHTLY, Job, plan
from batch.storage.clients import BatchStores
from batch.storage.event_archive import EVENTS_FOLDER
from batch.storage.settings import URLS, BatchSettings
from batch.storage.spark_io import read_events
from domain.errors import BadInput
from domain.storage_names import EVENTS
from domain.timestamps import to_millis

ARCHIVE, SPARK, PUBLISH, SHIPPED = "archive", "spark", "publish", "static_pages"
GUESSED_SECONDS = {ARCHIVE: 2.0, SPARK: 12.0, PUBLISH: 3.0, SHIPPED: 1.0}

SparkFor = Callable[[str, Path], AbstractContextManager[SparkSession]]
"""Name of the run and data folder -> a session that ends with the `with` block."""


@dataclass(slots=True)
class _NightlyRun:
    """A run in progress: its line in the ledger and what its stages have made so far."""

    run: RunRecord
    ledger: Ledger
    progress: RunProgress
    made: Counts

    def finish_stage(self, name: str, counts: Counts) -> None:
        seconds = self.progress.finish(counts)
        self.ledger.add_stage(self.run.id, StageReport(name, seconds, counts))
        self.made |= counts


def run_job(
    name: str, logical_date: date, settings: BatchSettings, out: TextIO, session: SparkFor = spark_session
) -> RunRecord:
    """Run a job for a date and return its line of the ledger; progress goes to `out`.

    Raises what stopped it, after writing that down: AlreadyRunning, BadInput, Blocked, Conflict, a store's or
    Spark's own error, KeyboardInterrupt.
    """
    for url in URLS:
        settings.require(url)
    with BatchStores(settings) as stores:
        now = datetime.now(UTC)
        ledger = Ledger(stores.mongo)
        ledger.settle_abandoned(now)
        ledger.refuse_second(now)
        run = ledger.begin(name, logical_date)
        chain = plan(name)
        with RunProgress(expected_seconds(ledger, name, chain), out, lambda: ledger.beat(run.id)) as progress:
            shift = _NightlyRun(run, ledger, progress, {})
            try:
                _work(shift, chain, logical_date, stores, session)
            except BaseException as error:
                ledger.finish(run.id, status_of(error), sentence_of(error))
                raise
        return ledger.finish(run.id, RunStatus.SUCCEEDED)


def _work(
    shift: _NightlyRun, chain: Sequence[Job], logical_date: date, stores: BatchStores, session: SparkFor
) -> None:
    settings = stores.settings
    shift.progress.start(ARCHIVE)
    archived = archive_live(stores.mongo[EVENTS], settings.lake, logical_date, datetime.now(UTC))
    shift.finish_stage(ARCHIVE, {"live_events": archived})
    shift.progress.start(SPARK)
    with session(shift.run.job, settings.home) as spark:
        night = open_night(spark, settings, shift.run.version, logical_date)
        shift.progress.count_tasks(lambda: tasks_of(spark))
        shift.finish_stage(SPARK, {"events": night.events.count()})
        for job in chain:
            shift.progress.start(job.name)
            shift.finish_stage(job.name, job.stage(night))
        night.events.unpersist()
        shift.progress.count_tasks(None)
    if shift.run.job == NIGHTLY:
        shift.progress.start(PUBLISH)
        publish(stores, shift.run, shift.made)
        shift.ledger.mark_published(shift.run.id)
        shift.finish_stage(PUBLISH, {"versions_swept": _sweep(stores, shift.progress)})
        shift.progress.start(SHIPPED)
        shift.finish_stage(SHIPPED, {"titles_shipped": _ship(stores, shift.progress)})


def _ship(stores: BatchStores, progress: RunProgress) -> int:
    """Titles on the page that ships with the service. The run has succeeded already: the old file still serves."""
    try:
        return len(write_live(stores, file_of(stores.settings), datetime.now(UTC)).titles)
    except (Exception, KeyboardInterrupt) as error:
        progress.say(
            f"the shipped page was not written; try `marquee data static-page`: {sentence_of(error)}"
        )
        return 0


def _sweep(stores: BatchStores, progress: RunProgress) -> int:
    """Versions swept. The new version is live by now: whatever stops the sweep, the run has succeeded."""
    try:
        return len(sweep(stores, datetime.now(UTC)))
    except (Exception, KeyboardInterrupt) as error:
        progress.say(f"old versions were not all swept, the next night will try again: {sentence_of(error)}")
        return 0


def open_night(spark: SparkSession, settings: BatchSettings, version: str, logical_date: date) -> JobContext:
    """The surroundings of a run. "Now" is the newest event's instant, so a rerun sees the same ages.

    Raises BadInput when nothing was archived before the end of the date.
    """
    end = datetime.combine(logical_date + timedelta(days=1), datetime.min.time(), UTC)
    archive = settings.lake / EVENTS_FOLDER
    events = read_events(spark, archive, to_millis(end)).persist()
    row = events.agg(F.max("occurred_at").alias("newest")).first()
    newest = row["newest"] if row else None
    if newest is None:
        raise BadInput(f"{archive}: no event occurred before the end of {logical_date}. Give a later --date.")
    return JobContext(spark, settings, version, logical_date, int(newest), events)


def expected_seconds(ledger: Ledger, name: str, chain: Sequence[Job]) -> dict[str, float]:
    """How long each stage should take: as the last time this job succeeded, else a guess."""
    guesses = {ARCHIVE: GUESSED_SECONDS[ARCHIVE], SPARK: GUESSED_SECONDS[SPARK]}
    guesses |= {job.name: job.seconds for job in chain}
    if name == NIGHTLY:
        guesses |= {PUBLISH: GUESSED_SECONDS[PUBLISH], SHIPPED: GUESSED_SECONDS[SHIPPED]}
    last = ledger.last_success(name)
    known = {stage.name: stage.seconds for stage in last.stages} if last else {}
    return {stage: known.get(stage, guess) for stage, guess in guesses.items()}


def tasks_of(spark: SparkSession) -> tuple[int, int]:
    """(done, known) tasks of the Spark stages that run now."""
    tracker = spark.sparkContext.statusTracker()
    stages = [tracker.getStageInfo(stage_id) for stage_id in tracker.getActiveStageIds()]
    found = [stage for stage in stages if stage is not None]
    return sum(stage.numCompletedTasks for stage in found), sum(stage.numTasks for stage in found)
