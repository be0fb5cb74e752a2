"""The gate before /graphql: too many requests are turned away before anything is done for them.

What a request is for is read from headers, which can only lower it: whatever fetches in advance says so with
`x-marquee-priority: prefetch`, or as browsers do (`Sec-Purpose`, `Purpose`, or a `Priority` of RFC 9218 less urgent
than usual). A mutation is a play; only when pages are full is a body looked at for one, without being parsed.
The gate also notes how long the client will wait, `x-marquee-timeout-ms`.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
import uuid
from collections.abc import Callable, Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bff import limits
from bff.admission import Admission
from bff.answers import plain_error
from domain.admission import Priority
from resolvers import deadlines

TIMEOUT_MS = b"x-marquee-timeout-ms"
REQUEST_ID = re.compile(rb"^[A-Za-z0-9_-]{1,64}$")
URGENCY = re.compile(rb"(?:^|,)\s*u=([4-7])(?:\s*[,;]|\s*$)")
LEAST_TIMEOUT = 0.05
"""Seconds. Nothing can be answered sooner by plan, so a shorter wish is taken as this."""

ANSWERED = (200, 304)
MUTATION = b"mutation"
RETRY_SECONDS = {Priority.PREFETCH: (10, 30), Priority.HOME: (1, 4), Priority.PLAY: (1, 2)}
"""When to come back: spread, or everybody who was turned away returns at one moment."""

_ID = "0" * 32
_HEAD, _, _TAIL = json.dumps(
    plain_error("OVERLOADED", "Too many requests are under way.", _ID, retryable=True), separators=(",", ":")
).partition(_ID)
HEAD, TAIL = _HEAD.encode(), _TAIL.encode()
CONTENT_TYPE = b"application/json; charset=utf-8"
NEWER_CONTENT_TYPE = b"application/graphql-response+json; charset=utf-8"
NEWER = b"application/graphql-response+json"


def _asks_ahead(value: bytes) -> bool:
    return value.lower().startswith(b"prefetch")


CLAIMS: dict[bytes, Callable[[bytes], bool]] = {
    b"x-marquee-priority": _asks_ahead,
    b"sec-purpose": _asks_ahead,
    b"purpose": _asks_ahead,
    b"priority": lambda value: URGENCY.search(value) is not None,
}


class Gate:
    """ASGI middleware of one route. A place is held until the answer begins: slow readers hold none."""

    def __init__(
        self,
        app: ASGIApp,
        admission: Admission,
        fixed: Priority | None = None,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`fixed` is what every request is for, where the address says it."""
        self._app = app
        self._admission = admission
        self._fixed = fixed
        self._clock = clock
        self._chance = chance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        priority, seconds = self._fixed or Priority.HOME, limits.ANSWER_SECONDS
        for name, value in scope["headers"]:
            claim = CLAIMS.get(name)
            if claim is not None and self._fixed is None and claim(value):
                priority = Priority.PREFETCH
            elif name == TIMEOUT_MS:
                seconds = _wished(value)
        if not self._admission.enter(priority):
            if priority == Priority.HOME:
                priority, receive = await self._looked_at(receive)
            if priority != Priority.PLAY or not self._admission.enter(priority):
                await self._turn_away(scope, send, priority)
                return
        deadlines.begin(seconds)
        await self._pass(scope, receive, send)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, inside = self._clock(), True

        async def send_and_leave(message: Message) -> None:
            nonlocal inside
            if inside and message["type"] == "http.response.start":
                inside = False
                # A refusal costs next to nothing: it would make the service look quick.
                answered = message["status"] in ANSWERED
                self._admission.leave(self._clock() - began if answered else None)
            await send(message)

        try:
            # Whoever came in the same turn of the loop is counted before the first of them begins to work; else
            # pages that wait for nothing would each be over before the next was seen, and none ever too many.
            await asyncio.sleep(0)
            await self._app(scope, receive, send_and_leave)
        finally:
            if inside:
                self._admission.leave(None)

    async def _looked_at(self, receive: Receive) -> tuple[Priority, Receive]:
        """Whether the request is a play after all, by the start of its body, which can be received again."""
        if not self._admission.has_room(Priority.PLAY):
            return Priority.HOME, receive
        try:
            async with asyncio.timeout(limits.RECEIVE_SECONDS):
                first = await receive()
        except TimeoutError:
            return Priority.HOME, receive
        unread = [first]

        async def receive_again() -> Message:
            return unread.pop() if unread else await receive()

        return Priority.PLAY if MUTATION in first.get("body", b"") else Priority.HOME, receive_again

    async def _turn_away(self, scope: Scope, send: Send, priority: Priority) -> None:
        self._admission.turn_away(priority)
        soonest, latest = RETRY_SECONDS[priority]
        retry = soonest + int(self._chance() * (latest - soonest + 1))
        request_id = _request_id(scope["headers"])
        body = HEAD + request_id + TAIL
        headers = [
            (b"content-type", _content_type(scope["headers"])),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"private, no-store"),
            (b"retry-after", str(retry).encode()),
            (b"x-request-id", request_id),
        ]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _wished(value: bytes) -> float:
    """Seconds that the client will wait: what it says within reason, the service's own limit otherwise."""
    if not value.isdigit() or len(value) > 9:
        return limits.ANSWER_SECONDS
    return min(max(int(value) / 1000, LEAST_TIMEOUT), limits.ANSWER_SECONDS)


def _request_id(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    for name, value in headers:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return value
    return uuid.uuid4().hex.encode()


def _content_type(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    named = any(name == b"accept" and NEWER in value for name, value in headers)
    return NEWER_CONTENT_TYPE if named else CONTENT_TYPE
