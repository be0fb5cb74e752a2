"""Tokens that were good a moment ago: believed until they expire or the keys change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bff.auth.anonymous_sessions import ISSUER, TYPE, Sessions
from bff.auth.jwks import LIFETIME_SECONDS, REFRESH_SECONDS, KeySet
from bff.auth.token_cache import REMEMBERED_SECONDS, TokenMemory
from bff.auth.tokens import SharedSecret, Verifier, sign_token
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

    def edition(self) -> int | None:
        return self.number


@pytest.fixture
def wall() -> Clock:
    return Clock(datetime.now(UTC).timestamp())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(wall: Clock, clock: Clock) -> TokenMemory:
    return TokenMemory(most=3, wall=wall, clock=clock)


def keep(memory: TokenMemory, token: str, keys: Keys, expires: float) -> None:
    memory.keep(token, WHO, expires, keys, 1)


def test_a_token_is_known_until_it_expires(memory: TokenMemory, wall: Clock) -> None:
    keep(memory, "a.b.c", Keys(), wall.now + 100)
    wall.now += 99.9
    assert memory.get("a.b.c") == WHO
    wall.now += 0.1
    assert memory.get("a.b.c") is None
    assert len(memory) == 0


def test_a_long_lived_token_is_checked_again_after_five_minutes(
    memory: TokenMemory, wall: Clock, clock: Clock
) -> None:
    keep(memory, "a.b.c", Keys(), wall.now + 86_400)
    clock.now += REMEMBERED_SECONDS - 0.1
    assert memory.get("a.b.c") == WHO
    clock.now += 0.1
    assert memory.get("a.b.c") is None


@pytest.mark.parametrize("edition", [2, None])
def test_keys_that_changed_or_grew_old_forget_it(
    memory: TokenMemory, wall: Clock, edition: int | None
) -> None:
    keys = Keys()
    keep(memory, "a.b.c", keys, wall.now + 100)
    keys.number = edition
    assert memory.get("a.b.c") is None


def test_only_the_very_same_token_is_known(memory: TokenMemory, wall: Clock) -> None:
    keep(memory, "a.b.c", Keys(), wall.now + 100)
    assert [memory.get(one) for one in ("a.b.C", "a.b.c ", "a.b.", "", "\ud800")] == [None] * 5


def test_the_least_recently_used_is_forgotten_first(memory: TokenMemory, wall: Clock) -> None:
    for token in ("one", "two", "three"):
        keep(memory, token, Keys(), wall.now + 100)
    assert memory.get("one") == WHO
    keep(memory, "four", Keys(), wall.now + 100)
    assert [memory.get(token) for token in ("one", "two", "three", "four")] == [WHO, None, WHO, WHO]


def bearer(token: str) -> str:
    return f"Bearer {token}"


def signed(lifetime: timedelta = timedelta(hours=1), key: bytes = SECRET, **more: str) -> str:
    return sign_token(WHO, key, "marquee", "marquee", datetime.now(UTC), lifetime, **more)


@pytest.fixture
def verifier(memory: TokenMemory) -> Verifier:
    return Verifier(SharedSecret(SECRET), "marquee", "marquee", memory=memory)


async def test_what_a_verifier_accepts_is_known_afterwards(memory: TokenMemory, verifier: Verifier) -> None:
    token = signed()
    assert memory.get(token) is None
    await verifier.principal(bearer(token))
    assert memory.get(token) == WHO


REFUSED: dict[str, Callable[[], str]] = {
    "another key": lambda: signed(key=b"another secret of thirty-two bytes!!"),
    "expired": lambda: signed(timedelta(minutes=-5)),
    "a refresh token": lambda: signed(type_="refresh+jwt"),
    "another service's": lambda: sign_token(WHO, SECRET, "x", "marquee", datetime.now(UTC), timedelta(hours=1)),
    "no role": lambda: jwt.encode({"sub": "home", "iss": "marquee", "aud": "marquee", "iat": 1, "exp": 9e9}, SECRET),
}  # fmt: skip


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
async def test_what_a_verifier_refuses_is_never_known(
    memory: TokenMemory, verifier: Verifier, make: Callable[[], str]
) -> None:
    token = make()
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await verifier.principal(bearer(token))
    assert (memory.get(token), len(memory)) == (None, 0)


async def test_a_token_within_its_leeway_is_accepted_and_not_kept(
    memory: TokenMemory, verifier: Verifier
) -> None:
    token = signed(timedelta(seconds=-10))
    await verifier.principal(bearer(token))
    assert memory.get(token) is None


async def test_a_genuine_token_of_no_session_is_not_known_as_one(memory: TokenMemory) -> None:
    sessions = Sessions(SECRET, "DE", None, memory)
    token = sign_token(WHO, SECRET, ISSUER, ISSUER, datetime.now(UTC), timedelta(hours=1), TYPE)
    with pytest.raises(Unauthenticated):
        await sessions.principal(bearer(token))
    assert len(memory) == 0


def key_document(key: ec.EllipticCurvePrivateKey, key_id: str) -> dict[str, Any]:
    public = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {"keys": [public | {"kid": key_id, "alg": "ES256", "use": "sig"}]}


async def test_a_key_that_the_issuer_withdrew_ends_its_tokens(wall: Clock, clock: Clock) -> None:
    old, new = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    served = key_document(old, "old")
    memory = TokenMemory(wall=wall, clock=clock)

    def token(key: ec.EllipticCurvePrivateKey, key_id: str) -> str:
        now = int(wall.now)
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
        verifier = Verifier(keys, "marquee", "marquee", memory=memory)
        before = token(old, "old")
        await verifier.principal(bearer(before))
        assert memory.get(before) is not None
        served.update(key_document(new, "new"))
        clock.now += REFRESH_SECONDS + 1
        # Somebody comes with the new key, which is fetched; the old one's tokens are no longer believed.
        await verifier.principal(bearer(token(new, "new")))
        assert memory.get(before) is None
        with pytest.raises(Unauthenticated):
            await verifier.principal(bearer(before))


async def test_nothing_is_believed_on_keys_that_are_due_to_be_fetched_again(
    wall: Clock, clock: Clock
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    memory = TokenMemory(wall=wall, clock=clock)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=key_document(key, "k")))
    async with httpx.AsyncClient(transport=transport) as client:
        keys = KeySet("https://issuer.example/keys", client, clock)
        assert keys.edition() is None
        now = int(wall.now)
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
        verifier = Verifier(keys, "marquee", "marquee", memory=memory)
        await verifier.principal(bearer(first))
        clock.now += LIFETIME_SECONDS - 1
        await verifier.principal(bearer(second))
        assert memory.get(second) is not None
        clock.now += 2
        assert memory.get(second) is None
