"""Published layouts: read once a second for all pages, and at once after this process publishes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bff.stores.base.polled import PolledValue
from domain.layouts.resolution import PublishedLayouts
from domain.layouts.versions import Draft, DraftConflict, LayoutVersion, VersionConflict
from domain.ports.stores import LayoutAdminStore, Layouts

LAYOUTS_MAX_AGE_SECONDS = 1.0
"""Other processes may use the previous layout this long."""


class PolledLayouts:
    """The Layouts port, and LayoutAdminStore so that publishing invalidates it."""

    def __init__(
        self,
        admin_store: LayoutAdminStore,
        layouts: Layouts,
        max_age_seconds: float = LAYOUTS_MAX_AGE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._admin_store = admin_store
        self._polled: PolledValue[PublishedLayouts] = PolledValue(
            layouts.live_layouts, max_age_seconds, clock
        )

    async def live_layouts(self) -> PublishedLayouts:
        return await self._polled.latest()

    async def live_versions(self) -> Mapping[str, LayoutVersion]:
        return await self._admin_store.live_versions()

    async def history(self, layout: str) -> tuple[LayoutVersion, ...]:
        return await self._admin_store.history(layout)

    async def publish(self, version: LayoutVersion, expected: int) -> LayoutVersion | VersionConflict:
        try:
            return await self._admin_store.publish(version, expected)
        finally:
            self._polled.invalidate()

    async def drafts(self) -> tuple[Draft, ...]:
        return await self._admin_store.drafts()

    async def save_draft(self, draft: Draft, expected: int = 0) -> Draft | DraftConflict:
        return await self._admin_store.save_draft(draft, expected)

    async def discard_draft(self, draft_id: str, expected: int | None = None) -> bool | DraftConflict:
        return await self._admin_store.discard_draft(draft_id, expected)
