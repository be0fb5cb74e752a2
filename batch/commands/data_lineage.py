"""`marquee data lineage`: of what run, inputs and code a published dataset is."""

from __future__ import annotations

import json

import click

from batch.commands.acting import acting, json_option
from batch.commands.run_text import code_text, input_text
from batch.pipeline.ledger import Ledger, run_to_json
from domain.errors import NotFound
from domain.storage_names import DATASETS


@click.command()
@click.argument("dataset", type=click.Choice(DATASETS), metavar="DATASET")
@json_option
def lineage(dataset: str, as_json: bool) -> None:
    """The version of DATASET that is live, and the run, inputs and code that it is of.

    DATASET is one that `marquee data status` lists. A single job can have published it later than the rest.
    """
    from batch.pipeline.pointer import live_version

    with acting() as stores:
        live = live_version(stores.mongo)
        if live is None:
            raise NotFound("Nothing is published yet: run `marquee jobs run nightly`.")
        version = live.version_of(dataset)
        run = Ledger(stores.mongo).find_by_version(version)
    if as_json:
        found = run_to_json(run) if run else None
        click.echo(json.dumps({"dataset": dataset, "version": version, "run": found}))
        return
    click.echo(f"{dataset}, version {version}")
    if run is None:
        click.echo("  The ledger no longer has the run that made it.")
        return
    click.echo(f"  made by run {run.id}, {run.job} of {run.logical_date}: marquee runs show {run.id}")
    for one in run.inputs:
        click.echo(f"  {input_text(one)}")
    click.echo(f"  {code_text(run)}")
