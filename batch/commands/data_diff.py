"""`marquee data diff`: what differs between two versions, with their sizes and ten profiles side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from itertools import zip_longest
from typing import TYPE_CHECKING

import click

from batch.commands.acting import acting, json_option
from batch.commands.outcome import say
from domain.errors import NotFound

if TYPE_CHECKING:
    from batch.reports.parts import Mover, SamplePage, SampleRow, VersionDiff
    from batch.storage.clients import BatchStores

LIVE, PREVIOUS = "live", "previous"
SIDE = 52
"""Characters of one side of a page."""


@click.command("diff")
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER", default=LIVE)
@click.option(
    "--composed", is_flag=True, help="Pages as the service composes them now, instead of rows of the lists."
)
@json_option
def diff(before: str, after: str, composed: bool, as_json: bool) -> None:
    """What changed between two versions: sizes, overlap, order, first screens, biggest movers, ten profiles.

    BEFORE and AFTER are versions such as 20261122-1, "live" or "previous". Sampled profiles are compared: personas
    first. Real profiles are named by a digest that nobody can trace back.
    """
    from batch.pipeline.ledger import Ledger
    from batch.pipeline.report_pages import compose_pages
    from batch.pipeline.run_report import version_sizes
    from batch.reports.measured_lists import diff_stored
    from batch.storage.page_composer import find_page_composer

    with acting() as stores:
        names = [_version(stores, one) for one in (before, after)]
        ledger = Ledger(stores.mongo)
        sizes = version_sizes(stores, *(ledger.find_by_version(one) for one in names))
        compose = partial(compose_pages, find_page_composer(), stores.settings, say)
        found, pages = diff_stored(stores.mongo, names[0], names[1], sizes, compose if composed else None)
    if as_json:
        click.echo(json.dumps({**asdict(found), "pages": [asdict(one) for one in pages]}))
        return
    _print_difference(found)
    for page in pages:
        _print_page(page)


def _print_difference(found: VersionDiff) -> None:
    click.echo(f"From {found.before} to {found.after}, {found.profiles:,} sampled profiles with both lists")
    for name, value in (
        ("overlap@10", found.overlap_at_10),
        ("Kendall tau", found.kendall),
        ("another first screen", found.share_changed_first_screen),
    ):
        click.echo(f"  {name:<22} {'-' if value is None else f'{value:.3f}'}")
    click.echo(f"  {'titles new, gone':<22} {found.new_titles:,}, {found.lost_titles:,}")
    click.echo(f"  {'list before, now alone':<22} {found.only_before:,}, {found.only_after:,}")
    known = [one for one in found.sizes if (one.before, one.after) != (None, None)]
    if known:
        click.echo("Sizes")
    for one in known:
        old, new = ("-" if size is None else f"{size:,}" for size in (one.before, one.after))
        click.echo(f"  {one.dataset:<22} {old} -> {new} {one.unit}")
    _print_movers("Gained exposure", found.gained)
    _print_movers("Lost exposure", found.lost)


def _print_movers(heading: str, movers: Sequence[Mover]) -> None:
    if movers:
        click.echo(f"{heading} (share of profiles with it in their first ten)")
    for one in movers:
        click.echo(f"  {one.before:6.1%} -> {one.after:6.1%}  {one.name} ({one.title_id})")


def _print_page(page: SamplePage) -> None:
    """Rows with the same place stand beside each other; * marks what the row of the other version lacks."""
    click.echo(f"\n{page.profile} ({page.about}); * is in this row of one version alone")
    click.echo(f"  {'BEFORE':<{SIDE}}  AFTER")
    for old, new in zip_longest(page.before, page.after):
        for left, right in zip_longest(_lines(old), _lines(new), fillvalue=""):
            click.echo(f"  {left[:SIDE]:<{SIDE}}  {right[:SIDE]}".rstrip())


def _lines(row: SampleRow | None) -> list[str]:
    if row is None:
        return []
    return [row.heading, *(f"  {'*' if one.fresh else ' '} {one.name}" for one in row.titles)]


def _version(stores: BatchStores, name: str) -> str:
    """Raises NotFound for "live" and "previous" without such a version."""
    from batch.pipeline.publish import live_version

    if name not in (LIVE, PREVIOUS):
        return name
    live = live_version(stores.mongo)
    found = None if live is None else live.version if name == LIVE else live.previous
    if found is None:
        raise NotFound(f"There is no {name} version. `marquee data status` shows what is published.")
    return found
