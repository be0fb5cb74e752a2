"""Print the versions of Marquee and Python."""

from __future__ import annotations

import platform
from importlib.metadata import version as version_of

import click


@click.command(help=__doc__)
def version() -> None:
    click.echo(f"marquee {version_of('marquee')} on Python {platform.python_version()}")
