"""Gates: what a staged version must be like to go live; check one, waive one."""

from __future__ import annotations

import json
import sys

import click

from batch.commands.acting import acting, by_option, json_option, now, person
from batch.pipeline.gates.model import GateResult
from batch.pipeline.gates.thresholds import GATES

BLOCKED = 3


@click.group()
def gates() -> None:
    """What a staged version must be like to go live."""


@gates.command("list")
@json_option
def list_gates(as_json: bool) -> None:
    """The gates with their limits."""
    if as_json:
        click.echo(json.dumps([_gate_json(name) for name in GATES]))
        return
    for gate in GATES.values():
        limits = [f"block at {gate.block:g}" if gate.block is not None else ""]
        limits += [f"warn at {gate.warn:g}" if gate.warn is not None else ""]
        fixed = "" if gate.waivable else "; cannot be waived"
        click.echo(
            f"{gate.id:<16} {gate.measures} ({gate.unit}; {', '.join(filter(None, limits))}{fixed})\n"
            f"{'':<16} catches {gate.catches}"
        )


@gates.command("check")
@click.argument("run", metavar="RUN")
@json_option
def check(run: str, as_json: bool) -> None:
    """Judge the version of RUN (a run id or a version) against what is live now. Moves nothing.

    Exit codes: 0 nothing blocks, 1 its data is not whole, 2 no such run, 3 a gate blocks.
    """
    from batch.pipeline.gates.records import check_version
    from batch.pipeline.pointer import live_version
    from batch.pipeline.publish import refuse_unusable
    from batch.pipeline.staged import find_run, planned_version

    with acting() as stores:
        found = find_run(stores.mongo, run)
        refuse_unusable(found)
        live = live_version(stores.mongo)
        results = check_version(stores, planned_version(found, live), live, now())
    if as_json:
        click.echo(
            json.dumps({"run": found.id, "version": found.version, "gates": list(map(_result_json, results))})
        )
    else:
        click.echo(f"Version {found.version} against {live.version if live else 'nothing live'}:")
        for result in results:
            click.echo(_result_line(result))
    if any(result.blocks for result in results):
        sys.exit(BLOCKED)


@gates.command("waive")
@click.argument("gate")
@click.option("--run", "run", required=True, metavar="RUN", help="The run whose version may pass.")
@click.option("--reason", required=True, help="Why this is right all the same; stands in the history.")
@click.option("--expires", default="24h", show_default=True, help="How long it holds: 24h, 3d; at most 7d.")
@by_option
@json_option
def waive(gate: str, run: str, reason: str, expires: str, by: str, as_json: bool) -> None:
    """Let the version of RUN pass GATE. The gate of kids' safety cannot be waived."""
    from batch.pipeline.gates.records import parse_length
    from batch.pipeline.gates.records import waive as record_waiver
    from batch.pipeline.pointer import ChangeAuthor
    from batch.pipeline.staged import find_run

    with acting() as stores:
        length = parse_length(expires)
        found = find_run(stores.mongo, run)
        waiver = record_waiver(stores.mongo, gate, found, ChangeAuthor(person(by), now(), reason), length)
    if as_json:
        until = waiver.expires_at.isoformat()
        click.echo(json.dumps({"gate": gate, "run": found.id, "version": found.version, "expiresAt": until}))
        return
    click.echo(
        f"{gate} is waived for {found.version} until {waiver.expires_at:%Y-%m-%d %H:%M} UTC. "
        f"Next: marquee data publish {found.id}"
    )


def _gate_json(name: str) -> dict[str, object]:
    from batch.pipeline.gates.model import GateId

    gate = GATES[GateId(name)]
    return {
        "id": gate.id.value,
        "measures": gate.measures,
        "catches": gate.catches,
        "unit": gate.unit,
        "warn": gate.warn,
        "block": gate.block,
        "waivable": gate.waivable,
        "blocksFirst": gate.blocks_first,
    }


def _result_json(result: GateResult) -> dict[str, object]:
    from batch.pipeline.gates.model import result_to_document

    return {**result_to_document(result), "unit": GATES[result.id].unit}


def _result_line(result: GateResult) -> str:
    from batch.pipeline.gates.records import describe_numbers

    numbers = describe_numbers(result)
    waived = f", waived by {result.waived_by}" if result.waived_by else ""
    return f"  {result.level:<5} {result.id:<16} {result.says}{f' ({numbers})' if numbers else ''}{waived}"
