"""Finds the service, which composes pages, by entry points: where it is installed, and nowhere else."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import cast

from batch.storage.settings import BatchSettings
from domain.ports.page_composer import ENTRY_POINTS, PageComposer, StoreAddresses


def find_page_composer() -> PageComposer | None:
    """None on a host without the service."""
    point = next(iter(entry_points(group=ENTRY_POINTS)), None)
    return None if point is None else cast(PageComposer, point.load())


def addresses_of(settings: BatchSettings) -> StoreAddresses:
    return StoreAddresses(settings.home, settings.mongo_url, settings.elasticsearch_url, settings.redis_url)
