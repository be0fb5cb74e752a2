"""`marquee jobs backfill`: a job for many dates."""

from __future__ import annotations

import io
import json
import sys
from datetime import date

import click

from batch.commands.job_options import LogicalDate, json_option, no_input_option, quiet_option, yes_option
from batch.commands.job_runs import check_job, outcome_of
from batch.commands.outcome import confirm, interrupted_by_termination, say, show
from batch.commands.stores import open_stores
from batch.pipeline.run_options import RunOptions

FAILED = 1


@click.command("backfill")
@click.argument("name")
@click.option("--from", "first", type=LogicalDate(), required=True, help="First logical date.")
@click.option("--to", "last", type=LogicalDate(), required=True, help="Last logical date, included.")
@click.option(
    "--reprocess",
    type=click.Choice(["missing", "failed", "all"]),
    default="missing",
    show_default=True,
    help="Dates without a good run; dates whose last run failed; all dates, computed anew.",
)
@click.option("--newest-first", is_flag=True, help="Begin with the last date.")
@click.option(
    "--max-active",
    type=click.IntRange(1, 1),
    default=1,
    show_default=True,
    help="Dates at the same time. The run lock lets one run in, which uses all cores.",
)
@click.option("--publish", is_flag=True, help="Move the pointer to dates that are newer than the live one.")
@click.option("--allow-stale", is_flag=True, help="Also dates whose inputs are not fresh.")
@click.option("--dry-run", is_flag=True, help="Only print the plan.")
@yes_option
@no_input_option
@quiet_option
@json_option
def backfill(
    name: str,
    first: date,
    last: date,
    reprocess: str,
    newest_first: bool,
    max_active: int,
    publish: bool,
    allow_stale: bool,
    dry_run: bool,
    yes: bool,
    no_input: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Run NAME for each date from A to B. It publishes only by --publish, and never an older date over a newer.

    Started again after a kill it goes on: good dates are left out, the one that was cut short is resumed.
    """
    from batch.commands.plan_text import plan_to_json, plan_to_text
    from batch.pipeline.archive_days import date_range
    from batch.pipeline.backfill import Reprocess, select_dates
    from batch.pipeline.ledger import Ledger
    from batch.pipeline.plan import plan_run

    check_job(name)
    if first > last:
        raise click.UsageError(f"--from {first} is later than --to {last}.")
    with open_stores() as stores:
        chosen, skipped = select_dates(
            Ledger(stores.mongo), name, date_range(first, last), Reprocess(reprocess), newest_first
        )
        if not chosen:
            show([], f"Nothing to do: every date from {first} to {last} has a good run.", as_json)
            return
        found = plan_run(stores, name, chosen, skipped, publish=publish)
    if dry_run:
        show(plan_to_json(found), plan_to_text(found), as_json)
    if found.problems:
        say(f"Error: it would not fit: {'; '.join(found.problems)}.")
        sys.exit(FAILED)
    if dry_run:
        return
    confirm(f"Run {len(chosen)} dates?", plan_to_text(found), yes, no_input)
    options = RunOptions(force=reprocess == "all", publish=publish, allow_stale=allow_stale)
    sys.exit(_run_all(name, chosen, options, quiet, as_json))


def _run_all(name: str, dates: list[date], options: RunOptions, quiet: bool, as_json: bool) -> int:
    from batch.pipeline.backfill import DateResult, exit_code_of, run_dates
    from batch.pipeline.run import run_job
    from batch.storage.page_composer import find_page_composer
    from batch.storage.settings import read_settings

    settings, out = read_settings(), io.StringIO() if quiet else sys.stderr

    def tell(result: DateResult) -> None:
        if not as_json:
            click.echo(
                f"{result.day}  {outcome_of(result.run) if result.run else f'Error: {result.message}'}"
            )

    with interrupted_by_termination():
        results = run_dates(
            dates,
            lambda day: run_job(name, day, settings, out, options=options, composer=find_page_composer()),
            tell,
        )
    if as_json:
        rows = [
            {
                "logicalDate": str(one.day),
                "run": one.run.id if one.run else None,
                "status": one.run.status.value if one.run else None,
                "error": one.message or None,
                "exitCode": int(one.code),
            }
            for one in results
        ]
        click.echo(json.dumps(rows))
    left = len(dates) - len(results)
    if left:
        say(f"{left} dates were not begun. The same command goes on with them.")
    return exit_code_of(results)
