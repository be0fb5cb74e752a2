"""Verifies bearer tokens (JWT) and returns a Principal; rejects anything uncertain.

HS256 with one secret for demos, RS256 or ES256 with the issuer's JWKS in production. The configuration fixes the
algorithm, never the token (RFC 8725, section 3.1).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import jwt

from bff.auth.token_cache import TokenCache, VersionedKeys
from domain.catalog.regions import region_problem
from domain.errors import Unauthenticated
from domain.ids import AccountId, Region, is_raw_id
from domain.viewers.profiles import Principal, Role

LEEWAY_SECONDS = 30
MAX_TOKEN_CHARACTERS = 8192
HS256 = ["HS256"]
REQUIRED_CLAIMS = ["exp", "iat", "aud", "iss", "sub"]
NAME_CLAIMS = ("name", "preferred_username", "email")
MAX_NAME_CHARACTERS = 100
ACCESS_JWT_TYPES = (None, "JWT", "at+jwt")
"""Refresh and identity tokens carry another type."""

COMPACT_JWT = re.compile(r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$")

log = logging.getLogger("marquee.auth")


class KeySource(VersionedKeys, Protocol):
    algorithms: list[str]

    async def key_for(self, token: str) -> Any:
        """Raises jwt.PyJWTError for an unknown key."""
        ...


class SharedSecret:
    algorithms = HS256

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    async def key_for(self, token: str) -> bytes:
        return self._secret

    def key_version(self) -> int:
        return 0


def _allow_all(principal: Principal) -> bool:
    return True


class TokenVerifier:
    """`is_allowed` rejects principals that a genuine token may not name. Accepted tokens go to `cache`; callers read
    it."""

    def __init__(
        self,
        keys: KeySource,
        issuer: str,
        audience: str,
        jwt_types: Collection[str | None] = ACCESS_JWT_TYPES,
        is_allowed: Callable[[Principal], bool] = _allow_all,
        cache: TokenCache | None = None,
    ) -> None:
        self._jwt_types = jwt_types
        self._is_allowed = is_allowed
        self._cache = cache
        self._keys = keys
        self._issuer = issuer
        self._audience = audience

    async def principal(self, authorization: str | None) -> Principal:
        """Raises Unauthenticated, with one message for every fault."""
        token = bearer_token(authorization)
        try:
            key = await self._keys.key_for(token)
            # Read before verification, so that a concurrent key change makes the cached token stale.
            key_version = self._keys.key_version()
            claims = jwt.decode(
                token,
                key,
                algorithms=self._keys.algorithms,
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED_CLAIMS, "strict_aud": True},
            )
            if jwt.get_unverified_header(token).get("typ") not in self._jwt_types:
                raise Unauthenticated("not an access token")
            principal = principal_from_claims(claims)
            if not self._is_allowed(principal):
                raise Unauthenticated("not who this token is for")
        except (jwt.PyJWTError, Unauthenticated, ValueError, TypeError) as error:
            # The reason would help an attacker, so only the log has it.
            reason = f": {error}" if isinstance(error, Unauthenticated) else ""
            log.info("token refused: %s%s", type(error).__name__, reason)
            raise Unauthenticated("The token is not valid. Sign in again.") from error
        if self._cache is not None and key_version is not None:
            self._cache.put(token, principal, float(claims["exp"]), self._keys, key_version)
        return principal


def is_bearer(authorization: str) -> bool:
    return authorization[:7].lower() == "bearer "


def bearer_token(authorization: str | None) -> str:
    """Raises Unauthenticated."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Send a token: Authorization: Bearer <token>.")
    if len(token) > MAX_TOKEN_CHARACTERS or not COMPACT_JWT.fullmatch(token):
        raise Unauthenticated("The token is not valid. Sign in again.")
    return token


def principal_from_claims(claims: Mapping[str, Any]) -> Principal:
    """Raises Unauthenticated for invalid claims."""
    subject, role, region = claims.get("sub"), claims.get("role"), claims.get("region")
    if not isinstance(subject, str) or not is_raw_id(subject):
        raise Unauthenticated("sub is not an account id")
    if not isinstance(role, str) or role not in Role.__members__.values():
        raise Unauthenticated("role is not known")
    if region is not None and (problem := region_problem(region)):
        raise Unauthenticated(f"region: {problem}")
    return Principal(AccountId(subject), Role(role), Region(region) if region else None, person_name(claims))


def person_name(claims: Mapping[str, Any]) -> str:
    """By OpenID Connect's claims; "" without one. An odd name is no reason to refuse a token."""
    for claim in NAME_CLAIMS:
        if isinstance(name := claims.get(claim), str) and name.strip():
            return clean_name(name)
    return ""


def clean_name(name: str) -> str:
    """One line of visible characters, as it stands in history and messages."""
    visible = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(visible.split())[:MAX_NAME_CHARACTERS]


def sign_token(
    principal: Principal,
    secret: bytes,
    issuer: str,
    audience: str,
    now: datetime,
    lifetime: timedelta,
    jwt_type: str = "JWT",
) -> str:
    claims: dict[str, Any] = {
        "sub": principal.account_id,
        "role": principal.role.value,
        "iss": issuer,
        "aud": audience,
        "iat": now.astimezone(UTC),
        "exp": now.astimezone(UTC) + lifetime,
    }
    if principal.region is not None:
        claims["region"] = principal.region
    if principal.name:
        claims["name"] = principal.name
    return jwt.encode(claims, secret, algorithm=HS256[0], headers={"typ": jwt_type})
