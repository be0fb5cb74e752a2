"""Say why a title is on a profile's page, or the first cause that it is not.

The page is composed now, from the stores, as the service would; nobody's page changes. Exit code 0 when the
title is on the page, 1 when it is not.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from bff.settings import read_settings
from domain.ids import global_id, is_raw_id

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

    profile, title = _raw(profile, "profile"), _raw(title, "title")
    account, made, name = asyncio.run(_explained(profile, title, PageRequest(device=device)))
    if as_json:
        click.echo(_json(account, made))
    else:
        _show(account, made, name)
    sys.exit(0 if account.cause == "shown" else 1)


def _raw(given: str, kind: str) -> str:
    """The raw id in what was typed, which may be the API's own id."""
    raw = given.removeprefix(f"{kind}_")
    if not is_raw_id(raw):
        raise click.BadParameter("use 1 to 64 letters, digits, '-' or '_'", param_hint=f"--{kind}")
    return raw


async def _explained(
    profile: str, title: str, request: PageRequest
) -> tuple[TitleExplanation, ComposedPage, str]:
    from dataclasses import replace

    from bff.staff_context import staff_context
    from domain.ids import TitleId
    from resolvers.home import explanations as explaining
    from resolvers.home.compose import compose_page
    from resolvers.home.wait_until_complete import CompletePagePoller

    whose = global_id("profile", profile)
    async with staff_context(read_settings()) as context:
        await CompletePagePoller().whole(
            lambda: compose_page(replace(context), whose, request, any_account=True)
        )
        account, made = await explaining.explain(context, whose, TitleId(title), request)
        loaders = await context.pinned()
        known = await loaders.raw_title.load(TitleId(title))
        return account, made, known.name if known else title


def _show(account: TitleExplanation, made: ComposedPage, name: str) -> None:
    from dataclasses import asdict

    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    shown = account.cause == "shown"
    console.print(f"\n[bold]{name}[/] {'is' if shown else 'is not'} on {made.viewer.profile.name}'s page.")
    console.print(f"[{'green' if shown else 'yellow'}]{account.told}[/]\n")
    if account.rows:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for heading in ("row", "came to", "rank", "cut", "score", "margin", "from"):
            table.add_column(
                heading, justify="right" if heading in ("rank", "cut", "score", "margin") else "left"
            )
        for row in account.rows:
            fate = row.fate
            table.add_row(
                row.row,
                fate.stage.value + (f": {fate.detail}" if fate.detail else ""),
                _number(fate.rank),
                _number(fate.cut),
                _number(fate.score),
                _number(row.margin, signed=True),
                ", ".join(row.sources),
            )
        console.print(table)
        for row in account.rows:
            if row.parts is not None:
                terms = ((name, value) for name, value in asdict(row.parts).items() if value)
                console.print(
                    f"[dim]{row.row}:[/] " + "  ".join(f"{name} {value:+.3f}" for name, value in terms)
                )
    page = made.page
    console.print(
        f"\n[dim]page {page.snapshot_id} · layout {page.layout_id} v{page.layout_version} · "
        f"data {page.data_version or 'none'}[/]"
    )


def _number(value: float | None, signed: bool = False) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else format(value, "+.3f" if signed else ".3f")


def _json(account: TitleExplanation, made: ComposedPage) -> str:
    import json
    from dataclasses import asdict

    page = made.page
    told = asdict(account) | {
        "snapshot_id": page.snapshot_id,
        "layout": {"id": page.layout_id, "version": page.layout_version},
        "data_version": page.data_version,
        "experiments": dict(page.arms),
    }
    return json.dumps(told, indent=2)
