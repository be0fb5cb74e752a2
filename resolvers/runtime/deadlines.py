"""The deadline of a request, in a context variable that its tasks and loads inherit.

Start work that several requests share in `shared_context()`: it must outlive the first of them.
"""

from __future__ import annotations

import time
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass

RESERVE_SECONDS, RESERVE_SHARE = 0.2, 0.2
"""Reserved for composing and sending after the store calls: the smaller of both."""


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


def shared_context() -> Context:
    """A copy of this context without its deadline."""
    context = copy_context()
    context.run(_deadline.set, None)
    return context
