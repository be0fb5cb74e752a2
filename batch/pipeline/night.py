"""The stages of a run, in order: archive, Spark, the jobs and, for the nightly run, publication and fallback page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from pyspark.sql import SparkSession

from batch.jobs.account_sample import sample_events
from batch.jobs.archive_events import archive_live_events
from batch.jobs.context import JobContext, StageCounts, version_folder
from batch.jobs.event_volume import daily_volumes
from batch.jobs.input_snapshot import read_profiles
from batch.jobs.unknown_titles import find_unknown_titles, read_title_ids
from batch.pipeline.already_done import find_same
from batch.pipeline.canary import judge_running_canary
from batch.pipeline.failures import error_message
from batch.pipeline.fallback_page import fallback_page_path, write_live_pages
from batch.pipeline.gates.records import record_volume
from batch.pipeline.input_freshness import FreshnessStatus, ensure_fresh, has_live_events, judge
from batch.pipeline.inputs import archive_report, store_reports
from batch.pipeline.publish import ensure_evaluated, live_version, publish
from batch.pipeline.purge import purge_departed
from batch.pipeline.registry import NIGHTLY, Job
from batch.pipeline.run_options import RunOptions
from batch.pipeline.run_record import InputReport, RunRecord, RunStatus
from batch.pipeline.run_report import RunNotes
from batch.pipeline.run_window import RunWindow, ensure_may_be_partial
from batch.pipeline.spark_work import (
    missing_days_sentence,
    read_archive,
    spark_task_counts,
    with_event_figures,
)
from batch.pipeline.stage_runner import StageRunner
from batch.pipeline.sweep import sweep_versions
from batch.reports.spark_facts import read_spark_facts
from batch.storage.clients import BatchStores
from batch.storage.event_reading import EventReading
from domain.ports.page_composer import PageComposer
from domain.storage_names import EVENTS
from domain.timestamps import from_millis, to_millis

ARCHIVE, SPARK, PUBLISH, FALLBACK_PAGE = "archive", "spark", "publish", "static_pages"

SessionFactory = Callable[[str, Path], AbstractContextManager[SparkSession]]
"""(job name, data folder) -> session."""


@dataclass(slots=True)
class NightlyRun:
    """`jobs` in their order. `composer` composes pages for the evaluation and the report; None: none are shown."""

    run: RunRecord
    stores: BatchStores
    options: RunOptions
    jobs: Sequence[Job]
    open_session: SessionFactory
    composer: PageComposer | None
    notes: RunNotes = field(default_factory=RunNotes)

    @property
    def folder(self) -> Path:
        return version_folder(self.stores.settings, self.run.version)

    @property
    def logical_date(self) -> date:
        return date.fromisoformat(self.run.logical_date)

    def stage_names(self) -> list[str]:
        rest = [PUBLISH, FALLBACK_PAGE] if self.run.job == NIGHTLY else []
        return [ARCHIVE, SPARK, *(job.name for job in self.jobs), *rest]

    def do(self, runner: StageRunner, last: Mapping[str, float]) -> RunStatus:
        """SUCCEEDED or SKIPPED. Raises what stops the run."""
        runner.do(ARCHIVE, self._archive)
        inputs = self.run.inputs
        if self.run.as_of is None:
            lake = self.stores.settings.lake
            inputs = (archive_report(lake, self.logical_date), *store_reports(self.stores.mongo))
            same = (
                None if self.options.force else find_same(self.stores, self.run, inputs, self.options.publish)
            )
            if same is not None:
                runner.ledger.add_note(self.run.id, same.sentence)
                runner.ledger.mark_swept(self.run.version)
                return RunStatus.SKIPPED
        if all(runner.is_kept(job.name) for job in self.jobs):
            for stage in (SPARK, *(job.name for job in self.jobs)):
                runner.do(stage, dict)
        else:
            self._compute(runner, inputs, last)
        ensure_may_be_partial(runner.not_reached, self.options.hold_partial)
        if self.options.require_evaluation:
            ensure_evaluated(runner.not_measured)
        if self.run.job == NIGHTLY:
            self._publish(runner)
        return RunStatus.SUCCEEDED

    def _archive(self) -> StageCounts:
        settings, now = self.stores.settings, datetime.now(UTC)
        archived = archive_live_events(self.stores.mongo[EVENTS], settings.lake, self.logical_date, now)
        purge_departed(self.stores.mongo, settings.lake, datetime.now(UTC))
        return {"live_events": archived}

    def _compute(self, runner: StageRunner, inputs: Sequence[InputReport], last: Mapping[str, float]) -> None:
        settings, window = self.stores.settings, self._window(last)
        is_new = runner.begin(SPARK)
        with self.open_session(self.run.job, settings.home) as spark:
            runner.lock.on_stop = spark.sparkContext.cancelAllJobs
            runner.progress.track_tasks(lambda: spark_task_counts(spark))
            reading = read_archive(spark, settings.lake, self.logical_date)
            as_of = self.run.as_of
            if is_new or as_of is None:
                as_of = self._count_inputs(runner, reading, inputs)
            self.notes.as_of = to_millis(as_of)
            context = self._sampled(self._context(spark, reading, to_millis(as_of)))
            for job in self.jobs:
                deadline = None
                if window is not None:
                    window.ensure_open(job.name, datetime.now(UTC))
                    deadline = window.deadline_of(job.name) if job.can_stop_early else None
                may_fail = job.is_measure and self.run.job == NIGHTLY
                do = runner.do_measure if may_fail else runner.do
                do(job.name, partial(job.run, replace(context, deadline=deadline)))
            context.events.unpersist()
            reading.events.unpersist()
            self._remember_spark(runner, spark)
            runner.progress.track_tasks(None)
            runner.lock.on_stop = lambda: None

    def _context(self, spark: SparkSession, reading: EventReading, as_of: int) -> JobContext:
        settings, excluded = self.stores.settings, dict(reading.excluded)
        return JobContext(
            spark,
            settings,
            self.run.version,
            as_of,
            reading.events,
            excluded,
            reading.warnings,
            composer=self.composer,
        )

    def _sampled(self, context: JobContext) -> JobContext:
        """With the events of the sampled accounts, which are few: they are kept in memory."""
        share = self.options.sample
        if share >= 1:
            return context
        sampled = replace(context, sample=share)
        return replace(sampled, events=sample_events(context.events, read_profiles(sampled)).persist())

    def _remember_spark(self, runner: StageRunner, spark: SparkSession) -> None:
        self.notes.spark = read_spark_facts(spark)
        if self.notes.spark is not None:
            facts = asdict(self.notes.spark)
            told = {name: value for name, value in facts.items() if isinstance(value, str | int)}
            runner.ledger.set_spark(self.run.id, told)

    def _count_inputs(
        self, runner: StageRunner, reading: EventReading, inputs: Sequence[InputReport]
    ) -> datetime:
        """Ends the stage and returns the newest event's instant. Raises StaleInput, and BadInput when no event is of
        a title of the catalogue.
        """
        settings, newest, now = self.stores.settings, from_millis(reading.newest), datetime.now(UTC)
        # Quarantine may have changed the files since they were looked at.
        archive = archive_report(settings.lake, self.logical_date) if reading.excluded else inputs[0]
        events = with_event_figures(archive, reading)
        _, volumes = daily_volumes(reading.events, reading.newest)
        record_volume(self.stores.mongo, self.run.id, volumes)
        unknown = find_unknown_titles(reading.events, read_title_ids(self.stores.mongo))
        unknown.ensure_some_known(events.rows)
        runner.finish(SPARK, {"events": events.rows, **reading.excluded, **unknown.counts})
        days_missing = missing_days_sentence(events.days, newest)
        for warning in (*reading.warnings, unknown.sentence(events.rows), days_missing):
            if warning:
                runner.note(f"Warning: {warning}")
        was_live = has_live_events(settings.lake) or runner.ledger.has_published_fresh()
        found = judge(newest, self.logical_date, now, events.days, was_live, self.options.allow_stale)
        runner.ledger.set_inputs(self.run.id, (events, *inputs[1:]), newest, found.status)
        if found.status != FreshnessStatus.FRESH:
            runner.progress.print_line(found.sentence)
        if self.run.job == NIGHTLY:
            live = live_version(self.stores.mongo)
            ensure_fresh(found, live.logical_date if live else None)
        return newest

    def _window(self, last: Mapping[str, float]) -> RunWindow | None:
        if self.options.window is None:
            return None
        began = self.run.resumed_at or self.run.started_at
        return RunWindow(began + self.options.window, self.stage_names(), last)

    def _publish(self, runner: StageRunner) -> None:
        """Or says why not: it was not asked to, or a newer date is live."""
        reason = self._reason_to_stage_only()
        if reason:
            runner.note(reason)
            return
        if runner.not_reached:
            partial_note = f"Partial: the run window ended with {runner.not_reached:,} profiles not reached."
            runner.ledger.add_note(self.run.id, partial_note)

        def move_pointer() -> StageCounts:
            judge_running_canary(self.stores)
            publish(
                self.stores,
                self.run,
                runner.counts,
                runner.lock.ensure_held,
                allow_older=self.options.publish_older,
            )
            runner.ledger.mark_published(self.run.id)
            return {"versions_swept": self._sweep_old_versions(runner)}

        runner.do(PUBLISH, move_pointer)
        runner.do(FALLBACK_PAGE, lambda: {"titles_shipped": self._write_fallback_page(runner)})

    def _reason_to_stage_only(self) -> str:
        if not self.options.publish:
            return f"Version {self.run.version} is staged and not published, as asked."
        if self.options.sample < 1 and not self.options.publish_sample:
            return (
                f"Version {self.run.version} is of {self.options.sample:.4g} of the accounts: it is staged and not "
                "published. --publish-sample lets it through to the gates."
            )
        live = live_version(self.stores.mongo)
        if live is None or live.logical_date <= self.run.logical_date or self.options.publish_older:
            return ""
        return (
            f"Version {self.run.version} is staged and not published: {live.logical_date} is live, which is newer "
            f"than {self.run.logical_date}. --publish-older moves the pointer all the same."
        )

    def _write_fallback_page(self, runner: StageRunner) -> int:
        """Errors do not fail the run: the version is live."""
        path = fallback_page_path(self.stores.settings)
        try:
            return len(write_live_pages(self.stores, path, datetime.now(UTC)).titles)
        except (Exception, KeyboardInterrupt) as error:
            runner.progress.print_line(
                f"the fallback page was not written; run `marquee data static-page`: {error_message(error)}"
            )
            return 0

    def _sweep_old_versions(self, runner: StageRunner) -> int:
        """Errors do not fail the run: the version is live."""
        try:
            return len(sweep_versions(self.stores, datetime.now(UTC)))
        except (Exception, KeyboardInterrupt) as error:
            runner.progress.print_line(
                f"old versions were not all swept, the next nightly run tries again: {error_message(error)}"
            )
            return 0
