"""`make bench`: the figures of Marquee, taken one after the other on this machine, as a table and as JSON.

The first run makes a service of its own under .marquee/bench (a minute or two); later runs find it.
docs/benchmarks.md says how each figure is taken and what may be compared with what.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from command_line import command_line
from compose import compose, decode
from figures import Figure, as_json, machine, show, write_json
from growth import growth
from home import home
from nightly import nightly
from ranking import ranking
from world import World, own_world, running_world

from domain.errors import MarqueeError

ALONE = {"compose": compose, "ranking": ranking, "decode": decode, "command-line": command_line}
"""Benches that need no store."""

SERVED = {"home": home, "growth": growth}
NIGHTLY = "nightly"


@click.command(help=__doc__)
@click.option("--rounds", type=click.IntRange(1, 50), default=3, show_default=True, help="Alternated rounds.")
@click.option("--only", type=click.Choice([*ALONE, *SERVED, NIGHTLY]), multiple=True, help="May be repeated.")
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Also write JSON.")
@click.option("--nightly", "with_nightly", is_flag=True, help="Also run the night shift on the bench's data.")
@click.option("--url", help="Measure the home page of a service that runs already. Needs --token.")
@click.option("--token", help="A viewer's token for --url: `marquee token --account A`.")
@click.option("--home", "folder", type=click.Path(path_type=Path), default=Path(".marquee/bench"))
@click.option("--smoke", is_flag=True, help="A few requests on a small world: does every bench run?")
def run(
    rounds: int,
    only: tuple[str, ...],
    json_file: Path | None,
    with_nightly: bool,
    url: str | None,
    token: str | None,
    folder: Path,
    smoke: bool,
) -> None:
    if bool(url) != bool(token):
        raise click.UsageError("--url and --token belong together.")
    wanted = set(only) or {*ALONE, *SERVED} - ({"growth"} if url else set())
    if with_nightly:
        wanted.add(NIGHTLY)
    if url and wanted & {"growth", NIGHTLY}:
        raise click.UsageError("growth and nightly change data: they run on the bench's own service only.")
    taken_on, started = machine(), time.monotonic()
    figures: list[Figure] = []
    for name, bench in ALONE.items():
        if name in wanted:
            figures += bench(rounds, smoke)
    if wanted & {*SERVED, NIGHTLY}:
        with _world(url, token, folder, smoke) as world:
            for name, measure in SERVED.items():
                if name in wanted:
                    figures += measure(world, rounds, smoke)
            if NIGHTLY in wanted:
                figures += nightly(world)
    show(figures, taken_on)
    if json_file is not None:
        write_json(json_file, as_json(figures, taken_on))
    click.echo(f"Took {time.monotonic() - started:.0f} s.")


@contextmanager
def _world(url: str | None, token: str | None, folder: Path, smoke: bool) -> Iterator[World]:
    folder.mkdir(parents=True, exist_ok=True)
    if url and token:
        yield running_world(url, token, folder)
        return
    with own_world(folder, smoke) as world:
        yield world


if __name__ == "__main__":
    try:
        run.main(prog_name="make bench", standalone_mode=True)
    except MarqueeError as error:
        raise SystemExit(f"Error: {error}") from error
