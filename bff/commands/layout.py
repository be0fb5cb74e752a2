"""Layouts as files: pull, push, diff, lint, preview, publish, roll back.

All commands use the MongoDB of the settings. Exit codes: 0 done, or no difference; 1 a problem, a difference or a
version conflict; 2 wrong usage.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bff.commands.author_option import AUTHOR
from bff.commands.layout_drafts import drafts, push
from bff.commands.layout_files import FILES, read_valid_files, run_as_admin
from bff.commands.layout_lint import lint
from bff.commands.layout_merge import merge
from bff.commands.layout_preview import preview
from bff.commands.layout_publish import REASON, publish

if TYPE_CHECKING:
    from bff.layout_files.folder import LayoutFolder
    from domain.layouts.versions import LayoutVersion
    from resolvers.publishing.layout_publishing import LayoutAdmin

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

    folder, live = LayoutFolder(into), run_as_admin(_live_versions)
    unknown = [name for name in names if name not in live]
    if unknown:
        live_names = ", ".join(sorted(live)) or "none"
        raise click.ClickException(f"No such live layout: {', '.join(unknown)}. Live: {live_names}.")
    has_failed = False
    for name in names or sorted(live):
        path, version = folder.path_of(name), live[name]
        if not force and _has_unpublished_changes(folder, version):
            has_failed = True
            click.echo(
                f"{path} has unpublished changes. Take version {version.number} in beside them: "
                f"marquee layout merge {path}\n"
                f"Or drop them: marquee layout pull {name} --into {into} --force",
                err=True,
            )
            continue
        has_changed = folder.write_version(version)
        click.echo(f"{path}: version {version.number}" + ("" if has_changed else ", unchanged"))
    sys.exit(1 if has_failed else 0)


@layout.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--yaml", "as_yaml", is_flag=True, help="Show the difference as YAML lines.")
@JSON
def diff(files: tuple[Path, ...], as_yaml: bool, as_json: bool) -> None:
    """Compare FILES with the live layouts. Exit code 1 if one differs."""
    from bff.layout_files.reporting import difference_lines

    layout_files = read_valid_files(files)
    live = run_as_admin(_live_versions)
    differences = {file.name: difference_lines(file, live.get(file.layout), as_yaml) for file in layout_files}
    if as_json:
        click.echo(json.dumps(differences, ensure_ascii=False, indent=2))
    else:
        for name, lines in differences.items():
            click.echo("\n  ".join([f"{name}:", *lines]) if lines else f"{name}: same as live.")
    sys.exit(1 if any(differences.values()) else 0)


@layout.command()
@click.argument("name")
@click.argument("version", type=click.IntRange(0))
@REASON
@AUTHOR
def rollback(name: str, version: int, reason: str, by: str) -> None:
    """Publish VERSION of layout NAME again, as a new version."""
    from domain.layouts.versions import VersionConflict
    from resolvers.publishing.layout_publishing import roll_back

    outcome = run_as_admin(lambda admin: roll_back(admin, name, version, reason), by)
    if isinstance(outcome, VersionConflict):
        raise click.ClickException(str(outcome))
    click.echo(f"{name}: version {outcome.number} is live, a copy of version {version}.")


@layout.command()
@click.argument("name")
@JSON
def history(name: str, as_json: bool) -> None:
    """List the published versions of layout NAME: when, who and why."""
    from bff.layout_files.reporting import version_json, version_line

    versions = run_as_admin(lambda admin: admin.store.history(name))
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


for command in (drafts, lint, merge, publish, push):
    layout.add_command(command)
layout.add_command(preview)


async def _live_versions(admin: LayoutAdmin) -> Mapping[str, LayoutVersion]:
    return await admin.store.live_versions()


def _has_unpublished_changes(folder: LayoutFolder, live: LayoutVersion) -> bool:
    """The file equals neither the live version nor the version that it was pulled from.

    Raises click.ClickException for a file that cannot be read: writing into it would lose what it says.
    """
    from bff.layout_files.reporting import problem_line

    file = folder.read_existing(live.layout)
    if file is not None and not file.document and file.problems:
        raise click.ClickException(
            f"{problem_line(file, file.problems[0])} Correct it first, or drop the file's content: pull --force."
        )
    if file is None or file.document == live.document:
        return False
    history = run_as_admin(lambda admin: admin.store.history(live.layout))
    base = folder.base_version(live.layout)
    return not any(old.number == base and old.document == file.document for old in history)
