"""Serve an invented streaming service, with everything it needs, from this machine.

The first start generates viewing data and does one nightly run; later starts reuse both.
"""

from __future__ import annotations

import importlib
import signal
import sys
import textwrap
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click

from bff.demo import data as demo_data
from bff.demo.data import DemoProblem, SampleParameters
from bff.demo.steps import Steps
from bff.local_stack import LocalStack, running_stack
from bff.local_stack.probes import port_problem
from bff.local_stack.servers import SERVERS
from bff.settings import Settings, read_settings, resolve_store_urls
from domain.storage_names import SHIPPED_PAGES

INTERRUPTED = 130
BANNER_COLUMNS = 80
NIGHTLY_STEP = "running the night: similar titles, top picks, trending, search index"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """None: not given."""

    titles: int | None
    profiles: int | None
    days: int | None
    seed: int | None
    reset: bool

    def apply_to(self, base: SampleParameters) -> SampleParameters:
        given = {"titles": self.titles, "profiles": self.profiles, "days": self.days, "seed": self.seed}
        return replace(base, **{name: value for name, value in given.items() if value is not None})


@click.command(help=__doc__)
@click.option("--port", type=click.IntRange(1, 65535), help="Default: MARQUEE_PORT, else 8080.")
@click.option("--host", help="Address to serve on. Default: 127.0.0.1, this machine only.")
@click.option("--no-browser", is_flag=True, help="Do not open the TV preview.")
@click.option("--reset", is_flag=True, help="Remove the demo's data and generate it again.")
@click.option("--titles", type=click.IntRange(1), help="Invented titles. Default: 3000.")
@click.option("--profiles", type=click.IntRange(1), help="Invented profiles. Default: 5000.")
@click.option("--days", type=click.IntRange(1), help="Days of viewing. Default: 90.")
@click.option("--seed", type=int, help="The same seed gives the same data. Default: 7.")
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
    local = LocalStack(settings.home, external=settings.configured_stores)
    options = DemoOptions(titles, profiles, days, seed, reset)
    steps = Steps(settings.home)
    try:
        remove_stale_data(local, options, settings)
        preload_service()
        with started_stack(local, steps):
            ensure_data(settings, options, steps)
            warm_up(settings, steps)
            serve(with_local_timeouts(settings), steps, open_browser=not no_browser)
            stopping = time.monotonic()
    except KeyboardInterrupt:
        click.echo(interruption_message(settings.home, steps.current))
        sys.exit(INTERRUPTED)
    click.echo(stop_message(settings.home, time.monotonic() - stopping))


@contextmanager
def started_stack(local: LocalStack, steps: Steps) -> Iterator[None]:
    """The local servers, and the step that starts them. They stop at the end, however it comes."""
    with ExitStack() as stack:
        with steps.step("starting the local stores"):
            stack.enter_context(running_stack(local))
        yield


def interruption_message(home: Path, step: str) -> str:
    """What Ctrl-C did before the service was up."""
    during = f" while {step}" if step else ""
    status = demo_data.read_status(home)
    if status is not None and not status.is_complete:
        data = "The data was not complete: the next start makes it again."
    else:
        data = "The data is kept."
    return f"\n  Stopped{during}. The local stores are stopped. {data}\n  Start again: make demo"


LOCAL_TIMEOUTS = {
    "titles_seconds": 5.0,
    "search_seconds": 8.0,
    "mongo_read_seconds": 3.0,
    "redis_seconds": 2.0,
}
"""The service's own are for stores in the same region that answer in milliseconds. The local servers share this
machine, and the Elasticsearch stand-in takes half a second for a catalogue query, for which reads by id wait.
"""


def with_local_timeouts(settings: Settings) -> Settings:
    """Those that nobody has set, and only while a store is local."""
    if len(settings.configured_stores) == len(SERVERS):
        return settings
    unset = {name: value for name, value in LOCAL_TIMEOUTS.items() if name not in settings.model_fields_set}
    return settings.model_copy(update=unset)


def warm_up(settings: Settings, steps: Steps) -> None:
    """A slow machine starts anyway: the page says what it lacks."""
    if len(settings.configured_stores) == len(SERVERS):
        return
    from bff.demo.warm_stores import warm_stores

    with steps.step("waiting until the local stores are warm"):
        warm_stores(resolve_store_urls(settings))


def check_port(settings: Settings) -> None:
    """Raises DemoProblem, before minutes of work."""
    if reason := port_problem(settings.host, settings.port):
        another = 9000 if settings.port != 9000 else 9090
        raise DemoProblem(
            f"Port {settings.port} cannot be used ({reason}): stop what uses it, "
            f'or choose another one with `make demo ARGS="--port {another}"` or MARQUEE_PORT={another}.'
        )


def remove_stale_data(local: LocalStack, options: DemoOptions, settings: Settings) -> None:
    """Incomplete data, or on --reset. Raises DemoProblem."""
    status = demo_data.read_status(settings.home)
    if not options.reset:
        if status is None:
            return
        if status.is_complete:
            if options.apply_to(status.parameters) != status.parameters:
                raise DemoProblem(f"The data here has {status.parameters}: add --reset to generate it again.")
            return
    if settings.configured_stores:
        raise DemoProblem("The demo does not remove data from your own servers (MARQUEE_*_URL): empty them.")
    if local.owner():
        raise DemoProblem("Another demo uses this data: stop it first.")
    local.down()
    demo_data.remove_data(settings.home)


def preload_service() -> None:
    """Import the service while the servers start: each takes seconds."""
    threading.Thread(target=importlib.import_module, args=("bff.app",), daemon=True).start()


def ensure_data(settings: Settings, options: DemoOptions, steps: Steps) -> None:
    home = settings.home
    with steps.step("looking for the demo's data"):
        is_published = demo_data.is_published(resolve_store_urls(settings).mongo_url)
    if is_published:
        # The Elasticsearch stand-in saves lazily, so a crash can lose the index.
        with steps.step("checking the search index"):
            demo_data.run_command("checking the search index", ["data", "ensure-index"], home)
        if not (home / SHIPPED_PAGES).exists():
            with steps.step("writing the fallback page"):
                demo_data.run_command("writing the fallback page", ["data", "static-page"], home)
        return
    parameters = options.apply_to(SampleParameters())
    with demo_data.unfinished_data(home, parameters):
        with steps.step(f"generating the sample service: {parameters}", has_own_lines=True):
            demo_data.generate_sample(home, parameters)
        with steps.step(NIGHTLY_STEP, has_own_lines=True):
            demo_data.run_nightly(home, datetime.now(UTC).date().isoformat())


def serve(settings: Settings, steps: Steps, open_browser: bool) -> None:
    from bff.demo.warm_up import compose_first_pages
    from bff.server import run_server

    def warm_up_pages() -> None:
        pages = compose_first_pages(base_url(settings))
        with steps.step("composing the first page"):
            next(pages, None)
        click.echo(banner(settings))
        if open_browser and sys.stdout.isatty():
            open_in_browser(f"{base_url(settings)}/tv")
        deque(pages, maxlen=0)  # compose the other pages

    def on_ready() -> None:
        # The server's loop calls this, so requests to the server need a thread.
        threading.Thread(target=warm_up_pages, daemon=True).start()

    try:
        has_started = run_server(settings, on_ready=on_ready)
    except KeyboardInterrupt:
        click.echo()  # ends the terminal's ^C line
        return
    if not has_started:
        raise DemoProblem("The service could not start; see the message above.")


def base_url(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def banner(settings: Settings) -> str:
    """For a terminal of 80 columns."""
    url = base_url(settings)
    keys = "arrows move, Enter opens, Space plays, P changes the profile, S searches"
    lines = [
        "",
        click.style(f"  {'Home is ready':<52}", bold=True) + "(ctrl-c to stop)",
        _banner_line("TV preview", f"{url}/tv", ""),
        f"  {keys}",
        _banner_line("GraphQL", f"{url}/graphql", "GraphiQL, offline"),
        _banner_line("Health", f"{url}/readyz", "the three stores, one by one"),
        *_store_lines(settings.configured_stores),
    ]
    if settings.host not in LOOPBACK:
        lines.append("  This address gives the demo's tokens to everyone: keep it off the internet.")
    return "\n".join(lines)


def _store_lines(external: Mapping[str, str]) -> list[str]:
    local = [server for server in SERVERS if server.name not in external]
    texts = [f"your own {', '.join(external)}"] if external else []
    if local:
        stand_ins = ", ".join(f"{server.product} ({server.stands_for})" for server in local)
        texts.append(f"local stand-ins {stand_ins}")
        texts.append(f"To use your own: {', '.join(server.variable for server in local)}")
    lines = [line for text in texts for line in textwrap.wrap(text, BANNER_COLUMNS - 15)]
    return [f"  {'' if at else 'Stores':<11} {line}" for at, line in enumerate(lines)]


def stop_message(home: Path, seconds: float) -> str:
    size = demo_data.size_mb(home)
    folder = f"./{home.relative_to(Path.cwd())}" if home.is_relative_to(Path.cwd()) else str(home)
    return (
        f"  Stopped in {seconds:.1f} s. Data is kept in {folder} ({size} MB).\n"
        "  Start again: make demo. Remove: make clean"
    )


def open_in_browser(url: str) -> None:
    """Does nothing on a machine without a screen."""
    import os
    import webbrowser

    has_screen = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if has_screen:
        webbrowser.open(url)


def _banner_line(name: str, url: str, hint: str) -> str:
    return f"  {name:<11} {click.style(f'{url:<32}', fg='cyan')} {hint}".rstrip()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
