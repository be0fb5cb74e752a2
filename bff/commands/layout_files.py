"""What the commands of `marquee layout` share: reading files, and working on the stored layouts."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from bff.layout_files.reporting import LocatedFinding
    from bff.layout_files.yaml_file import LayoutFile
    from resolvers.publishing.layout_publishing import LayoutAdmin

T = TypeVar("T")

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


def read_files(files: Sequence[Path]) -> list[LayoutFile]:
    """Files of one name are told apart by their paths."""
    from dataclasses import replace

    from bff.layout_files.yaml_file import read

    names = Counter(path.name for path in files)
    try:
        return [replace(read(path), name=str(path) if names[path.name] > 1 else path.name) for path in files]
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be read: {error.strerror}.") from error


def read_valid_files(files: Sequence[Path]) -> list[LayoutFile]:
    """Prints problems and exits with 1."""
    from bff.layout_files.reporting import problem_line

    layout_files = read_files(files)
    problems = [problem_line(file, problem) for file in layout_files for problem in file.problems]
    if problems:
        click.echo("\n".join(problems), err=True)
        sys.exit(1)
    return layout_files


def require_different_layouts(files: Sequence[LayoutFile], verb: str) -> None:
    """Raises click.ClickException: one layout from two files would be what came last."""
    by_layout: dict[str, str] = {}
    for file in files:
        if file.layout in by_layout:
            both = f"{by_layout[file.layout]} and {file.name} are both layout {file.layout!r}"
            raise click.ClickException(f"{both}. {verb} one of them.")
        by_layout[file.layout] = file.name


def read_saved_notes(files: Sequence[LayoutFile]) -> Mapping[str, Sequence[LocatedFinding]]:
    """File name -> lint notes among the layouts that are live now: read them before you publish."""
    from bff.layout_files.saved_notes import saved_notes

    return asyncio.run(saved_notes(files))


def print_notes(notes: Sequence[LocatedFinding]) -> None:
    """To stderr. They stop nothing."""
    for note in notes:
        click.echo(str(note), err=True)


def run_as_admin(work: Callable[[LayoutAdmin], Awaitable[T]], by: str = "") -> T:
    from bff.layout_files.layout_admin import open_layout_admin

    async def run() -> T:
        async with open_layout_admin(by) as admin:
            return await work(admin)

    return asyncio.run(run())
