"""The deadline of a request, in a context variable that its tasks and loads inherit.

Start work that several requests share in `shared_context()`: it must outlive the first of them. Work that ends in a
page gets a deadline itself, a little before that of a request (`SHARED_SECONDS`): store time-outs may be longer.
"""

from __future__ import annotations

import time
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass

RESERVE_SECONDS, RESERVE_SHARE = 0.2, 0.2
"""Reserved for composing and sending after the store calls: the smaller of both."""

ANSWER_SECONDS = 10.0
"""Within which every request is answered."""

SHARED_SECONDS = ANSWER_SECONDS - 2 * RESERVE_SECONDS


@dataclass(frozen=True, slots=True)
class Deadline:
    """Instants of time.monotonic; store calls end earlier than the response."""

    response: float
    stores: float


_deadline: ContextVar[Deadline | None] = ContextVar("marquee_deadline", default=None)


def start_deadline(seconds: float) -> None:
    now = time.monotonic()
    _deadline.set(Deadline(now + seconds, now + seconds - min(RESERVE_SECONDS, seconds * RESERVE_SHARE)))


def seconds_left_for_response() -> float | None:
    deadline = _deadline.get()
    return None if deadline is None else deadline.response - time.monotonic()


def seconds_left_for_stores() -> float | None:
    """Negative after the deadline."""
    deadline = _deadline.get()
    return None if deadline is None else deadline.stores - time.monotonic()


def shared_context(seconds: float | None = None) -> Context:
    """A copy of this context with a deadline of its own: none, or `seconds` from now for all of it."""
    context = copy_context()
    context.run(_deadline.set, None)
    if seconds is not None:
        context.run(start_deadline, seconds)
    return context
