"""`marquee layout publish`: makes layout files live."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bff.commands.author_option import AUTHOR
from bff.commands.layout_files import (
    FILES,
    print_notes,
    read_saved_notes,
    read_valid_files,
    require_different_layouts,
    run_as_admin,
)

if TYPE_CHECKING:
    from bff.layout_files.reporting import LocatedFinding
    from bff.layout_files.yaml_file import LayoutFile
    from domain.layouts.versions import VersionConflict
    from resolvers.publishing.layout_publishing import LayoutAdmin

REASON = click.option("--reason", required=True, help="What changes and why; stored in the history.")


@dataclass(frozen=True, slots=True)
class _Publication:
    """`expected`: the version whose place the file takes."""

    path: Path
    file: LayoutFile
    expected: int


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@REASON
@click.option("--expect", type=click.IntRange(0), help="The live version. Default: from layouts.lock.")
@AUTHOR
def publish(files: tuple[Path, ...], reason: str, expect: int | None, by: str) -> None:
    """Make FILES live. A problem or a version conflict in one file publishes none. Lint notes stop nothing."""
    from bff.layout_files.folder import LayoutFolder

    if expect is not None and len(files) > 1:
        raise click.UsageError("--expect takes one file; layouts.lock holds the versions of several.")
    from resolvers.publishing.layout_publishing import validate_reason

    validate_reason(reason)
    layout_files = read_valid_files(files)
    require_different_layouts(layout_files, "Publish")
    notes = read_saved_notes(layout_files)
    planned = [
        _Publication(
            path, file, LayoutFolder(path.parent).base_version(file.layout) if expect is None else expect
        )
        for path, file in zip(files, layout_files, strict=True)
    ]
    sys.exit(0 if run_as_admin(lambda admin: _publish_all(admin, planned, reason, notes), by) else 1)


async def _publish_all(
    admin: LayoutAdmin,
    planned: Sequence[_Publication],
    reason: str,
    notes: Mapping[str, Sequence[LocatedFinding]],
) -> bool:
    """False: another designer published since."""
    from bff.layout_files.folder import LayoutFolder
    from domain.layouts.versions import VersionConflict
    from resolvers.publishing.layout_publishing import publish as publish_layout

    if not await _all_are_current(admin, planned):
        return False
    for one in planned:
        outcome = await publish_layout(admin, one.file.document, one.expected, reason)
        if isinstance(outcome, VersionConflict):
            _print_conflict(one, outcome)
            return False
        LayoutFolder(one.path.parent).save_version(one.file.layout, outcome.number)
        click.echo(f"{one.file.layout}: version {outcome.number} is live.")
        print_notes(notes[one.file.name])
    return True


async def _all_are_current(admin: LayoutAdmin, planned: Sequence[_Publication]) -> bool:
    """Looked at before the first file is published. Prints what is not."""
    from domain.layouts.versions import VersionConflict

    live, are_current = await admin.store.live_versions(), True
    for one in planned:
        known = live.get(one.file.layout)
        if (known.number if known else 0) != one.expected:
            _print_conflict(one, VersionConflict(one.file.layout, one.expected, known))
            are_current = False
    return are_current


def _print_conflict(one: _Publication, conflict: VersionConflict) -> None:
    click.echo(f"{conflict}\nMerge it into your file: marquee layout merge {one.path}", err=True)
