"""POST /session: a token for somebody who has not signed in. Nothing is stored until they do something.

Such tokens are this service's own, whoever issues the others: they say their type, are signed with a key of
their own, and pass for nothing else.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse

from bff.auth.token_cache import TokenMemory
from bff.auth.tokens import REGION, SharedSecret, Verifier, bearer_token, sign_token
from domain.errors import BadInput, Unauthenticated
from domain.ids import AccountId, ProfileId, Region, global_id
from domain.viewers.anonymous_sessions import LASTS, is_session, session_id
from domain.viewers.profiles import Principal, Role

TYPE = "session+jwt"
ISSUER = "marquee-session"
NO_STORE = {"cache-control": "no-store"}


class Sessions:
    """Begins sessions and knows their tokens. `region_header` is set by the edge in front, when there is one;
    without it, or where it says nothing usable, sessions are at home in `region`."""

    def __init__(
        self, key: bytes, region: str, region_header: str | None, memory: TokenMemory | None = None
    ) -> None:
        self._key = key
        self._region = Region(region)
        self._header = region_header
        self._verifier = Verifier(SharedSecret(key), ISSUER, ISSUER, (TYPE,), _is_of_a_session, memory)

    async def begin(self, request: Request) -> JSONResponse:
        said = request.headers.get(self._header, "") if self._header else ""
        region = Region(said) if REGION.fullmatch(said) else self._region
        profile_id, now = session_id(os.urandom(16)), datetime.now(UTC)
        principal = Principal(AccountId(profile_id), Role.VIEWER, region)
        token = sign_token(principal, self._key, ISSUER, ISSUER, now, LASTS, TYPE)
        answer = {
            "token": token,
            "profileId": global_id("profile", profile_id),
            "expiresAt": (now + LASTS).isoformat(),
        }
        return JSONResponse(answer, 201, NO_STORE)

    async def principal(self, authorization: str) -> Principal | None:
        """The principal of a session's token; None for a token that is no session's. Raises Unauthenticated."""
        token = bearer_token(authorization)
        try:
            kind = jwt.get_unverified_header(token).get("typ")
        except jwt.PyJWTError:
            return None
        if kind != TYPE:
            return None
        return await self._verifier.principal(authorization)

    async def profile_of(self, token: str) -> ProfileId:
        """The profile of a session that is to be merged. Raises BadInput for anything but its genuine token."""
        try:
            found = await self.principal(f"Bearer {token}")
        except Unauthenticated:
            found = None
        if found is None:
            raise BadInput(
                "sessionToken: is not the token of a session that still runs. There is nothing to merge."
            )
        return ProfileId(found.account_id)


def _is_of_a_session(principal: Principal) -> bool:
    return is_session(principal.account_id)
