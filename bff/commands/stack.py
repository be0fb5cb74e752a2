"""Start, stop and show the local servers of the demo and the tests.

A store whose MARQUEE_..._URL is set is the user's own: it is shown and never started or stopped.
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
    pass


def _json_option(command: click.decorators.FC) -> click.decorators.FC:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


@stack.command()
@click.option("--mongo-port", type=click.IntRange(1, 65535), help="Default: a free port.")
@click.option("--elasticsearch-port", type=click.IntRange(1, 65535), help="Default: a free port.")
@click.option("--redis-port", type=click.IntRange(1, 65535), help="Default: a free port.")
@_json_option
def up(mongo_port: int | None, elasticsearch_port: int | None, redis_port: int | None, as_json: bool) -> None:
    """Start the servers that do not run yet and leave them running."""
    requested = {"mongo": mongo_port, "elasticsearch": elasticsearch_port, "redis": redis_port}
    local = replace(configured_stack(), ports={name: port for name, port in requested.items() if port})
    states = local.up()
    if any(state.is_new for state in states):
        _print_states(local, states, as_json, "Started. Stop them with `marquee stack down`.")
    else:
        _print_states(local, states, as_json, "Already running.")


@stack.command()
@_json_option
def down(as_json: bool) -> None:
    """Stop the servers and keep their data."""
    local = configured_stack()
    if owner := local.owner():
        raise click.ClickException(f"The servers belong to process {owner} (a demo?): stop it with Ctrl-C.")
    stopped = local.down()
    if as_json:
        click.echo(json.dumps({"stopped": stopped}))
    elif stopped:
        click.echo(f"Stopped {', '.join(stopped)}. Data is kept in {local.home}.")
    else:
        click.echo(NOTHING_RUNS)


@stack.command()
@_json_option
def status(as_json: bool) -> None:
    """Show the three stores. Exit code 1 if one does not answer."""
    local = configured_stack()
    states = local.status()
    _print_states(local, states, as_json, "")
    sys.exit(1 if any(state.state in ("stopped", "silent") for state in states) else 0)


def configured_stack() -> LocalStack:
    settings = read_settings()
    return LocalStack(settings.home, external=settings.configured_stores)


def without_password(url: str) -> str:
    """`mongodb://ada:secret@host/db` -> `mongodb://***@host/db`, because output ends up in logs."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return parts._replace(netloc="***@" + parts.netloc.rpartition("@")[2]).geturl()


def _print_states(local: LocalStack, states: Sequence[ServerState], as_json: bool, closing: str) -> None:
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
        label = click.style(f"{state.state:<8}", fg=colours[state.state])
        click.echo(f"  {server.name:<14} {label} {product:<30} {without_password(state.url)}".rstrip())
