"""Make an invented service: titles, viewers and what they watched.

Nothing in it exists. The same options make the same service; its hidden tastes are written to lake/truth,
so that recommendations can be checked against them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import click

from batch.commands.stores import opened_stores
from batch.console import ConsoleReporter
from batch.sample.describing import REAL_SETS, figures_table, measure
from batch.sample.making import Order, SampleBatch, SampleBuilder, make_all
from batch.sample.viewers import Span
from batch.sample.writing import write_catalogue, write_viewers
from batch.storage.settings import read_settings
from domain.errors import BadInput
from domain.timestamps import from_iso

LARGE = 400
"""Profiles from which on worker processes pay."""


@click.command(help=__doc__)
@click.option("--titles", type=click.IntRange(1, 1_000_000), default=3000, help="Movies and series; 3000.")
@click.option("--profiles", type=click.IntRange(1, 10_000_000), default=5000, help="Profiles; 5000.")
@click.option("--days", type=click.IntRange(1, 730), default=90, help="Days of viewing; 90.")
@click.option("--seed", type=click.IntRange(0), default=7, help="The same seed, the same service; 7.")
@click.option("--until", help="The last instant, such as 2026-11-22T20:00:00Z. Default: the current hour.")
@click.option(
    "--files-only", is_flag=True, help="Write the event archive and the truth, leave MongoDB alone."
)
@click.option(
    "--describe", is_flag=True, help="Print how the viewing is skewed, beside real sets. Writes nothing."
)
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
    workers: int | None,
    as_json: bool,
) -> None:
    order = Order(seed, titles, profiles, Span(_until(until), days))
    workers = workers or (min(4, os.cpu_count() or 1) if profiles >= LARGE else 1)
    teller = ConsoleReporter(quiet=as_json)
    teller.step(f"Inventing {titles:,} titles.")
    workshop = SampleBuilder(order)
    made = teller.counted(make_all(workshop, workers), "profiles", profiles)
    if describe:
        _describe(made, teller, as_json)
        return
    if files_only:
        counts = {"titles": titles, **write_viewers(None, read_settings().lake, workshop, made)}
    else:
        with opened_stores() as stores:
            stored = write_catalogue(stores.mongo, workshop)
            counts = {"titles": stored, **write_viewers(stores.mongo, stores.settings.lake, workshop, made)}
    sentence = (
        f"Made {titles:,} titles ({counts['titles']:,} with episodes), {counts['accounts']:,} accounts, "
        f"{counts['profiles']:,} profiles and {counts['events']:,} events. Next: marquee jobs run nightly"
    )
    teller.close({**counts, "seed": seed, "until": order.span.until.isoformat()}, sentence, as_json)


def _until(text: str | None) -> datetime:
    """The given instant, else the begun hour: whole hours make two runs of the same hour the same."""
    if text is None:
        return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    try:
        instant = from_iso(text)
    except BadInput as error:
        raise click.BadParameter(str(error), param_hint="--until") from error
    if instant < datetime(1990, 1, 1, tzinfo=UTC) or instant > datetime.now(UTC) + timedelta(days=3660):
        raise click.BadParameter("choose an instant from 1990 to ten years from now", param_hint="--until")
    return instant


def _describe(made: Iterable[SampleBatch], teller: ConsoleReporter, as_json: bool) -> None:
    figures = measure(made)
    teller.close(figures, figures_table({"this sample": figures, **REAL_SETS}), as_json)
