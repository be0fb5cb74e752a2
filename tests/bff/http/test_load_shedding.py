"""The gate before /graphql: what a request is for, who is turned away and how, and until when answers are due."""

from __future__ import annotations

import json

import pytest
from pydantic import SecretStr
from starlette.routing import Route

from bff.app import create_app
from bff.http.load_shedding import LoadShedder
from bff.http.query_limits import ANSWER_SECONDS
from bff.settings import Settings
from tests.bff.gate_visits import HOME, MUTATION, PLAY, PREFETCH, QUERY, Visit, holding


@pytest.mark.parametrize(
    "claim",
    [
        {"x_marquee_priority": "prefetch"},
        {"sec_purpose": "prefetch;prerender"},
        {"purpose": "Prefetch"},
        {"priority": "u=5, i"},
        {"priority": "i, u=7"},
    ],
)
async def test_what_is_fetched_in_advance_says_so_in_a_header(claim: dict[str, str]) -> None:
    inner = holding(0)
    await Visit(inner).go(**claim)
    assert inner.admission.admitted == {PREFETCH: 1}


@pytest.mark.parametrize(
    "claim",
    [
        {},
        {"x_marquee_priority": "play"},
        {"priority": "u=1, i"},
        {"priority": "menu=7"},
        {"sec_purpose": "x"},
    ],
)
async def test_no_header_raises_a_request_above_home(claim: dict[str, str]) -> None:
    inner = holding(0)
    await Visit(inner).go(**claim)
    assert inner.admission.admitted == {HOME: 1}


async def test_prefetch_is_turned_away_while_home_gets_in() -> None:
    inner = holding(15)
    turned_away = await Visit(inner).go(x_marquee_priority="prefetch")
    let_in = await Visit(inner).go()
    assert (turned_away.status, let_in.status) == (503, 200)
    assert (inner.admission.refused, inner.bodies) == ({PREFETCH: 1}, [QUERY])


async def test_home_is_turned_away_while_a_mutation_gets_in_with_its_whole_body() -> None:
    inner = holding(24)
    turned_away = await Visit(inner).go(QUERY)
    let_in = await Visit(inner).go(MUTATION)
    assert (turned_away.status, let_in.status) == (503, 200)
    assert (inner.admission.refused, inner.admission.admitted) == ({HOME: 1}, {PLAY: 1})
    assert inner.bodies == [MUTATION]


async def test_a_mutation_that_says_prefetch_is_one() -> None:
    inner = holding(24)
    assert (await Visit(inner).go(MUTATION, x_marquee_priority="prefetch")).status == 503


async def test_when_all_is_full_a_mutation_is_turned_away_too() -> None:
    inner = holding(36)
    assert (await Visit(inner).go(MUTATION)).status == 503
    assert (await Visit(inner).go(QUERY)).status == 503
    assert inner.admission.refused == {PLAY: 1, HOME: 1}
    assert inner.bodies == []


async def test_an_address_may_say_what_it_is_for() -> None:
    inner = holding(24)
    assert (await Visit(inner, fixed=PLAY).go(b"", x_marquee_priority="prefetch")).status == 200
    assert inner.admission.admitted == {PLAY: 1}


@pytest.mark.parametrize(("chance", "retry"), [(0.0, "1"), (0.5, "3"), (0.999, "4")])
async def test_a_refusal_says_when_to_come_back_and_not_everybody_at_once(chance: float, retry: str) -> None:
    refusal = await Visit(holding(24), chance=chance).go(x_request_id="tv-1", accept="application/json")
    assert refusal.headers == {
        "content-type": "application/json; charset=utf-8",
        "content-length": str(len(refusal.body)),
        "cache-control": "private, no-store",
        "retry-after": retry,
        "x-request-id": "tv-1",
    }
    assert json.loads(refusal.body) == {
        "errors": [
            {
                "message": "Too many requests are under way.",
                "extensions": {
                    "code": "OVERLOADED",
                    "docs": "/errors#OVERLOADED",
                    "requestId": "tv-1",
                    "retryable": True,
                },
            }
        ]
    }


async def test_a_refusal_comes_in_the_newer_media_type_to_whoever_names_it() -> None:
    refusal = await Visit(holding(24)).go(accept="application/graphql-response+json")
    assert refusal.headers["content-type"] == "application/graphql-response+json; charset=utf-8"


async def test_a_request_id_that_is_no_plain_word_is_replaced() -> None:
    refusal = await Visit(holding(24)).go(x_request_id='"}]')
    assert len(refusal.headers["x-request-id"]) == 32
    [error] = json.loads(refusal.body)["errors"]
    assert error["extensions"]["requestId"] == refusal.headers["x-request-id"]


async def test_a_refused_head_has_no_body() -> None:
    refusal = await Visit(holding(24)).go(b"", method="HEAD")
    assert (refusal.status, refusal.body) == (503, b"")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("800", 0.8),
        ("1", 0.05),
        ("99999999", ANSWER_SECONDS),
        ("-5", ANSWER_SECONDS),
        ("soon", ANSWER_SECONDS),
    ],
)
async def test_a_client_may_say_how_long_it_waits_within_reason(said: str, seconds: float) -> None:
    inner = holding(0)
    await Visit(inner).go(x_marquee_timeout_ms=said)
    [left] = inner.left
    assert left is not None
    assert seconds - 0.04 < left <= seconds


async def test_without_a_wish_the_services_own_limit_holds() -> None:
    inner = holding(0)
    await Visit(inner).go()
    assert inner.left[0] == pytest.approx(ANSWER_SECONDS, abs=0.5)


def test_health_metrics_and_files_are_never_turned_away() -> None:
    app = create_app(
        Settings(
            mongo_url="mongodb://127.0.0.1:9/marquee",
            elasticsearch_url="http://127.0.0.1:9",
            redis_url="redis://127.0.0.1:9/0",
            jwt_secret=SecretStr("a secret of thirty-two bytes or more"),
        )
    )
    gated = [
        route.path for route in app.routes if isinstance(route, Route) and isinstance(route.app, LoadShedder)
    ]
    assert gated == ["/graphql", "/session"]
    assert {"/healthz", "/readyz", "/metrics"} <= {getattr(route, "path", "") for route in app.routes}
