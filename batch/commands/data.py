"""Published data: the live version, rollback, the search index, the fallback page."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from batch.commands.run_reports import diff
from batch.commands.stores import open_stores
from batch.storage.clients import BatchStores
from domain.recommendations.keys import index_name
from domain.recommendations.lists import DataVersion
from domain.viewers.removal import Place


@click.group()
def data() -> None:
    """The published data version."""


@data.command("status")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def status(as_json: bool) -> None:
    """The live version, its age, and its counts in the stores."""
    from batch.pipeline.publish import live_version, stored_counts

    with open_stores() as stores:
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
    """Return to the version before the live one. Nothing is computed; readers follow within a second."""
    from batch.pipeline import publish

    with open_stores() as stores:
        live = publish.live_version(stores.mongo)
        if live is not None and live.previous and not yes:
            if not sys.stdin.isatty():
                raise click.UsageError(
                    f"This moves readers from {live.version} to {live.previous}; confirm with --yes."
                )
            click.confirm(f"Readers return from {live.version} to {live.previous}. Continue?", abort=True)
        target = publish.rollback(stores)
    click.echo(
        f"Version {target.version} is live; {target.previous} is kept, and another rollback returns to it."
    )


@data.command("ensure-index")
def ensure_index() -> None:
    """Rebuild the live version's search index if it is missing or incomplete."""
    with open_stores() as stores:
        click.echo(repair_index(stores))


@data.command("static-page")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Output file; default: the data folder."
)
def static_page(out: Path | None) -> None:
    """Write the fallback page, which services show when no store answers. Copy it into your images."""
    from batch.pipeline.fallback_page import fallback_page_path, write_live_pages

    with open_stores() as stores:
        path = out or fallback_page_path(stores.settings)
        pages = write_live_pages(stores, path, datetime.now(UTC))
    size = path.stat().st_size
    click.echo(
        f"{path}: version {pages.version}, {len(pages.regions)} regions, {len(pages.titles):,} titles, {size:,} bytes"
    )


@data.command("purge")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def purge(as_json: bool) -> None:
    """Take erased and merged profiles out of the archive and other files. The nightly run does it, too."""
    with open_stores() as stores:
        places = purge_files(stores.settings.lake, stores)
    if as_json:
        click.echo(json.dumps([asdict(place) for place in places]))
        return
    for place in places:
        click.echo(f"{place.place}: {place.found:,} found, {place.removed:,} removed, {place.left:,} left")
    if not places:
        click.echo("Nothing of a departed profile was found in files.")


def purge_files(lake: Path, stores: BatchStores) -> list[Place]:
    """Called by `marquee profile`, too, which finds it beside this group."""
    from batch.pipeline.purge import purge_departed

    return purge_departed(stores.mongo, lake, datetime.now(UTC))


def repair_index(stores: BatchStores) -> str:
    """Returns a message."""
    from batch.pipeline.publish import live_version
    from domain.storage_names import TITLES
    from search import indexing

    live = live_version(stores.mongo)
    if live is None:
        return "Nothing is published yet, so there is no index to repair."
    indexed = indexing.count(stores.elasticsearch, index_name(live.version))
    expected = stores.mongo[TITLES].estimated_document_count()
    if indexed is not None and indexed >= expected:
        return f"The index of version {live.version} is complete: {indexed:,} titles."
    # Late, because it brings PySpark and every start of the demo checks the index.
    from batch.jobs.catalog_index import rebuild_index

    titles = rebuild_index(stores, live.version)
    return f"The index of version {live.version} held {indexed or 0:,} of {expected:,} titles; now it has {titles:,}."


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


data.add_command(diff)
