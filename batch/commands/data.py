"""Published data: what is live, publish and roll back, canary, freshness, history, the search index."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from batch.commands.acting import acting
from batch.commands.data_detectors import detectors
from batch.commands.data_diff import diff
from batch.commands.data_lineage import lineage
from batch.commands.data_moves import MOVES
from batch.commands.stores import open_stores
from batch.storage.clients import BatchStores
from domain.recommendations.lists import DataVersion
from domain.viewers.removal import Place

STALE = 4


@click.group()
def data() -> None:
    """The published data version."""


for _command in (*MOVES, detectors, lineage):
    data.add_command(_command)


@data.command("status")
@click.option("--version", "run", metavar="RUN", help="Of a staged or kept version, instead of the live one.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def status(run: str | None, as_json: bool) -> None:
    """The live version, or another: its age, its counts in the stores, its gates."""
    from batch.pipeline.gates.records import recorded_results
    from batch.pipeline.pointer import read_pointer
    from batch.pipeline.staged import find_run, planned_version, version_counts

    with acting() as stores:
        pointer = read_pointer(stores.mongo)
        live = pointer.live
        shown = planned_version(find_run(stores.mongo, run), live) if run else live
        if shown is None:
            click.echo("null" if as_json else "Nothing is published yet: run `marquee jobs run nightly`.")
            return
        is_live = live is not None and live.version == shown.version
        shown = live if is_live and live is not None else shown
        counts = version_counts(stores, shown)
        results = recorded_results(stores.mongo, shown.run_id)
    bad = [result for result in results if result.level in ("warn", "block")]
    if as_json:
        gates = [{"id": one.id.value, "level": one.level.value, "says": one.says} for one in bad]
        held = str(pointer.hold) if pointer.hold else None
        click.echo(json.dumps({**_to_json(shown, counts), "live": is_live, "held": held, "gates": gates}))
        return
    click.echo(
        f"{'live' if is_live else 'staged':<10} {shown.version} "
        f"(logical date {shown.logical_date}, run {shown.run_id})"
    )
    click.echo(
        f"{'published' if is_live else 'ended':<10} {shown.published_at:%Y-%m-%d %H:%M:%S} UTC, {_age(shown)} ago"
    )
    click.echo(f"previous   {shown.previous or 'none'}")
    if pointer.hold is not None:
        click.echo(f"held       {pointer.hold}. End it: marquee data release")
    for name, count in counts.items():
        part = f"  of {shown.version_of(name)}" if shown.version_of(name) != shown.version else ""
        click.echo(f"{name:<15} {count:>9,}{part}")
    for one in bad:
        click.echo(f"{one.level:<6} {one.id}: {one.says}")


@data.command("history")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def history(limit: int, as_json: bool) -> None:
    """Who published, rolled back, held, waived or deleted what, when and why; newest first."""
    from batch.pipeline.history import entry_to_json, latest_entries, settle

    with open_stores() as stores:
        settle(stores.mongo)
        entries = latest_entries(stores.mongo, limit)
    if as_json:
        click.echo(json.dumps([entry_to_json(entry) for entry in entries]))
        return
    for entry in entries:
        moved = (
            f"{entry.before or 'nothing'} -> {entry.after}"
            if entry.act in ("publish", "rollback")
            else entry.after
        )
        click.echo(
            f"{entry.at:%Y-%m-%d %H:%M:%S}  {entry.act:<14} {moved or '':<28} {entry.by}  {entry.why}".rstrip()
        )
    if not entries:
        click.echo("Nothing has been published yet.")


@data.command("freshness")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def freshness(as_json: bool) -> None:
    """How old the live lists are, by dataset and region. Exit code 4 when one is older than it may be.

    An age counts from the newest event that a list knows: publishing old data again makes nothing fresh.
    """
    from batch.pipeline.freshness import measure_freshness
    from batch.pipeline.pointer import live_version

    with open_stores() as stores:
        live = live_version(stores.mongo)
        found = measure_freshness(stores, live, datetime.now(UTC)) if live else []
    if as_json:
        click.echo(json.dumps([one.to_json() for one in found]))
    elif not found:
        click.echo("Nothing is published yet: run `marquee jobs run nightly`.")
    else:
        for one in found:
            regions = f", oldest {', '.join(one.oldest_regions)}" if one.oldest_regions else ""
            click.echo(
                f"{'stale' if one.is_stale else 'fresh':<6} {one.dataset:<15} {one.version:<13} "
                f"{one.age_hours:7.1f} h old, at most {one.limit_hours:g} h{regions}"
            )
    if any(one.is_stale for one in found):
        sys.exit(STALE)


@data.command("failpoints")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def failpoints(as_json: bool) -> None:
    """Where a rehearsal can kill a run, by the environment variable MARQUEE_FAILPOINT."""
    from batch.pipeline.failpoints import FAILPOINTS

    if as_json:
        click.echo(json.dumps(dict(FAILPOINTS)))
        return
    for name, meaning in FAILPOINTS.items():
        click.echo(f"{name:<18} {meaning}")


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
    from batch.pipeline.pointer import live_version
    from domain.storage_names import CATALOG, TITLES
    from search import indexing

    live = live_version(stores.mongo)
    if live is None:
        return "Nothing is published yet, so there is no index to repair."
    indexed = indexing.count(stores.elasticsearch, live.index)
    expected = stores.mongo[TITLES].estimated_document_count()
    if indexed is not None and indexed >= expected:
        return f"The index of version {live.version} is complete: {indexed:,} titles."
    # Late, because it brings PySpark and every start of the demo checks the index.
    from batch.jobs.catalog_index import rebuild_index

    titles = rebuild_index(stores, live.version_of(CATALOG))
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
        "parts": dict(live.parts),
        "counts": counts,
    }


data.add_command(diff)
