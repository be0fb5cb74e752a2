"""Compare pages: list experiments, start one from a draft, stop it, check them all.

An experiment assigns viewers to variants. `start --draft` publishes the live layout with the draft as a variant and
assigns viewers to it. Exit codes: 0 done, 1 refused, 2 wrong usage.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bff.commands.author_option import AUTHOR
from bff.commands.json_file import read_json_object
from bff.settings import read_settings

if TYPE_CHECKING:
    from domain.experiments.model import Experiment
    from resolvers.publishing.experiment_admin import ExperimentAdmin
    from resolvers.publishing.experiment_lifecycle import Actor
    from resolvers.runtime.stores import Stores

T = TypeVar("T")

key_argument = click.argument("key")
why_option = click.option("--reason", default="", help="Why; stored with the experiment and the layout.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(help=__doc__)
def experiment() -> None:
    pass


@experiment.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List experiments: status, phase, share of each variant."""
    admin = _run_with_stores(_open_admin)
    experiments = list(admin.experiments.by_key.values())
    entries = [_experiment_json(each, admin) for each in experiments]
    if as_json:
        click.echo(json.dumps(entries, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("experiment", "status", "phase", "unit", "layer", "of all viewers"):
        table.add_column(heading)
    for each, entry in zip(experiments, entries, strict=True):
        shares = ", ".join(f"{name} {share:.2%}" for name, share in entry["shares"].items())
        layer = f"{each.layer} {each.segments[0]:g} to {each.segments[1]:g}" if each.layer else ""
        table.add_row(each.key, each.status, str(each.phase), each.unit, layer, shares)
    console = Console(highlight=False)
    console.print(
        table if admin.experiments else "There are no experiments. See `marquee experiment start --help`."
    )
    holdout = admin.experiments.holdout
    console.print(
        f"[dim]{holdout.share:.2%} of accounts are in no experiment (holdout phase {holdout.phase}).[/]"
    )


@experiment.command()
@key_argument
@click.option("--draft", help="The layout draft that becomes the variant, such as home-mina-1f3a9c2e.")
@click.option("--variant", default="B", show_default=True, help="Key of the new variant.")
@click.option(
    "--share", type=click.FloatRange(0, 100), default=50.0, show_default=True, help="Percent for the variant."
)
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="More settings as JSON; see `marquee experiment schema`.")  # fmt: skip
@click.option("--layer", help="A viewer is in at most one experiment of a layer.")
@click.option("--segments", help="Part of the layer, such as 0-50 (percent).")
@click.option("--coverage", type=click.FloatRange(0, 100), help="Percent of viewers in the experiment.")
@click.option("--unit", type=click.Choice(["profile", "account"]), help="What is assigned to variants.")
@click.option("--data-version", help="The data version for the variant, instead of the live one.")
@click.option("--hypothesis", help="What you expect to happen.")
@AUTHOR
@why_option
@json_option
def start(key: str, draft: str | None, variant: str, share: float, path: Path | None, by: str, reason: str,
          as_json: bool, **given: Any) -> None:  # fmt: skip
    """Assign viewers to experiment KEY. A stopped experiment starts a new phase."""
    from resolvers.publishing import experiment_lifecycle

    settings = _merge_settings(path, given)
    version = settings.pop("data_version", None)
    if version is not None:
        weights = {"A": {"weight": 100 - share}, variant: {"weight": share, "data_version": version}}
        settings["variants"] = weights
    request = experiment_lifecycle.ExperimentRequest(key, draft, variant, share / 100, settings)
    started = _run_with_stores(lambda stores: experiment_lifecycle.start(stores, request, _actor(by, reason)))
    result = {
        "experiment": key,
        "phase": started.experiment.phase,
        "layout": started.experiment.layout,
        "layout_version": started.layout_version,
        "patch": started.patch,
    }
    if as_json:
        click.echo(json.dumps(result, indent=2))
        return
    click.echo(f"{key} is running, phase {result['phase']}.")
    if started.patch is not None:
        click.echo(f"Layout {result['layout']} version {result['layout_version']} has variant {variant}:")
        click.echo(json.dumps(started.patch, indent=2))
    for finding in started.findings:
        click.echo(f"Note: {finding.message}")


@experiment.command()
@key_argument
@click.option("--ship", metavar="VARIANT", help="Publish this variant's changes to all viewers.")
@AUTHOR
@why_option
def stop(key: str, ship: str | None, by: str, reason: str) -> None:
    """Stop experiment KEY. Within seconds every viewer gets the control page."""
    from resolvers.publishing import experiment_lifecycle

    version = _run_with_stores(
        lambda stores: experiment_lifecycle.stop(stores, key, _actor(by, reason), ship)
    )
    shipped = f" Layout version {version} includes the changes of {ship}." if version else ""
    click.echo(f"{key} is stopped.{shipped}")


@experiment.command()
@json_option
def check(as_json: bool) -> None:
    """List problems that would make experiment results invalid. Exit code 1 for a serious one."""
    from domain.experiments.documents import experiments_from_documents
    from domain.experiments.validation import ExperimentFinding, check_experiments

    admin = _run_with_stores(_open_admin)
    refused = experiments_from_documents(admin.documents.values())[1]
    found = [ExperimentFinding(error.name, str(error)) for error in refused] + [
        *check_experiments(admin.experiments, admin.layouts)
    ]
    if as_json:
        entries = [
            {"experiment": each.experiment, "serious": each.serious, "message": each.message}
            for each in found
        ]
        click.echo(json.dumps(entries, indent=2))
    else:
        for each in found:
            click.echo(f"{'error' if each.serious else 'note'}: {each.experiment}: {each.message}")
        click.echo(f"{len(admin.experiments.by_key)} experiments, {len(found)} findings.")
    sys.exit(1 if any(each.serious for each in found) else 0)


@experiment.command()
@click.option("--share", type=click.FloatRange(0, 100), help="Percent of accounts.")
@click.option("--anew", is_flag=True, help="Select other accounts than before.")
def holdout(share: float | None, anew: bool) -> None:
    """Show or change the share of accounts that are in no experiment."""
    from resolvers.publishing import experiment_lifecycle

    fraction = None if share is None else share / 100
    result = _run_with_stores(lambda stores: experiment_lifecycle.set_holdout(stores, fraction, anew))
    click.echo(f"{result['share']:.2%} of accounts are in no experiment (phase {result['phase']}).")


@experiment.command()
def schema() -> None:
    """Print the JSON Schema of experiments, for editors."""
    from domain.experiments.schema import EXPERIMENT_SCHEMA

    click.echo(json.dumps(EXPERIMENT_SCHEMA, indent=2))


def _run_with_stores(work: Callable[[Stores], Awaitable[T]]) -> T:
    from bff.staff_context import staff_context

    async def run() -> T:
        async with staff_context(read_settings()) as context:
            return await work(context.stores)

    return asyncio.run(run())


async def _open_admin(stores: Stores) -> ExperimentAdmin:
    from resolvers.publishing.experiment_admin import load_experiment_admin

    return await load_experiment_admin(stores)


def _actor(by: str, reason: str) -> Actor:
    from bff.layout_files.author import author_name
    from resolvers.publishing.experiment_lifecycle import Actor

    return Actor(author_name(by), datetime.now(UTC), reason)


def _merge_settings(path: Path | None, options: dict[str, Any]) -> dict[str, Any]:
    """Options override the file."""
    settings = read_json_object(path, "--file") if path else {}
    given = {name: value for name, value in options.items() if value is not None}
    if "coverage" in given:
        given["coverage"] /= 100
    if "segments" in given:
        given["segments"] = _parse_segments(given["segments"])
    return settings | given


def _parse_segments(text: str) -> dict[str, float]:
    start, dash, end = text.partition("-")
    try:
        if not dash:
            raise ValueError
        return {"from": float(start) / 100, "to": float(end) / 100}
    except ValueError:
        raise click.BadParameter("write it like 0-50, in percent", param_hint="--segments") from None


def _experiment_json(experiment: Experiment, admin: ExperimentAdmin) -> dict[str, Any]:
    from domain.experiments.validation import variant_shares

    return {
        "experiment": experiment.key,
        "status": experiment.status.value,
        "phase": experiment.phase,
        "unit": experiment.unit.value,
        "layout": experiment.layout,
        "layer": experiment.layer,
        "segments": list(experiment.segments),
        "coverage": experiment.coverage,
        "variants": {variant.key: variant.weight for variant in experiment.variants},
        "shares": variant_shares(experiment),
        "declared_by": "document" if experiment.key in admin.documents else "layout",
        "notes": admin.documents.get(experiment.key, {}).get("notes", []),
    }
