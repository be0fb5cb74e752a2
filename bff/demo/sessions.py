"""GET /demo/session: a token for each persona of the demo. Mounted in demo mode only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse

from bff.auth.tokens import sign_token
from bff.settings import Settings
from bff.stores.open_stores import OpenStores
from domain.errors import StoreUnavailable
from domain.ids import global_id
from domain.viewers.profiles import Principal, Profile, Role

TOKEN_LIFETIME = timedelta(days=1)
PERSONA_ORDER = ("new", "binge", "kids")
"""Other personas follow."""


class DemoSession:
    """`key` signs the tokens."""

    def __init__(self, settings: Settings, key: bytes) -> None:
        self._settings = settings
        self._key = key

    async def respond(self, request: Request) -> JSONResponse:
        opened: OpenStores = request.state.stores
        try:
            profiles = await opened.mongo.personas()
            accounts = await opened.mongo.accounts([profile.account_id for profile in profiles])
        except StoreUnavailable as error:
            return JSONResponse({"error": str(error)}, 503, headers={"cache-control": "no-store"})
        now = datetime.now(UTC)
        personas = [
            {
                "profileId": global_id("profile", profile.id),
                "name": profile.name,
                "kind": profile.persona,
                "maturityLimit": profile.maturity_limit,
                "token": self._token(
                    Principal(profile.account_id, Role.VIEWER, accounts[profile.account_id].region), now
                ),
            }
            for profile in sorted(profiles, key=_sort_key)
            if profile.account_id in accounts
        ]
        return JSONResponse({"personas": personas}, headers={"cache-control": "no-store"})

    def _token(self, principal: Principal, now: datetime) -> str:
        issuer, audience = self._settings.issuer, self._settings.audience
        return sign_token(principal, self._key, issuer, audience, now, TOKEN_LIFETIME)


def _sort_key(profile: Profile) -> tuple[int, str]:
    persona = profile.persona or ""
    return (PERSONA_ORDER.index(persona) if persona in PERSONA_ORDER else len(PERSONA_ORDER), profile.id)
