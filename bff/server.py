"""Runs the application under uvicorn until Ctrl-C or SIGTERM."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import TypedDict

import uvicorn

from bff.app import create_app
from bff.gc_tuning import tune_garbage_collector
from bff.settings import Settings

SHUTDOWN_TIMEOUT_SECONDS = 5
"""For open requests to finish."""


class UvicornOptions(TypedDict):
    host: str
    port: int
    log_level: str
    access_log: bool
    server_header: bool
    timeout_graceful_shutdown: int


def uvicorn_options(settings: Settings) -> UvicornOptions:
    """Equal for one worker and for many."""
    return UvicornOptions(
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_TIMEOUT_SECONDS,
    )


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            tune_garbage_collector()
            self._on_ready()


def run_server(settings: Settings, on_ready: Callable[[], None]) -> bool:
    """Serve until stopped; `on_ready` runs once the port is open. False if the server could not start."""
    server = _Server(uvicorn.Config(create_app(settings), **uvicorn_options(settings)), on_ready)
    server.run()
    return server.started
