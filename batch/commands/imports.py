"""Import data: research sets, your own catalogue, profiles and events, or what was watched elsewhere.

All rows are checked before anything is written. Broken rows end the import with file, line and reason, unless
--skip-bad skips and counts them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click

from batch.commands.catalogue_shapes import import_imdb, import_tmdb
from batch.commands.history_imports import import_history
from batch.commands.import_publication import ImportPublication
from batch.commands.own_imports import OwnImport, given_options, own_options, run_own_import
from batch.commands.stores import open_stores
from batch.console import ConsoleReporter
from batch.importers import movielens, movietweetings
from batch.importers.input_files import Problems
from batch.importers.rating_set import HistoryShift
from batch.importers.rating_set_import import load_rating_set, open_rating_set, parse_shift_to
from batch.json_schemas import KINDS, schema_text
from batch.storage.import_turn import import_turn
from domain.errors import BadInput

NEXT = "Next: marquee jobs run nightly"
FOLDER = click.Path(path_type=Path)
Result = TypeVar("Result")


def _shift_option(command: click.decorators.FC) -> click.decorators.FC:
    help_text = "Move history so that its last event is on this date (2026-11-22, today) or at this instant."
    return click.option("--shift-to", metavar="DATE", callback=_parse_shift_to, help=help_text)(command)


def _skip_option(command: click.decorators.FC) -> click.decorators.FC:
    help_text = "Skip and count broken rows instead of failing."
    return click.option("--skip-bad", is_flag=True, help=help_text)(command)


def _synopses_option(command: click.decorators.FC) -> click.decorators.FC:
    help_text = "JSON Lines of film facts from Wikipedia: cast, synopsis, article."
    return click.option("--synopses", type=FOLDER, metavar="FILE", help=help_text)(command)


def _dry_option(command: click.decorators.FC) -> click.decorators.FC:
    return click.option("--dry-run", is_flag=True, help="Check and count; write nothing.")(command)


def _json_option(command: click.decorators.FC) -> click.decorators.FC:
    return click.option("--json", "as_json", is_flag=True, help="The summary as JSON.")(command)


def _parse_shift_to(context: click.Context, parameter: click.Parameter, value: str | None) -> HistoryShift:
    try:
        return parse_shift_to(value, datetime.now(UTC))
    except ValueError as error:
        raise click.BadParameter(
            "write a date like 2026-11-22, an instant with a time zone, or today"
        ) from error


@click.group(name="import", help=__doc__)
def import_() -> None:
    """`marquee import`."""


@import_.command(name="movielens")
@click.argument("directory", type=FOLDER)
@_shift_option
@_skip_option
@_synopses_option
@_dry_option
@_json_option
def import_movielens(
    directory: Path,
    shift_to: HistoryShift,
    skip_bad: bool,
    synopses: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """MovieLens in its CSV format: any set from ml-latest-small to ml-25m. DIRECTORY holds movies.csv."""
    _import_set(movielens.SOURCE, directory, shift_to, skip_bad, synopses, dry_run, as_json)


@import_.command(name="movietweetings")
@click.argument("directory", type=FOLDER)
@_shift_option
@_skip_option
@_synopses_option
@_dry_option
@_json_option
def import_movietweetings(
    directory: Path,
    shift_to: HistoryShift,
    skip_bad: bool,
    synopses: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """MovieTweetings, joined with MovieLens on IMDb ids. DIRECTORY holds movies.dat."""
    _import_set(movietweetings.SOURCE, directory, shift_to, skip_bad, synopses, dry_run, as_json)


def _import_set(
    source: str,
    directory: Path,
    shift: HistoryShift,
    skip_bad: bool,
    synopses: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    reporter, problems = ConsoleReporter(quiet=as_json), Problems(skip_bad)
    rating_set = _run_or_exit(lambda: open_rating_set(source, directory, problems))
    with open_stores() as stores, import_turn(stores.settings.home, f"import {source}", reporter.warn):
        lake = stores.settings.lake
        counts = _run_or_exit(
            lambda: load_rating_set(
                stores.mongo,
                lake,
                rating_set,
                synopses,
                shift,
                reporter,
                ImportPublication(stores).publish_catalog,
                dry_run,
            )
        )
    _print_result(counts, problems, reporter, dry_run, as_json)


@import_.command(name="catalog")
@click.argument("file")
@click.option(
    "--allow-changed-ids", is_flag=True, help="Ids may become another kind, or move to another series."
)
@own_options()
def import_catalog(
    file: str,
    allow_changed_ids: bool,
) -> None:
    """Your titles: JSON Lines, one title a line; .gz is read, - is standard input.

    A file holds all titles of its source: the titles that it lacks are withdrawn. --add imports a part.
    """
    run_own_import(OwnImport(file, "catalog", given_options(), allow_changed_ids=allow_changed_ids))


@import_.command(name="profiles")
@click.argument("file")
@own_options()
def import_profiles(
    file: str,
) -> None:
    """Your accounts and profiles: JSON Lines, one profile a line.

    A file holds all profiles of its source: the profiles that it lacks are withdrawn. --add imports a part.
    """
    run_own_import(OwnImport(file, "profiles", given_options()))


@import_.command(name="events")
@click.argument("file")
@click.option(
    "--name", default="", metavar="NAME", help="Which file this replaces; default: the file's name."
)
@own_options()
def import_events(
    file: str,
    name: str,
) -> None:
    """Your viewing events: JSON Lines, one event a line, of imported profiles and titles.

    Imported again under its name, a file replaces what it brought. --add keeps what it lacks.
    """
    run_own_import(OwnImport(file, "events", given_options(), events_name=name))


import_.add_command(import_tmdb)
import_.add_command(import_imdb)
import_.add_command(import_history)


@import_.command(name="schema")
@click.argument("kind", type=click.Choice(KINDS))
def import_schema(kind: str) -> None:
    """Print the JSON Schema of a line of KIND."""
    click.echo(schema_text(kind), nl=False)


def _run_or_exit(work: Callable[[], Result]) -> Result:
    """Bad data ends with exit code 1; `open_stores` would end with 2, wrong usage."""
    try:
        return work()
    except BadInput as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)


def _print_result(
    counts: dict[str, int], problems: Problems, reporter: ConsoleReporter, dry_run: bool, as_json: bool
) -> None:
    if problems.count:
        reporter.step(f"Skipped {problems.count:,} broken rows, the first of them:")
        for line in problems.listed:
            reporter.step(f"  {line}")
    amounts = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
    sentence = f"Dry run, nothing was written: {amounts}." if dry_run else f"Imported: {amounts}. {NEXT}"
    reporter.print_result({**counts, "shown": problems.listed, "dry_run": dry_run}, sentence, as_json)
