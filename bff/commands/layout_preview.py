"""`marquee layout preview`: composes pages with a layout file. It publishes and stores nothing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bff.commands.instant_option import instant_text, parse_at
from bff.commands.layout_files import FILES, read_files
from bff.commands.layout_lint import DEVICE
from bff.commands.region_option import RegionCode
from bff.settings import read_settings

AT_HELP = (
    "Time, such as 2026-12-24T20:00: the local time of --market, or UTC without it. With an offset, "
    "2026-12-24T20:00+01:00, it is the same everywhere. Default: now."
)

if TYPE_CHECKING:
    from bff.layout_files.yaml_file import LayoutFile
    from domain.ids import Region
    from domain.layouts.lint.preview_matrix import Cell, MatrixRow
    from resolvers.home.compose import ComposedPage


@click.command()
@click.argument("file", type=FILES)
@click.option(
    "--profile", "profiles", multiple=True, help="Profile id, as in the API. Repeatable with --matrix."
)
@click.option("--matrix", "as_matrix", is_flag=True, help="Show rows by profiles: card counts and problems.")
@click.option(
    "--people", type=click.IntRange(1, 20), default=8, show_default=True, help="Profiles in the matrix."
)
@DEVICE
@click.option("--at", "moment", help=AT_HELP)
@click.option("--market", type=RegionCode(), help="Market to preview, such as DE. Default: the profile's.")
@click.option("--cards", type=click.IntRange(0, 40), default=4, show_default=True, help="Card names per row.")
def preview(
    file: Path,
    profiles: tuple[str, ...],
    as_matrix: bool,
    people: int,
    device: str,
    moment: str | None,
    market: str | None,
    cards: int,
) -> None:
    """Show the page that a profile would get with FILE, or with --matrix the pages of several profiles.

    Viewers do not see it. Without --profile the matrix shows the demo's personas and sampled profiles.
    """
    from bff.layout_files.reporting import problem_line
    from domain.errors import NotFound
    from domain.ids import Region

    if not as_matrix and len(profiles) != 1:
        raise click.UsageError("Name one profile with --profile, or use --matrix.")
    [layout_file] = read_files([file])
    if layout_file.problems:
        lines = [problem_line(layout_file, problem) for problem in layout_file.problems]
        click.echo("\n".join(lines), err=True)
        sys.exit(1)
    ids = [profile.removeprefix("profile_") for profile in profiles]
    region = Region(market) if market else None
    at = parse_at(moment, region)
    try:
        pages = asyncio.run(_compose_pages(layout_file, ids, people, device, at, region))
    except NotFound as error:
        raise click.ClickException(f"{error} Requested: {', '.join(profiles)}.") from error
    if as_matrix:
        _print_matrix(pages, device)
    else:
        _print_page(pages[0], cards)


async def _compose_pages(
    file: LayoutFile, profiles: Sequence[str], people: int, device: str, now: datetime, market: Region | None
) -> list[ComposedPage]:
    """Raises NotFound for an unknown profile."""
    from bff.layout_files.reporting import layouts_from_files
    from bff.layout_files.sample_stores import open_sample_stores
    from domain.ids import ProfileId
    from domain.layouts.request_context import PageRequest

    async with open_sample_stores(read_settings(), layouts_from_files([file])) as stores:
        ids = [ProfileId(profile) for profile in profiles]
        if not ids:
            ids = [profile.id for profile in await stores.personas_then_samples(people)]
        request = PageRequest(device=device)
        return [await stores.previewer.compose(one, request, now, market) for one in ids]


def _print_page(composed: ComposedPage, cards: int) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from domain.page.completeness import missing_parts
    from domain.page.model import row_status
    from resolvers.display_text import row_title
    from resolvers.publishing.layout_previews import missing_row_reasons

    console, page, viewer = Console(highlight=False), composed.page, composed.viewer
    console.print(f"\n[bold]{escape(viewer.profile.name)}[/] on {page.request.device}, {viewer.region}")
    console.print(f"[dim]{instant_text(page.generated_at, viewer.region)}[/]\n")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "row", "titles", "status", "from", "first"):
        table.add_column(heading, justify="right" if heading in ("", "titles") else "left")
    for row in page.rows:
        first = ", ".join(card.title.name for card in row.cards[:cards])
        table.add_row(
            str(row.position + 1),
            escape(row_title(row)),
            str(len(row.cards)),
            row_status(row, page.generated_at).value,
            f"{row.candidates.name} [{'green' if row.tier == 'fresh' else 'yellow'}]{row.tier.value}[/]",
            escape(first),
        )
    console.print(table)
    missing = [(hidden.row_id, hidden.reason) for hidden in composed.arms.resolved.hidden]
    missing += missing_row_reasons(composed).items()
    for name, why in missing:
        console.print(f"[dim]not shown: {escape(name)}: {escape(why)}[/]")
    for part in missing_parts(page):
        console.print(f"[yellow]incomplete: {escape(part)}[/]")
    console.print(f"\n[dim]layout {page.layout_id} · data {page.data_version or 'none'} · draft, not live[/]")


def _print_matrix(pages: Sequence[ComposedPage], device: str) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from domain.layouts.lint.preview_matrix import build_matrix
    from domain.layouts.lint.samples import union_layout
    from resolvers.publishing.layout_samples import sample_page

    if not pages:
        raise click.UsageError("There are no profiles to show: load data first.")
    names = [page.viewer.profile.name or page.viewer.profile.id for page in pages]
    rows = build_matrix(
        [sample_page(page) for page in pages], union_layout(page.layout for page in pages), device
    )
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("row")
    for name in names:
        table.add_column(escape(name), justify="right")
    for row in rows:
        table.add_row(escape(row.row_id), *(_cell_text(cell) for cell in row.cells))
    console.print(table)
    console.print()
    for line in _flag_reasons(rows, names):
        console.print(f"[dim]{escape(line)}[/]")
    console.print(f"\n[dim]{device} · draft, not live[/]")


def _cell_text(cell: Cell) -> str:
    if cell.flag is None:
        return str(cell.count or "")
    count = f"{cell.count} " if cell.count else ""
    return f"{count}[yellow]{cell.flag.value}[/]"


def _flag_reasons(rows: Sequence[MatrixRow], names: Sequence[str]) -> Iterator[str]:
    """ "because missing for Mina, Kids: nothing was watched or rated yet" """
    for row in rows:
        names_by_reason: dict[tuple[str, str], list[str]] = {}
        for name, cell in zip(names, row.cells, strict=True):
            if cell.flag is not None and cell.reason:
                names_by_reason.setdefault((cell.flag.value, cell.reason), []).append(name)
        for (flag, why), flagged in names_by_reason.items():
            yield f"{row.row_id} {flag} for {', '.join(flagged)}: {why}"
