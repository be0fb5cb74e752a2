"""The issuer's public keys (JWKS), cached in memory.

Unknown key ids cause at most one fetch per REFRESH_SECONDS, so forged ids cannot flood the issuer. Known keys stay in
use while it is down.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import httpx
import jwt

from domain.errors import StoreUnavailable

ALGORITHMS = ["RS256", "ES256"]
KEYS_MAX_AGE_SECONDS = 300.0
REFRESH_SECONDS = 30.0
FETCH_TIMEOUT_SECONDS = 3.0

log = logging.getLogger("marquee.auth")


class KeySet:
    """Keys from one configured URL; a token's own `jku`, `x5u` and `jwk` are ignored."""

    algorithms = ALGORITHMS

    def __init__(
        self, url: str, client: httpx.AsyncClient, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._client = client
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = float("-inf")
        self._lock = asyncio.Lock()
        self._document: object = None
        self._key_version = 0

    async def key_for(self, token: str) -> jwt.PyJWK:
        """Raises jwt.PyJWTError for an unknown key, StoreUnavailable if no key was ever fetched."""
        key_id = jwt.get_unverified_header(token).get("kid")
        if not isinstance(key_id, str):
            raise jwt.InvalidTokenError("no key id")
        max_age_seconds = KEYS_MAX_AGE_SECONDS if key_id in self._keys else REFRESH_SECONDS
        if self._clock() - self._fetched_at > max_age_seconds:
            await self._refresh(max_age_seconds)
        if not self._keys:
            raise StoreUnavailable("keys", "Tokens cannot be checked right now.")
        if key_id not in self._keys:
            raise jwt.InvalidTokenError("unknown key id")
        return self._keys[key_id]

    def key_version(self) -> int | None:
        """Increases when the keys change; None when a fetch is due."""
        return None if self._clock() - self._fetched_at > KEYS_MAX_AGE_SECONDS else self._key_version

    async def _refresh(self, max_age_seconds: float) -> None:
        async with self._lock:
            if self._clock() - self._fetched_at <= max_age_seconds:
                return
            self._fetched_at = self._clock()
            try:
                response = await self._client.get(self._url, timeout=FETCH_TIMEOUT_SECONDS)
                document = response.raise_for_status().json()
                keys = _signing_keys(document)
            except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
                log.warning("cannot fetch the key set: %s", type(error).__name__)
                if not self._keys:
                    # No client can sign in: allow a retry at once.
                    self._fetched_at = float("-inf")
                return
            self._keys = keys
            if document != self._document:
                self._document, self._key_version = document, self._key_version + 1


def _signing_keys(document: dict[str, Any]) -> dict[str, jwt.PyJWK]:
    """Signing keys with an id. With an `oct` key, readers of the public set could sign tokens."""
    keys: dict[str, jwt.PyJWK] = {}
    for entry in document["keys"]:
        if entry.get("kty") not in ("RSA", "EC") or entry.get("use", "sig") != "sig" or "kid" not in entry:
            continue
        try:
            key = jwt.PyJWK(entry)
        except jwt.PyJWTError:
            continue
        if key.algorithm_name in ALGORITHMS:
            keys[entry["kid"]] = key
    return keys
