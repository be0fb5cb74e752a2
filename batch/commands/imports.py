"""Bring viewing data in: MovieLens, MovieTweetings, or your own catalogue, profiles and events.

Everything is checked before anything is written. Broken rows end the import with file, line and reason, unless
--skip-bad leaves them out and counts them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click

from batch.commands.stores import opened_stores
from batch.console import ConsoleReporter
from batch.importers import movielens, movietweetings
from batch.importers.loading_sets import as_now, load_set, open_set
from batch.importers.own_data import OwnFile, load_catalog, load_events, load_profiles, own_file
from batch.importers.rating_set import When
from batch.importers.reading import Problems
from batch.json_schemas import KINDS, schema_text
from domain.errors import BadInput

NEXT = "Next: marquee jobs run nightly"
FOLDER = click.Path(path_type=Path)
Result = TypeVar("Result")


def _shift_option(command: click.decorators.FC) -> click.decorators.FC:
    text = "Move history so that its last event is on this date (2026-11-22, today) or at this instant."
    return click.option("--shift-to", metavar="DATE", callback=_when, help=text)(command)


def _skip_option(command: click.decorators.FC) -> click.decorators.FC:
    text = "Leave broken rows out and count them, instead of refusing."
    return click.option("--skip-bad", is_flag=True, help=text)(command)


def _synopses_option(command: click.decorators.FC) -> click.decorators.FC:
    text = "JSON Lines of film facts from Wikipedia: cast, synopsis, article."
    return click.option("--synopses", type=FOLDER, metavar="FILE", help=text)(command)


def _json_option(command: click.decorators.FC) -> click.decorators.FC:
    return click.option("--json", "as_json", is_flag=True, help="The summary as JSON.")(command)


def _when(context: click.Context, parameter: click.Parameter, value: str | None) -> When:
    try:
        return as_now(value, datetime.now(UTC))
    except ValueError as error:
        raise click.BadParameter(
            "write a date like 2026-11-22, an instant with a time zone, or today"
        ) from error


@click.group(name="import", help=__doc__)
def import_() -> None:
    """Group of `marquee import ...`."""


@import_.command(name="movielens")
@click.argument("directory", type=FOLDER)
@_shift_option
@_skip_option
@_synopses_option
@_json_option
def import_movielens(
    directory: Path, shift_to: When, skip_bad: bool, synopses: Path | None, as_json: bool
) -> None:
    """MovieLens in its CSV format: any set from ml-latest-small to ml-25m. DIRECTORY holds movies.csv."""
    _import_set(movielens.SOURCE, directory, shift_to, skip_bad, synopses, as_json)


@import_.command(name="movietweetings")
@click.argument("directory", type=FOLDER)
@_shift_option
@_skip_option
@_synopses_option
@_json_option
def import_movietweetings(
    directory: Path, shift_to: When, skip_bad: bool, synopses: Path | None, as_json: bool
) -> None:
    """MovieTweetings; films that MovieLens brought are joined on IMDb ids. DIRECTORY holds movies.dat."""
    _import_set(movietweetings.SOURCE, directory, shift_to, skip_bad, synopses, as_json)


def _import_set(
    source: str, directory: Path, when: When, skip_bad: bool, synopses: Path | None, as_json: bool
) -> None:
    teller, problems = ConsoleReporter(quiet=as_json), Problems(skip_bad)
    rating_set = _or_fail(lambda: open_set(source, directory, problems))
    with opened_stores() as stores:
        lake = stores.settings.lake
        counts = _or_fail(lambda: load_set(stores.mongo, lake, rating_set, synopses, when, teller))
    _close(counts, problems, teller, as_json)


@import_.command(name="catalog")
@click.argument("file")
@_skip_option
@_json_option
def import_catalog(file: str, skip_bad: bool, as_json: bool) -> None:
    """Your titles: JSON Lines, one title a line; .gz is read, - is standard input."""
    _import_own(file, "catalog", skip_bad, as_json)


@import_.command(name="profiles")
@click.argument("file")
@_skip_option
@_json_option
def import_profiles(file: str, skip_bad: bool, as_json: bool) -> None:
    """Your accounts and profiles: JSON Lines, one profile a line."""
    _import_own(file, "profiles", skip_bad, as_json)


@import_.command(name="events")
@click.argument("file")
@_skip_option
@_json_option
def import_events(file: str, skip_bad: bool, as_json: bool) -> None:
    """Your viewing events: JSON Lines, one event a line, of profiles and titles brought before."""
    _import_own(file, "events", skip_bad, as_json)


@import_.command(name="schema")
@click.argument("kind", type=click.Choice(KINDS))
def import_schema(kind: str) -> None:
    """Print the JSON Schema of a line of such a file."""
    click.echo(schema_text(kind), nl=False)


def _import_own(name: str, kind: str, skip_bad: bool, as_json: bool) -> None:
    teller, problems, now = ConsoleReporter(quiet=as_json), Problems(skip_bad), datetime.now(UTC)
    with own_file(name) as path, opened_stores() as stores:
        own = OwnFile(path, kind, problems, "standard input" if name == "-" else "")
        teller.step(f"Checking and loading {own.name}.")
        if kind == "catalog":
            counts = _or_fail(lambda: load_catalog(stores.mongo, own, now))
        elif kind == "profiles":
            counts = _or_fail(lambda: load_profiles(stores.mongo, own, now))
        else:
            counts = _or_fail(lambda: load_events(stores.mongo, stores.settings.lake, own, now))
    _close(counts, problems, teller, as_json)


def _or_fail(work: Callable[[], Result]) -> Result:
    """Bad data ends with exit code 1; `opened_stores` would take it for wrong usage."""
    try:
        return work()
    except BadInput as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)


def _close(counts: dict[str, int], problems: Problems, teller: ConsoleReporter, as_json: bool) -> None:
    if problems.count:
        teller.step(f"Left out {problems.count:,} broken rows, the first of them:")
        for line in problems.shown:
            teller.step(f"  {line}")
    told = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
    teller.close({**counts, "shown": problems.shown}, f"Imported: {told}. {NEXT}", as_json)
