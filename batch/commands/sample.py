"""Create an invented service: titles, viewers and what they watched.

The same options create the same service. Its hidden tastes are written to lake/truth, so that recommendations can
be checked against them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import click

from batch.commands.import_publication import ImportPublication
from batch.commands.stores import open_stores
from batch.console import ConsoleReporter
from batch.importers.catalog_import import CatalogChanges
from batch.sample.builder import SampleBatch, SampleBuilder, SampleSpec, build_all
from batch.sample.figures import REFERENCE_FIGURES, format_table, measure_skew
from batch.sample.viewers import SimulationPeriod
from batch.sample.writer import count_all, write_catalogue, write_viewers
from batch.storage.import_turn import import_turn
from batch.storage.settings import read_settings
from domain.errors import BadInput
from domain.ids import TitleId
from domain.timestamps import from_iso

PARALLEL_PROFILES = 400
"""From here on worker processes are faster."""


@click.command(help=__doc__)
@click.option("--titles", type=click.IntRange(1, 1_000_000), default=3000, help="Movies and series; 3000.")
@click.option("--profiles", type=click.IntRange(1, 10_000_000), default=5000, help="Profiles; 5000.")
@click.option("--days", type=click.IntRange(1, 730), default=90, help="Days of viewing; 90.")
@click.option("--seed", type=click.IntRange(0), default=7, help="Equal seeds create equal services; 7.")
@click.option("--until", help="The last instant, such as 2026-11-22T20:00:00Z. Default: the current hour.")
@click.option("--files-only", is_flag=True, help="Write only the event archive and the truth, not MongoDB.")
@click.option(
    "--describe", is_flag=True, help="Print the skew of the viewing beside real sets. Writes nothing."
)
@click.option("--dry-run", is_flag=True, help="Make it and count; write nothing.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; default: one per core, at most four.")
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON.")
def sample(
    titles: int,
    profiles: int,
    days: int,
    seed: int,
    until: str | None,
    files_only: bool,
    describe: bool,
    dry_run: bool,
    workers: int | None,
    as_json: bool,
) -> None:
    spec = SampleSpec(seed, titles, profiles, SimulationPeriod(_until(until), days))
    workers = workers or (min(4, os.cpu_count() or 1) if profiles >= PARALLEL_PROFILES else 1)
    reporter = ConsoleReporter(quiet=as_json)
    reporter.step(f"Creating {titles:,} titles.")
    builder = SampleBuilder(spec)
    batches = reporter.track(build_all(builder, workers), "profiles", profiles)
    if describe:
        _describe(batches, reporter, as_json)
        return
    if dry_run:
        counts = count_all(builder, batches)
    elif files_only:
        home, lake = read_settings().home, read_settings().lake
        with import_turn(home, "sample", reporter.warn):
            counts = {"titles": titles, **write_viewers(None, lake, builder, batches)}
    else:
        with open_stores() as stores, import_turn(stores.settings.home, "sample", reporter.warn):
            withdrawn: list[TitleId] = []
            stored_titles = write_catalogue(
                stores.mongo, builder, lambda ids: withdrawn.extend(TitleId(one) for one in ids)
            )
            counts = {
                "titles": stored_titles,
                **write_viewers(stores.mongo, stores.settings.lake, builder, batches),
            }
            ImportPublication(stores).publish_catalog(CatalogChanges([], withdrawn, complete=False))
    done, following = "Created", " Next: marquee jobs run nightly"
    if dry_run:
        done, following = "Dry run, nothing was written", ""
    sentence = (
        f"{done}: {titles:,} titles ({counts['titles']:,} with episodes), {counts['accounts']:,} accounts, "
        f"{counts['profiles']:,} profiles and {counts['events']:,} events.{following}"
    )
    reporter.print_result(
        {**counts, "dry_run": dry_run, "seed": seed, "until": spec.period.until.isoformat()},
        sentence,
        as_json,
    )


def _until(text: str | None) -> datetime:
    """The start of this hour by default, so that runs within an hour are equal."""
    if text is None:
        return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    try:
        instant = from_iso(text)
    except BadInput as error:
        raise click.BadParameter(str(error), param_hint="--until") from error
    if instant < datetime(1990, 1, 1, tzinfo=UTC) or instant > datetime.now(UTC) + timedelta(days=3660):
        raise click.BadParameter("choose an instant from 1990 to ten years from now", param_hint="--until")
    return instant


def _describe(batches: Iterable[SampleBatch], reporter: ConsoleReporter, as_json: bool) -> None:
    figures = measure_skew(batches)
    reporter.print_result(figures, format_table({"this sample": figures, **REFERENCE_FIGURES}), as_json)
