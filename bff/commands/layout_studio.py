"""Layouts tried out before anybody sees them: lint over files and sampled pages, and previews.

Part of `marquee layout`. Sampling and previews compose real pages from the stores of the settings; nothing is
published, served or kept.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bff.settings import read_settings

if TYPE_CHECKING:
    from bff.layouts.files import LayoutFile
    from bff.layouts.telling import Located
    from domain.layout_lint import Finding
    from resolvers.home import Made

FILES = click.Path(exists=True, dir_okay=False, path_type=Path)
DEVICES = ("tv", "web", "mobile", "tablet")
DEVICE = click.option("--device", type=click.Choice(DEVICES), default="tv", show_default=True)


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILES)
@click.option(
    "--profiles", type=click.IntRange(0, 5000), default=0, help="Compose the pages of so many profiles."
)
@click.option("--market", help="Only profiles of this market, such as DE.")
@DEVICE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def lint(files: tuple[Path, ...], profiles: int, market: str | None, device: str, as_json: bool) -> None:
    """Check FILES by themselves, against each other, and with --profiles on real pages.

    Exit code 1 when there is an error.
    """
    from bff.layouts.telling import findings_in, located

    read = read_files(files)
    findings = findings_in(read)
    if profiles and not any(file.problems for file in read):
        found = asyncio.run(_sampled(read, profiles, market, device))
        findings = located([*(each.finding for each in findings), *found], read)
    _tell(findings, len(files), as_json)


def _tell(findings: Sequence[Located], files: int, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(str(finding))
        if not findings:
            click.echo(f"{files} {'file' if files == 1 else 'files'}: nothing to mend.")
    sys.exit(1 if any(finding.finding.level == "error" for finding in findings) else 0)


async def _sampled(files: Sequence[LayoutFile], count: int, market: str | None, device: str) -> list[Finding]:
    from bff.layouts.sampling import samples_of, studio
    from bff.layouts.telling import book_of_files
    from domain.ids import Region
    from domain.lint_sample import findings_of

    async with studio(read_settings(), book_of_files(files)) as desk:
        people = await desk.people(count)
        place = Region(market) if market else None
        samples = await samples_of(desk, people, device, place, _progress)
    if sys.stderr.isatty():
        click.echo(err=True)
    if not samples:
        where = f" in {market}" if market else ""
        raise click.ClickException(f"There are no profiles{where} to sample: bring data in first.")
    return [finding for sample in samples for finding in findings_of(sample)]


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\rcomposing pages: {done} of {total}", err=True, nl=False)


@click.command()
@click.argument("file", type=FILES)
@click.option("--profile", required=True, help="Profile id, as in the profiles collection or the API.")
@DEVICE
@click.option("--at", "moment", help="When, such as 2026-12-24T20:00 (UTC); now when left out.")
@click.option(
    "--cards", type=click.IntRange(0, 40), default=4, show_default=True, help="Cards told of each row."
)
def preview(file: Path, profile: str, device: str, moment: str | None, cards: int) -> None:
    """Show the page that a profile would get with FILE. Nobody else sees it."""
    from bff.layouts.telling import problem_line
    from domain.errors import NotFound

    [read] = read_files([file])
    if read.problems:
        click.echo("\n".join(problem_line(read, problem) for problem in read.problems), err=True)
        sys.exit(1)
    try:
        made = asyncio.run(_previewed(read, profile.removeprefix("profile_"), device, _moment(moment)))
    except NotFound as error:
        raise click.ClickException(f"{error} Asked for: {profile}.") from error
    _show(made, cards)


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter("write it like 2026-12-24T20:00", param_hint="--at") from error
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


async def _previewed(file: LayoutFile, profile: str, device: str, now: datetime) -> Made:
    from bff.layouts.sampling import studio
    from bff.layouts.telling import book_of_files
    from domain.ids import ProfileId
    from domain.situations import PageRequest

    async with studio(read_settings(), book_of_files([file])) as desk:
        return await desk.page(ProfileId(profile), PageRequest(device=device), now)


def _show(made: Made, cards: int) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from resolvers.texts import row_title

    console = Console(highlight=False)
    page = made.page
    console.print(
        f"\n[bold]{escape(made.viewer.profile.name)}[/] on {page.request.device}, {made.viewer.region}\n"
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "row", "titles", "from", "first"):
        table.add_column(heading, justify="right" if heading in ("", "titles") else "left")
    for row in page.rows:
        first = ", ".join(card.title.name for card in row.cards[:cards])
        table.add_row(
            str(row.position + 1),
            escape(row_title(row)),
            str(len(row.cards)),
            f"{row.proposal.name} [{'green' if row.tier == 'fresh' else 'yellow'}]{row.tier.value}[/]",
            escape(first),
        )
    console.print(table)
    gone = [(hidden.row_id, hidden.why) for hidden in made.dealt.resolved.hidden]
    gone += [(spec.id, "its gate is closed for this profile") for spec in made.closed]
    gone += [(spec.id, "too few titles") for spec in page.dropped]
    for name, why in gone:
        console.print(f"[dim]not shown: {escape(name)}: {escape(why)}[/]")
    console.print(
        f"\n[dim]layout {page.layout_id} · data {page.data_version or 'none'} · a draft: nothing is live[/]"
    )


def read_files(files: Sequence[Path]) -> list[LayoutFile]:
    from bff.layouts.files import read

    try:
        return [read(path) for path in files]
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"A file cannot be read: {error}") from error
