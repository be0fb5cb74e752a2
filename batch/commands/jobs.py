"""List the jobs and run them, here or on a cluster."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click

from batch.commands.evaluation import EVALUATE, print_evaluation
from batch.storage.settings import read_settings
from domain.errors import BadInput

USAGE = 2


class LogicalDate(click.ParamType[date]):
    """YYYY-MM-DD or "today" (UTC), not in the future."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        today = datetime.now(UTC).date()
        if value == "today":
            return today
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date; write it like {today} or use today.", param, ctx)
        if day > today:
            self.fail(f"{day} lies in the future; today is {today} (UTC).", param, ctx)
        return day


_date = click.option(
    "--date",
    "day",
    type=LogicalDate(),
    default="today",
    show_default=True,
    help="Logical date (UTC): events up to the end of that day count.",
)


@click.group()
def jobs() -> None:
    """The nightly run: learn from viewing data, publish a new data version."""


@jobs.command("list")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
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
@_date
@click.option("--json", "as_json", is_flag=True, help="Print what `evaluate` found as JSON.")
def run(name: str, day: date, as_json: bool) -> None:
    """Run NAME: "nightly" publishes; a single job stages its data under a new version and publishes nothing.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 blocked (the pointer has not moved), 5 another run is under
    way, 75 try again later, 130 interrupted.
    """
    _check_name(name)
    sys.exit(run_and_report(name, day, as_json))


@jobs.command("submit")
@click.argument("name")
@_date
@click.option("--master", required=True, help='Spark master, such as "yarn", "k8s://..." or "local[2]".')
@click.option("--conf", multiple=True, metavar="KEY=VALUE", help="Handed on to Spark; may be given often.")
@click.option(
    "--properties-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Spark properties, also secret ones: they are not on the command line.",
)
@click.option("--print", "only_print", is_flag=True, help="Only print the spark-submit command.")
def submit(
    name: str, day: date, master: str, conf: tuple[str, ...], properties_file: Path | None, only_print: bool
) -> None:
    """Run NAME by spark-submit, on a cluster. The command has no passwords: the store URLs are in a file."""
    from batch.cluster.submit import SubmitOptions, spark_submit

    _check_name(name)
    options = SubmitOptions(master, conf, properties_file)
    try:
        code = spark_submit(read_settings(), name, day, options, only_print)
    except BadInput as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(USAGE)
    sys.exit(code)


def run_and_report(name: str, day: date, as_json: bool = False) -> int:
    """Returns the exit code."""
    from batch.pipeline.failures import ExitCode, error_message, exit_code_for
    from batch.pipeline.run import run_job

    try:
        settings = read_settings()
    except BadInput as error:
        click.echo(f"Error: {error}", err=True)
        return ExitCode.USAGE
    try:
        record = run_job(name, day, settings, sys.stderr)
    except (Exception, KeyboardInterrupt) as error:
        click.echo(f"Error: {error_message(error)}", err=True)
        return exit_code_for(error)
    if name == EVALUATE:
        print_evaluation(settings, record.version, as_json)
        return ExitCode.DONE
    if record.published:
        click.echo(f"Version {record.version} is live: run {record.id}, {record.seconds:.0f} s.")
    else:
        click.echo(
            f"Version {record.version} is staged and not published: run {record.id}, {record.seconds:.0f} s. "
            f"`marquee runs show {record.id}` shows its counts."
        )
    return ExitCode.DONE


def _check_name(name: str) -> None:
    from batch.pipeline.registry import NIGHTLY, all_jobs

    names = [NIGHTLY, *all_jobs()]
    if name not in names:
        raise click.UsageError(f"There is no job {name!r}. There are: {', '.join(names)}.")
