"""`marquee runs evaluation`: the table of a run, title level and page level together."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from batch.commands.stores import open_stores
from domain.errors import NotFound

if TYPE_CHECKING:
    from batch.storage.settings import BatchSettings
    from domain.evaluation.table import EvaluationTable

USAGE = 2
EVALUATE = "evaluate"


@click.command("evaluation")
@click.argument("run_id", metavar="RUN")
@click.option(
    "--pages",
    "pages_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON of `marquee page evaluate`: its rows join the table, which is stored so.",
)
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def evaluation(run_id: str, pages_file: Path | None, as_json: bool) -> None:
    """What the lists of RUN are worth: scores by model and slice, with 95 % intervals."""
    from batch.evaluation.table_file import read_table, write_table
    from batch.jobs.context import version_folder
    from batch.pipeline.ledger import Ledger
    from domain.evaluation.table import PAGE_LEVEL, join_levels

    with open_stores() as stores:
        try:
            run = Ledger(stores.mongo).get(run_id)
        except NotFound as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(USAGE)
        folder = version_folder(stores.settings, run.version)
    table = read_table(folder)
    if table is None:
        click.echo(
            f"Run {run_id} was not evaluated, or its files are gone: "
            f"`marquee jobs run evaluate --date {run.logical_date}` evaluates that day.",
            err=True,
        )
        sys.exit(1)
    if pages_file is not None:
        table = join_levels(table, read_pages(pages_file), PAGE_LEVEL)
        write_table(folder, table)
    print_table(table, as_json)


def read_pages(path: Path) -> EvaluationTable:
    """Raises click.BadParameter for another file."""
    from domain.evaluation.table import table_from_document

    try:
        content: Any = json.loads(path.read_text("utf-8"))
        return table_from_document(content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise click.BadParameter(
            f"{path} is not the JSON of `marquee page evaluate --json` ({error})", param_hint="--pages"
        ) from error


def print_table(table: EvaluationTable, as_json: bool) -> None:
    from batch.evaluation.text import table_text
    from domain.evaluation.table import table_to_document

    click.echo(json.dumps(table_to_document(table), indent=1) if as_json else table_text(table))


def print_evaluation(settings: BatchSettings, version: str, as_json: bool) -> None:
    """After a run of the job `evaluate`."""
    from batch.evaluation.table_file import read_table
    from batch.jobs.context import version_folder

    table = read_table(version_folder(settings, version))
    if table is not None:
        print_table(table, as_json)
