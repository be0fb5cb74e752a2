"""Compare pages: list experiments, start one from a draft, stop it, check them all.

An experiment deals viewers to variants. What a variant changes stands in the layout, so `start --draft` publishes
the live layout with the draft as an arm of it, and deals viewers to it, in one step. Exit code 0 done, 1 refused,
2 wrong usage.
"""

from __future__ import annotations

import asyncio
import getpass
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bff.settings import read_settings

if TYPE_CHECKING:
    from domain.experiments.model import Experiment
    from resolvers.publishing.experiment_lifecycle import Actor, ExperimentAdmin
    from resolvers.runtime.stores import Stores

T = TypeVar("T")

key_argument = click.argument("key")
by_option = click.option("--by", default=getpass.getuser, show_default="you", help="Who does it.")
why_option = click.option("--reason", default="", help="Why; kept with the experiment and the layout.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(help=__doc__)
def experiment() -> None:
    pass


@experiment.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Every experiment: status, phase, who gets what."""
    desk = _with_stores(_opened)
    if as_json:
        click.echo(json.dumps([_told(one, desk) for one in desk.book.experiments.values()], indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("experiment", "status", "phase", "unit", "layer", "of all viewers"):
        table.add_column(heading)
    for one in desk.book.experiments.values():
        told = _told(one, desk)
        shares = ", ".join(f"{name} {share:.2%}" for name, share in told["shares"].items())
        layer = f"{one.layer} {one.segments[0]:g} to {one.segments[1]:g}" if one.layer else ""
        table.add_row(one.key, one.status, str(one.phase), one.unit, layer, shares)
    console = Console(highlight=False)
    console.print(table if desk.book else "There is no experiment. `marquee experiment start --help`")
    held = desk.book.holdout
    console.print(f"[dim]{held.share:.2%} of accounts take part in nothing (holdout phase {held.phase}).[/]")


@experiment.command()
@key_argument
@click.option("--draft", help="The layout draft that becomes a variant; as `marquee layout` names it.")
@click.option("--variant", default="B", show_default=True, help="The variant that the draft becomes.")
@click.option(
    "--share", type=click.FloatRange(0, 100), default=50.0, show_default=True, help="Percent for it."
)
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Further settings as JSON, in the shape of `marquee experiment schema`.")  # fmt: skip
@click.option("--layer", help="Experiments of one layer never meet in one viewer.")
@click.option("--segments", help="Its part of the layer, such as 0-50 (percent).")
@click.option("--coverage", type=click.FloatRange(0, 100), help="Percent of each variant that takes part.")
@click.option("--unit", type=click.Choice(["profile", "account"]), help="What is dealt as a whole.")
@click.option("--data-version", help="The data version that the variant reads, instead of the live one.")
@click.option("--hypothesis", help="What you expect to happen.")
@by_option
@why_option
@json_option
def start(key: str, draft: str | None, variant: str, share: float, path: Path | None, by: str, reason: str,
          as_json: bool, **given: Any) -> None:  # fmt: skip
    """Deal viewers to KEY; an experiment that was stopped begins a new phase."""
    from resolvers.publishing import experiment_lifecycle as experiment_desk

    settings = _settings(path, given)
    version = settings.pop("data_version", None)
    if version is not None:
        weights = {"A": {"weight": 100 - share}, variant: {"weight": share, "data_version": version}}
        settings["variants"] = weights
    plan = experiment_desk.ExperimentRequest(key, draft, variant, share / 100, settings)
    started = _with_stores(lambda stores: experiment_desk.start(stores, plan, _hand(by, reason)))
    told = {
        "experiment": key,
        "phase": started.experiment.phase,
        "layout": started.experiment.layout,
        "layout_version": started.layout_version,
        "patch": started.patch,
    }
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    click.echo(f"{key} runs, phase {told['phase']}.")
    if started.patch is not None:
        click.echo(f"Layout {told['layout']} version {told['layout_version']} has variant {variant}:")
        click.echo(json.dumps(started.patch, indent=2))
    for finding in started.findings:
        click.echo(f"Note: {finding.message}")


@experiment.command()
@key_argument
@click.option("--ship", metavar="VARIANT", help="Make what this variant changes the layout of everybody.")
@by_option
@why_option
def stop(key: str, ship: str | None, by: str, reason: str) -> None:
    """Deal nobody to KEY any more; every page is the control's within seconds."""
    from resolvers.publishing import experiment_lifecycle as experiment_desk

    version = _with_stores(lambda stores: experiment_desk.stop(stores, key, _hand(by, reason), ship))
    shipped = f" Layout version {version} has what {ship} changed." if version else ""
    click.echo(f"{key} is stopped.{shipped}")


@experiment.command()
@json_option
def check(as_json: bool) -> None:
    """Say what would spoil what experiments are to teach. Exit code 1 when something serious would."""
    from domain.experiments.documents import book_of
    from domain.experiments.validation import ExperimentFinding, findings

    desk = _with_stores(_opened)
    refused = book_of(desk.documents.values())[1]
    found = [ExperimentFinding(error.name, str(error)) for error in refused] + [
        *findings(desk.book, desk.layouts)
    ]
    if as_json:
        told = [
            {"experiment": one.experiment, "serious": one.serious, "message": one.message} for one in found
        ]
        click.echo(json.dumps(told, indent=2))
    else:
        for one in found:
            click.echo(f"{'error' if one.serious else 'note'}: {one.experiment}: {one.message}")
        click.echo(f"{len(desk.book.experiments)} experiments, {len(found)} findings.")
    sys.exit(1 if any(one.serious for one in found) else 0)


@experiment.command()
@click.option("--share", type=click.FloatRange(0, 100), help="Percent of accounts.")
@click.option("--anew", is_flag=True, help="Hold out others than so far.")
def holdout(share: float | None, anew: bool) -> None:
    """Show or change the accounts that take part in nothing."""
    from resolvers.publishing import experiment_lifecycle as experiment_desk

    chosen = None if share is None else share / 100
    now = _with_stores(lambda stores: experiment_desk.hold_out(stores, chosen, anew))
    click.echo(f"{now['share']:.2%} of accounts take part in nothing (phase {now['phase']}).")


@experiment.command()
def schema() -> None:
    """Print the JSON Schema of experiments, for editors."""
    from domain.experiments.schema import EXPERIMENT_SCHEMA

    click.echo(json.dumps(EXPERIMENT_SCHEMA, indent=2))


def _with_stores(work: Callable[[Stores], Awaitable[T]]) -> T:
    from bff.staff_context import staff_context

    async def run() -> T:
        async with staff_context(read_settings()) as context:
            return await work(context.stores)

    return asyncio.run(run())


async def _opened(stores: Stores) -> ExperimentAdmin:
    from resolvers.publishing import experiment_lifecycle as experiment_desk

    return await experiment_desk.open_desk(stores)


def _hand(by: str, why: str) -> Actor:
    from resolvers.publishing.experiment_lifecycle import Actor

    return Actor(by, datetime.now(UTC), why)


def _settings(path: Path | None, given: dict[str, Any]) -> dict[str, Any]:
    """What the file says, and what was typed, which wins."""
    try:
        settings: Any = json.loads(path.read_text("utf-8")) if path else {}
    except ValueError as error:
        raise click.BadParameter(f"{path} is not JSON: {error}", param_hint="--file") from error
    if not isinstance(settings, dict):
        raise click.BadParameter(f"{path} must hold one JSON object.", param_hint="--file")
    typed = {name: value for name, value in given.items() if value is not None}
    if "coverage" in typed:
        typed["coverage"] /= 100
    if "segments" in typed:
        typed["segments"] = _segments(typed["segments"])
    return settings | typed


def _segments(text: str) -> dict[str, float]:
    start, dash, end = text.partition("-")
    try:
        if not dash:
            raise ValueError
        return {"from": float(start) / 100, "to": float(end) / 100}
    except ValueError:
        raise click.BadParameter("write it like 0-50, in percent", param_hint="--segments") from None


def _told(one: Experiment, desk: ExperimentAdmin) -> dict[str, Any]:
    from domain.experiments.validation import shares

    return {
        "experiment": one.key,
        "status": one.status.value,
        "phase": one.phase,
        "unit": one.unit.value,
        "layout": one.layout,
        "layer": one.layer,
        "segments": list(one.segments),
        "coverage": one.coverage,
        "variants": {variant.key: variant.weight for variant in one.variants},
        "shares": shares(one),
        "declared_by": "document" if one.key in desk.documents else "layout",
        "notes": desk.documents.get(one.key, {}).get("notes", []),
    }
