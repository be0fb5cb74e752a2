"""The token cache trusts a token until it expires or the keys change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bff.auth.anonymous_sessions import ISSUER, JWT_TYPE, AnonymousSessions
from bff.auth.jwks import KEYS_MAX_AGE_SECONDS, REFRESH_SECONDS, KeySet
from bff.auth.token_cache import MAX_AGE_SECONDS, TokenCache
from bff.auth.tokens import SharedSecret, TokenVerifier, sign_token
from domain.errors import Unauthenticated
from domain.ids import AccountId, Region
from domain.viewers.profiles import Principal, Role

SECRET = b"a secret of thirty-two bytes or more"
WHO = Principal(AccountId("home"), Role.VIEWER, Region("DE"))


class Clock:
    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Keys:
    def __init__(self) -> None:
        self.number: int | None = 1

    def key_version(self) -> int | None:
        return self.number


@pytest.fixture
def wall_clock() -> Clock:
    return Clock(datetime.now(UTC).timestamp())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(wall_clock: Clock, clock: Clock) -> TokenCache:
    return TokenCache(max_tokens=3, wall_clock=wall_clock, clock=clock)


def put(cache: TokenCache, token: str, keys: Keys, expires: float) -> None:
    cache.put(token, WHO, expires, keys, 1)


def test_a_token_is_known_until_it_expires(cache: TokenCache, wall_clock: Clock) -> None:
    put(cache, "a.b.c", Keys(), wall_clock.now + 100)
    wall_clock.now += 99.9
    assert cache.get("a.b.c") == WHO
    wall_clock.now += 0.1
    assert cache.get("a.b.c") is None
    assert len(cache) == 0


def test_a_long_lived_token_is_checked_again_after_five_minutes(
    cache: TokenCache, wall_clock: Clock, clock: Clock
) -> None:
    put(cache, "a.b.c", Keys(), wall_clock.now + 86_400)
    clock.now += MAX_AGE_SECONDS - 0.1
    assert cache.get("a.b.c") == WHO
    clock.now += 0.1
    assert cache.get("a.b.c") is None


@pytest.mark.parametrize("version", [2, None])
def test_keys_that_changed_or_grew_old_forget_it(
    cache: TokenCache, wall_clock: Clock, version: int | None
) -> None:
    keys = Keys()
    put(cache, "a.b.c", keys, wall_clock.now + 100)
    keys.number = version
    assert cache.get("a.b.c") is None


def test_only_the_very_same_token_is_known(cache: TokenCache, wall_clock: Clock) -> None:
    put(cache, "a.b.c", Keys(), wall_clock.now + 100)
    assert [cache.get(one) for one in ("a.b.C", "a.b.c ", "a.b.", "", "\ud800")] == [None] * 5


def test_the_least_recently_used_is_forgotten_first(cache: TokenCache, wall_clock: Clock) -> None:
    for token in ("one", "two", "three"):
        put(cache, token, Keys(), wall_clock.now + 100)
    assert cache.get("one") == WHO
    put(cache, "four", Keys(), wall_clock.now + 100)
    assert [cache.get(token) for token in ("one", "two", "three", "four")] == [WHO, None, WHO, WHO]


def bearer(token: str) -> str:
    return f"Bearer {token}"


def signed(lifetime: timedelta = timedelta(hours=1), key: bytes = SECRET, **more: str) -> str:
    return sign_token(WHO, key, "marquee", "marquee", datetime.now(UTC), lifetime, **more)


@pytest.fixture
def verifier(cache: TokenCache) -> TokenVerifier:
    return TokenVerifier(SharedSecret(SECRET), "marquee", "marquee", cache=cache)


async def test_what_a_verifier_accepts_is_known_afterwards(
    cache: TokenCache, verifier: TokenVerifier
) -> None:
    token = signed()
    assert cache.get(token) is None
    await verifier.principal(bearer(token))
    assert cache.get(token) == WHO


REFUSED: dict[str, Callable[[], str]] = {
    "another key": lambda: signed(key=b"another secret of thirty-two bytes!!"),
    "expired": lambda: signed(timedelta(minutes=-5)),
    "a refresh token": lambda: signed(jwt_type="refresh+jwt"),
    "another service's": lambda: sign_token(WHO, SECRET, "x", "marquee", datetime.now(UTC), timedelta(hours=1)),
    "no role": lambda: jwt.encode({"sub": "home", "iss": "marquee", "aud": "marquee", "iat": 1, "exp": 9e9}, SECRET),
}  # fmt: skip


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
async def test_what_a_verifier_refuses_is_never_known(
    cache: TokenCache, verifier: TokenVerifier, make: Callable[[], str]
) -> None:
    token = make()
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await verifier.principal(bearer(token))
    assert (cache.get(token), len(cache)) == (None, 0)


async def test_a_token_within_its_leeway_is_accepted_and_not_kept(
    cache: TokenCache, verifier: TokenVerifier
) -> None:
    token = signed(timedelta(seconds=-10))
    await verifier.principal(bearer(token))
    assert cache.get(token) is None


async def test_a_genuine_token_of_no_session_is_not_known_as_one(cache: TokenCache) -> None:
    sessions = AnonymousSessions(SECRET, "DE", None, cache)
    token = sign_token(WHO, SECRET, ISSUER, ISSUER, datetime.now(UTC), timedelta(hours=1), JWT_TYPE)
    with pytest.raises(Unauthenticated):
        await sessions.principal(bearer(token))
    assert len(cache) == 0


def key_document(key: ec.EllipticCurvePrivateKey, key_id: str) -> dict[str, Any]:
    public = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {"keys": [public | {"kid": key_id, "alg": "ES256", "use": "sig"}]}


async def test_a_key_that_the_issuer_withdrew_ends_its_tokens(wall_clock: Clock, clock: Clock) -> None:
    old, new = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    served = key_document(old, "old")
    cache = TokenCache(wall_clock=wall_clock, clock=clock)

    def token(key: ec.EllipticCurvePrivateKey, key_id: str) -> str:
        now = int(wall_clock.now)
        claims = {
            "sub": "home",
            "role": "viewer",
            "iss": "marquee",
            "aud": "marquee",
            "iat": now,
            "exp": now + 3600,
        }
        return jwt.encode(claims, key, algorithm="ES256", headers={"kid": key_id})

    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=served))
    async with httpx.AsyncClient(transport=transport) as client:
        keys = KeySet("https://issuer.example/keys", client, clock)
        verifier = TokenVerifier(keys, "marquee", "marquee", cache=cache)
        before = token(old, "old")
        await verifier.principal(bearer(before))
        assert cache.get(before) is not None
        served.update(key_document(new, "new"))
        clock.now += REFRESH_SECONDS + 1
        # A caller has the new key, which is fetched; tokens of the old one are no longer accepted.
        await verifier.principal(bearer(token(new, "new")))
        assert cache.get(before) is None
        with pytest.raises(Unauthenticated):
            await verifier.principal(bearer(before))


async def test_nothing_is_believed_on_keys_that_are_due_to_be_fetched_again(
    wall_clock: Clock, clock: Clock
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    cache = TokenCache(wall_clock=wall_clock, clock=clock)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=key_document(key, "k")))
    async with httpx.AsyncClient(transport=transport) as client:
        keys = KeySet("https://issuer.example/keys", client, clock)
        assert keys.key_version() is None
        now = int(wall_clock.now)
        claims = {
            "sub": "home",
            "role": "viewer",
            "iss": "marquee",
            "aud": "marquee",
            "iat": now,
            "exp": now + 3600,
        }
        first, second = (
            jwt.encode({**claims, "jti": jti}, key, algorithm="ES256", headers={"kid": "k"}) for jti in "ab"
        )
        verifier = TokenVerifier(keys, "marquee", "marquee", cache=cache)
        await verifier.principal(bearer(first))
        clock.now += KEYS_MAX_AGE_SECONDS - 1
        await verifier.principal(bearer(second))
        assert cache.get(second) is not None
        clock.now += 2
        assert cache.get(second) is None
