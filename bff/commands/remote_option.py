"""The option that names the running service, and the line that says who composed."""

from __future__ import annotations

from collections.abc import Sequence

import click

SERVICE = click.option(
    "--service",
    "service_address",
    help="Address of the running service to ask, such as http://127.0.0.1:8080; none: compose in this process. "
    "Default: MARQUEE_SERVICE_URL, else this machine's.",
)


def say_who_composed(service: object) -> None:
    """`service`: a LayoutService, or why none is asked. To stderr, so that --json stays JSON."""
    if isinstance(service, str):
        click.echo(f"Composed in this process ({service}); the running service is faster.", err=True)
    else:
        click.echo(f"Composed by the service at {getattr(service, 'address', '')}.", err=True)


def say_what_is_down(stores: Sequence[str]) -> None:
    """Before pages are composed, because that takes a while. To stderr."""
    if stores:
        names = " and ".join(stores)
        click.echo(
            f"{names} {'does' if len(stores) == 1 else 'do'} not answer: pages will lack what is there.",
            err=True,
        )
