"""Serve GraphQL from the three stores until Ctrl-C or SIGTERM.

Settings come from the environment (docs/deploying.md). Workers share the port; each has its own connections.
"""

from __future__ import annotations

import os

import click
import uvicorn

from bff.settings import read_settings


@click.command(help=__doc__)
@click.option("--host", help="Address to serve on. Default: MARQUEE_HOST, else 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: MARQUEE_PORT, else 8080.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Number of processes."
)
def serve(host: str | None, port: int | None, workers: int) -> None:
    from bff.app import create_app
    from bff.server import run_server, uvicorn_options

    settings = read_settings(host=host, port=port)

    def ready() -> None:
        click.echo(f"Marquee is serving on http://{settings.host}:{settings.port} (ctrl-c to stop)")

    if workers == 1:
        if not run_server(settings, ready):
            raise click.ClickException(f"Cannot open port {settings.port} on {settings.host}.")
        return
    # Reports a settings problem once, not in every worker.
    create_app(settings)
    os.environ.update(MARQUEE_HOST=settings.host, MARQUEE_PORT=str(settings.port))
    ready()
    uvicorn.run("bff.app:from_environment", factory=True, workers=workers, **uvicorn_options(settings))
