"""The run behind an explanation: its logical date, inputs, parameters, git revision, gates and evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from domain.errors import BadInput, NotFound, StoreUnavailable
from domain.serialization import Document

if TYPE_CHECKING:
    from bff.settings import Settings
    from bff.stores.mongo.runs import RunFacts

CARD_FIELDS = 6
"""Page, row, row position, card position, title, source."""


@dataclass(frozen=True, slots=True)
class TokenCard:
    profile_id: str
    title_id: str


async def card_of_token(settings: Settings, token: str, profile: str | None) -> TokenCard:
    """The card of a tracking token. `profile` stands in for a page that is no longer stored.

    Raises BadInput for a token that this service did not make, NotFound when the page and so the profile is unknown.
    """
    from bff.staff_context import staff_context
    from domain.signed_tokens import unseal
    from resolvers.request.signed_tracking import PURPOSE

    async with staff_context(settings) as context:
        fields = unseal(context.secret, PURPOSE, token)
        if len(fields) != CARD_FIELDS:
            raise BadInput("--card: this is no card's tracking token. Copy `trackingToken` of a card.")
        snapshot = (await context.stores.snapshots.snapshots([fields[0]])).get(fields[0])
    profile_id = profile or (snapshot.profile_id if snapshot else None)
    if profile_id is None:
        raise NotFound(f"--card: page {fields[0]} is no longer stored. Name the profile, too: --profile ID.")
    return TokenCard(profile_id, fields[4])


async def read_run(settings: Settings, version: str | None) -> RunFacts | None:
    """None while nothing is published, for a version without a run, and while the ledger does not answer."""
    from bff.staff_context import staff_stores
    from bff.stores.mongo.runs import run_of_version

    if version is None:
        return None
    try:
        async with staff_stores(settings) as (_, opened):
            return await run_of_version(opened.mongo.database, version)
    except StoreUnavailable as error:
        click.echo(f"The run could not be read: {error}.", err=True)
        return None


def run_to_json(run: RunFacts | None) -> Document | None:
    if run is None:
        return None
    return {
        "run": run.run_id,
        "job": run.job,
        "version": run.version,
        "logical_date": run.logical_date,
        "status": run.status,
        "as_of": run.as_of.isoformat(),
        "published": run.published,
        "git_revision": run.git_revision or None,
        "code_fingerprint": run.code_fingerprint or None,
        "config_hash": run.config_hash or None,
        "parameters": dict(run.parameters),
        "inputs": [dict(one) for one in run.inputs],
        "gates": [dict(one) for one in run.gates],
        "evaluation": dict(run.evaluation),
    }


def print_run(run: RunFacts | None) -> None:
    """What is not recorded is left out, never guessed."""
    if run is None:
        click.echo("run: unknown to the ledger")
        return
    revision = f", git {run.git_revision}" if run.git_revision else ""
    click.echo(
        f"run {run.run_id} ({run.job} of {run.logical_date}){revision}, viewing up to {run.as_of:%Y-%m-%d %H:%M} UTC"
    )
    for one in run.inputs:
        fingerprint = f", {one['fingerprint']}" if one.get("fingerprint") else ""
        click.echo(f"  input {one.get('name', '')}: {one.get('rows', 0):,} rows{fingerprint}")
    if run.parameters:
        click.echo(
            "  parameters " + ", ".join(f"{key}={value}" for key, value in sorted(run.parameters.items()))
        )
    failed = [str(one.get("id", "")) for one in run.gates if one.get("level") not in ("ok", "open")]
    if run.gates:
        click.echo(
            f"  gates {len(run.gates)}, " + (f"not passed: {', '.join(failed)}" if failed else "all passed")
        )
    if scores := _scores(run.evaluation):
        click.echo(f"  evaluation {scores}")
    click.echo(f"Look closer: marquee runs show {run.run_id}")


def _scores(evaluation: Mapping[str, object]) -> str:
    return ", ".join(f"{key} {value:.4f}" for key, value in evaluation.items() if isinstance(value, float))
