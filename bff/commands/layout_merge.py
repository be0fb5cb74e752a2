"""`marquee layout merge`: takes what others published or drafted into layout files, beside your own changes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bff.commands.layout_files import FILES, read_valid_files, run_as_admin

if TYPE_CHECKING:
    from bff.layout_files.folder import LayoutFolder
    from bff.layout_files.yaml_file import LayoutFile
    from domain.layouts.merge import MergeConflict, MergeResult
    from domain.layouts.versions import Draft, LayoutVersion
    from resolvers.publishing.layout_publishing import LayoutAdmin

SIDES = click.Choice(("mine", "theirs"))


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--draft", "draft_id", help="Take in this draft instead of the live version.")
@click.option("--prefer", type=SIDES, help="Which side counts where both changed the same part.")
def merge(files: tuple[Path, ...], draft_id: str | None, prefer: str | None) -> None:
    """Take the live versions into FILES, and keep your changes.

    Changes of different parts are both kept. Where both sides changed one part, both values are printed and nothing
    is written, unless --prefer decides. Exit code 1 if a conflict is left.
    """
    from bff.layout_files.folder import LayoutFolder

    if draft_id is not None and len(files) > 1:
        raise click.UsageError("--draft takes one file.")
    layout_files = read_valid_files(files)
    has_conflict = False
    for path, file in zip(files, layout_files, strict=True):
        folder = LayoutFolder(path.parent)
        has_conflict |= not _merge_file(path, file, folder, draft_id, prefer)
    sys.exit(1 if has_conflict else 0)


def _merge_file(
    path: Path, file: LayoutFile, folder: LayoutFolder, draft_id: str | None, prefer: str | None
) -> bool:
    """False: a conflict is left, and the file is as it was."""
    from bff.layout_files.yaml_file import to_yaml
    from domain.layouts.merge import merge_documents

    base, live, draft = run_as_admin(lambda admin: _sides(admin, file, folder, draft_id))
    theirs = draft.document if draft else live.document
    merged = merge_documents(base.document, file.document, theirs, prefer == "theirs")
    source = f"draft {draft.id}, revision {draft.revision}" if draft else f"version {live.number}"
    if merged.conflicts and prefer is None:
        click.echo(
            f"{path}: you and {_author(live, draft)} changed the same parts; nothing is written.", err=True
        )
        for conflict in merged.conflicts:
            click.echo(_conflict_text(conflict), err=True)
        click.echo("Decide in the file, or repeat with --prefer mine or --prefer theirs.", err=True)
        return False
    _print_problems(path, merged)
    path.write_text(to_yaml(merged.document, path.read_text("utf-8")), "utf-8")
    if draft:
        folder.save_draft_revision(draft.id, draft.revision)
    else:
        folder.save_version(file.layout, live.number)
    click.echo(f"{path}: has {source} and your changes. Look at it: marquee layout diff {path}")
    return True


async def _sides(
    admin: LayoutAdmin, file: LayoutFile, folder: LayoutFolder, draft_id: str | None
) -> tuple[LayoutVersion, LayoutVersion, Draft | None]:
    """What both sides began from, the live version, and the draft."""
    from domain.json_schema import did_you_mean

    history = await admin.store.history(file.layout)
    if not history:
        raise click.ClickException(f"Layout {file.layout!r} is not live: there is nothing to merge.")
    draft = None
    if draft_id is not None:
        drafts = {each.id: each for each in await admin.store.drafts()}
        if draft_id not in drafts:
            raise click.ClickException(f"There is no draft {draft_id!r}.{did_you_mean(draft_id, drafts)}")
        draft = drafts[draft_id]
    began = folder.base_version(file.layout)
    number = min(began, draft.base_version) if draft else began
    base = next((version for version in history if version.number == number), None)
    if base is None:
        known = ", ".join(str(version.number) for version in history)
        raise click.ClickException(
            f"{folder.path / 'layouts.lock'} says that {file.layout!r} was pulled as version {number}, and there is "
            f"{known}. Pull the live version into another folder, and take over your changes by hand."
        )
    return base, history[0], draft


def _author(live: LayoutVersion, draft: Draft | None) -> str:
    return draft.saved_by if draft else live.published_by or "an import"


def _conflict_text(conflict: MergeConflict) -> str:
    from domain.json_schema import path_text

    sides = (("before", conflict.base), ("mine", conflict.mine), ("theirs", conflict.theirs))
    values = "".join(
        f"\n    {name + ':':8}{'(not there)' if value is None else json.dumps(value, ensure_ascii=False)}"
        for name, value in sides
    )
    return f"  {path_text(conflict.path)}{values}"


def _print_problems(path: Path, merged: MergeResult) -> None:
    from domain.layouts.validation import layout_problems

    for problem in layout_problems(merged.document):
        click.echo(f"{path}: once merged, {problem}", err=True)
