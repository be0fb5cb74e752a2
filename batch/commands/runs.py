"""Past runs: list them, or show one with its stages."""

from __future__ import annotations

import json
import sys

import click

from batch.commands.evaluation import evaluation
from batch.commands.run_reports import compare, open_report, report, schema
from batch.commands.stores import open_stores
from batch.pipeline.ledger import Ledger, RunRecord, run_to_json
from domain.errors import NotFound


@click.group()
def runs() -> None:
    """What the nightly runs did, and why a run failed."""


runs.add_command(evaluation)


@runs.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
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
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def show(run_id: str, as_json: bool) -> None:
    """One run, stage by stage."""
    with open_stores() as stores:
        try:
            run = Ledger(stores.mongo).get(run_id)
        except NotFound as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(2)
    if as_json:
        click.echo(json.dumps(run_to_json(run)))
        return
    click.echo(_line(run))
    for stage in run.stages:
        amounts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in stage.counts.items())
        click.echo(f"  {stage.name:<15} {stage.seconds:6.1f} s  {amounts}")
    if run.error:
        click.echo(f"  {run.error}")


def _line(run: RunRecord) -> str:
    return (
        f"{run.id}  {run.job:<14} {run.logical_date}  {run.version:<12} {run.status.value:<11}"
        f" {run.seconds:6.0f} s{'  published' if run.published else ''}{', swept' if run.swept else ''}"
    )


runs.add_command(open_report)
runs.add_command(compare)
runs.add_command(schema)
runs.add_command(report)
