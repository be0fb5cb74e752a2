"""Print the GraphQL schema, or check that the committed schema.graphql is current."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click


@click.group(help=__doc__)
def schema() -> None:
    pass


@schema.command(name="print")
def print_() -> None:
    """Print the schema. `marquee schema print > schema.graphql` updates the committed file."""
    from bff.http.sdl import sdl

    click.echo(sdl(), nl=False)


@schema.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def check(file: Path | None) -> None:
    """Compare the schema with FILE (default: the project's schema.graphql). Exit code 1 if they differ."""
    from bff.http.sdl import SDL_FILE, sdl

    committed = file or SDL_FILE
    try:
        text = committed.read_text("utf-8")
    except OSError as error:
        raise click.ClickException(f"{committed} cannot be read: {error.strerror}.") from error
    if text == sdl():
        click.echo(f"{committed.name} is up to date.")
        return
    lines = difflib.unified_diff(
        text.splitlines(keepends=True), sdl().splitlines(keepends=True), committed.name, "served schema"
    )
    click.echo("".join(lines), nl=False)
    click.echo(f"{committed.name} is outdated. Run: marquee schema print > {committed.name}", err=True)
    sys.exit(1)
