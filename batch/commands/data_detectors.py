"""`marquee data detectors`: what goes wrong quietly, with the command that explains each case."""

from __future__ import annotations

import json

import click

from batch.commands.acting import acting, json_option, now
from domain.errors import NotFound


@click.command()
@click.option("--version", "run", metavar="RUN", help="Of a staged or kept version, instead of the live one.")
@json_option
def detectors(run: str | None, as_json: bool) -> None:
    """Titles played but ranked low, new titles hardly seen, rows never opened, profiles with thin lists."""
    from batch.pipeline.pointer import read_pointer
    from batch.pipeline.staged import find_run, planned_version
    from batch.reports.detector_facts import read_facts
    from batch.reports.detectors import detect

    with acting() as stores:
        live = read_pointer(stores.mongo).live
        version = planned_version(find_run(stores.mongo, run), live) if run else live
        if version is None:
            raise NotFound("Nothing is published yet: run `marquee jobs run nightly`.")
        found = detect(read_facts(stores.mongo, version.version, now()))
    if as_json:
        click.echo(json.dumps({"version": version.version, **found.to_document()}, indent=1))
        return
    click.echo(f"Version {version.version}, {found.profiles:,} sampled profiles.")
    for one in found.detections:
        result = f"Not measured. {one.unmeasured}" if one.unmeasured else f"{one.count:,} of {one.checked:,}."
        click.echo(f"\n{one.says} {result}")
        for suspect in one.suspects[:5]:
            click.echo(
                f"  {suspect.id}: {suspect.evidence}"
                + (f"\n    {suspect.command}" if suspect.command else "")
            )
