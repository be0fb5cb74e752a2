"""Opens the stores for a replay: browse queries see the licences and launches of the instant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from bff.auth.secrets import root_secret, signing_key
from bff.settings import Settings, resolve_store_urls
from bff.staff_context import STAFF_ACCOUNT
from bff.stores.caches.browse_cache import COMMAND_TIMING
from bff.stores.open_stores import OpenStores, open_stores
from domain.viewers.profiles import Principal, Role
from resolvers.request.context import Context


@asynccontextmanager
async def past_context(settings: Settings, instant: datetime) -> AsyncIterator[tuple[Context, OpenStores]]:
    """Raises SettingsProblem."""
    opened = open_stores(
        resolve_store_urls(settings),
        settings.redis_cluster,
        clock=lambda: instant,
        timeouts=settings.timeouts.patient(),
        browse_timing=COMMAND_TIMING,
    )
    secret = signing_key(root_secret(settings, create=True))
    context = Context(Principal(STAFF_ACCOUNT, Role.STAFF), opened.ports, instant, "page-replay", secret)
    try:
        yield context, opened
        await context.process.background.settle()
    finally:
        await opened.close()
