"""POST /session: a token for a client that has not signed in. Nothing is stored until it acts.

The tokens have their own issuer, type and key, so they pass for no other token.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse

from bff.auth.token_cache import TokenCache
from bff.auth.tokens import SharedSecret, TokenVerifier, bearer_token, sign_token
from domain.catalog.regions import is_region
from domain.errors import BadInput, Unauthenticated
from domain.ids import AccountId, ProfileId, Region, global_id
from domain.viewers.anonymous_sessions import SESSION_LIFETIME, is_session, session_id
from domain.viewers.profiles import Principal, Role

JWT_TYPE = "session+jwt"
ISSUER = "marquee-session"
NO_STORE = {"cache-control": "no-store"}


class AnonymousSessions:
    """`region_header` is set by the edge, if any; without a usable value the region is `region`."""

    def __init__(
        self, key: bytes, region: str, region_header: str | None, token_cache: TokenCache | None = None
    ) -> None:
        self._key = key
        self._region = Region(region)
        self._region_header = region_header
        self._verifier = TokenVerifier(
            SharedSecret(key), ISSUER, ISSUER, (JWT_TYPE,), _is_session_principal, token_cache
        )

    async def create(self, request: Request) -> JSONResponse:
        edge_region = request.headers.get(self._region_header, "") if self._region_header else ""
        region = Region(edge_region) if is_region(edge_region) else self._region
        profile_id, now = session_id(os.urandom(16)), datetime.now(UTC)
        principal = Principal(AccountId(profile_id), Role.VIEWER, region)
        token = sign_token(principal, self._key, ISSUER, ISSUER, now, SESSION_LIFETIME, JWT_TYPE)
        body = {
            "token": token,
            "profileId": global_id("profile", profile_id),
            "expiresAt": (now + SESSION_LIFETIME).isoformat(),
        }
        return JSONResponse(body, 201, NO_STORE)

    async def principal(self, authorization: str) -> Principal | None:
        """None for a token of another type. Raises Unauthenticated."""
        token = bearer_token(authorization)
        try:
            jwt_type = jwt.get_unverified_header(token).get("typ")
        except jwt.PyJWTError:
            return None
        if jwt_type != JWT_TYPE:
            return None
        return await self._verifier.principal(authorization)

    async def session_profile_id(self, token: str) -> ProfileId:
        """The profile of a session to merge. Raises BadInput for any other token."""
        try:
            principal = await self.principal(f"Bearer {token}")
        except Unauthenticated:
            principal = None
        if principal is None:
            raise BadInput("sessionToken: is not a valid session token, so there is nothing to merge.")
        return ProfileId(principal.account_id)


def _is_session_principal(principal: Principal) -> bool:
    return is_session(principal.account_id)
