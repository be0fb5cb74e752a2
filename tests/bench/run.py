"""`make bench`: the figures of Marquee, taken one after the other on this machine, as a table and as JSON.

The first run makes a service of its own under .marquee/bench (a minute or two); later runs find it.
docs/benchmarks.md says how each figure is taken and what may be compared with what.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from cold import cold, seen
from command_line import command_line
from compose import compose, decode
from event_import import event_import
from figures import Figure, as_json, machine, show, write_json
from growth import growth
from home import Setting, home, setting_of
from live_contest import live_contest
from nightly import nightly
from overload import overload
from peers import has_npm
from processes import counts_cpu
from ranking import ranking
from store_growth import store_growth
from variants import NAMES, variants
from world import World, own_world, running_world

from domain.errors import MarqueeError

ALONE = {
    "compose": compose,
    "ranking": ranking,
    "decode": decode,
    "command-line": command_line,
    "event-import": event_import,
    "overload": overload,
}
"""Benches that need no service."""

IN_MEMORY = ("home", "variants", "growth", "live")
"""Benches of servers over made pages, in memory or, `live`, warm in Valkey."""

SERVED = {"seen": seen, "cold": cold, "store-growth": store_growth}
"""Benches of the service with its stores."""

SCORED = {"home", "live"}
NIGHTLY, SEEN = "nightly", "seen"
CHANGING = ("cold", "store-growth", NIGHTLY)


EVERY = [*ALONE, *IN_MEMORY, *SERVED, NIGHTLY]


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: benches, and how they are to run."""

    wanted: frozenset[str]
    rounds: int
    seconds: float
    smoke: bool
    full: bool
    peers: bool
    chosen: tuple[str, ...]
    folder: Path
    url: str | None
    token: str | None

    def setting(self, bench: str) -> Setting:
        """The benches with goals against other servers get every round, the others a third of them."""
        rounds = self.rounds if bench in SCORED or self.full else max(1, self.rounds // 3)
        return setting_of(self.folder, rounds, self.seconds, self.smoke, self.peers)


@click.command(help=__doc__)
@click.option("--rounds", type=click.IntRange(1, 50), default=3, show_default=True, help="Alternated rounds.")
@click.option("--seconds", type=float, default=5.0, show_default=True, help="Load on each server in a round.")
@click.option("--only", type=click.Choice(EVERY), multiple=True, help="May be repeated.")
@click.option("--variant", type=click.Choice([*NAMES]), multiple=True, help="Of `variants`; may be repeated.")
@click.option("--full", is_flag=True, help="All rounds of every bench, large catalogues, many profiles.")
@click.option(
    "--peers/--no-peers", default=None, help="Node servers beside ours. [default: when npm is there]"
)
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Also write JSON.")
@click.option("--nightly", "with_nightly", is_flag=True, help="Also do a nightly run on the bench's data.")
@click.option("--url", help="Measure the home page of a service that runs already. Needs --token.")
@click.option("--token", help="A viewer's token for --url: `marquee token --account A`.")
@click.option("--home", "folder", type=click.Path(path_type=Path), default=Path(".marquee/bench"))
@click.option("--smoke", is_flag=True, help="A few requests on a small world: does every bench run?")
def run(
    only: tuple[str, ...],
    variant: tuple[str, ...],
    peers: bool | None,
    json_file: Path | None,
    with_nightly: bool,
    url: str | None,
    token: str | None,
    smoke: bool,
    **how: Any,
) -> None:
    if bool(url) != bool(token):
        raise click.UsageError("--url and --token belong together.")
    usual = {*ALONE, SEEN} if url else {*EVERY} - {NIGHTLY, SEEN}
    wanted = frozenset((set(only) or usual) | ({NIGHTLY} if with_nightly else set()))
    if SEEN in wanted and not url:
        raise click.UsageError("seen measures a service that runs already: say which by --url and --token.")
    if url and wanted.intersection(CHANGING):
        raise click.UsageError(
            f"{' and '.join(CHANGING)} change data: they run on the bench's own service only."
        )
    with_peers = (has_npm() and not smoke) if peers is None else peers
    wish = Wish(wanted=wanted, peers=with_peers, chosen=variant, url=url, token=token, smoke=smoke, **how)
    taken_on, started = machine(), time.monotonic()
    wish.folder.mkdir(parents=True, exist_ok=True)
    figures = [*_alone(wish), *_in_memory(wish), *_served(wish)]
    show(figures, taken_on)
    if json_file is not None:
        write_json(json_file, as_json(figures, taken_on))
    if "home" in wanted and not with_peers:
        click.echo("Node peers were left out: they need npm, and are not part of a smoke run.")
    click.echo(f"Took {time.monotonic() - started:.0f} s.")


def _alone(wish: Wish) -> Iterator[Figure]:
    for name, bench in ALONE.items():
        if name in wish.wanted:
            yield from bench(wish.rounds, wish.smoke)


def _in_memory(wish: Wish) -> Iterator[Figure]:
    if "home" in wish.wanted:
        yield from home(wish.setting("home"))
    if not counts_cpu():
        return
    if "live" in wish.wanted:
        yield from live_contest(wish.setting("live"))
    if "variants" in wish.wanted:
        yield from variants(wish.setting("variants"), wish.chosen)
    if "growth" in wish.wanted:
        yield from growth(wish.setting("growth"), wish.full)


def _served(wish: Wish) -> Iterator[Figure]:
    if not wish.wanted & {*SERVED, NIGHTLY}:
        return
    with _world(wish.url, wish.token, wish.folder, wish.smoke) as world:
        for name, bench in SERVED.items():
            if name in wish.wanted:
                yield from bench(world, wish.setting(name))
        if NIGHTLY in wish.wanted:
            yield from nightly(world)


@contextmanager
def _world(url: str | None, token: str | None, folder: Path, smoke: bool) -> Iterator[World]:
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
