"""Explain why a title is on a profile's page, or why not, back to the run, its inputs and the git revision.

The running service is asked where one is reachable, else the page is composed in this process; a line says which.
Nothing is changed. Exit code 0 if the title is on the page, 1 if it is
not, 2 if the page is incomplete because of an outage, so that the answer may be wrong.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from bff.commands.remote_option import SERVICE, say_who_composed
from bff.settings import read_settings
from domain.ids import is_raw_id, is_title_id

if TYPE_CHECKING:
    from bff.layout_files.explained_title import ExplainedTitle
    from domain.serialization import Document

DEVICES = ("tv", "web", "mobile", "tablet")


@click.command(help=__doc__)
@click.option("--profile", help="Profile id, as in the profiles collection or the API.")
@click.option("--title", help="Title id, as in the titles collection or the API.")
@click.option("--card", help="Tracking token of a card, instead of --profile and --title.")
@click.option("--device", type=click.Choice(DEVICES), default="tv", show_default=True)
@SERVICE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(
    profile: str | None,
    title: str | None,
    card: str | None,
    device: str,
    service_address: str | None,
    as_json: bool,
) -> None:
    from bff.commands.explain_run import card_of_token, print_run, read_run, run_to_json
    from bff.layout_files.explained_title import explanation_of_service
    from bff.layout_files.layout_api import find_service
    from domain.ids import ProfileId, TitleId

    if card:
        found = asyncio.run(card_of_token(read_settings(), card, profile))
        profile, title = found.profile_id, found.title_id
    if not profile or not title:
        raise click.UsageError("Name the title: --profile ID --title ID, or --card TOKEN.")
    profile, title = _raw_id(profile, "profile"), _raw_id(title, "title")
    service = find_service(read_settings(), service_address)
    say_who_composed(service)
    if isinstance(service, str):
        explained = asyncio.run(_explain_here(profile, title, device))
    else:
        explained = explanation_of_service(service, ProfileId(profile), TitleId(title), device)
    run = asyncio.run(read_run(read_settings(), explained.data_version))
    if as_json:
        click.echo(_to_json(explained, run_to_json(run)))
    else:
        _print_explanation(explained)
        print_run(run)
    explanation = explained.explanation
    sys.exit(0 if explanation.cause == "shown" else 1 if explanation.is_certain else 2)


def _raw_id(given_id: str, kind: str) -> str:
    raw_id = given_id.removeprefix(f"{kind}_")
    if not (is_title_id if kind == "title" else is_raw_id)(raw_id):
        raise click.BadParameter("use 1 to 64 letters, digits, '-' or '_'", param_hint=f"--{kind}")
    return raw_id


async def _explain_here(profile: str, title: str, device: str) -> ExplainedTitle:
    from dataclasses import replace

    from bff.layout_files.explained_title import ExplainedTitle
    from bff.staff_context import staff_context
    from domain.ids import ProfileId, TitleId
    from domain.layouts.request_context import PageRequest
    from resolvers.home import explanations
    from resolvers.home.complete_page_poller import CompletePagePoller
    from resolvers.home.compose import compose_page

    profile_id, title_id, request = ProfileId(profile), TitleId(title), PageRequest(device=device)
    async with staff_context(read_settings()) as context:
        await CompletePagePoller(background=context.process.background).compose_complete(
            lambda: compose_page(replace(context), profile_id, request, any_account=True)
        )
        explanation, composed = await explanations.explain(context, profile_id, title_id, request)
    page = composed.page
    return ExplainedTitle(
        explanation,
        explanation.title_name or title,
        composed.viewer.profile.name,
        page.snapshot_id,
        page.layout_id,
        page.layout_version,
        page.data_version,
        page.arms,
    )


def _print_explanation(explained: ExplainedTitle) -> None:
    from dataclasses import asdict

    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    explanation = explained.explanation
    is_shown = explanation.cause == "shown"
    lead = f"\n[bold]{escape(explained.title_name)}[/] {'is' if is_shown else 'is not'} on"
    console.print(f"{lead} {escape(explained.profile_name)}'s page.")
    console.print(f"[{'green' if is_shown else 'yellow'}]{explanation.message}[/]\n")
    if explanation.rows:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("row", "stage", "rank", "cut", "score", "margin", "from"):
            table.add_column(
                heading, justify="right" if heading in ("rank", "cut", "score", "margin") else "left"
            )
        for row in explanation.rows:
            event = row.event
            table.add_row(
                row.row,
                event.stage.value + (f": {event.detail}" if event.detail else ""),
                _format_number(event.rank),
                _format_number(event.cut),
                _format_number(event.score),
                _format_number(row.margin, signed=True),
                ", ".join(row.sources),
            )
        console.print(table)
        for row in explanation.rows:
            if row.score_parts is not None:
                terms = ((name, value) for name, value in asdict(row.score_parts).items() if value)
                console.print(
                    f"[dim]{row.row}:[/] " + "  ".join(f"{name} {value:+.3f}" for name, value in terms)
                )
    console.print(
        f"\n[dim]page {explained.snapshot_id} · layout {explained.layout_id} v{explained.layout_version} · "
        f"data {explained.data_version or 'none'}[/]"
    )


def _format_number(value: float | None, signed: bool = False) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else format(value, "+.3f" if signed else ".3f")


def _to_json(explained: ExplainedTitle, run: Document | None) -> str:
    import json
    from dataclasses import asdict

    explanation = explained.explanation
    content = {
        "title_id": explanation.title_id,
        "cause": explanation.cause,
        "told": explanation.message,
        "rows": [
            {
                "row": row.row,
                "sources": row.sources,
                "fate": asdict(row.event),
                "margin": row.margin,
                "parts": asdict(row.score_parts) if row.score_parts else None,
            }
            for row in explanation.rows
        ],
        "snapshot_id": explained.snapshot_id,
        "layout": {"id": explained.layout_id, "version": explained.layout_version},
        "data_version": explained.data_version,
        "experiments": dict(explained.arms),
        "run": run,
    }
    return json.dumps(content, indent=2)
