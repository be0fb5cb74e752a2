"""Who acts, asking first, and exit codes: what commands that change the published data share."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from batch.commands.stores import open_stores
from batch.storage.clients import BatchStores
from domain.errors import BadInput, Conflict, NotFound

MAX_NAME = 80

by_option = click.option(
    "--by", "--as", "by", default="", help="Who does it; stands in the history. Default: your user name."
)
reason_option = click.option("--reason", default="", help="Why; stands in the history.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")
json_option = click.option("--json", "as_json", is_flag=True, help="Machine-readable.")


def person(given: str) -> str:
    """One visible line: the name given, else the user's."""
    visible = " ".join("".join(one if one.isprintable() else " " for one in given).split())[:MAX_NAME]
    if visible:
        return visible
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "command line"


def now() -> datetime:
    return datetime.now(UTC)


def confirm(question: str, yes: bool) -> None:
    """Raises UsageError where nobody can be asked, Abort for a no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError(f"{question} Confirm with --yes.")
    click.confirm(f"{question} Continue?", abort=True, err=True)


@contextmanager
def acting() -> Iterator[BatchStores]:
    """Ends the process with 1 (refused), 2 (settings, no such run), 3 (blocked or held) or 75 (store failure)."""
    # Late: they bring Spark's error classes, which every `--help` would wait for.
    from batch.pipeline.publish import PublicationBlocked

    with open_stores() as stores:
        try:
            yield stores
        except PublicationBlocked as error:
            _end(str(error), 3)
        except (NotFound, BadInput) as error:
            _end(str(error), 2)
        except Conflict as error:
            _end(str(error), 1)


def _end(message: str, code: int) -> None:
    click.echo(f"Error: {message}", err=True)
    sys.exit(code)
