"""`marquee layout push` and `drafts`: drafts for others to review. The live layouts do not change."""

from __future__ import annotations

import re
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bff.commands.author_option import AUTHOR
from bff.commands.layout_files import FILES, print_notes, read_saved_notes, read_valid_files, run_as_admin

if TYPE_CHECKING:
    from bff.layout_files.yaml_file import LayoutFile
    from domain.layouts.versions import Draft, DraftConflict
    from resolvers.publishing.layout_publishing import LayoutAdmin

NEW_ID_CHARACTERS = 8


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option("--draft", "draft_id", help="Save into this draft, as its next revision. Default: a new draft.")
@AUTHOR
def push(files: tuple[Path, ...], draft_id: str | None, by: str) -> None:
    """Save FILES as drafts for others to review. The live layouts do not change.

    Each push makes a draft of its own; --draft saves into one that you pushed or merged before. Lint notes are
    printed and stop nothing.
    """
    from domain.layouts.versions import DraftConflict

    if draft_id is not None and len(files) > 1:
        raise click.UsageError("--draft takes one file.")
    layout_files = read_valid_files(files)
    notes = read_saved_notes(layout_files)
    has_conflict = False
    for path, file in zip(files, layout_files, strict=True):
        outcome = run_as_admin(lambda admin, path=path, file=file: _save(admin, path, file, draft_id), by)  # type: ignore[misc]
        if isinstance(outcome, DraftConflict):
            has_conflict = True
            click.echo(
                f"{outcome}\nMerge it into your file: marquee layout merge {path} --draft {outcome.draft_id}",
                err=True,
            )
            continue
        again = f"Save into it again: marquee layout push {path} --draft {outcome.id}"
        click.echo(f"Draft {outcome.id} is saved, revision {outcome.revision}. {again}")
        print_notes(notes[file.name])
    sys.exit(1 if has_conflict else 0)


@click.command()
def drafts() -> None:
    """List the drafts of all layouts, newest first: when, who, and from which version."""
    found = run_as_admin(lambda admin: admin.store.drafts())
    for draft in found:
        when = f"{draft.saved_at:%Y-%m-%d %H:%M} UTC"
        origin = f"from version {draft.base_version}, revision {draft.revision}"
        click.echo(f"{draft.id}  {when}  {draft.saved_by}  {draft.layout or '(no name)'} {origin}")
    if not found:
        click.echo("There are no drafts. Save one: marquee layout push FILE")


async def _save(
    admin: LayoutAdmin, path: Path, file: LayoutFile, draft_id: str | None
) -> Draft | DraftConflict:
    from bff.layout_files.folder import LayoutFolder
    from domain.errors import BadInput
    from domain.ids import is_raw_id
    from domain.layouts.versions import DraftConflict
    from resolvers.publishing.layout_publishing import save_draft

    folder = LayoutFolder(path.parent)
    if draft_id is not None and not is_raw_id(draft_id):
        raise BadInput("--draft: a draft's id is 1 to 64 letters, digits, '-' or '_'.")
    expected = 0 if draft_id is None else folder.draft_revision(draft_id) or 0
    name = draft_id or _new_id(file.layout, admin.by)
    outcome = await save_draft(admin, file.document, folder.base_version(file.layout), name, expected)
    if not isinstance(outcome, DraftConflict):
        folder.save_draft_revision(outcome.id, outcome.revision)
    return outcome


def _new_id(layout: str, author: str) -> str:
    """ "home-mina-1f3a9c2e"."""
    words = re.sub("[^a-z0-9]+", "-", author.lower()).strip("-") or "draft"
    return f"{layout[:30]}-{words[:20].strip('-')}-{uuid.uuid4().hex[:NEW_ID_CHARACTERS]}"
