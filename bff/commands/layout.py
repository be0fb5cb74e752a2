"""Layouts as files: pull, push, diff, lint, preview, publish, roll back.

They speak to the MongoDB of the settings and need nothing else running. Exit codes: 0 done, or nothing to tell;
1 a problem, a difference, or somebody was faster; 2 wrong usage.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bff.commands.layout_preview import preview
from bff.commands.layout_studio import lint, read_files

if TYPE_CHECKING:
    from bff.layout_files.yaml_file import LayoutFile
    from domain.layouts.versions import LayoutVersion
    from resolvers.publishing.layout_publishing import LayoutAdmin

T = TypeVar("T")

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)
REASON = click.option("--reason", required=True, help="What changes and why; history keeps it.")
BY = click.option("--by", default="", help="Who publishes; your user name when left out.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(help=__doc__)
def layout() -> None:
    """Layouts."""


@layout.command()
@click.argument("names", nargs=-1)
@click.option("--into", default=".", show_default=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite files that have changes of their own.")
def pull(names: tuple[str, ...], into: Path, force: bool) -> None:
    """Write live layouts into files, all of them or those NAMED. Comments of the files stay."""
    from bff.layout_files.folder import LayoutFolder

    async def live(desk: LayoutAdmin) -> dict[str, LayoutVersion]:
        return dict(await desk.store.editions())

    folder, editions = LayoutFolder(into), _run(live)
    unknown = [name for name in names if name not in editions]
    if unknown:
        raise click.ClickException(f"No such live layout: {', '.join(unknown)}. Live: {_names(editions)}.")
    failed = False
    for name in names or sorted(editions):
        edition = editions[name]
        if not force and _has_own_changes(folder.path, edition):
            failed = True
            click.echo(
                f"{folder.file_of(name)} has changes that are not live: publish them, or --force.", err=True
            )
            continue
        changed = folder.take(edition)
        click.echo(f"{folder.file_of(name)}: version {edition.version}" + ("" if changed else ", as it was"))
    sys.exit(1 if failed else 0)


@layout.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@BY
def push(files: tuple[Path, ...], by: str) -> None:
    """Save FILES as drafts, for others to look at. What is live does not change."""
    from bff.layout_files.folder import folder_of
    from resolvers.publishing.layout_publishing import save_draft

    read = _readable(files)

    async def save(desk: LayoutAdmin) -> list[str]:
        saved = []
        for path, file in zip(files, read, strict=True):
            name = str(file.document["layout"])
            await save_draft(desk, file.document, folder_of(path).version_of(name), f"file-{name}")
            saved.append(name)
        return saved

    for name in _run(save, by):
        click.echo(f"Draft file-{name} is saved.")


@layout.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--yaml", "as_yaml", is_flag=True, help="Line by line, as YAML.")
@JSON
def diff(files: tuple[Path, ...], as_yaml: bool, as_json: bool) -> None:
    """Say how FILES differ from what is live. Exit code 1 when one does."""
    from bff.layout_files.reporting import differences_of

    read = _readable(files)

    async def live(desk: LayoutAdmin) -> dict[str, LayoutVersion]:
        return dict(await desk.store.editions())

    editions = _run(live)
    told = {
        file.name: differences_of(file, editions.get(str(file.document["layout"])), as_yaml) for file in read
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for name, lines in told.items():
            click.echo(
                "\n".join([f"{name}:", *(f"  {line}" for line in lines)]) if lines else f"{name}: as live."
            )
    sys.exit(1 if any(told.values()) else 0)


@layout.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@REASON
@click.option("--expect", type=click.IntRange(0), help="The live version; else the one layouts.lock names.")
@BY
def publish(files: tuple[Path, ...], reason: str, expect: int | None, by: str) -> None:
    """Make FILES live. Nothing is published when one of them has a problem."""
    from bff.layout_files.folder import folder_of
    from domain.layouts.versions import VersionConflict
    from resolvers.publishing.layout_publishing import publish as publish_one

    if expect is not None and len(files) > 1:
        raise click.UsageError("--expect is for one file; layouts.lock knows the versions of several.")
    read = _readable(files)

    async def make_live(desk: LayoutAdmin) -> bool:
        for path, file in zip(files, read, strict=True):
            folder, name = folder_of(path), str(file.document["layout"])
            expected = folder.version_of(name) if expect is None else expect
            outcome = await publish_one(desk, file.document, expected, reason)
            if isinstance(outcome, VersionConflict):
                click.echo(str(outcome), err=True)
                return False
            folder.note_version(name, outcome.version)
            click.echo(f"{name}: version {outcome.version} is live.")
        return True

    sys.exit(0 if _run(make_live, by) else 1)


@layout.command()
@click.argument("name")
@click.argument("version", type=click.IntRange(0))
@REASON
@BY
def rollback(name: str, version: int, reason: str, by: str) -> None:
    """Publish VERSION of layout NAME again, as a new version."""
    from domain.layouts.versions import VersionConflict
    from resolvers.publishing.layout_publishing import roll_back

    outcome = _run(lambda desk: roll_back(desk, name, version, reason), by)
    if isinstance(outcome, VersionConflict):
        raise click.ClickException(str(outcome))
    click.echo(f"{name}: version {outcome.version} is live; it is version {version} again.")


@layout.command()
@click.argument("name")
@JSON
def history(name: str, as_json: bool) -> None:
    """Show which versions of layout NAME were live, and who published them why."""
    from bff.layout_files.reporting import edition_json, edition_line

    editions = _run(lambda desk: desk.store.history(name))
    if not editions:
        raise click.ClickException(f"{name!r} was never published.")
    if as_json:
        click.echo(json.dumps([edition_json(edition) for edition in editions], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(edition_line(edition) for edition in editions))


@layout.command()
def schema() -> None:
    """Print the JSON Schema of layouts."""
    from bff.layout_files.folder import schema_text

    click.echo(schema_text(), nl=False)


layout.add_command(lint)
layout.add_command(preview)


def _run(ask: Callable[[LayoutAdmin], Awaitable[T]], by: str = "") -> T:
    """What `ask` answers, over the MongoDB of the settings."""
    from bff.layout_files.store_desk import layout_desk

    async def asked() -> T:
        async with layout_desk(by) as desk:
            return await ask(desk)

    return asyncio.run(asked())


def _readable(files: Sequence[Path]) -> list[LayoutFile]:
    """The files, when none of them has a problem; else all problems are told, and nothing else happens."""
    from bff.layout_files.reporting import problem_line

    read = read_files(files)
    problems = [problem_line(file, problem) for file in read for problem in file.problems]
    if problems:
        click.echo("\n".join(problems), err=True)
        sys.exit(1)
    return read


def _has_own_changes(folder: Path, edition: LayoutVersion) -> bool:
    """The file says neither what is live nor what it was taken from."""
    from bff.layout_files.folder import LayoutFolder

    place = LayoutFolder(folder)
    file = place.existing(edition.layout)
    if file is None or file.document == edition.document:
        return False
    history = _run(lambda desk: desk.store.history(edition.layout))
    taken = place.version_of(edition.layout)
    return not any(old.version == taken and old.document == file.document for old in history)


def _names(editions: dict[str, LayoutVersion]) -> str:
    return ", ".join(sorted(editions)) or "none"
