"""Who asks: a bearer token (JWT) in, a Principal out. Everything that is not certain is refused.

HS256 with one secret for the demo and small set-ups; RS256 or ES256 with the issuer's key set (JWKS) in
production. The algorithm is ours to say, never the token's: a token cannot choose how it is checked
(RFC 8725, section 3.1). Keys come from the configured address alone; `jku`, `x5u` and `jwk` in a token's head
are ignored.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import jwt

from bff.auth.token_cache import Dated, TokenMemory
from domain.errors import Unauthenticated
from domain.ids import AccountId, Region, is_raw_id
from domain.viewers.profiles import Principal, Role

LEEWAY_SECONDS = 30
MAX_TOKEN = 8192
HS256 = ["HS256"]
REQUIRED = ["exp", "iat", "aud", "iss", "sub"]
ACCESS_TYPES = (None, "JWT", "at+jwt")
"""Types of a token that may ask. A refresh or identity token says another."""

COMPACT = re.compile(r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$")
REGION = re.compile(r"^[A-Z]{2}$")

log = logging.getLogger("marquee.auth")


class Keys(Dated, Protocol):
    """Where the key of a token comes from, and which algorithms it may be used with."""

    algorithms: list[str]

    async def key_for(self, token: str) -> Any:
        """Raises jwt.PyJWTError for a token whose key is not known."""
        ...


class SharedSecret:
    """One HS256 secret, for signing and checking."""

    algorithms = HS256

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    async def key_for(self, token: str) -> bytes:
        return self._secret

    def edition(self) -> int:
        return 0


def _anybody(principal: Principal) -> bool:
    return True


class Verifier:
    """Turns the Authorization header of a request into its Principal.

    `may_ask` refuses what a genuine token may not say. What is accepted is kept in `memory`, for whoever looks
    there before asking here.
    """

    def __init__(
        self,
        keys: Keys,
        issuer: str,
        audience: str,
        types: Collection[str | None] = ACCESS_TYPES,
        may_ask: Callable[[Principal], bool] = _anybody,
        memory: TokenMemory | None = None,
    ) -> None:
        self._types = types
        self._may_ask = may_ask
        self._memory = memory
        self._keys = keys
        self._issuer = issuer
        self._audience = audience

    async def principal(self, authorization: str | None) -> Principal:
        """Raises Unauthenticated, with the same words whatever was wrong with a token."""
        token = bearer_token(authorization)
        try:
            key = await self._keys.key_for(token)
            # Before the check: keys that change meanwhile make what is remembered old at once.
            edition = self._keys.edition()
            claims = jwt.decode(
                token,
                key,
                algorithms=self._keys.algorithms,
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED, "strict_aud": True},
            )
            if jwt.get_unverified_header(token).get("typ") not in self._types:
                raise Unauthenticated("not an access token")
            principal = principal_of(claims)
            if not self._may_ask(principal):
                raise Unauthenticated("not who this token is for")
        except (jwt.PyJWTError, Unauthenticated, ValueError, TypeError) as error:
            # The reason goes to the log and not to whoever tries tokens.
            log.info("token refused: %s", type(error).__name__)
            raise Unauthenticated("The token is not valid. Sign in again.") from error
        if self._memory is not None and edition is not None:
            self._memory.keep(token, principal, float(claims["exp"]), self._keys, edition)
        return principal


def is_bearer(authorization: str) -> bool:
    return authorization[:7].lower() == "bearer "


def bearer_token(authorization: str | None) -> str:
    """Raises Unauthenticated when there is none, or something that cannot be one."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Send a token: Authorization: Bearer <token>.")
    if len(token) > MAX_TOKEN or not COMPACT.fullmatch(token):
        raise Unauthenticated("The token is not valid. Sign in again.")
    return token


def principal_of(claims: Mapping[str, Any]) -> Principal:
    """The principal of verified claims. Raises Unauthenticated for one that means nothing here."""
    subject, role, region = claims.get("sub"), claims.get("role"), claims.get("region")
    if not isinstance(subject, str) or not is_raw_id(subject):
        raise Unauthenticated("sub is not an account id")
    if not isinstance(role, str) or role not in Role.__members__.values():
        raise Unauthenticated("role is not known")
    if region is not None and not (isinstance(region, str) and REGION.fullmatch(region)):
        raise Unauthenticated("region is not known")
    return Principal(AccountId(subject), Role(role), Region(region) if region else None)


def sign_token(
    principal: Principal,
    secret: bytes,
    issuer: str,
    audience: str,
    now: datetime,
    lifetime: timedelta,
    type_: str = "JWT",
) -> str:
    """A token for the principal, good from now for `lifetime`."""
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
    return jwt.encode(claims, secret, algorithm=HS256[0], headers={"typ": type_})
