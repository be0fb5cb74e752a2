"""Look at pages as they were served: show one, see what became of it, list faulty ones, export all.

Pages are kept for a while only: MARQUEE_PAGE_PAGING_SECONDS and MARQUEE_PAGE_REPLAY_DAYS say how long.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, TextIO

import click

from bff.settings import read_settings

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from domain.candidates.model import Candidate
    from domain.snapshots.diff import Change
    from domain.snapshots.invariant_violations import RecordedViolation
    from domain.snapshots.snapshot import PageSnapshot, RowSnapshot
    from resolvers.home.replays import Look, Replay

CARDS = 5
SIGNS = {"added": ("+", "green"), "removed": ("−", "red")}
"""By how a kind of change ends; everything else is a change of place."""
MOVED = ("~", "yellow")


@click.group(help=__doc__)
def page() -> None:
    """Served pages: show, diff, violations, export."""


@page.command()
@click.argument("snapshot_id")
@click.option("--cards", default=CARDS, show_default=True, help="Cards of each row to show; 0 for all.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: the whole page.")
def show(snapshot_id: str, cards: int, as_json: bool) -> None:
    """Show a page as it was served: what stood where, from which source, for which reason."""
    replay, _ = asyncio.run(_replayed(snapshot_id, with_changes=False))
    if as_json:
        from domain.snapshots.documents import page_to_document

        click.echo(json.dumps(page_to_document(replay.then.kept), indent=2))
        return
    console = _console()
    _head(console, replay)
    console.print(_rows(replay.then, cards))
    console.print(f"\n[dim]How it would look now: marquee page diff {snapshot_id}[/]")


@page.command()
@click.argument("snapshot_id")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: the changes.")
def diff(snapshot_id: str, as_json: bool) -> None:
    """Say what became of a page: what is new, gone or elsewhere now. Exit code 1 when something is."""
    replay, changes = asyncio.run(_replayed(snapshot_id, with_changes=True))
    if as_json:
        click.echo(json.dumps([asdict(change) for change in changes], indent=2))
    else:
        console = _console()
        _head(console, replay)
        _changes(console, changes)
        profile = replay.viewer.profile.id
        console.print(f"\n[dim]Why one title: marquee explain --profile {profile} --title ID[/]")
    sys.exit(1 if changes else 0)


@page.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON: the samples with their whole pages.")
def violations(as_json: bool) -> None:
    """List samples of pages that broke their contract, the latest first. Exit code 1 when there are any."""
    faults = asyncio.run(_faults())
    if as_json:
        from domain.snapshots.invariant_violations import fault_to_document

        click.echo(json.dumps([fault_to_document(fault) for fault in faults], indent=2))
    elif faults:
        _console().print(_fault_table(faults))
    else:
        click.echo("No page that was looked at broke its contract in the last week.")
    sys.exit(1 if faults else 0)


@page.command()
@click.option("--out", type=click.File("w", encoding="utf-8"), default="-", help="Default: standard output.")
def export(out: TextIO) -> None:
    """Write every page that is kept as JSON Lines, for the archive. Join what was seen by page id and places.

    A tracking token, as events keep it, reads page|row|place of the row|place of the card|title|source.
    """
    count = asyncio.run(_exported(out))
    click.echo(f"{count} page{'' if count == 1 else 's'}.", err=True)


async def _exported(out: TextIO) -> int:
    from bff.staff_context import staff_context
    from domain.snapshots.documents import page_to_document

    count = 0
    async with staff_context(read_settings()) as context:
        async for kept in context.stores.pages.every():
            out.write(json.dumps(page_to_document(kept), separators=(",", ":")) + "\n")
            count += 1
    return count


async def _replayed(snapshot_id: str, with_changes: bool) -> tuple[Replay, list[Change]]:
    from dataclasses import replace

    from bff.staff_context import staff_context
    from domain.ids import global_id
    from resolvers.home.compose import compose_page
    from resolvers.home.replays import replay
    from resolvers.home.wait_until_complete import CompletePagePoller

    async with staff_context(read_settings()) as context:
        found = await replay(context, snapshot_id)
        if not with_changes:
            return found, []
        whose, asked = global_id("profile", found.viewer.profile.id), found.then.kept.request
        await CompletePagePoller().whole(
            lambda: compose_page(replace(context), whose, asked, any_account=True)
        )
        return found, await found.changes()


async def _faults() -> Sequence[RecordedViolation]:
    from bff.staff_context import staff_context

    async with staff_context(read_settings()) as context:
        return await context.stores.faults.faults()


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def _table(*headings: str) -> Table:
    """Headings in "> " stand to the right."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading.removeprefix("> "), justify="right" if heading.startswith("> ") else "left")
    return table


def _when(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"


def _head(console: Console, replay: Replay) -> None:
    """Whose page it was, when, and what it was made from."""
    kept, profile = replay.then.kept, replay.viewer.profile
    console.print(f"\n[bold]{profile.name}[/]'s page on {kept.request.device}, {_when(kept.generated_at)}")
    console.print(f"[dim]{_made_from(kept)}[/]")
    for loss in kept.degradations:
        row = f"{loss.row_id}: " if loss.row_id else ""
        console.print(f"[yellow]{row}{loss.what.value.replace('_', ' ')}; instead: {loss.served_instead}[/]")
    console.print()


def _made_from(kept: PageSnapshot) -> str:
    arms = [f"{name}={variant}" for name, variant in sorted(kept.arms.items())]
    parts = [
        f"page {kept.snapshot_id}",
        f"layout {kept.layout_id} v{kept.layout_version}",
        f"data {kept.data_version or 'none'}",
        f"profile {kept.profile_id}",
        *([f"arms {', '.join(arms)}"] if arms else []),
    ]
    return " · ".join(parts)


def _rows(look: Look, most: int) -> Table:
    table = _table("> ", "row, card", "from", "> score", "because")
    titles = look.row_titles()
    for row in look.kept.rows:
        name = row.proposal.name
        table.add_row(
            f"[bold]{row.position + 1}[/]",
            f"[bold]{_safe(titles.get(name, name))}[/]",
            f"[bold]{name}[/]",
            "",
            f"{_reason(row)} [{'green' if row.tier == 'fresh' else 'yellow'}]{row.tier.value}[/]",
        )
        cards = list(zip(row.proposal.candidates, row.columns, row.scores, strict=True))
        shown = cards[:most] if most else cards
        for candidate, column, score in shown:
            table.add_row(
                f"[dim]{column + 1}[/]",
                f"  {_named(candidate, look)}",
                f"  {', '.join((candidate.source, *candidate.also))}",
                "" if score is None else f"{score:.3f}",
                _card_reason(candidate),
            )
        if len(shown) < len(cards):
            table.add_row("", f"  [dim]and {len(cards) - len(shown)} more[/]")
    return table


def _reason(row: RowSnapshot) -> str:
    return row.proposal.reason.kind.value.replace("_", " ")


def _card_reason(candidate: Candidate) -> str:
    parts = []
    if candidate.reason is not None:
        parts.append(f"{candidate.reason.kind.value.replace('_', ' ')} {candidate.reason.seed or ''}".strip())
    if candidate.resume is not None:
        parts.append(f"{candidate.resume.kind.value} at {candidate.resume.position_seconds} s")
    if candidate.propensity is not None:
        parts.append(f"chosen with a chance of {candidate.propensity:.3f}")
    return ", ".join(parts)


def _named(candidate: Candidate, look: Look) -> str:
    """Its name; of a title that the profile may not see by now, the id and the rule."""
    known = look.names().get(candidate.title_id)
    if known is not None:
        return _safe(known.name)
    why = look.titles.removed.get(candidate.title_id)
    return f"[dim]{candidate.title_id} ({why.value.replace('_', ' ') if why else 'no longer there'})[/]"


def _safe(text: str) -> str:
    """A name may hold brackets, which the console would take for a style."""
    from rich.markup import escape

    return escape(text)


def _changes(console: Console, changes: Sequence[Change]) -> None:
    if not changes:
        console.print("[green]It would look the same now.[/]")
    for change in changes:
        sign, colour = SIGNS.get(change.kind.value.rpartition("_")[2], MOVED)
        indent = "  " if change.title_id else ""
        console.print(f"{indent}[{colour}]{sign}[/] {_safe(change.text)}")


def _fault_table(faults: Sequence[RecordedViolation]) -> Table:
    table = _table("when", "page", "broke", "row", "what")
    for fault in faults:
        more = f" And {fault.more} more of the kind." if fault.more else ""
        table.add_row(
            f"{fault.page.generated_at:%m-%d %H:%M:%S}",
            fault.page.snapshot_id,
            f"[red]{fault.violation.invariant.value}[/]",
            fault.violation.row,
            _safe(fault.violation.what + more),
        )
    return table
