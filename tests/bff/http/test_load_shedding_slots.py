"""A request holds its slot from the end of its body to the beginning of its response."""

from __future__ import annotations

import pytest
from starlette.types import Message, Receive, Scope, Send

from bff.http.load_shedding import LoadShedder
from tests.bff.shed_requests import HOME, MUTATION, PLAY, QUERY, RecordingApp, ShedRequest, app_under_load


async def test_a_slot_is_held_until_the_answer_begins_and_no_longer() -> None:
    inner = app_under_load(3)
    await ShedRequest(inner).send()
    assert (inner.in_flight, inner.limiter.in_flight) == ([4, 3], 3)


async def received_in_parts(inner: RecordingApp, *parts: bytes) -> tuple[list[int], list[Message]]:
    """A request whose body comes in parts: slots taken before each of them is received, and what was sent."""
    before: list[int] = []
    sent: list[Message] = []
    waiting = [
        {"type": "http.request", "body": part, "more_body": place < len(parts) - 1}
        for place, part in enumerate(parts)
    ]

    async def receive() -> Message:
        before.append(inner.limiter.in_flight)
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

    await LoadShedder(read_all, inner.limiter)(
        {"type": "http", "method": "POST", "headers": []}, receive, send
    )
    return before, sent


async def test_a_body_that_is_still_on_its_way_holds_no_place() -> None:
    inner = app_under_load(3)
    before, sent = await received_in_parts(inner, QUERY[:5], QUERY[5:9], QUERY[9:])
    assert (before, sent[0]["status"]) == ([3, 3, 3], 200)
    assert (inner.bodies, inner.in_flight) == ([QUERY], [4, 3])


async def test_a_request_without_a_free_slot_at_the_end_of_a_long_body_is_refused() -> None:
    inner = app_under_load(24)
    _, sent = await received_in_parts(inner, QUERY[:5], QUERY[5:])
    assert (sent[0]["status"], inner.bodies, inner.limiter.in_flight) == (503, [], 24)


async def test_a_mutation_is_known_by_the_part_that_says_so() -> None:
    inner = app_under_load(24)
    _, sent = await received_in_parts(inner, MUTATION[:30], MUTATION[30:])
    assert (sent[0]["status"], inner.limiter.admitted) == (200, {PLAY: 1})


async def test_a_client_that_has_gone_holds_no_slot() -> None:
    inner = app_under_load(0)
    seen: list[Message] = []

    async def notice(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(await receive())

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    await LoadShedder(notice, inner.limiter)({"type": "http", "method": "POST", "headers": []}, gone, None)  # type: ignore[arg-type]
    assert (seen, inner.limiter.admitted) == ([{"type": "http.disconnect"}], {})


async def test_a_slot_is_released_when_the_application_fails() -> None:
    inner = app_under_load(0)

    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    async def receive() -> Message:
        return {"type": "http.request", "body": QUERY, "more_body": False}

    with pytest.raises(RuntimeError):
        await LoadShedder(fail, inner.limiter)(
            {"type": "http", "method": "POST", "headers": []}, receive, None
        )  # type: ignore[arg-type]
    assert inner.limiter.admitted == {HOME: 1}
    assert inner.limiter.in_flight == 0
