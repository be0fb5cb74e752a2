"""The port through which the service hears and makes announcements of visibility changes."""

from __future__ import annotations

from typing import Protocol

from domain.visibility.changes import VisibilityChange


class Announcements(Protocol):
    async def catch_up(self) -> None:
        """Hear what was announced until now; one store call. Never fails: the process then trusts less."""
        ...

    async def announce(self, change: VisibilityChange) -> None:
        """After a write, before it is acknowledged. Never fails: retried in the background."""
        ...
