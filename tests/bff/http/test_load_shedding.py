"""Load shedding for /graphql: priorities, refusals and deadlines."""

from __future__ import annotations

import json

import pytest
from pydantic import SecretStr
from starlette.routing import Route

from bff.app import create_app
from bff.http.load_shedding import LoadShedder
from bff.http.query_limits import ANSWER_TIMEOUT_SECONDS
from bff.settings import Settings
from tests.bff.shed_requests import HOME, MUTATION, PLAY, PREFETCH, QUERY, ShedRequest, app_under_load


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
    inner = app_under_load(0)
    await ShedRequest(inner).send(**claim)
    assert inner.limiter.admitted == {PREFETCH: 1}


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
    inner = app_under_load(0)
    await ShedRequest(inner).send(**claim)
    assert inner.limiter.admitted == {HOME: 1}


async def test_prefetch_is_refused_while_home_is_admitted() -> None:
    inner = app_under_load(15)
    turned_away = await ShedRequest(inner).send(x_marquee_priority="prefetch")
    let_in = await ShedRequest(inner).send()
    assert (turned_away.status, let_in.status) == (503, 200)
    assert (inner.limiter.refused, inner.bodies) == ({PREFETCH: 1}, [QUERY])


async def test_home_is_refused_while_a_mutation_is_admitted_with_its_whole_body() -> None:
    inner = app_under_load(24)
    turned_away = await ShedRequest(inner).send(QUERY)
    let_in = await ShedRequest(inner).send(MUTATION)
    assert (turned_away.status, let_in.status) == (503, 200)
    assert (inner.limiter.refused, inner.limiter.admitted) == ({HOME: 1}, {PLAY: 1})
    assert inner.bodies == [MUTATION]


async def test_a_mutation_that_says_prefetch_is_one() -> None:
    inner = app_under_load(24)
    assert (await ShedRequest(inner).send(MUTATION, x_marquee_priority="prefetch")).status == 503


async def test_when_all_slots_are_taken_a_mutation_is_refused_too() -> None:
    inner = app_under_load(36)
    assert (await ShedRequest(inner).send(MUTATION)).status == 503
    assert (await ShedRequest(inner).send(QUERY)).status == 503
    assert inner.limiter.refused == {PLAY: 1, HOME: 1}
    assert inner.bodies == []


async def test_an_address_may_say_what_it_is_for() -> None:
    inner = app_under_load(24)
    assert (await ShedRequest(inner, fixed=PLAY).send(b"", x_marquee_priority="prefetch")).status == 200
    assert inner.limiter.admitted == {PLAY: 1}


@pytest.mark.parametrize(("chance", "retry"), [(0.0, "1"), (0.5, "3"), (0.999, "4")])
async def test_a_refusal_says_when_to_come_back_and_not_everybody_at_once(chance: float, retry: str) -> None:
    refusal = await ShedRequest(app_under_load(24), chance=chance).send(
        x_request_id="tv-1", accept="application/json"
    )
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


async def test_a_refusal_has_the_newer_media_type_for_clients_that_name_it() -> None:
    refusal = await ShedRequest(app_under_load(24)).send(accept="application/graphql-response+json")
    assert refusal.headers["content-type"] == "application/graphql-response+json; charset=utf-8"


async def test_a_request_id_that_is_no_plain_word_is_replaced() -> None:
    refusal = await ShedRequest(app_under_load(24)).send(x_request_id='"}]')
    assert len(refusal.headers["x-request-id"]) == 32
    [error] = json.loads(refusal.body)["errors"]
    assert error["extensions"]["requestId"] == refusal.headers["x-request-id"]


async def test_a_refused_head_has_no_body() -> None:
    refusal = await ShedRequest(app_under_load(24)).send(b"", method="HEAD")
    assert (refusal.status, refusal.body) == (503, b"")


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("800", 0.8),
        ("1", 0.05),
        ("99999999", ANSWER_TIMEOUT_SECONDS),
        ("-5", ANSWER_TIMEOUT_SECONDS),
        ("soon", ANSWER_TIMEOUT_SECONDS),
    ],
)
async def test_a_client_may_say_how_long_it_waits_within_reason(said: str, seconds: float) -> None:
    inner = app_under_load(0)
    await ShedRequest(inner).send(x_marquee_timeout_ms=said)
    [left] = inner.left
    assert left is not None
    assert seconds - 0.04 < left <= seconds


async def test_without_a_wish_the_services_own_limit_holds() -> None:
    inner = app_under_load(0)
    await ShedRequest(inner).send()
    assert inner.left[0] == pytest.approx(ANSWER_TIMEOUT_SECONDS, abs=0.5)


def test_health_metrics_and_files_are_never_refused() -> None:
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
