"""List the jobs, plan and run them, here or on a cluster; backfill dates; cancel a run."""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from pathlib import Path

import click

from batch.commands.backfill import backfill
from batch.commands.job_options import (
    Duration,
    date_option,
    json_option,
    no_input_option,
    quiet_option,
    sample_option,
    yes_option,
)
from batch.commands.job_runs import check_job, print_dry_run, run_and_report
from batch.commands.outcome import confirm, say
from batch.commands.plan import plan
from batch.commands.stores import open_stores
from batch.pipeline.run_options import RunOptions
from batch.storage.settings import read_settings
from domain.errors import BadInput, NotFound

USAGE = 2


@click.group()
def jobs() -> None:
    """The nightly run: learn from viewing data, publish a new data version."""


jobs.add_command(plan)
jobs.add_command(backfill)


@jobs.command("list")
@json_option
def list_jobs(as_json: bool) -> None:
    """The jobs, in the order of the nightly run."""
    from batch.pipeline.registry import NIGHTLY, all_jobs

    rows = [(NIGHTLY, "all of these, then the pointer moves")] + [
        (job.name, job.summary) for job in all_jobs().values()
    ]
    if as_json:
        click.echo(json.dumps([{"job": name, "summary": summary} for name, summary in rows]))
        return
    for name, summary in rows:
        click.echo(f"{name:<15} {summary}")


@jobs.command("run")
@click.argument("name")
@date_option
@click.option("--force", is_flag=True, help="Compute although the same is live, and from the first stage.")
@click.option("--steal", is_flag=True, help="Take the run lock away from a living run; asks first.")
@click.option("--no-publish", is_flag=True, help="Stage only: the pointer does not move.")
@click.option("--publish-older", is_flag=True, help="Let the pointer move to an older logical date.")
@click.option("--allow-stale", is_flag=True, help="Publish although the inputs are not fresh.")
@click.option("--window", type=Duration(), help="Stop in time: 4h, 90m. Stages that can stop early do.")
@click.option("--hold-partial", is_flag=True, help="Publish nothing that the window has cut short.")
@click.option("--require-evaluation", is_flag=True, help="Publish nothing that could not be evaluated.")
@sample_option
@click.option("--publish-sample", is_flag=True, help="Let a sample through to the gates and the pointer.")
@click.option("--dry-run", is_flag=True, help="Only print the plan.")
@yes_option
@no_input_option
@quiet_option
@json_option
@click.pass_context
def run(
    ctx: click.Context,
    name: str,
    day: date,
    force: bool,
    steal: bool,
    no_publish: bool,
    publish_older: bool,
    allow_stale: bool,
    window: timedelta | None,
    hold_partial: bool,
    require_evaluation: bool,
    sample: float,
    publish_sample: bool,
    dry_run: bool,
    yes: bool,
    no_input: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Run NAME: "nightly" publishes; a single job stages its data under a new version and publishes nothing.

    Exit codes: 0 done or nothing to do, 1 failed, 2 wrong usage, 3 blocked (the pointer has not moved), 4 the inputs
    are not fresh, 5 another run holds the lock, 75 try again later, 130 interrupted.
    """
    check_job(name)
    options = RunOptions(
        force, steal, not no_publish, publish_older, allow_stale, window, hold_partial, require_evaluation,
        sample, publish_sample,
    )  # fmt: skip
    if dry_run:
        print_dry_run(name, day, options, as_json)
        return
    if steal:
        _confirm_steal(yes, no_input)
    verbose = bool(ctx.find_root().params.get("verbose"))
    sys.exit(run_and_report(name, day, options, quiet=quiet, as_json=as_json, verbose=verbose))


@jobs.command("submit")
@click.argument("name")
@date_option
@click.option("--master", required=True, help='Spark master, such as "yarn", "k8s://..." or "local[2]".')
@click.option("--conf", multiple=True, metavar="KEY=VALUE", help="Handed on to Spark; may be given often.")
@click.option(
    "--properties-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Spark properties, also secret ones: they are not on the command line.",
)
@click.option("--print", "only_print", is_flag=True, help="Only print the spark-submit command.")
@click.argument("run_options", nargs=-1, metavar="[-- OPTIONS OF THE RUN]")
def submit(
    name: str,
    day: date,
    master: str,
    conf: tuple[str, ...],
    properties_file: Path | None,
    only_print: bool,
    run_options: tuple[str, ...],
) -> None:
    """Run NAME by spark-submit, on a cluster. The command has no passwords: the store URLs are in a file.

    Options of `marquee jobs run` stand behind two dashes: ... --master yarn -- --window 4h
    """
    from batch.cluster.submit import SubmitOptions, spark_submit

    check_job(name)
    # Wrong usage is told here, not by a driver that a cluster has started.
    run.make_context("marquee jobs run", [name, "--date", str(day), *run_options])
    options = SubmitOptions(master, conf, properties_file, run_options)
    try:
        code = spark_submit(read_settings(), name, day, options, only_print)
    except BadInput as error:
        say(f"Error: {error}")
        sys.exit(USAGE)
    sys.exit(code)


@jobs.command("cancel")
@click.argument("run_id", metavar="RUN")
@yes_option
@no_input_option
def cancel(run_id: str, yes: bool, no_input: bool) -> None:
    """Ask a run to stop, wherever it runs. It stops within seconds and publishes nothing."""
    from batch.pipeline.ledger import Ledger
    from batch.pipeline.run_lock import BEAT_SECONDS, RunLock, server_now

    with open_stores() as stores:
        try:
            record = Ledger(stores.mongo).get(run_id)
        except NotFound as error:
            say(f"Error: {error}")
            sys.exit(USAGE)
        lock = RunLock(stores.mongo)
        holder = lock.holder()
        now = server_now(stores.mongo)
        if holder is None or holder.run_id != run_id or not holder.is_alive(now):
            click.echo(f"Run {run_id} is not under way ({record.status.value}): nothing to cancel.")
            return
        confirm("Cancel it?", f"{holder.describe(now)}. It stops and publishes nothing.", yes, no_input)
        if lock.request_cancel(run_id):
            click.echo(
                f"Run {run_id} was asked to stop and does so within about {BEAT_SECONDS} s, or when the step of its "
                f"driver ends. `marquee runs show {run_id}` tells."
            )
        else:
            click.echo(f"Run {run_id} ended in the meantime: nothing to cancel.")


def _confirm_steal(yes: bool, no_input: bool) -> None:
    from batch.pipeline.run_lock import RunLock, server_now

    with open_stores() as stores:
        holder = RunLock(stores.mongo).holder()
        if holder is None:
            return
        now = server_now(stores.mongo)
        is_alive = "It lives: it stops at its next step" if holder.is_alive(now) else "It is dead"
        effect = f"{holder.describe(now)}. {is_alive}; its version is not used."
        confirm("Take the run lock away from it?", effect, yes, no_input)
