"""Start, stop and show the local servers of the demo and the tests.

They stand in for MongoDB, Elasticsearch and Redis on loopback ports. A store whose MARQUEE_..._URL is set
is the user's own: it is shown and otherwise left alone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

import click

from bff.local_stack import LocalStack
from bff.local_stack.stack import ServerState
from bff.settings import read_settings

NOTHING_RUNS = "No local server is running."


@click.group(help=__doc__.partition("\n")[0])
def stack() -> None:
    """Local servers: up, down, status."""


def _json_option(command: click.decorators.FC) -> click.decorators.FC:
    return click.option("--json", "as_json", is_flag=True, help="Machine-readable output.")(command)


@stack.command()
@click.option("--mongo-port", type=click.IntRange(1, 65535), help="Default: a free one.")
@click.option("--elasticsearch-port", type=click.IntRange(1, 65535), help="Default: a free one.")
@click.option("--redis-port", type=click.IntRange(1, 65535), help="Default: a free one.")
@_json_option
def up(mongo_port: int | None, elasticsearch_port: int | None, redis_port: int | None, as_json: bool) -> None:
    """Start the servers that do not run yet and leave them running."""
    wanted = {"mongo": mongo_port, "elasticsearch": elasticsearch_port, "redis": redis_port}
    local = replace(configured_stack(), ports={name: port for name, port in wanted.items() if port})
    states = local.up()
    if any(state.started for state in states):
        _show(local, states, as_json, "Started. Stop them with `marquee stack down`.")
    else:
        _show(local, states, as_json, "Already running.")


@stack.command()
@_json_option
def down(as_json: bool) -> None:
    """Stop the servers; their data stays."""
    local = configured_stack()
    if owner := local.owner():
        raise click.ClickException(f"The servers belong to process {owner} (a demo?): stop it with Ctrl-C.")
    stopped = local.down()
    if as_json:
        click.echo(json.dumps({"stopped": stopped}))
    elif stopped:
        click.echo(f"Stopped {', '.join(stopped)}. Data kept in {local.home}.")
    else:
        click.echo(NOTHING_RUNS)


@stack.command()
@_json_option
def status(as_json: bool) -> None:
    """Show the three stores. Exit code 1 when one of them does not answer."""
    local = configured_stack()
    states = local.status()
    _show(local, states, as_json, "")
    sys.exit(1 if any(state.state in ("stopped", "silent") for state in states) else 0)


def configured_stack() -> LocalStack:
    """The local stack of this environment's settings."""
    settings = read_settings()
    return LocalStack(settings.home, external=settings.own_stores)


def without_password(url: str) -> str:
    """`mongodb://ada:secret@host/db` -> `mongodb://***@host/db`: output ends up in logs and screenshots."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return parts._replace(netloc="***@" + parts.netloc.rpartition("@")[2]).geturl()


def _show(local: LocalStack, states: Sequence[ServerState], as_json: bool, closing: str) -> None:
    if as_json:
        click.echo(json.dumps({"home": str(local.home), "servers": [_as_json(state) for state in states]}))
        return
    _print_table(states)
    if closing:
        click.echo(f"  {closing}")


def _as_json(state: ServerState) -> dict[str, str | int | None]:
    return {
        "name": state.server.name,
        "state": state.state,
        "product": None if state.state == "yours" else state.server.product,
        "url": without_password(state.url) or None,
        "pid": state.pid,
    }


def _print_table(states: Sequence[ServerState]) -> None:
    colours = {"running": "green", "yours": "cyan", "silent": "yellow", "stopped": "yellow"}
    for state in states:
        server = state.server
        product = "" if state.state == "yours" else f"{server.product} ({server.stands_for})"
        shown = click.style(f"{state.state:<8}", fg=colours[state.state])
        click.echo(f"  {server.name:<14} {shown} {product:<30} {without_password(state.url)}".rstrip())
