"""Finds the service, which composes pages, by entry points: where it is installed, and nowhere else."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import cast

from batch.storage.settings import BatchSettings
from domain.ports.service_pages import ENTRY_POINTS, ServicePages, StoreAddresses


def find_service_pages() -> ServicePages | None:
    """None on a host without the service."""
    point = next(iter(entry_points(group=ENTRY_POINTS)), None)
    return None if point is None else cast(ServicePages, point.load())


def addresses_of(settings: BatchSettings) -> StoreAddresses:
    return StoreAddresses(settings.home, settings.mongo_url, settings.elasticsearch_url, settings.redis_url)
