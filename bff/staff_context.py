"""A request without HTTP: the context in which commands ask what staff may ask, over the stores of the settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bff.auth.secrets import root_secret, signing_key
from bff.settings import Settings, stores_of
from bff.stores.open_stores import open_stores
from domain.ids import AccountId
from domain.viewers.profiles import Principal, Role
from resolvers.request.context import Context

OFFICE = AccountId("command-line")


@asynccontextmanager
async def staff_context(settings: Settings) -> AsyncIterator[Context]:
    """A staff member's request; the stores are closed behind it. Raises SettingsProblem."""
    secret = signing_key(root_secret(settings, make=True))
    opened = open_stores(stores_of(settings), settings.redis_cluster, time_outs=settings.time_outs)
    context = Context(Principal(OFFICE, Role.STAFF), opened.ports, datetime.now(UTC), "command-line", secret)
    try:
        yield context
        await context.process.background.settle()
    finally:
        await opened.close()
