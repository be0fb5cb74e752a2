"""Load shedding for /graphql: refuses requests over the concurrency limit before any work is done.

Headers can only lower a request's priority: clients mark prefetching with `x-marquee-priority: prefetch`, browsers
with `Sec-Purpose`, `Purpose` or an RFC 9218 `Priority` below the default. A mutation has priority play; only when
home requests are full is a body searched for one, unparsed. `x-marquee-timeout-ms` sets the deadline.
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

from bff.http import query_limits as limits
from bff.http.concurrency_limiter import ConcurrencyLimiter
from bff.http.result_formatting import error_response
from domain.resilience.concurrency_limit import Priority
from resolvers.runtime import deadlines

TIMEOUT_MS = b"x-marquee-timeout-ms"
REQUEST_ID = re.compile(rb"^[A-Za-z0-9_-]{1,64}$")
URGENCY = re.compile(rb"(?:^|,)\s*u=([4-7])(?:\s*[,;]|\s*$)")
MIN_TIMEOUT_SECONDS = 0.05

ANSWERED_STATUSES = (200, 304)
MUTATION = b"mutation"
RETRY_AFTER_SECONDS = {Priority.PREFETCH: (10, 30), Priority.HOME: (1, 4), Priority.PLAY: (1, 2)}
"""Ranges, so that refused clients do not return together."""

_ID_PLACEHOLDER = "0" * 32
_BODY_START, _, _BODY_END = json.dumps(
    error_response("OVERLOADED", "Too many requests are under way.", _ID_PLACEHOLDER, retryable=True),
    separators=(",", ":"),
).partition(_ID_PLACEHOLDER)
BODY_START, BODY_END = _BODY_START.encode(), _BODY_END.encode()
CONTENT_TYPE = b"application/json; charset=utf-8"
GRAPHQL_CONTENT_TYPE = b"application/graphql-response+json; charset=utf-8"
GRAPHQL_JSON = b"application/graphql-response+json"


def _names_prefetch(value: bytes) -> bool:
    return value.lower().startswith(b"prefetch")


PREFETCH_HEADERS: dict[bytes, Callable[[bytes], bool]] = {
    b"x-marquee-priority": _names_prefetch,
    b"sec-purpose": _names_prefetch,
    b"purpose": _names_prefetch,
    b"priority": lambda value: URGENCY.search(value) is not None,
}


class _NoCapacity(Exception):
    pass


class LoadShedder:
    """ASGI middleware of one route.

    A slot is held from the last byte of the request body to the first byte of the response, so slow senders and
    readers hold none.
    """

    def __init__(
        self,
        app: ASGIApp,
        limiter: ConcurrencyLimiter,
        fixed_priority: Priority | None = None,
        clock: Callable[[], float] = time.monotonic,
        random_fraction: Callable[[], float] = random.random,
    ) -> None:
        """`fixed_priority` is for routes whose address implies it."""
        self._app = app
        self._limiter = limiter
        self._fixed_priority = fixed_priority
        self._clock = clock
        self._random_fraction = random_fraction

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        priority, timeout_seconds = self._fixed_priority or Priority.HOME, limits.ANSWER_TIMEOUT_SECONDS
        for name, value in scope["headers"]:
            is_prefetch = PREFETCH_HEADERS.get(name)
            if is_prefetch is not None and self._fixed_priority is None and is_prefetch(value):
                priority = Priority.PREFETCH
            elif name == TIMEOUT_MS:
                timeout_seconds = _client_timeout_seconds(value)
        # Home or play is known only after the body arrives; wait, so that refusals count under the right
        # priority.
        if priority != Priority.HOME and not self._limiter.has_capacity(priority):
            await self._refuse(scope, send, priority)
            return
        limited = _LimitedRequest(self._limiter, self._clock, priority, timeout_seconds, receive, send)
        try:
            await limited.receive_first_message()
            # Count all requests of this loop turn before the first one works; else pages that never wait would
            # finish one by one, and the limit would never bite.
            await asyncio.sleep(0)
            await self._app(scope, limited.receive, limited.send)
        except _NoCapacity:
            await self._refuse(scope, send, limited.priority)
        finally:
            limited.release(None)

    async def _refuse(self, scope: Scope, send: Send, priority: Priority) -> None:
        self._limiter.count_refusal(priority)
        soonest, latest = RETRY_AFTER_SECONDS[priority]
        retry_after = soonest + int(self._random_fraction() * (latest - soonest + 1))
        request_id = _request_id(scope["headers"])
        body = BODY_START + request_id + BODY_END
        headers = [
            (b"content-type", _content_type(scope["headers"])),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"private, no-store"),
            (b"retry-after", str(retry_after).encode()),
            (b"x-request-id", request_id),
        ]
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


class _LimitedRequest:
    """Takes a slot at the end of its body, when its deadline starts."""

    def __init__(
        self,
        limiter: ConcurrencyLimiter,
        clock: Callable[[], float],
        priority: Priority,
        timeout_seconds: float,
        receive: Receive,
        send: Send,
    ) -> None:
        self.priority = priority
        self._limiter = limiter
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        self._receive = receive
        self._send = send
        self._first_message: Message | None = None
        self._started_at: float | None = None
        self._is_timed_out = False

    async def receive_first_message(self) -> None:
        """Usually the whole body. Raises _NoCapacity."""
        try:
            async with asyncio.timeout(limits.RECEIVE_TIMEOUT_SECONDS):
                self._first_message = await self._receive()
        except TimeoutError:
            self._is_timed_out = True
        else:
            self._inspect(self._first_message)

    async def receive(self) -> Message:
        """Raises _NoCapacity, and TimeoutError if the body did not start in time."""
        if self._is_timed_out:
            raise TimeoutError
        if self._first_message is not None:
            message, self._first_message = self._first_message, None
            return message
        message = await self._receive()
        self._inspect(message)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._started_at is not None:
            # Refusals cost almost nothing and would make the service look fast.
            answered = message["status"] in ANSWERED_STATUSES
            self.release(self._clock() - self._started_at if answered else None)
        await self._send(message)

    def release(self, seconds: float | None) -> None:
        if self._started_at is not None:
            self._started_at = None
            self._limiter.leave(seconds)

    def _inspect(self, message: Message) -> None:
        """Detect a mutation; take a slot at the end of the body."""
        if self._started_at is not None or message["type"] != "http.request":
            return
        is_play = self.priority == Priority.PLAY
        if self.priority == Priority.HOME and not self._limiter.has_capacity(Priority.HOME):
            is_play = MUTATION in message.get("body", b"")
        if message.get("more_body"):
            self.priority = Priority.PLAY if is_play else self.priority
            return
        self.priority = Priority.PLAY if is_play else self.priority
        if not self._limiter.enter(self.priority):
            raise _NoCapacity
        self._started_at = self._clock()
        deadlines.start_deadline(self._timeout_seconds)


def _client_timeout_seconds(value: bytes) -> float:
    """The client's timeout within limits."""
    if not value.isdigit() or len(value) > 9:
        return limits.ANSWER_TIMEOUT_SECONDS
    return min(max(int(value) / 1000, MIN_TIMEOUT_SECONDS), limits.ANSWER_TIMEOUT_SECONDS)


def _request_id(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    for name, value in headers:
        if name == b"x-request-id" and REQUEST_ID.fullmatch(value):
            return value
    return uuid.uuid4().hex.encode()


def _content_type(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    accepts_graphql_json = any(name == b"accept" and GRAPHQL_JSON in value for name, value in headers)
    return GRAPHQL_CONTENT_TYPE if accepts_graphql_json else CONTENT_TYPE
