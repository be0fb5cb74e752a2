"""Opens the stored layouts for the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bff.layout_files.author import author_name
from bff.local_stack.record import read_record
from bff.settings import SettingsProblem, read_settings
from bff.stores.mongo.database import MongoDatabase
from bff.stores.mongo.layouts import LayoutStore
from resolvers.publishing.layout_publishing import LayoutAdmin


@asynccontextmanager
async def open_layout_admin(by: str = "") -> AsyncIterator[LayoutAdmin]:
    """Uses the settings' MongoDB, else the local stack's. Raises SettingsProblem without either."""
    database = MongoDatabase(mongo_url())
    try:
        yield LayoutAdmin(LayoutStore(database), author_name(by), datetime.now(UTC))
    finally:
        database.close()


def mongo_url() -> str:
    """Of the settings, else of the local stack. Raises SettingsProblem without either."""
    settings = read_settings()
    record = read_record(settings.home)
    url = settings.mongo_url or (record.urls.mongo_url if record else "")
    if not url:
        raise SettingsProblem("No MongoDB is configured: run `marquee stack up`, or set MARQUEE_MONGO_URL.")
    return url
