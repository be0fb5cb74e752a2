"""`marquee layout preview`: composes pages with a layout file. It publishes and stores nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bff.commands.instant_option import instant_text, parse_at
from bff.commands.layout_files import FILES, read_files
from bff.commands.layout_lint import DEVICE, OUTAGE, run_or_exit
from bff.commands.region_option import RegionCode
from bff.commands.remote_option import SERVICE, say_what_is_down, say_who_composed
from bff.settings import read_settings

AT_HELP = (
    "Time, such as 2026-12-24T20:00: the local time of --market, or UTC without it. With an offset, "
    "2026-12-24T20:00+01:00, it is the same everywhere. Default: now."
)

if TYPE_CHECKING:
    from bff.layout_files.layout_api import LayoutService
    from bff.layout_files.previewed_page import Matrix, PreviewedPage
    from bff.layout_files.yaml_file import LayoutFile
    from domain.ids import ProfileId, Region
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
@SERVICE
@click.option("--cards", type=click.IntRange(0, 40), default=4, show_default=True, help="Card names per row.")
def preview(
    file: Path,
    profiles: tuple[str, ...],
    as_matrix: bool,
    people: int,
    device: str,
    moment: str | None,
    market: str | None,
    service_address: str | None,
    cards: int,
) -> None:
    """Show the page that a profile would get with FILE, or with --matrix the pages of several profiles.

    The running service is asked where one is reachable, else the page is composed in this process; a line says
    which. Exit code 2 if an outage left a page incomplete. Viewers do not see it. Without --profile the matrix shows
    the demo's personas and sampled profiles.
    """
    from bff.layout_files.layout_api import find_service
    from bff.layout_files.reporting import problem_line
    from domain.errors import NotFound, StoreUnavailable
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
    settings = read_settings()
    service = find_service(settings, service_address)
    say_who_composed(service)
    try:
        if as_matrix:
            matrix = _matrix(service, layout_file, ids, people, device, at, region)
            incomplete = matrix.incomplete
            _print_matrix(matrix, device)
        else:
            page = _page(service, layout_file, ids[0], device, at, region)
            incomplete = page.incomplete
            _print_page(page, cards, layout_file.layout)
    except NotFound as error:
        raise click.ClickException(f"{error} Requested: {', '.join(profiles)}.") from error
    except StoreUnavailable as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(OUTAGE)
    sys.exit(OUTAGE if incomplete else 0)


def _page(
    service: LayoutService | str,
    file: LayoutFile,
    profile: str,
    device: str,
    at: datetime,
    market: Region | None,
) -> PreviewedPage:
    from bff.layout_files.previewed_page import page_of_service
    from domain.ids import ProfileId

    if isinstance(service, str):
        from bff.layout_files.composed_page import page_composed_here

        [composed] = run_or_exit(_compose_pages(file, [profile], 1, device, at, market))
        return page_composed_here(composed)
    return page_of_service(service, file.document, ProfileId(profile), device, at, market)


def _matrix(
    service: LayoutService | str,
    file: LayoutFile,
    profiles: Sequence[str],
    people: int,
    device: str,
    at: datetime,
    market: Region | None,
) -> Matrix:
    from bff.layout_files.previewed_page import Matrix, matrix_of_service
    from domain.ids import ProfileId
    from domain.layouts.lint.preview_matrix import build_matrix
    from domain.layouts.lint.samples import union_layout

    if not isinstance(service, str):
        ids = [ProfileId(each) for each in profiles] or run_or_exit(_sampled_ids(file, people))
        _require_profiles(ids)
        return matrix_of_service(service, file.document, ids, device, at, market)
    from resolvers.publishing.layout_samples import sample_page

    composed = run_or_exit(_compose_pages(file, profiles, people, device, at, market))
    _require_profiles(composed)
    pages = [sample_page(one) for one in composed]
    names = [one.viewer.profile.name or one.viewer.profile.id for one in composed]
    rows = build_matrix(pages, union_layout(one.layout for one in composed), device)
    incomplete = dict.fromkeys(part for page in pages for part in page.missing_parts)
    return Matrix(tuple(names), rows, tuple(incomplete))


def _require_profiles(found: Sequence[object]) -> None:
    if not found:
        raise click.UsageError("There are no profiles to show: load data first.")


async def _sampled_ids(file: LayoutFile, people: int) -> list[ProfileId]:
    from bff.layout_files.reporting import layouts_from_files
    from bff.layout_files.sample_stores import open_sample_stores

    async with open_sample_stores(read_settings(), layouts_from_files([file])) as stores:
        return [profile.id for profile in await stores.personas_then_samples(people)]


async def _compose_pages(
    file: LayoutFile, profiles: Sequence[str], people: int, device: str, now: datetime, market: Region | None
) -> list[ComposedPage]:
    """Raises NotFound for an unknown profile."""
    from bff.layout_files.reporting import layouts_from_files
    from bff.layout_files.sample_stores import open_sample_stores
    from domain.ids import ProfileId
    from domain.layouts.request_context import PageRequest

    async with open_sample_stores(read_settings(), layouts_from_files([file])) as stores:
        say_what_is_down(stores.down)
        ids = [ProfileId(profile) for profile in profiles]
        if not ids:
            ids = [profile.id for profile in await stores.personas_then_samples(people)]
        request = PageRequest(device=device)
        return [await stores.previewer.compose(one, request, now, market) for one in ids]


def _print_page(page: PreviewedPage, cards: int, layout: str) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    console.print(f"\n[bold]{escape(page.profile)}[/] on {page.device}, {page.market}")
    console.print(f"[dim]{instant_text(page.at, page.market)}[/]\n")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "row", "titles", "status", "from", "first"):
        table.add_column(heading, justify="right" if heading in ("", "titles") else "left")
    for position, row in enumerate(page.rows, start=1):
        table.add_row(
            str(position),
            escape(row.title),
            str(row.count),
            row.status,
            f"{escape(row.source)} [{'green' if row.tier == 'fresh' else 'yellow'}]{row.tier}[/]",
            escape(", ".join(row.names[:cards])),
        )
    console.print(table)
    for name, why in page.missing.items():
        console.print(f"[dim]not shown: {escape(name)}: {escape(why)}[/]")
    for name, why in page.short.items():
        console.print(f"[dim]short: {escape(name)}: {escape(why)}[/]")
    for part in page.incomplete:
        console.print(f"[yellow]incomplete: {escape(part)}[/]")
    if page.layout != layout:
        console.print(
            f"[yellow]{escape(layout)} is not for this profile, device or time: {escape(page.layout)} is.[/]"
        )
    console.print(f"\n[dim]layout {page.layout} · draft, not live[/]")


def _print_matrix(matrix: Matrix, device: str) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("row")
    for name in matrix.names:
        table.add_column(escape(name), justify="right")
    for row in matrix.rows:
        table.add_row(escape(row.row_id), *(_cell_text(cell) for cell in row.cells))
    console.print(table)
    console.print()
    for line in _flag_reasons(matrix.rows, matrix.names):
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
