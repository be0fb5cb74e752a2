"""Explain why a title is on a profile's page, or why not.

This composes the page as the service would and changes nothing. Exit code 0 if the title is on the page, 1 if it is
not, 2 if the page is incomplete because of an outage, so that the answer may be wrong.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from bff.settings import read_settings
from domain.ids import is_raw_id, is_title_id

if TYPE_CHECKING:
    from domain.layouts.request_context import PageRequest
    from domain.page.explanation import TitleExplanation
    from resolvers.home.compose import ComposedPage

DEVICES = ("tv", "web", "mobile", "tablet")


@click.command(help=__doc__)
@click.option("--profile", required=True, help="Profile id, as in the profiles collection or the API.")
@click.option("--title", required=True, help="Title id, as in the titles collection or the API.")
@click.option("--device", type=click.Choice(DEVICES), default="tv", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(profile: str, title: str, device: str, as_json: bool) -> None:
    from domain.layouts.request_context import PageRequest

    profile, title = _raw_id(profile, "profile"), _raw_id(title, "title")
    explanation, composed, name = asyncio.run(_explain_title(profile, title, PageRequest(device=device)))
    if as_json:
        click.echo(_to_json(explanation, composed))
    else:
        _print_explanation(explanation, composed, name)
    sys.exit(0 if explanation.cause == "shown" else 1 if explanation.is_certain else 2)


def _raw_id(given_id: str, kind: str) -> str:
    raw_id = given_id.removeprefix(f"{kind}_")
    if not (is_title_id if kind == "title" else is_raw_id)(raw_id):
        raise click.BadParameter("use 1 to 64 letters, digits, '-' or '_'", param_hint=f"--{kind}")
    return raw_id


async def _explain_title(
    profile: str, title: str, request: PageRequest
) -> tuple[TitleExplanation, ComposedPage, str]:
    from dataclasses import replace

    from bff.staff_context import staff_context
    from domain.ids import ProfileId, TitleId
    from resolvers.home import explanations
    from resolvers.home.complete_page_poller import CompletePagePoller
    from resolvers.home.compose import compose_page

    profile_id, title_id = ProfileId(profile), TitleId(title)
    async with staff_context(read_settings()) as context:
        await CompletePagePoller(background=context.process.background).compose_complete(
            lambda: compose_page(replace(context), profile_id, request, any_account=True)
        )
        explanation, composed = await explanations.explain(context, profile_id, title_id, request)
        loaders = await context.version_loaders()
        known = await loaders.unfiltered_title.load(title_id)
        return explanation, composed, known.name if known else title


def _print_explanation(explanation: TitleExplanation, composed: ComposedPage, name: str) -> None:
    from dataclasses import asdict

    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    is_shown = explanation.cause == "shown"
    profile_name = composed.viewer.profile.name
    console.print(f"\n[bold]{name}[/] {'is' if is_shown else 'is not'} on {profile_name}'s page.")
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
    page = composed.page
    console.print(
        f"\n[dim]page {page.snapshot_id} · layout {page.layout_id} v{page.layout_version} · "
        f"data {page.data_version or 'none'}[/]"
    )


def _format_number(value: float | None, signed: bool = False) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else format(value, "+.3f" if signed else ".3f")


def _to_json(explanation: TitleExplanation, composed: ComposedPage) -> str:
    import json
    from dataclasses import asdict

    page = composed.page
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
        "snapshot_id": page.snapshot_id,
        "layout": {"id": page.layout_id, "version": page.layout_version},
        "data_version": page.data_version,
        "experiments": dict(page.arms),
    }
    return json.dumps(content, indent=2)
