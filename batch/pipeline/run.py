"""One run under the run lock: archive, Spark, job stages and, for the nightly run, publication.

A single job stages data under a version of its own, for inspection; the next nightly run sweeps it. A start of the
same job and date goes on with the last run of it that did not finish (resume.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from typing import TextIO

from pymongo.errors import PyMongoError

from batch.cluster.spark_session import spark_session
from batch.pipeline.code_revision import code_fingerprint, config_hash
from batch.pipeline.failures import error_message, run_status_for
from batch.pipeline.ledger import Ledger, RunRecord, RunStatus
from batch.pipeline.night import NightlyRun, SessionFactory
from batch.pipeline.plan import ensure_fits
from batch.pipeline.progress import RunProgress
from batch.pipeline.publish import live_version
from batch.pipeline.purge import purge_departed
from batch.pipeline.registry import plan_jobs
from batch.pipeline.resume import TAKEN_OVER, Resumption, find_resumable, finished_stages, why_not
from batch.pipeline.run_folder import log_path
from batch.pipeline.run_lock import HeldLock, LockLost, RunLock
from batch.pipeline.run_options import DEFAULT_OPTIONS, RunOptions
from batch.pipeline.run_report import report_run
from batch.pipeline.stage_runner import StageRunner
from batch.reports.host_facts import git_revision
from batch.storage.clients import BatchStores, open_mongo
from batch.storage.import_ledger import unfinished_import_warnings
from batch.storage.settings import URLS, BatchSettings
from domain.errors import BadInput
from domain.ports.page_composer import PageComposer

LOCK_TIMEOUT_SECONDS = 5
"""Of a store call of the lock, so that one that hangs leaves time for the next within the lease."""


def run_job(
    name: str,
    logical_date: date,
    settings: BatchSettings,
    out: TextIO,
    open_session: SessionFactory = spark_session,
    options: RunOptions = DEFAULT_OPTIONS,
    composer: PageComposer | None = None,
) -> RunRecord:
    """The record has the status SUCCEEDED, or SKIPPED when the same is there already.

    Raises the error that stopped the run, after recording it: AlreadyRunning, BadInput, StaleInput,
    PublicationBlocked, WindowClosed, LockLost, RunCancelled, Conflict, a store's or Spark's error, KeyboardInterrupt.
    """
    for url in URLS:
        settings.require_url(url)
    with BatchStores(settings) as stores, _held_lock(stores, name, logical_date, options) as lock:
        ensure_fits(stores, name, options.sample)
        for warning in unfinished_import_warnings(stores.mongo):
            out.write(f"Warning: {warning}\n")
        run = _begin(stores, lock, name, logical_date, out, options)
        return _carry_out(
            NightlyRun(run, stores, options, plan_jobs(name), open_session, composer), lock, out
        )


@contextmanager
def _held_lock(stores: BatchStores, name: str, logical_date: date, options: RunOptions) -> Iterator[HeldLock]:
    """Taken before anything is written, given back at the end. Settles runs that a crash has left."""
    database = open_mongo(stores.settings.require_url("mongo_url"), LOCK_TIMEOUT_SECONDS)
    try:
        run_lock = RunLock(database)
        before = run_lock.holder()
        lock = run_lock.take(name, logical_date.isoformat(), options.steal)
        try:
            ledger = Ledger(stores.mongo)
            if options.steal and before is not None and before.run_id:
                ledger.finish(before.run_id, RunStatus.FAILED, TAKEN_OVER)
            settle_abandoned(stores, ledger)
            yield lock
        finally:
            # A lock that is not given back is free when this process ends.
            with suppress(PyMongoError):
                lock.release()
    finally:
        database.client.close()


def settle_abandoned(stores: BatchStores, ledger: Ledger) -> None:
    """Runs that were killed. One that was killed after the pointer had moved has published."""
    live = live_version(stores.mongo)
    if live is not None:
        ledger.settle_published(live.run_id, live.version, datetime.now(UTC))
    ledger.fail_abandoned_runs(datetime.now(UTC))


def _begin(
    stores: BatchStores, lock: HeldLock, name: str, logical_date: date, out: TextIO, options: RunOptions
) -> RunRecord:
    """Goes on with an unfinished run, or starts one."""
    ledger = Ledger(stores.mongo)
    if not options.force:
        found = _resumption(stores, name, logical_date, options)
        if found.run is not None:
            kept = ", ".join(finished_stages(found.run))
            out.write(f"Going on with run {found.run.id}; done before: {kept}. --force starts anew.\n")
            run = ledger.resume_run(found.run, lock.token, options.parameters())
            lock.name_run(run.id)
            return run
        if found.reason:
            out.write(f"Starting anew: {found.reason}.\n")
    parameters = dict(options.parameters())
    facts = {
        "parameters": parameters,
        "config_hash": config_hash(parameters),
        "git_revision": git_revision() or "",
        "code_fingerprint": code_fingerprint(),
    }
    run = ledger.start_run(name, logical_date, lock.token, facts)
    lock.name_run(run.id)
    return run


def _resumption(stores: BatchStores, name: str, logical_date: date, options: RunOptions) -> Resumption:
    """Raises BadInput when a run was named that cannot go on."""
    if not options.resume:
        return find_resumable(stores, name, logical_date, datetime.now(UTC), options.sample)
    run = Ledger(stores.mongo).get(options.resume)
    if reason := why_not(stores, run):
        again = f"`marquee jobs run {run.job} --date {run.logical_date}` starts anew"
        raise BadInput(f"Run {run.id} cannot go on: {reason}. {again}.")
    return Resumption(run)


def _carry_out(night: NightlyRun, lock: HeldLock, out: TextIO) -> RunRecord:
    run, stores = night.run, night.stores
    ledger = Ledger(stores.mongo)
    stages = night.stage_names()
    last = last_seconds(ledger, run.job, night.options.sample)

    # The lock's own client: a call that hangs leaves time for the next beat.
    beating = Ledger(lock.database)

    def beat() -> None:
        lock.beat()
        with suppress(PyMongoError):
            beating.record_heartbeat(run.id)

    with RunProgress(stages, last, out, beat, log=log_path(stores.settings, run.id)) as progress:
        runner = StageRunner(run, ledger, progress, lock, night.folder, finished_stages(run))
        try:
            status = night.do(runner, last)
        except BaseException as error:
            cause = lock.stop_reason or error
            if not _went_live(stores, run):
                ended = ledger.finish(run.id, run_status_for(cause), error_message(cause), lock.token)
                progress.write_log(error_message(cause))
                if not isinstance(cause, LockLost):
                    _report(night, ended, progress)
                if cause is error:
                    raise
                raise cause from error
            status, note = RunStatus.SUCCEEDED, f"After publication: {error_message(cause)}"
            ledger.mark_published(run.id)
            ledger.add_note(run.id, note)
            progress.print_line(f"version {run.version} is live. {note}")
        ended = ledger.finish(run.id, status, token=lock.token)
        # Of profiles that left during the run.
        purge_departed(stores.mongo, stores.settings.lake, datetime.now(UTC))
        if status is RunStatus.SUCCEEDED:
            _report(night, ended, progress)
        return ended


def _report(night: NightlyRun, ended: RunRecord, progress: RunProgress) -> None:
    page = report_run(night.stores, ended, night.notes, progress.print_line, night.composer)
    if page is not None:
        progress.print_line(f"report: {page}")


def _went_live(stores: BatchStores, run: RunRecord) -> bool:
    """Whether an error came after the pointer had moved; False when nobody answers."""
    try:
        live = live_version(stores.mongo)
    except PyMongoError:
        return False
    return live is not None and live.run_id == run.id


def last_seconds(ledger: Ledger, name: str, sample: float = 1.0) -> dict[str, float]:
    """How long each stage took in the last successful run; empty before there is one."""
    last = ledger.last_success(name, sample)
    return {stage.name: stage.seconds for stage in last.stages} if last else {}
