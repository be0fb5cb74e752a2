"""Past runs: list them, show one with its stages, read its log, go on with it."""

from __future__ import annotations

import json
import sys
from datetime import date

import click

from batch.commands.evaluation import evaluation
from batch.commands.job_options import json_option, quiet_option
from batch.commands.job_runs import run_and_report
from batch.commands.outcome import say
from batch.commands.run_reports import compare, open_report, report, schema
from batch.commands.run_text import code_text, input_text
from batch.commands.stores import open_stores
from batch.pipeline.ledger import Ledger, RunRecord, run_to_json
from batch.storage.settings import read_settings
from domain.errors import NotFound

FAILED, USAGE = 1, 2


@click.group()
def runs() -> None:
    """What the nightly runs did, and why a run failed."""


runs.add_command(evaluation)


@runs.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@json_option
def list_runs(limit: int, as_json: bool) -> None:
    """The latest runs, newest first."""
    with open_stores() as stores:
        latest = Ledger(stores.mongo).latest_runs(limit)
    if as_json:
        click.echo(json.dumps([run_to_json(run) for run in latest]))
        return
    if not latest:
        click.echo("No runs yet: start one with `marquee jobs run nightly`.")
    for run in latest:
        click.echo(_line(run))


@runs.command("show")
@click.argument("run_id", metavar="RUN")
@json_option
def show(run_id: str, as_json: bool) -> None:
    """One run, stage by stage, with what it read and the code it was."""
    run = _get(run_id)
    if as_json:
        click.echo(json.dumps(run_to_json(run)))
        return
    click.echo(_line(run))
    for stage in run.stages:
        amounts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in stage.counts.items())
        click.echo(f"  {stage.name:<15} {stage.seconds:6.1f} s  {amounts}")
    for one in run.inputs:
        click.echo(f"  {input_text(one)}")
    if run.git_revision or run.code_fingerprint:
        click.echo(f"  {code_text(run)}")
    for note in run.notes:
        click.echo(f"  {note}")
    if run.error:
        click.echo(f"  {run.error}")


@runs.command("logs")
@click.argument("run_id", metavar="RUN")
def logs(run_id: str) -> None:
    """The dated lines of a run. They lie in the data folder of the host that it ran on."""
    from batch.pipeline.run_folder import log_path

    run, path = _get(run_id), log_path(read_settings(), run_id)
    try:
        click.echo(path.read_text("utf-8"), nl=False)
    except OSError as error:
        say(
            f"Error: {path}: {error.strerror or error}. The run was on host {run.host or 'unknown'}: look there."
        )
        sys.exit(FAILED)


@runs.command("retry")
@click.argument("run_id", metavar="RUN")
@quiet_option
@json_option
@click.pass_context
def retry(ctx: click.Context, run_id: str, quiet: bool, as_json: bool) -> None:
    """Go on with a run that did not finish, from its last good stage. Exit codes as `marquee jobs run`."""
    from dataclasses import replace

    from batch.pipeline.run_options import options_of

    run = _get(run_id)
    options = replace(options_of(run.parameters), resume=run.id)
    verbose = bool(ctx.find_root().params.get("verbose"))
    day = date.fromisoformat(run.logical_date)
    sys.exit(run_and_report(run.job, day, options, quiet=quiet, as_json=as_json, verbose=verbose))


def _get(run_id: str) -> RunRecord:
    """Ends the process with 2 for an unknown run."""
    with open_stores() as stores:
        try:
            return Ledger(stores.mongo).get(run_id)
        except NotFound as error:
            say(f"Error: {error}")
    sys.exit(USAGE)


def _line(run: RunRecord) -> str:
    attempt = f", attempt {run.attempt}" if run.attempt > 1 else ""
    return (
        f"{run.id}  {run.job:<14} {run.logical_date}  {run.version:<12} {run.status.value:<11}"
        f" {run.seconds:6.0f} s{'  published' if run.published else ''}{', swept' if run.swept else ''}{attempt}"
    )


runs.add_command(open_report)
runs.add_command(compare)
runs.add_command(schema)
runs.add_command(report)
