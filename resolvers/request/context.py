"""What a request carries through the GraphQL face: who asks, the stores, and loaders of its own.

The face owns these types; the service (bff) fills them. Loaders live exactly as long as one request, so
nothing one viewer may see can reach another through a cache.
"""

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
from resolvers.runtime.process import Process
from resolvers.runtime.stores import Stores

__all__ = ["Context", "ContextInfo", "Stores"]

NOTHING_PUBLISHED = "Nothing has been published yet. Run: marquee jobs run nightly"


SessionOf: TypeAlias = Callable[[str], Awaitable[ProfileId]]
"""The profile behind the token of a session. Raises BadInput for any other token."""


async def no_session(_token: str) -> ProfileId:
    raise BadInput("sessionToken: sessions are not served here.")


@dataclass(slots=True)
class Context:
    """One request. `now` is read once, so that every rule of the request sees the same instant.

    `secret` signs cursors, tracking tokens and artwork addresses. `process` is shared by all requests.
    `session_of` knows the tokens of anonymous sessions. `asked_arms` are the experiments' arms that the caller
    wants to see (resolvers/home/experiment_arms.py).
    """

    principal: Principal
    stores: Stores
    now: datetime
    request_id: str
    secret: bytes
    process: Process = field(default_factory=Process)
    afterwards: list[Callable[[], Coroutine[object, object, None]]] = field(default_factory=list)
    """Work to begin when the answer is on its way."""
    asked_arms: str = ""
    session_of: SessionOf = no_session
    loaders: Loaders = field(init=False)
    _pinned: VersionLoaders | None = field(init=False, default=None)
    _others: dict[str, VersionLoaders] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.loaders = Loaders(self.stores)

    async def pinned(self) -> VersionLoaders:
        """Loaders over the data version of this request, the same one until it ends.

        Raises StoreUnavailable before anything has been published.
        """
        if self._pinned is None:
            live: DataVersion | None = await self.stores.live.live()
            if live is None:
                raise StoreUnavailable("mongo", NOTHING_PUBLISHED)
            if self._pinned is None:
                self._pinned = VersionLoaders(self.stores, live)
        return self._pinned

    async def answered(self) -> None:
        """The answer is on its way: begin what was to wait for that."""
        while self.afterwards:
            self.process.background.start(self.afterwards.pop(0)(), "work behind an answer")

    def reading(self, version: DataVersion) -> VersionLoaders:
        """Loaders over another data version than the pinned one: an experiment compares them."""
        if self._pinned is not None and self._pinned.version.version == version.version:
            return self._pinned
        return self._others.setdefault(version.version, VersionLoaders(self.stores, version))

    def forget_profiles(self) -> None:
        """After a write: the next read in this request sees it."""
        self.loaders = Loaders(self.stores)


ContextInfo: TypeAlias = Info[Context, None]
