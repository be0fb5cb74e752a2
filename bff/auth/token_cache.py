"""Tokens that were found good a moment ago, so that the next request of the same viewer need not check them again.

Only what a verifier accepted is kept, under a digest and not as itself; until the token expires, at most for
REMEMBERED_SECONDS, and no longer than the keys stand that it was checked with. What was refused is never kept.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from domain.viewers.profiles import Principal

REMEMBERED_SECONDS = 300.0
REMEMBERED = 10_000


class Dated(Protocol):
    """Keys that may change."""

    def edition(self) -> int | None:
        """Counts up with every change; None when they are so old that they have to be asked for again."""
        ...


@dataclass(frozen=True, slots=True)
class _Known:
    principal: Principal
    expires: float
    forget_at: float
    keys: Dated
    edition: int


class TokenMemory:
    """The most recently used tokens. `wall` is the clock that expiry is told by, `clock` never jumps."""

    def __init__(
        self,
        most: int = REMEMBERED,
        wall: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._wall = wall
        self._clock = clock
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def get(self, token: str) -> Principal | None:
        """The principal of a token that was accepted and would be still."""
        key = _digest(token)
        known = self._known.get(key)
        if known is None:
            return None
        in_time = self._wall() < known.expires and self._clock() < known.forget_at
        if not in_time or known.keys.edition() != known.edition:
            del self._known[key]
            return None
        self._known.move_to_end(key)
        return known.principal

    def keep(self, token: str, principal: Principal, expires: float, keys: Dated, edition: int) -> None:
        """Remember a token that was accepted with this edition of `keys`; `expires` is its `exp`."""
        self._known[_digest(token)] = _Known(
            principal, expires, self._clock() + REMEMBERED_SECONDS, keys, edition
        )
        if len(self._known) > self._most:
            self._known.popitem(last=False)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
