"""Serve an invented streaming service, with everything it needs, from this machine.

The first start makes the viewing data and runs the night shift once; later starts find it.
"""

from __future__ import annotations

import importlib
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click

from bff.demo import data as demo_data
from bff.demo.data import DemoProblem, Recipe
from bff.local_stack import LocalStack, running_stack
from bff.local_stack.probes import why_not_free
from bff.local_stack.servers import SERVERS
from bff.settings import Settings, read_settings, stores_of
from domain.storage_names import SHIPPED_PAGES

INTERRUPTED = 130
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asked for; None: not said."""

    titles: int | None
    profiles: int | None
    days: int | None
    seed: int | None
    reset: bool

    def recipe(self, base: Recipe) -> Recipe:
        said = {"titles": self.titles, "profiles": self.profiles, "days": self.days, "seed": self.seed}
        return replace(base, **{name: value for name, value in said.items() if value is not None})


@click.command(help=__doc__)
@click.option("--port", type=click.IntRange(1, 65535), help="Default: MARQUEE_PORT, else 8080.")
@click.option("--host", help="Address to serve on. Default: 127.0.0.1, this machine only.")
@click.option("--no-browser", is_flag=True, help="Do not open the TV preview.")
@click.option("--reset", is_flag=True, help="Remove the demo's data and make it anew.")
@click.option("--titles", type=click.IntRange(1), help="Invented titles; 3000.")
@click.option("--profiles", type=click.IntRange(1), help="Invented profiles; 5000.")
@click.option("--days", type=click.IntRange(1), help="Days of viewing; 90.")
@click.option("--seed", type=int, help="The same seed makes the same service; 7.")
def demo(
    port: int | None,
    host: str | None,
    no_browser: bool,
    reset: bool,
    titles: int | None,
    profiles: int | None,
    days: int | None,
    seed: int | None,
) -> None:
    settings = read_settings(port=port, host=host, demo=True)
    settings = settings.model_copy(update={"home": settings.home.absolute()})
    signal.signal(signal.SIGTERM, _interrupt)
    check_port(settings)
    local = LocalStack(settings.home, external=settings.own_stores)
    wish = Wish(titles, profiles, days, seed, reset)
    try:
        prepare(local, wish, settings)
        load_service_meanwhile()
        with running_stack(local):
            provide_data(settings, wish)
            serve(settings, open_browser=not no_browser)
            stopping = time.monotonic()
    except KeyboardInterrupt:
        click.echo("\n  Interrupted; nothing is left running. Start again: make demo")
        sys.exit(INTERRUPTED)
    click.echo(farewell(settings.home, time.monotonic() - stopping))


def check_port(settings: Settings) -> None:
    """First of all, before minutes of work. Raises DemoProblem."""
    if reason := why_not_free(settings.host, settings.port):
        another = 9000 if settings.port != 9000 else 9090
        raise DemoProblem(
            f"Port {settings.port} cannot be used ({reason}): stop what uses it, "
            f'or choose another with `make demo ARGS="--port {another}"` or MARQUEE_PORT={another}.'
        )


def prepare(local: LocalStack, wish: Wish, settings: Settings) -> None:
    """Before the servers start: remove what must not be served. Raises DemoProblem."""
    note = demo_data.read_note(settings.home)
    half_made = note is not None and not note.whole
    if note is not None and note.whole and not wish.reset and wish.recipe(note.recipe) != note.recipe:
        raise DemoProblem(f"The data here was made from {note.recipe}: add --reset to make it anew.")
    if not wish.reset and not half_made:
        return
    if settings.own_stores:
        raise DemoProblem("Data in servers of your own (MARQUEE_*_URL) is not removed from here: empty them.")
    if local.owner():
        raise DemoProblem("Another demo runs on this data: stop it first.")
    local.down()
    demo_data.remove_data(settings.home)


def load_service_meanwhile() -> None:
    """Importing the service and starting the servers take seconds each: do both at once."""
    threading.Thread(target=importlib.import_module, args=("bff.app",), daemon=True).start()


def provide_data(settings: Settings, wish: Wish) -> None:
    """Make the data on the first start; later only see to it that the search index is still there."""
    home = settings.home
    if demo_data.is_published(stores_of(settings).mongo_url):
        # The Elasticsearch stand-in saves lazily: a crash may have cost it the index.
        demo_data.run_verb("checking the search index", ["data", "ensure-index"], home)
        if not (home / SHIPPED_PAGES).exists():
            demo_data.run_verb("writing the shipped page", ["data", "static-page"], home)
        return
    recipe = wish.recipe(Recipe())
    click.echo(f"Making the sample service: {recipe}.")
    click.echo("Then the night shift runs once: similar titles, top picks, trending, search index.")
    demo_data.fill(home, recipe, datetime.now(UTC).date().isoformat())


def serve(settings: Settings, open_browser: bool) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    from bff.demo.warm_up import compose_first_pages
    from bff.server import run_server

    def welcome() -> None:
        pages = compose_first_pages(address(settings))
        next(pages, None)
        click.echo(banner(settings))
        if open_browser and sys.stdout.isatty():
            open_in_browser(f"{address(settings)}/tv")
        deque(pages, maxlen=0)  # the others, while somebody looks at the first

    def ready() -> None:
        # In a thread of its own: it asks the server whose loop calls this.
        threading.Thread(target=welcome, daemon=True).start()

    try:
        started = run_server(settings, on_ready=ready)
    except KeyboardInterrupt:
        click.echo()  # the terminal has printed ^C
        return
    if not started:
        raise DemoProblem("The service could not start; why stands above.")


def address(settings: Settings) -> str:
    """Where a browser on this machine finds the service."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def banner(settings: Settings) -> str:
    at = address(settings)
    lines = [
        "",
        click.style(f"  {'Home is ready':<52}", bold=True) + "(ctrl-c to stop)",
        _page("TV preview", f"{at}/tv", "arrows move · P profile · Enter plays"),
        _page("GraphQL", f"{at}/graphql", "GraphiQL, offline"),
        _page("Health", f"{at}/readyz", "the three stores, one by one"),
        *_stores(settings.own_stores),
    ]
    if settings.host not in LOOPBACK:
        lines.append("  Anyone who reaches this address gets the demo's tokens: keep it off the internet.")
    return "\n".join(lines)


def _stores(own: Mapping[str, str]) -> list[str]:
    """Which servers are local stand-ins for the production ones, and how to use others."""
    local = [server for server in SERVERS if server.name not in own]
    stand_ins = [f"{server.product} ({server.stands_for})" for server in local]
    lines = [f"  Stores: your own {', '.join(own)}"] if own else []
    if local:
        lines.append(f"  Stores: local stand-ins {', '.join(stand_ins)}")
        lines.append(f"          Yours instead: {', '.join(server.variable for server in local)}")
    return lines


def farewell(home: Path, seconds: float) -> str:
    size = demo_data.size_mb(home)
    shown = home.relative_to(Path.cwd()) if home.is_relative_to(Path.cwd()) else home
    place = f"./{shown}" if not shown.is_absolute() else str(shown)
    return (
        f"  Stopped in {seconds:.1f} s. Data kept in {place} ({size} MB). "
        "Start again: make demo. Remove: make clean"
    )


def open_in_browser(url: str) -> None:
    """A machine without a screen has no browser to open: webbrowser says so by an error or by False."""
    import os
    import webbrowser

    has_screen = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if has_screen:
        webbrowser.open(url)


def _page(name: str, url: str, hint: str) -> str:
    return f"  {name:<12} {click.style(f'{url:<32}', fg='cyan')} {hint}"


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
