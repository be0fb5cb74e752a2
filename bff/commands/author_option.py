"""The option that names who makes a change."""

from __future__ import annotations

import click

AUTHOR = click.option(
    "--as",
    "--by",
    "by",
    default="",
    help="Who makes the change; stands in the history. Default: your name in git, else your user name.",
)
