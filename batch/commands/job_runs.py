"""Runs a job for a command and says how it ended, with the command to type next."""

from __future__ import annotations

import io
import json
import sys
import traceback
from contextlib import suppress
from datetime import date

import click

from batch.commands.evaluation import EVALUATE, print_evaluation
from batch.commands.outcome import interrupted_by_termination, say, show
from batch.commands.stores import open_stores
from batch.pipeline.run_options import RunOptions
from batch.pipeline.run_record import RunRecord, RunStatus, run_to_json
from batch.storage.settings import BatchSettings, read_settings
from domain.errors import BadInput, MarqueeError
from domain.redaction import redact

USAGE = 2


def check_job(name: str) -> None:
    """Raises UsageError for an unknown job."""
    from batch.pipeline.registry import NIGHTLY, all_jobs

    names = [NIGHTLY, *all_jobs()]
    if name not in names:
        raise click.UsageError(f"There is no job {name!r}. There are: {', '.join(names)}.")


def print_dry_run(name: str, day: date, options: RunOptions, as_json: bool) -> None:
    from batch.commands.plan_text import plan_to_json, plan_to_text
    from batch.pipeline.plan import plan_run

    with open_stores() as stores:
        found = plan_run(
            stores,
            name,
            [day],
            publish=options.publish and (options.sample == 1 or options.publish_sample),
            sample=options.sample,
        )
    show(plan_to_json(found), plan_to_text(found), as_json)


def run_and_report(
    name: str,
    day: date,
    options: RunOptions,
    quiet: bool = False,
    as_json: bool = False,
    verbose: bool = False,
) -> int:
    """Returns the exit code."""
    from batch.pipeline.failures import ExitCode, error_message, exit_code_for
    from batch.pipeline.run import run_job
    from batch.storage.page_composer import find_page_composer

    try:
        settings = read_settings()
    except BadInput as error:
        say(f"Error: {error}")
        return ExitCode.USAGE
    try:
        with interrupted_by_termination():
            out = io.StringIO() if quiet else sys.stderr
            record = run_job(name, day, settings, out, options=options, composer=find_page_composer())
    except (Exception, KeyboardInterrupt) as error:
        code, message = exit_code_for(error), error_message(error)
        say(f"Error: {message}")
        if verbose:
            say("".join(traceback.format_exception(error)))
        hint = _next_command(settings, name, day, code, options.sample)
        if hint:
            say(hint)
        if as_json:
            click.echo(
                json.dumps({"job": name, "logicalDate": str(day), "error": message, "exitCode": int(code)})
            )
        return code
    if name == EVALUATE:
        print_evaluation(settings, record.version, as_json)
        return ExitCode.DONE
    show(run_to_json(record), outcome_of(record), as_json)
    return ExitCode.DONE


def outcome_of(record: RunRecord) -> str:
    notes = " ".join(record.notes)
    if record.status is RunStatus.SKIPPED:
        return notes
    facts = f"run {record.id}, {record.seconds:.0f} s."
    if record.published:
        return f"Version {record.version} is live: {facts} {notes}".rstrip()
    has_reason = any(note.startswith(f"Version {record.version} is") for note in record.notes)
    told = notes if has_reason else f"Version {record.version} is staged and not published. {notes}".rstrip()
    return f"{told} {facts[:1].upper()}{facts[1:]} `marquee runs show {record.id}` shows its counts."


def _next_command(settings: BatchSettings, name: str, day: date, code: int, sample: float) -> str:
    """What to type next; empty when the message has said it, or when nobody can tell."""
    from pymongo.errors import PyMongoError

    from batch.pipeline.failures import ExitCode
    from batch.pipeline.ledger import Ledger
    from batch.storage.clients import BatchStores

    if code not in (ExitCode.FAILED, ExitCode.BLOCKED, ExitCode.TRY_LATER, ExitCode.INTERRUPTED):
        return ""
    with suppress(PyMongoError, MarqueeError), BatchStores(settings) as stores:
        last = Ledger(stores.mongo).last_of(name, day.isoformat(), sample)
        if last is not None and last.stages:
            sampled = f" --sample {sample:.4g}" if sample < 1 else ""
            again = f"`marquee jobs run {name} --date {day}{sampled}` goes on from its last finished stage"
            return redact(f"`marquee runs show {last.id}` shows how far it came; {again}.")
    return ""
