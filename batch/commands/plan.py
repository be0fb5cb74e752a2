"""`marquee jobs plan`: what a run would read, take and change, and whether it would fit."""

from __future__ import annotations

import sys
from datetime import date

import click

from batch.commands.job_options import Bytes, LogicalDate, date_option, json_option, sample_option
from batch.commands.job_runs import check_job
from batch.commands.outcome import say, show
from batch.commands.stores import open_stores

FAILED = 1

limit_options = [
    click.option(f"--{store}-limit", type=Bytes(), help=f"Refuse what would make {label} larger: 20GB.")
    for store, label in (("mongodb", "MongoDB"), ("elasticsearch", "Elasticsearch"), ("redis", "Redis"))
]


@click.command("plan")
@click.argument("name", default="nightly")
@date_option
@click.option(
    "--from", "first", type=LogicalDate(), help="First date of a backfill; --date is then the last."
)
@sample_option
@limit_options[0]
@limit_options[1]
@limit_options[2]
@json_option
def plan(
    name: str,
    day: date,
    first: date | None,
    sample: float,
    mongodb_limit: int | None,
    elasticsearch_limit: int | None,
    redis_limit: int | None,
    as_json: bool,
) -> None:
    """What NAME (default: nightly) would read, take and change. Ends with 1 when it would not fit.

    Time and bytes are measured: they come from the last successful run of the job.
    """
    from batch.commands.plan_text import plan_to_json, plan_to_text
    from batch.pipeline.archive_days import date_range
    from batch.pipeline.plan import plan_run

    check_job(name)
    if first is not None and first > day:
        raise click.UsageError(f"--from {first} is later than --date {day}.")
    told = {"mongodb": mongodb_limit, "elasticsearch": elasticsearch_limit, "redis": redis_limit}
    limits = {store: most for store, most in told.items() if most is not None}
    with open_stores() as stores:
        dates = date_range(first, day) if first is not None else [day]
        found = plan_run(
            stores, name, dates, limits=limits, publish=first is None and sample == 1, sample=sample
        )
    show(plan_to_json(found), plan_to_text(found), as_json)
    if found.problems:
        say("Error: it would not fit. Make room, or raise the limit.")
        sys.exit(FAILED)
