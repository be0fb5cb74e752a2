"""The issuer's public keys (JWKS), fetched over HTTPS, kept in memory, asked again only when one is missing.

Checking a token costs no request. A key id that nobody knows may cause one fetch each REFRESH_SECONDS, so
that forged ids cannot be used to flood the issuer; known keys stay in use while the issuer is down.
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
LIFETIME_SECONDS = 300.0
REFRESH_SECONDS = 30.0
FETCH_SECONDS = 3.0

log = logging.getLogger("marquee.auth")


class KeySet:
    """Keys by id, from one configured address. The `jku`, `x5u` and `jwk` of a token are never looked at."""

    algorithms = ALGORITHMS

    def __init__(
        self, url: str, client: httpx.AsyncClient, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = url
        self._client = client
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._asked_at = float("-inf")
        self._lock = asyncio.Lock()
        self._document: object = None
        self._edition = 0

    async def key_for(self, token: str) -> jwt.PyJWK:
        """Raises jwt.PyJWTError for an unknown key, StoreUnavailable when no key was ever fetched."""
        key_id = jwt.get_unverified_header(token).get("kid")
        if not isinstance(key_id, str):
            raise jwt.InvalidTokenError("no key id")
        patience = LIFETIME_SECONDS if key_id in self._keys else REFRESH_SECONDS
        if self._clock() - self._asked_at > patience:
            await self._refresh(patience)
        if not self._keys:
            raise StoreUnavailable("keys", "Tokens cannot be checked right now.")
        if key_id not in self._keys:
            raise jwt.InvalidTokenError("unknown key id")
        return self._keys[key_id]

    def edition(self) -> int | None:
        """Counts up when the issuer's keys change; None when they have to be asked for again."""
        return None if self._clock() - self._asked_at > LIFETIME_SECONDS else self._edition

    async def _refresh(self, patience: float) -> None:
        async with self._lock:
            if self._clock() - self._asked_at <= patience:
                return
            self._asked_at = self._clock()
            try:
                response = await self._client.get(self._url, timeout=FETCH_SECONDS)
                document = response.raise_for_status().json()
                keys = _usable(document)
            except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
                log.warning("the key set could not be fetched: %s", type(error).__name__)
                if not self._keys:
                    # Nobody can sign in: the next request may try again at once.
                    self._asked_at = float("-inf")
                return
            self._keys = keys
            if document != self._document:
                self._document, self._edition = document, self._edition + 1


def _usable(document: dict[str, Any]) -> dict[str, jwt.PyJWK]:
    """Signing keys with an id. An `oct` key would let whoever reads the public set sign tokens."""
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
