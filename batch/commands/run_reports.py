"""Reports of runs: open one, compare two, print the schema of their results."""

from __future__ import annotations

import json
import os
import sys
import webbrowser
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from batch.commands.stores import open_stores
from domain.errors import MarqueeError

if TYPE_CHECKING:
    from batch.reports.comparison import ComparedValue
    from batch.storage.clients import BatchStores
    from batch.storage.settings import BatchSettings

USAGE = 2
LAST = "last"
_json = click.option("--json", "as_json", is_flag=True, help="Machine-readable.")


@click.command("open")
@click.argument("run_id", metavar="RUN")
@click.option("--print", "only_print", is_flag=True, help="Only print the path.")
@_json
def open_report(run_id: str, only_print: bool, as_json: bool) -> None:
    """Open the report of RUN (or "last") in a browser, and print its path."""
    from batch.reports.files import PAGE, RESULTS, report_folder

    with open_stores() as stores:
        run_id = _run_id(stores, run_id)
        settings = stores.settings
    _read(settings, run_id)
    folder = report_folder(settings, run_id).resolve()
    page = folder / PAGE
    if as_json:
        paths = {"run": run_id, "html": str(page) if page.exists() else None, "json": str(folder / RESULTS)}
        click.echo(json.dumps(paths))
        return
    if not page.exists():
        click.echo(f"Error: {page} was not written; {folder / RESULTS} has the same as data.", err=True)
        sys.exit(1)
    click.echo(page)
    has_screen = sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if sys.stdout.isatty() and has_screen and not only_print:
        webbrowser.open(page.as_uri())


@click.command("report")
@click.argument("run_id", metavar="RUN")
@click.option(
    "--evaluation", type=click.Path(path_type=Path), help="JSON of scores; they replace those of their level."
)
@click.option("--detections", type=click.Path(path_type=Path), help="JSON of what detectors found.")
def report(run_id: str, evaluation: Path | None, detections: Path | None) -> None:
    """Write the report of RUN (or "last") again, with parts that were measured after the run."""
    from batch.reports.files import PAGE, read_results, write_report_files
    from batch.reports.given_parts import detections_of, evaluation_of, read_object, replace_levels
    from batch.reports.html.page import render_page
    from batch.reports.json_document import report_from_json, to_json

    with open_stores() as stores:
        run_id = _run_id(stores, run_id)
        settings = stores.settings
    try:
        found = report_from_json(read_results(settings, run_id))
        if evaluation is not None and (scored := evaluation_of([read_object(evaluation)])) is not None:
            found = replace(found, evaluation=replace_levels(found.evaluation, scored))
        if detections is not None:
            found = replace(found, detections=detections_of(read_object(detections)))
    except MarqueeError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(USAGE)
    folder = write_report_files(settings, run_id, to_json(found), render_page(found))
    click.echo((folder / PAGE).resolve())


@click.command("compare")
@click.argument("run_a", metavar="RUN_A")
@click.argument("run_b", metavar="RUN_B")
@click.option("--all", "everything", is_flag=True, help="Also what is equal.")
@_json
def compare(run_a: str, run_b: str, everything: bool, as_json: bool) -> None:
    """Compare the results of two runs: code, inputs, stage times, figures, scores, gates, weights."""
    from batch.reports.comparison import compare_results

    with open_stores() as stores:
        ids = [_run_id(stores, one) for one in (run_a, run_b)]
        settings = stores.settings
    values = compare_results(*(_read(settings, one) for one in ids))
    if as_json:
        rows = [{**asdict(value), "change": value.change} for value in values]
        click.echo(json.dumps({"a": ids[0], "b": ids[1], "values": rows}))
        return
    shown = [value for value in values if everything or value.a != value.b]
    click.echo(f"{'':<34} {ids[0]:>22} {ids[1]:>22}   change")
    for value in shown:
        click.echo(_compared_line(value))
    click.echo(
        f"{len(values) - len(shown)} values are equal." if not everything else f"{len(values)} values."
    )


@click.command("schema")
def schema() -> None:
    """Print the JSON Schema of run_results.json."""
    from batch.reports.json_document import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


def _compared_line(value: ComparedValue) -> str:
    change = "" if value.change is None else f"{value.change:+,.4g}"
    return f"{value.name[:34]:<34} {_cell(value.a):>22} {_cell(value.b):>22}   {change}".rstrip()


def _cell(value: float | str | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        return value[:22]
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def _read(settings: BatchSettings, run_id: str) -> dict[str, object]:
    from batch.reports.files import read_results

    try:
        return read_results(settings, run_id)
    except MarqueeError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(USAGE)


def _run_id(stores: BatchStores, run: str) -> str:
    """ "last" is the newest run. The ledger is asked, so that an unknown run is called so."""
    from batch.pipeline.ledger import Ledger

    ledger = Ledger(stores.mongo)
    try:
        if run != LAST:
            return ledger.get(run).id
        latest = ledger.latest_runs(1)
    except MarqueeError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(USAGE)
    if not latest:
        click.echo("Error: There are no runs yet: start one with `marquee jobs run nightly`.", err=True)
        sys.exit(USAGE)
    return latest[0].id
