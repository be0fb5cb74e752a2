"""The gate before /graphql: what a request is for, who is turned away and how, and until when answers are due."""

from __future__ import annotations

import json

import pytest
from pydantic import SecretStr
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from bff.admission import Admission
from bff.app import create_app
from bff.gate import Gate
from bff.limits import ANSWER_SECONDS
from bff.settings import Settings
from domain.admission import Priority
from resolvers import deadlines

PREFETCH, HOME, PLAY = Priority.PREFETCH, Priority.HOME, Priority.PLAY
QUERY = b'{"query": "{ home { id } }"}'
MUTATION = b'{"query": "mutation Rate { titleRate { id } }"}'


class Inner:
    """The application behind the gate: notes what reached it and answers `status`."""

    def __init__(self, admission: Admission, status: int = 200) -> None:
        self.admission = admission
        self.status = status
        self.bodies: list[bytes] = []
        self.left: list[float | None] = []
        self.in_flight: list[int] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        self.bodies.append(message["body"])
        self.left.append(deadlines.left_for_answer())
        self.in_flight.append(self.admission.in_flight)
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        self.in_flight.append(self.admission.in_flight)
        await send({"type": "http.response.body", "body": b"whole"})


class Visit:
    """One request through a gate, and what came back."""

    def __init__(self, inner: Inner, fixed: Priority | None = None, chance: float = 0.0) -> None:
        self._gate = Gate(inner, inner.admission, fixed, chance=lambda: chance)
        self.sent: list[Message] = []

    async def go(self, body: bytes = QUERY, method: str = "POST", **headers: str) -> Visit:
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        waiting = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return waiting.pop()

        async def send(message: Message) -> None:
            self.sent.append(message)

        await self._gate({"type": "http", "method": method, "headers": raw}, receive, send)
        return self

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])


def holding(count: int, most: int = 200) -> Inner:
    """A service with so many requests under way already, and the limit of a fresh process: 30."""
    admission = Admission(most)
    for _ in range(count):
        assert admission.enter(PLAY)
    admission.admitted.clear()
    return Inner(admission)


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


async def test_a_place_is_held_until_the_answer_begins_and_no_longer() -> None:
    inner = holding(3)
    await Visit(inner).go()
    assert (inner.in_flight, inner.admission.in_flight) == ([4, 3], 3)


async def received_in_parts(inner: Inner, *parts: bytes) -> tuple[list[int], list[Message]]:
    """A request whose body comes in parts: places taken before each of them is received, and what was sent."""
    before: list[int] = []
    sent: list[Message] = []
    waiting = [
        {"type": "http.request", "body": part, "more_body": place < len(parts) - 1}
        for place, part in enumerate(parts)
    ]

    async def receive() -> Message:
        before.append(inner.admission.in_flight)
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    async def read_all(scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            message = await receive()
            body += message["body"]
            if not message["more_body"]:
                break

        async def whole() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await inner(scope, whole, send)

    await Gate(read_all, inner.admission)({"type": "http", "method": "POST", "headers": []}, receive, send)
    return before, sent


async def test_a_body_that_is_still_on_its_way_holds_no_place() -> None:
    inner = holding(3)
    before, sent = await received_in_parts(inner, QUERY[:5], QUERY[5:9], QUERY[9:])
    assert (before, sent[0]["status"]) == ([3, 3, 3], 200)
    assert (inner.bodies, inner.in_flight) == ([QUERY], [4, 3])


async def test_who_finds_no_place_at_the_end_of_a_long_body_is_turned_away() -> None:
    inner = holding(24)
    _, sent = await received_in_parts(inner, QUERY[:5], QUERY[5:])
    assert (sent[0]["status"], inner.bodies, inner.admission.in_flight) == (503, [], 24)


async def test_a_mutation_is_known_by_the_part_that_says_so() -> None:
    inner = holding(24)
    _, sent = await received_in_parts(inner, MUTATION[:30], MUTATION[30:])
    assert (sent[0]["status"], inner.admission.admitted) == (200, {PLAY: 1})


async def test_a_client_that_has_gone_holds_no_place() -> None:
    inner = holding(0)
    seen: list[Message] = []

    async def notice(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(await receive())

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    await Gate(notice, inner.admission)({"type": "http", "method": "POST", "headers": []}, gone, None)  # type: ignore[arg-type]
    assert (seen, inner.admission.admitted) == ([{"type": "http.disconnect"}], {})


async def test_a_place_is_given_back_when_the_application_fails() -> None:
    inner = holding(0)

    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    async def receive() -> Message:
        return {"type": "http.request", "body": QUERY, "more_body": False}

    with pytest.raises(RuntimeError):
        await Gate(fail, inner.admission)({"type": "http", "method": "POST", "headers": []}, receive, None)  # type: ignore[arg-type]
    assert inner.admission.admitted == {HOME: 1}
    assert inner.admission.in_flight == 0


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
    gated = [route.path for route in app.routes if isinstance(route, Route) and isinstance(route.app, Gate)]
    assert gated == ["/graphql", "/session"]
    assert {"/healthz", "/readyz", "/metrics"} <= {getattr(route, "path", "") for route in app.routes}
