"""Layouts as files: pull, push, diff, lint, preview, publish, roll back.

All commands use the MongoDB of the settings. Exit codes: 0 done, or no difference; 1 a problem, a difference or a
version conflict; 2 wrong usage.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bff.commands.layout_lint import lint, read_files
from bff.commands.layout_preview import preview

if TYPE_CHECKING:
    from bff.layout_files.folder import LayoutFolder
    from bff.layout_files.yaml_file import LayoutFile
    from domain.layouts.versions import LayoutVersion
    from resolvers.publishing.layout_publishing import LayoutAdmin

T = TypeVar("T")

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)
REASON = click.option("--reason", required=True, help="What changes and why; stored in the history.")
BY = click.option("--by", default="", help="Who publishes. Default: your user name.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(help=__doc__)
def layout() -> None:
    pass


@layout.command()
@click.argument("names", nargs=-1)
@click.option("--into", default=".", show_default=True, type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite files with unpublished changes.")
def pull(names: tuple[str, ...], into: Path, force: bool) -> None:
    """Write the live layouts NAMES, or all, into files. Comments in the files are kept."""
    from bff.layout_files.folder import LayoutFolder

    folder, live = LayoutFolder(into), _run_as_admin(_live_versions)
    unknown = [name for name in names if name not in live]
    if unknown:
        live_names = ", ".join(sorted(live)) or "none"
        raise click.ClickException(f"No such live layout: {', '.join(unknown)}. Live: {live_names}.")
    has_failed = False
    for name in names or sorted(live):
        path, version = folder.path_of(name), live[name]
        if not force and _has_unpublished_changes(folder, version):
            has_failed = True
            click.echo(f"{path} has unpublished changes: publish them, or use --force.", err=True)
            continue
        has_changed = folder.write_version(version)
        click.echo(f"{path}: version {version.number}" + ("" if has_changed else ", unchanged"))
    sys.exit(1 if has_failed else 0)


@layout.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@BY
def push(files: tuple[Path, ...], by: str) -> None:
    """Save FILES as drafts for others to review. The live layouts do not change."""
    from bff.layout_files.folder import LayoutFolder
    from resolvers.publishing.layout_publishing import save_draft

    layout_files = _read_valid_files(files)

    async def save(admin: LayoutAdmin) -> None:
        for path, file in zip(files, layout_files, strict=True):
            base = LayoutFolder(path.parent).base_version(file.layout)
            await save_draft(admin, file.document, base, f"file-{file.layout}")

    _run_as_admin(save, by)
    for file in layout_files:
        click.echo(f"Draft file-{file.layout} is saved.")


@layout.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--yaml", "as_yaml", is_flag=True, help="Show the difference as YAML lines.")
@JSON
def diff(files: tuple[Path, ...], as_yaml: bool, as_json: bool) -> None:
    """Compare FILES with the live layouts. Exit code 1 if one differs."""
    from bff.layout_files.reporting import difference_lines

    layout_files = _read_valid_files(files)
    live = _run_as_admin(_live_versions)
    differences = {file.name: difference_lines(file, live.get(file.layout), as_yaml) for file in layout_files}
    if as_json:
        click.echo(json.dumps(differences, ensure_ascii=False, indent=2))
    else:
        for name, lines in differences.items():
            click.echo("\n  ".join([f"{name}:", *lines]) if lines else f"{name}: same as live.")
    sys.exit(1 if any(differences.values()) else 0)


@layout.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@REASON
@click.option("--expect", type=click.IntRange(0), help="The live version. Default: from layouts.lock.")
@BY
def publish(files: tuple[Path, ...], reason: str, expect: int | None, by: str) -> None:
    """Make FILES live. A problem in one file publishes none."""
    from bff.layout_files.folder import LayoutFolder
    from domain.layouts.versions import VersionConflict
    from resolvers.publishing.layout_publishing import publish as publish_layout

    if expect is not None and len(files) > 1:
        raise click.UsageError("--expect takes one file; layouts.lock holds the versions of several.")
    layout_files = _read_valid_files(files)

    async def publish_all(admin: LayoutAdmin) -> bool:
        for path, file in zip(files, layout_files, strict=True):
            folder = LayoutFolder(path.parent)
            expected = folder.base_version(file.layout) if expect is None else expect
            outcome = await publish_layout(admin, file.document, expected, reason)
            if isinstance(outcome, VersionConflict):
                click.echo(str(outcome), err=True)
                return False
            folder.save_version(file.layout, outcome.number)
            click.echo(f"{file.layout}: version {outcome.number} is live.")
        return True

    sys.exit(0 if _run_as_admin(publish_all, by) else 1)


@layout.command()
@click.argument("name")
@click.argument("version", type=click.IntRange(0))
@REASON
@BY
def rollback(name: str, version: int, reason: str, by: str) -> None:
    """Publish VERSION of layout NAME again, as a new version."""
    from domain.layouts.versions import VersionConflict
    from resolvers.publishing.layout_publishing import roll_back

    outcome = _run_as_admin(lambda admin: roll_back(admin, name, version, reason), by)
    if isinstance(outcome, VersionConflict):
        raise click.ClickException(str(outcome))
    click.echo(f"{name}: version {outcome.number} is live, a copy of version {version}.")


@layout.command()
@click.argument("name")
@JSON
def history(name: str, as_json: bool) -> None:
    """List the published versions of layout NAME: when, who and why."""
    from bff.layout_files.reporting import version_json, version_line

    versions = _run_as_admin(lambda admin: admin.store.history(name))
    if not versions:
        raise click.ClickException(f"{name!r} was never published.")
    if as_json:
        click.echo(json.dumps([version_json(version) for version in versions], ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(version_line(version) for version in versions))


@layout.command()
def schema() -> None:
    """Print the JSON Schema of layouts."""
    from bff.layout_files.json_schema import schema_text

    click.echo(schema_text(), nl=False)


layout.add_command(lint)
layout.add_command(preview)


def _run_as_admin(work: Callable[[LayoutAdmin], Awaitable[T]], by: str = "") -> T:
    from bff.layout_files.layout_admin import open_layout_admin

    async def run() -> T:
        async with open_layout_admin(by) as admin:
            return await work(admin)

    return asyncio.run(run())


async def _live_versions(admin: LayoutAdmin) -> Mapping[str, LayoutVersion]:
    return await admin.store.live_versions()


def _read_valid_files(files: Sequence[Path]) -> list[LayoutFile]:
    """Prints problems and exits with 1."""
    from bff.layout_files.reporting import problem_line

    layout_files = read_files(files)
    problems = [problem_line(file, problem) for file in layout_files for problem in file.problems]
    if problems:
        click.echo("\n".join(problems), err=True)
        sys.exit(1)
    return layout_files


def _has_unpublished_changes(folder: LayoutFolder, live: LayoutVersion) -> bool:
    """The file equals neither the live version nor the version that it was pulled from."""
    file = folder.read_existing(live.layout)
    if file is None or file.document == live.document:
        return False
    history = _run_as_admin(lambda admin: admin.store.history(live.layout))
    base = folder.base_version(live.layout)
    return not any(old.number == base and old.document == file.document for old in history)
