"""The GraphQL context of one request. Its loaders are its own, so no cache carries one viewer's titles to another."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from strawberry.types import Info

from domain.errors import BadInput, StoreUnavailable
from domain.ids import ProfileId
from domain.recommendations.lists import DataVersion
from domain.viewers.profiles import Principal
from resolvers.request.loaders import Loaders, VersionLoaders
from resolvers.runtime.known_changes import Mark
from resolvers.runtime.process import Process
from resolvers.runtime.stores import Stores

__all__ = ["Context", "ContextInfo", "Stores"]

NOTHING_PUBLISHED = "Nothing has been published yet. Run: marquee jobs run nightly"

ResolveSession: TypeAlias = Callable[[str], Awaitable[ProfileId]]
"""Profile of a session token. Raises BadInput for other tokens."""


async def refuse_sessions(_token: str) -> ProfileId:
    raise BadInput("sessionToken: sessions are not served here.")


@dataclass(slots=True)
class Context:
    """`now` is read once, so all rules see one instant. `secret` signs cursors, tracking tokens and artwork URLs.
    `requested_arms`: see resolvers/home/experiment_arms.py.
    """

    principal: Principal
    stores: Stores
    now: datetime
    request_id: str
    secret: bytes
    process: Process = field(default_factory=Process)
    after_response: list[Callable[[], Coroutine[object, object, None]]] = field(default_factory=list)
    requested_arms: str = ""
    resolve_session: ResolveSession = refuse_sessions
    loaders: Loaders = field(init=False)
    _mark: Mark | None = field(init=False, default=None)
    has_heard_changes: bool = field(init=False, default=False)
    """Set by a store call that brought the visibility changes announced before it."""
    _version_loaders: VersionLoaders | None = field(init=False, default=None)
    _other_loaders: dict[str, VersionLoaders] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.stores)

    @property
    def mark(self) -> Mark:
        """From before a title was read."""
        if self._mark is None:
            self._mark = self.stores.changes.mark()
            # Stores and memories of a process know the same changes.
            self.process.last_known.changes = self.stores.changes
        return self._mark

    async def hear_changes(self) -> None:
        """Before a memory of this process is used, once per request: what was announced before it is in force."""
        if not self.has_heard_changes:
            self.has_heard_changes = True
            await self.stores.announcements.catch_up()

    async def version_loaders(self) -> VersionLoaders:
        """Pinned to one version per request. Raises StoreUnavailable before the first publication."""
        self._mark = self.mark
        if self._version_loaders is None:
            live: DataVersion | None = await self.stores.data_versions.live()
            if live is None:
                raise StoreUnavailable("mongo", NOTHING_PUBLISHED)
            if self._version_loaders is None:
                self._version_loaders = VersionLoaders(self.stores, live)
        return self._version_loaders

    async def start_background_work(self) -> None:
        while self.after_response:
            self.process.background.start(self.after_response.pop(0)(), "work after a response")

    def loaders_for(self, version: DataVersion) -> VersionLoaders:
        """An experiment may compare versions."""
        self._mark = self.mark
        if self._version_loaders is not None and self._version_loaders.version.version == version.version:
            return self._version_loaders
        return self._other_loaders.setdefault(version.version, VersionLoaders(self.stores, version))

    def reset_loaders(self) -> None:
        """After a write: later reads must see it."""
        self.loaders = Loaders(self.stores)


ContextInfo: TypeAlias = Info[Context, None]
