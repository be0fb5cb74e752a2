"""A staff member's request context without HTTP, for commands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bff.auth.secrets import root_secret, signing_key
from bff.settings import Settings, resolve_store_urls
from bff.stores.caches.browse_cache import COMMAND_TIMING
from bff.stores.open_stores import OpenStores, open_stores
from domain.ids import AccountId
from domain.viewers.profiles import Principal, Role
from resolvers.request.context import Context

STAFF_ACCOUNT = AccountId("command-line")


def open_command_stores(settings: Settings) -> OpenStores:
    """With patience: a command waits for a slow store where a page would do without it. Raises SettingsProblem."""
    return open_stores(
        resolve_store_urls(settings),
        settings.redis_cluster,
        timeouts=settings.timeouts.patient(),
        browse_timing=COMMAND_TIMING,
    )


@asynccontextmanager
async def staff_context(settings: Settings) -> AsyncIterator[Context]:
    """Raises SettingsProblem."""
    async with staff_stores(settings) as (context, _):
        yield context


@asynccontextmanager
async def staff_stores(settings: Settings) -> AsyncIterator[tuple[Context, OpenStores]]:
    """With the adapters. Raises SettingsProblem."""
    secret = signing_key(root_secret(settings, create=True))
    opened = open_command_stores(settings)
    context = Context(
        Principal(STAFF_ACCOUNT, Role.STAFF), opened.ports, datetime.now(UTC), "command-line", secret
    )
    try:
        yield context, opened
        await context.process.background.settle()
    finally:
        await opened.close()
