"""`marquee layout preview`: the page of a draft for one person, or how full its rows are for several.

Pages are composed from the stores of the settings with the file in the place of what is live; nothing is published,
served or kept.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bff.commands.layout_studio import DEVICE, FILES, read_files
from bff.settings import read_settings

if TYPE_CHECKING:
    from bff.layout_files.yaml_file import LayoutFile
    from domain.layouts.lint.preview_matrix import Cell, MatrixRow
    from resolvers.home.compose import ComposedPage


@click.command()
@click.argument("file", type=FILES)
@click.option(
    "--profile", "profiles", multiple=True, help="Profile id, as in the API; several with --matrix."
)
@click.option("--matrix", "as_matrix", is_flag=True, help="Rows against people: how full, and what is amiss.")
@click.option("--people", type=click.IntRange(1, 20), default=8, show_default=True, help="Of the matrix.")
@DEVICE
@click.option("--at", "moment", help="When, such as 2026-12-24T20:00 (UTC); now when left out.")
@click.option("--market", help="As if they lived in this market, such as DE.")
@click.option(
    "--cards", type=click.IntRange(0, 40), default=4, show_default=True, help="Cards told of each row."
)
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
    """Show the page that a profile would get with FILE, or with --matrix the pages of several side by side.

    Nobody else sees it. Without --profile the matrix has the people of the demo, and sampled ones.
    """
    from bff.layout_files.reporting import problem_line
    from domain.errors import NotFound

    if not as_matrix and len(profiles) != 1:
        raise click.UsageError("Say whose page with one --profile, or ask for --matrix.")
    [read] = read_files([file])
    if read.problems:
        click.echo("\n".join(problem_line(read, problem) for problem in read.problems), err=True)
        sys.exit(1)
    asked = [profile.removeprefix("profile_") for profile in profiles]
    try:
        pages = asyncio.run(_pages(read, asked, people, device, _moment(moment), market))
    except NotFound as error:
        raise click.ClickException(f"{error} Asked for: {', '.join(profiles)}.") from error
    if as_matrix:
        _show_matrix(pages, device)
    else:
        _show(pages[0], cards)


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter("write it like 2026-12-24T20:00", param_hint="--at") from error
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


async def _pages(
    file: LayoutFile, profiles: Sequence[str], people: int, device: str, now: datetime, market: str | None
) -> list[ComposedPage]:
    """Raises NotFound for a profile that was asked for and is not there."""
    from bff.layout_files.reporting import book_of_files
    from bff.layout_files.sampling import sample_stores
    from domain.ids import ProfileId, Region
    from domain.layouts.request_context import PageRequest

    async with sample_stores(read_settings(), book_of_files([file])) as shop:
        ids = [ProfileId(profile) for profile in profiles]
        if not ids:
            ids = [profile.id for profile in await shop.personas(people)]
        request, place = PageRequest(device=device), Region(market) if market else None
        return [await shop.studio.page(one, request, now, place) for one in ids]


def _show(made: ComposedPage, cards: int) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from domain.page.model import status
    from resolvers.display_text import row_title
    from resolvers.publishing.layout_previews import TOO_FEW, closed_rows

    console, page = Console(highlight=False), made.page
    console.print(
        f"\n[bold]{escape(made.viewer.profile.name)}[/] on {page.request.device}, {made.viewer.region}\n"
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "row", "titles", "status", "from", "first"):
        table.add_column(heading, justify="right" if heading in ("", "titles") else "left")
    for row in page.rows:
        first = ", ".join(card.title.name for card in row.cards[:cards])
        table.add_row(
            str(row.position + 1),
            escape(row_title(row)),
            str(len(row.cards)),
            status(row, page.generated_at).value,
            f"{row.proposal.name} [{'green' if row.tier == 'fresh' else 'yellow'}]{row.tier.value}[/]",
            escape(first),
        )
    console.print(table)
    gone = [(hidden.row_id, hidden.why) for hidden in made.dealt.resolved.hidden]
    gone += closed_rows(made).items()
    gone += [(spec.id, TOO_FEW) for spec in page.dropped]
    for name, why in gone:
        console.print(f"[dim]not shown: {escape(name)}: {escape(why)}[/]")
    console.print(
        f"\n[dim]layout {page.layout_id} · data {page.data_version or 'none'} · a draft: nothing is live[/]"
    )


def _show_matrix(pages: Sequence[ComposedPage], device: str) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from domain.layouts.lint.preview_matrix import matrix
    from domain.layouts.lint.samples import joined
    from resolvers.publishing.layout_previews import sampled_page

    if not pages:
        raise click.UsageError("There are no profiles to look at: bring data in first.")
    names = [made.viewer.profile.name or made.viewer.profile.id for made in pages]
    rows = matrix([sampled_page(made) for made in pages], joined(made.layout for made in pages), device)
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("row")
    for name in names:
        table.add_column(escape(name), justify="right")
    for row in rows:
        table.add_row(escape(row.row_id), *(_cell_text(cell) for cell in row.cells))
    console.print(table)
    console.print()
    for line in _whys(rows, names):
        console.print(f"[dim]{escape(line)}[/]")
    console.print(f"\n[dim]{device} · a draft: nothing is live[/]")


def _cell_text(cell: Cell) -> str:
    if cell.flag is None:
        return str(cell.count or "")
    count = f"{cell.count} " if cell.count else ""
    return f"{count}[yellow]{cell.flag.value}[/]"


def _whys(rows: Sequence[MatrixRow], names: Sequence[str]) -> Iterator[str]:
    """ "because missing for Mina, Kids: nothing was watched or rated yet" """
    for row in rows:
        told: dict[tuple[str, str], list[str]] = {}
        for name, cell in zip(names, row.cells, strict=True):
            if cell.flag is not None and cell.why:
                told.setdefault((cell.flag.value, cell.why), []).append(name)
        for (flag, why), people in told.items():
            yield f"{row.row_id} {flag} for {', '.join(people)}: {why}"
