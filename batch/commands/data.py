"""`marquee data`: which data version is live, going back to the one before, mending a lost search index, and the
page that ships with the service."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from batch.commands.stores import opened_stores
from batch.storage.clients import BatchStores
from domain.recommendations.keys import index_name
from domain.recommendations.lists import DataVersion


@click.group()
def data() -> None:
    """The published data version."""


@data.command("status")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def status(as_json: bool) -> None:
    """The live version, its age, and what the stores hold of it."""
    from batch.pipeline.publish import live_version, stored_counts

    with opened_stores() as stores:
        live = live_version(stores.mongo)
        if live is None:
            click.echo("null" if as_json else "Nothing is published yet: run `marquee jobs run nightly`.")
            return
        counts = stored_counts(stores, live.version)
    if as_json:
        click.echo(json.dumps(_to_json(live, counts)))
        return
    click.echo(f"live       {live.version} (logical date {live.logical_date}, run {live.run_id})")
    click.echo(f"published  {live.published_at:%Y-%m-%d %H:%M:%S} UTC, {_age(live)} ago")
    click.echo(f"previous   {live.previous or 'none'}")
    for name, count in counts.items():
        click.echo(f"{name:<15} {count:>9,}")


@data.command("rollback")
@click.option("--yes", is_flag=True, help="Do not ask.")
def rollback(yes: bool) -> None:
    """Go back to the version before the live one. Nothing is computed; readers follow within a second."""
    from batch.pipeline import publish

    with opened_stores() as stores:
        live = publish.live_version(stores.mongo)
        if live is not None and live.previous and not yes:
            if not sys.stdin.isatty():
                raise click.UsageError(
                    f"This moves readers from {live.version} to {live.previous}; say --yes."
                )
            click.confirm(f"Readers go from {live.version} back to {live.previous}. Go on?", abort=True)
        back = publish.rollback(stores)
    click.echo(
        f"Version {back.version} is live; {back.previous} is kept, and another rollback returns to it."
    )


@data.command("ensure-index")
def ensure_index() -> None:
    """Fill the live version's search index again if the search server lost it. Does nothing otherwise."""
    with opened_stores() as stores:
        click.echo(mend_index(stores))


@data.command("static-page")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where; else the data folder.")
def static_page(out: Path | None) -> None:
    """Write the page that services show when no store answers, from the live version. Copy it into your images."""
    from batch.pipeline.fallback_page import file_of, write_live

    with opened_stores() as stores:
        path = out or file_of(stores.settings)
        pages = write_live(stores, path, datetime.now(UTC))
    size = path.stat().st_size
    click.echo(
        f"{path}: version {pages.version}, {len(pages.regions)} regions, {len(pages.titles):,} titles, {size:,} bytes"
    )


def mend_index(stores: BatchStores) -> str:
    """Compare the live index with MongoDB and rebuild it when it is missing or behind. Returns what was done."""
    from batch.pipeline.publish import live_version
    from domain.storage_names import TITLES
    from search import indexing

    live = live_version(stores.mongo)
    if live is None:
        return "Nothing is published yet, so there is no index to mend."
    found = indexing.count(stores.elasticsearch, index_name(live.version))
    wanted = stores.mongo[TITLES].estimated_document_count()
    if found is not None and found >= wanted:
        return f"The index of version {live.version} is complete: {found:,} titles."
    from batch.jobs.catalog_index import rebuild

    titles = rebuild(stores, live.version)
    return f"The index of version {live.version} held {found or 0:,} of {wanted:,} titles; now it has {titles:,}."


def _age(live: DataVersion) -> str:
    hours = (datetime.now(UTC) - live.published_at).total_seconds() / 3600
    return f"{hours * 60:.0f} min" if hours < 2 else f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} d"


def _to_json(live: DataVersion, counts: dict[str, int]) -> dict[str, object]:
    return {
        "version": live.version,
        "logicalDate": live.logical_date,
        "run": live.run_id,
        "publishedAt": live.published_at.isoformat(),
        "previous": live.previous,
        "counts": counts,
    }
