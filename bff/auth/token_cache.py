"""Cache of verified tokens, so that later requests skip verification.

Accepted tokens only, under a digest, and no longer than the token, MAX_AGE_SECONDS or the verifying keys last.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from domain.viewers.profiles import Principal

MAX_AGE_SECONDS = 300.0
MAX_TOKENS = 10_000


class VersionedKeys(Protocol):
    def key_version(self) -> int | None:
        """Increases with every change; None when the keys need a fetch."""
        ...


@dataclass(frozen=True, slots=True)
class _CachedToken:
    principal: Principal
    expires_at: float
    cached_until: float
    keys: VersionedKeys
    key_version: int


class TokenCache:
    """LRU. `wall_clock` decides expiry; `clock` is monotonic."""

    def __init__(
        self,
        max_tokens: int = MAX_TOKENS,
        wall_clock: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._max_tokens = max_tokens
        self._wall_clock = wall_clock
        self._clock = clock
        self._entries: OrderedDict[bytes, _CachedToken] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, token: str) -> Principal | None:
        key = _digest(token)
        entry = self._entries.get(key)
        if entry is None:
            return None
        is_current = self._wall_clock() < entry.expires_at and self._clock() < entry.cached_until
        if not is_current or entry.keys.key_version() != entry.key_version:
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry.principal

    def put(
        self, token: str, principal: Principal, expires_at: float, keys: VersionedKeys, key_version: int
    ) -> None:
        """`expires_at` is the token's `exp`; `key_version` is the version of `keys` that verified it."""
        self._entries[_digest(token)] = _CachedToken(
            principal, expires_at, self._clock() + MAX_AGE_SECONDS, keys, key_version
        )
        if len(self._entries) > self._max_tokens:
            self._entries.popitem(last=False)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
