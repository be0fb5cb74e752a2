"""Inspect served pages, measure replayed ones: show one, compare it with now, list violations, export, evaluate.

Page snapshots expire after MARQUEE_PAGE_PAGING_SECONDS and MARQUEE_PAGE_REPLAY_DAYS.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, TextIO

import click

from bff.commands.layout_lint import OUTAGE
from bff.commands.page_evaluate import evaluate
from bff.commands.remote_option import SERVICE, say_who_composed
from bff.settings import read_settings

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from bff.layout_files.page_comparison import PageComparison, ServedHead
    from domain.candidates.model import Candidate
    from domain.snapshots.invariant_violations import RecordedViolation
    from domain.snapshots.snapshot import RowSnapshot
    from resolvers.home.replays import PageView, Replay

DEFAULT_CARDS = 5
CHANGE_SIGNS = {"added": ("+", "green"), "removed": ("−", "red")}
"""By the last word of the kind of change."""
MOVED_SIGN = ("~", "yellow")


@click.group(help=__doc__)
def page() -> None:
    pass


page.add_command(evaluate)


@page.command()
@click.argument("snapshot_id")
@click.option("--cards", default=DEFAULT_CARDS, show_default=True, help="Cards per row; 0 for all.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: the whole page.")
def show(snapshot_id: str, cards: int, as_json: bool) -> None:
    """Show a page as it was served: rows and cards with sources, scores and reasons."""
    replay = asyncio.run(_load_replay(snapshot_id))
    from bff.layout_files.page_comparison import head_of_snapshot

    if as_json:
        from domain.snapshots.documents import page_to_document

        click.echo(json.dumps(page_to_document(replay.then.snapshot), indent=2))
        return
    console = _console()
    _print_header(console, head_of_snapshot(replay.then.snapshot, replay.viewer.profile.name))
    console.print(_page_table(replay.then, cards))
    console.print(f"\n[dim]Compare with now: marquee page diff {snapshot_id}[/]")


@page.command()
@click.argument("snapshot_id")
@SERVICE
@click.option("--json", "as_json", is_flag=True, help="Print JSON: the changes.")
def diff(snapshot_id: str, service_address: str | None, as_json: bool) -> None:
    """Compare a served page with the page now.

    The running service is asked where one is reachable, else the page now is composed in this process; a line says
    which. Exit code 1 if the pages differ, 2 if the page now is incomplete because of an outage, so that differences
    may be none.
    """
    from bff.layout_files.layout_api import find_service
    from bff.layout_files.page_comparison import comparison_of_service

    service = find_service(read_settings(), service_address)
    say_who_composed(service)
    if isinstance(service, str):
        compared = asyncio.run(_compare_here(snapshot_id))
    else:
        compared = comparison_of_service(service, snapshot_id)
    if as_json:
        click.echo(json.dumps([asdict(change) for change in compared.changes], indent=2))
    else:
        console = _console()
        _print_header(console, compared.head)
        _print_changes(console, compared)
        profile = compared.head.profile_id
        console.print(f"\n[dim]Explain one title: marquee explain --profile {profile} --title ID[/]")
    for part in compared.incomplete:
        click.echo(f"The page now is incomplete, so differences may be none: {part}.", err=True)
    sys.exit(OUTAGE if compared.incomplete else 1 if compared.changes else 0)


@page.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON: the samples with their whole pages.")
def violations(as_json: bool) -> None:
    """List sampled pages that violated an invariant, latest first. Exit code 1 if there are any."""
    samples = asyncio.run(_load_violations())
    if as_json:
        from domain.snapshots.invariant_violations import violation_to_document

        click.echo(json.dumps([violation_to_document(sample) for sample in samples], indent=2))
    elif samples:
        _console().print(_violation_table(samples))
    else:
        click.echo("No checked page violated an invariant in the last week.")
    sys.exit(1 if samples else 0)


@page.command()
@click.option("--out", type=click.File("w", encoding="utf-8"), default="-", help="Default: standard output.")
def export(out: TextIO) -> None:
    """Write all page snapshots as JSON Lines. Join events to them by page id and positions.

    A tracking token in an event is page|row|row position|card position|title|source.
    """
    count = asyncio.run(_export_pages(out))
    click.echo(f"{count} page{'' if count == 1 else 's'}.", err=True)


async def _export_pages(out: TextIO) -> int:
    from bff.staff_context import staff_context
    from domain.snapshots.documents import page_to_document

    count = 0
    async with staff_context(read_settings()) as context:
        async for snapshot in context.stores.snapshots.all_snapshots():
            out.write(json.dumps(page_to_document(snapshot), separators=(",", ":")) + "\n")
            count += 1
    return count


async def _load_replay(snapshot_id: str) -> Replay:
    from bff.staff_context import staff_context
    from resolvers.home.replays import replay

    async with staff_context(read_settings()) as context:
        return await replay(context, snapshot_id)


async def _compare_here(snapshot_id: str) -> PageComparison:
    from dataclasses import replace

    from bff.layout_files.page_comparison import PageComparison, head_of_snapshot
    from bff.staff_context import staff_context
    from domain.page.completeness import missing_parts
    from resolvers.home.complete_page_poller import CompletePagePoller
    from resolvers.home.compose import compose_page
    from resolvers.home.replays import replay

    async with staff_context(read_settings()) as context:
        found = await replay(context, snapshot_id)
        profile_id, request = found.viewer.profile.id, found.then.snapshot.request
        await CompletePagePoller(background=context.process.background).compose_complete(
            lambda: compose_page(replace(context), profile_id, request, any_account=True)
        )
        changes, incomplete = await found.changes(), missing_parts((await found.now()).snapshot)
        head = head_of_snapshot(found.then.snapshot, found.viewer.profile.name)
        return PageComparison(head, tuple(changes), incomplete)


async def _load_violations() -> Sequence[RecordedViolation]:
    from bff.staff_context import staff_context

    async with staff_context(read_settings()) as context:
        return await context.stores.violations.latest()


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def _table(*headings: str) -> Table:
    """ "> " before a heading aligns its column to the right."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading.removeprefix("> "), justify="right" if heading.startswith("> ") else "left")
    return table


def _print_header(console: Console, head: ServedHead) -> None:
    time = f"{head.generated_at:%Y-%m-%d %H:%M:%S} UTC"
    console.print(f"\n[bold]{_escape(head.profile_name)}[/]'s page on {head.device}, {time}")
    console.print(f"[dim]{_versions_text(head)}[/]")
    for loss in head.losses:
        console.print(f"[yellow]{_escape(loss)}[/]")
    console.print()


def _versions_text(head: ServedHead) -> str:
    arms = [f"{name}={variant}" for name, variant in sorted(head.arms.items())]
    parts = [
        f"page {head.snapshot_id}",
        f"layout {head.layout_id} v{head.layout_version}",
        f"data {head.data_version or 'none'}",
        f"profile {head.profile_id}",
        *([f"arms {', '.join(arms)}"] if arms else []),
    ]
    return " · ".join(parts)


def _page_table(view: PageView, max_cards: int) -> Table:
    table = _table("> ", "row, card", "from", "> score", "because")
    titles = view.row_titles()
    for row in view.snapshot.rows:
        name = row.candidates.name
        table.add_row(
            f"[bold]{row.position + 1}[/]",
            f"[bold]{_escape(titles.get(name, name))}[/]",
            f"[bold]{name}[/]",
            "",
            f"{_row_reason(row)} [{'green' if row.tier == 'fresh' else 'yellow'}]{row.tier.value}[/]",
        )
        cards = list(zip(row.candidates.candidates, row.columns, row.scores, strict=True))
        shown = cards[:max_cards] if max_cards else cards
        for candidate, column, score in shown:
            table.add_row(
                f"[dim]{column + 1}[/]",
                f"  {_title_text(candidate, view)}",
                f"  {', '.join((candidate.source, *candidate.other_sources))}",
                "" if score is None else f"{score:.3f}",
                _card_reason(candidate),
            )
        if len(shown) < len(cards):
            table.add_row("", f"  [dim]and {len(cards) - len(shown)} more[/]")
    return table


def _row_reason(row: RowSnapshot) -> str:
    return row.candidates.reason.kind.value.replace("_", " ")


def _card_reason(candidate: Candidate) -> str:
    parts = []
    if candidate.reason is not None:
        parts.append(f"{candidate.reason.kind.value.replace('_', ' ')} {candidate.reason.seed or ''}".strip())
    if candidate.resume is not None:
        parts.append(f"{candidate.resume.kind.value} at {candidate.resume.position_seconds} s")
    if candidate.propensity is not None:
        parts.append(f"chosen with a chance of {candidate.propensity:.3f}")
    return ", ".join(parts)


def _title_text(candidate: Candidate, view: PageView) -> str:
    """The name; the id and the refusal if the profile may no longer see the title."""
    known = view.names().get(candidate.title_id)
    if known is not None:
        return _escape(known.name)
    refusal = view.filtered.refused.get(candidate.title_id)
    text = refusal.value.replace("_", " ") if refusal else "no longer in the catalogue"
    return f"[dim]{candidate.title_id} ({text})[/]"


def _escape(text: str) -> str:
    """Escapes brackets, which the console reads as styles."""
    from rich.markup import escape

    return escape(text)


def _print_changes(console: Console, compared: PageComparison) -> None:
    if not compared.changes and not compared.incomplete:
        console.print("[green]The page is the same now.[/]")
    for change in compared.changes:
        sign, colour = CHANGE_SIGNS.get(change.kind.value.rpartition("_")[2], MOVED_SIGN)
        indent = "  " if change.title_id else ""
        console.print(f"{indent}[{colour}]{sign}[/] {_escape(change.text)}")


def _violation_table(samples: Sequence[RecordedViolation]) -> Table:
    table = _table("when", "page", "invariant", "row", "problem")
    for sample in samples:
        more = f" {sample.more} more of this kind." if sample.more else ""
        table.add_row(
            f"{sample.page.generated_at:%m-%d %H:%M:%S}",
            sample.page.snapshot_id,
            f"[red]{sample.violation.invariant.value}[/]",
            sample.violation.row,
            _escape(sample.violation.message + more),
        )
    return table
