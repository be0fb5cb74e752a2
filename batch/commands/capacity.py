"""Store sizes, nodes and run time for a number of profiles, titles and requests, from measured bytes and CPU."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

import click

from domain.errors import BadInput

if TYPE_CHECKING:
    from batch.capacity.estimate import CapacityEstimate

Amount = TypeVar("Amount", int, float)


class Count(click.ParamType[int]):
    name = "count"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from batch.capacity.amounts import parse_count

        return value if isinstance(value, int) else _parsed(self, parse_count, str(value), param, ctx)


class Number(click.ParamType[float]):
    """Above 0."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from batch.capacity.amounts import parse_amount

        if isinstance(value, float):
            return value
        found = _parsed(self, parse_amount, str(value), param, ctx)
        if found <= 0:
            self.fail(f"{value!r} must be above 0.", param, ctx)
        return found


def _parsed(
    kind: click.ParamType[Amount],
    parse: Callable[[str], Amount],
    text: str,
    param: click.Parameter | None,
    ctx: click.Context | None,
) -> Amount:
    try:
        return parse(text)
    except BadInput as error:
        kind.fail(str(error), param, ctx)


@click.command("capacity")
@click.option("--profiles", type=Count(), required=True, help="Such as 200M.")
@click.option("--titles", type=Count(), required=True, help="Movies, series and episodes, such as 50k.")
@click.option("--rows", type=Count(), default=20, show_default=True, help="Rows of a page.")
@click.option("--cards", type=Count(), default=20, show_default=True, help="Cards of a row.")
@click.option("--rps", type=Number(), default=1000.0, show_default=True, help="Pages a second at the peak.")
@click.option("--regions", type=Count(), default=20, show_default=True)
@click.option(
    "--history", type=Count(), default=150, show_default=True, help="Titles watched by a profile, mean."
)
@click.option(
    "--events",
    type=Number(),
    default=5.0,
    show_default=True,
    help="Events of a profile a day, mean over all.",
)
@click.option("--versions", type=Count(), default=3, show_default=True, help="Published versions kept.")
@click.option("--cores", type=Count(), default=64, show_default=True, help="Cores of the nightly run.")
@click.option(
    "--window", type=Number(), default=4.0, show_default=True, help="Hours that the nightly run may take."
)
@click.option("--node-memory", type=Count(), default=64 * 10**9, show_default="64G", help="Bytes.")
@click.option("--node-disk", type=Count(), default=2 * 10**12, show_default="2T", help="Bytes.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable, with the constants.")
def capacity(
    profiles: int,
    titles: int,
    rows: int,
    cards: int,
    rps: float,
    regions: int,
    history: int,
    events: float,
    versions: int,
    cores: int,
    window: float,
    node_memory: int,
    node_disk: int,
    as_json: bool,
) -> None:
    """Store sizes, nodes and run time. Amounts may be written 200M, 50k, 1.5G.

    Bytes are before compression on disk; nodes include replicas.
    """
    from batch.capacity.constants import constants
    from batch.capacity.estimate import Demand, NodeShape, estimate_capacity

    demand = Demand(
        profiles=profiles,
        titles=titles,
        rows=rows,
        cards=cards,
        requests_a_second=rps,
        regions=regions,
        history=history,
        events_a_day=events,
        versions=versions,
    )
    found = estimate_capacity(demand, NodeShape(memory=node_memory, disk=node_disk), cores, window)
    if as_json:
        content = {
            "demand": asdict(demand),
            **asdict(found),
            "stored_bytes": found.stored_bytes,
            "dominant": asdict(found.dominant),
            "constants": {name: asdict(one) for name, one in constants().items()},
        }
        click.echo(json.dumps(content))
        return
    _print_estimate(found)


def _print_estimate(found: CapacityEstimate) -> None:
    click.echo(f"{'store':<14} {'part':<15} {'documents':>16} {'data':>9} {'indexes':>9} {'share':>6}")
    copies = {one.store: one.copies for one in found.stores}
    for part in sorted(found.parts, key=lambda one: -one.bytes * copies[one.store]):
        share = part.bytes * copies[part.store] / found.stored_bytes
        click.echo(
            f"{part.store:<14} {part.part:<15} {part.documents:>16,} {_size(part.data_bytes):>9}"
            f" {_size(part.index_bytes):>9} {share:>6.1%}"
        )
    click.echo("")
    click.echo(f"{'store':<14} {'one copy':>10} {'copies':>7} {'all copies':>11} {'nodes':>6}  decided by")
    for store in found.stores:
        click.echo(
            f"{store.store:<14} {_size(store.bytes):>10} {store.copies:>7} {_size(store.bytes * store.copies):>11}"
            f" {store.nodes:>6}  {store.limit}"
        )
    night = found.night
    click.echo("")
    click.echo(f"service        {found.service_cores:,} cores at the peak")
    click.echo(
        f"nightly run    {night.core_hours:,.1f} core hours: {night.hours:,.1f} h with {night.cores:,} cores,"
        f" {night.cores_for_window:,} cores for the window"
    )
    click.echo(
        f"Spark memory   driver {_size(night.driver_memory)}, {_size(night.executor_memory)} for each core of an"
        f" executor; shuffle {_size(night.shuffle_bytes)}"
    )
    top = found.dominant
    share = top.bytes * copies[top.store] / found.stored_bytes
    click.echo("")
    click.echo(f"{share:.0%} of all stored bytes are {top.store}'s {top.part}.")


def _size(count: int) -> str:
    amount, units = float(count), ["B", "kB", "MB", "GB", "TB", "PB"]
    while amount >= 1000 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:.0f} {units[0]}" if amount >= 100 else f"{amount:.1f} {units[0]}"
