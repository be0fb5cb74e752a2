"""Live layouts for pages: read once a second for all of them, and at once after a layout was published here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from bff.stores.base.polled import Polled
from domain.layouts.resolution import PublishedLayouts
from domain.layouts.versions import Draft, LayoutVersion, VersionConflict
from domain.ports.stores import LayoutAdminStore, Layouts

LAYOUTS_SECONDS = 1.0
"""How long another process may go on with the layout that was live before."""


class PolledLayouts:
    """The Layouts port, and the LayoutDesk port so that it hears of publishing."""

    def __init__(
        self,
        desk: LayoutAdminStore,
        layouts: Layouts,
        fresh_seconds: float = LAYOUTS_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk = desk
        self._polled: Polled[PublishedLayouts] = Polled(layouts.live_layouts, fresh_seconds, clock)

    async def live_layouts(self) -> PublishedLayouts:
        """See ports.Layouts."""
        return await self._polled.latest()

    async def editions(self) -> Mapping[str, LayoutVersion]:
        return await self._desk.editions()

    async def history(self, layout: str) -> tuple[LayoutVersion, ...]:
        return await self._desk.history(layout)

    async def publish(self, edition: LayoutVersion, expected: int) -> LayoutVersion | VersionConflict:
        """See ports.LayoutDesk."""
        try:
            return await self._desk.publish(edition, expected)
        finally:
            self._polled.forget()

    async def drafts(self) -> tuple[Draft, ...]:
        return await self._desk.drafts()

    async def save_draft(self, draft: Draft) -> None:
        await self._desk.save_draft(draft)

    async def discard_draft(self, draft_id: str) -> bool:
        return await self._desk.discard_draft(draft_id)
