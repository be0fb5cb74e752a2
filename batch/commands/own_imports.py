"""Import your own catalogue, profiles and events."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from batch.commands.import_publication import ImportPublication
from batch.commands.stores import open_stores
from batch.console import ConsoleReporter
from batch.importers.catalog_import import load_catalog
from batch.importers.events_import import load_events
from batch.importers.import_options import OWN_SOURCE, ImportOptions, NotConfirmed, refuse
from batch.importers.input_files import Problems
from batch.importers.own_data import InputFile, display_name, open_input
from batch.importers.profiles_import import load_profiles
from batch.storage.clients import BatchStores
from batch.storage.import_turn import import_turn
from domain.errors import BadInput
from domain.ids import is_raw_id

BLOCKED = 3
"""Exit code: the data is in doubt and nothing was written, as for a gate of the nightly run."""

_FLAGS = {
    "--add": "The file is a part: nothing is withdrawn.",
    "--dry-run": "Check and count; write nothing.",
    "--yes": "Withdraw without asking, however much it is.",
    "--no-input": "Never ask: refuse what would need a confirmation.",
    "--skip-bad": "Skip and count broken rows instead of failing.",
    "--json": "The summary as JSON.",
}
_GIVEN = "marquee.own_options"
RESERVED_SOURCES = ("live", "sample", "movielens", "movietweetings", "history")


@dataclass(frozen=True, slots=True)
class OwnOptions:
    """What `own_options` were given."""

    source: str
    add: bool
    dry_run: bool
    yes: bool
    no_input: bool
    skip_bad: bool
    as_json: bool


@dataclass(frozen=True, slots=True)
class OwnImport:
    """What the command line says. `events_name`: of an events file."""

    file: str
    kind: str
    options: OwnOptions
    allow_changed_ids: bool = False
    events_name: str = ""


def own_options(source: str = OWN_SOURCE) -> Callable[[click.decorators.FC], click.decorators.FC]:
    """Options that imports of own data share; `source` is the default of --source. They are no parameters of the
    command: `given_options` has what was given.
    """

    def decorate(command: click.decorators.FC) -> click.decorators.FC:
        for flag, text in reversed(_FLAGS.items()):
            name = "as_json" if flag == "--json" else flag.removeprefix("--").replace("-", "_")
            kept = click.option(flag, name, is_flag=True, help=text, expose_value=False, callback=_keep)
            command = kept(command)
        return click.option(
            "--source", default=source, show_default=True, metavar="NAME", expose_value=False, callback=_keep_source,
            help="Who delivers the file. A file replaces what its source brought, and nothing else.",
        )(command)  # fmt: skip

    return decorate


def given_options() -> OwnOptions:
    """Of the command that runs."""
    options: OwnOptions = OwnOptions(**click.get_current_context().meta[_GIVEN])
    return options


def _keep(context: click.Context, parameter: click.Parameter, value: bool | str) -> None:
    context.meta.setdefault(_GIVEN, {})[parameter.name] = value


def _keep_source(context: click.Context, parameter: click.Parameter, value: str) -> None:
    _keep(context, parameter, _check_source(value))


def _check_source(value: str) -> str:
    if not is_raw_id(value) or value in RESERVED_SOURCES:
        raise click.BadParameter(
            f"write 1 to 64 letters, digits, '-' or '_', and none of {', '.join(RESERVED_SOURCES)}"
        )
    return value


def run_own_import(asked: OwnImport) -> None:
    """Exit codes: 1 broken data, 2 wrong usage, 3 not confirmed, 75 a store that does not answer."""
    reporter = ConsoleReporter(quiet=asked.options.as_json)
    problems = Problems(asked.options.skip_bad)
    with open_input(asked.file) as path, open_stores() as stores:
        name = display_name(asked.file)
        progress = reporter.share_listener(f"Reading {name}")
        is_copied = path != Path(asked.file)
        file = InputFile(path, asked.kind, problems, name if is_copied else "", progress)
        load_and_print(stores, file, asked, reporter)


def load_and_print(stores: BatchStores, file: InputFile, asked: OwnImport, reporter: ConsoleReporter) -> None:
    what = f"import {asked.kind} {display_name(asked.file)}"
    with import_turn(stores.settings.home, what, reporter.warn), ending_on_bad_data():
        counts = _load(stores, file, asked)
    _print_result(counts, file.problems, reporter, asked)


@contextmanager
def ending_on_bad_data() -> Iterator[None]:
    """Bad data ends the command here; in `open_stores` it would count as wrong usage."""
    try:
        yield
    except NotConfirmed as error:
        click.echo(f"Not imported: {error}", err=True)
        sys.exit(BLOCKED)
    except BadInput as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)


def _load(stores: BatchStores, file: InputFile, asked: OwnImport) -> dict[str, int]:
    now, publication = datetime.now(UTC), ImportPublication(stores)
    options = ImportOptions(
        asked.options.source,
        asked.options.add,
        asked.options.dry_run,
        asked.allow_changed_ids,
        _confirmation(asked),
    )
    if asked.kind == "catalog":
        return load_catalog(stores.mongo, file, now, options, publication.publish_catalog)
    if asked.kind == "profiles":
        return load_profiles(stores.mongo, file, now, options, publication.publish_members)
    lake = stores.settings.lake
    return load_events(stores.mongo, lake, file, now, options, asked.events_name, publication.publish_members)


def _confirmation(asked: OwnImport) -> Callable[[str], bool]:
    if asked.options.dry_run:
        return _foretell
    if asked.options.yes:
        return lambda _: True
    if asked.options.no_input or asked.file == "-" or not sys.stdin.isatty():
        return refuse
    return lambda question: click.confirm(question, err=True)


def _foretell(question: str) -> bool:
    """Of a dry run."""
    click.echo(f"The import itself will need --yes, or ask at a terminal: {question}", err=True)
    return True


def _print_result(
    counts: dict[str, int], problems: Problems, reporter: ConsoleReporter, asked: OwnImport
) -> None:
    if problems.count:
        reporter.step(f"Skipped {problems.count:,} broken rows, the first of them:")
        for line in problems.listed:
            reporter.step(f"  {line}")
    for warning in problems.warnings():
        reporter.step(f"Left out: {warning}")
    main = next(iter(counts))
    details = [
        f"{count:,} {name}" for name, count in counts.items() if count and name not in (main, "broken_rows")
    ]
    amounts = f"{counts[main]:,} {main}, {counts['broken_rows']:,} broken rows"
    if details:
        amounts += f" ({', '.join(details)})"
    done = "Dry run, nothing was written" if asked.options.dry_run else "Imported"
    hint = "" if asked.options.dry_run else " Next: marquee jobs run nightly"
    summary = {
        **counts,
        "shown": problems.listed,
        "left_out": dict(problems.left_out),
        "dry_run": asked.options.dry_run,
    }
    reporter.print_result(summary, f"{done}: {amounts}.{hint}", asked.options.as_json)
