"""Until when the request that is being answered is worth answering; carried to everything it starts.

A deadline travels in the context of the request's task, and so into the tasks and loads that it begins. Work that
several requests share must not end when the first of them does: it begins in `shared_context()`.
"""

from __future__ import annotations

import time
from contextvars import Context, ContextVar, copy_context
from dataclasses import dataclass

RESERVE_SECONDS, RESERVE_SHARE = 0.2, 0.2
"""Kept back from store calls, the smaller of both: a page that loses a row in time can still be made and sent."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Instants of time.monotonic: the answer's, and the earlier one of the store calls it is made from."""

    answer: float
    stores: float


_deadline: ContextVar[Deadline | None] = ContextVar("marquee_deadline", default=None)


def begin(seconds: float) -> None:
    """The request of this task has so many seconds from now."""
    now = time.monotonic()
    _deadline.set(Deadline(now + seconds, now + seconds - min(RESERVE_SECONDS, seconds * RESERVE_SHARE)))


def left_for_answer() -> float | None:
    """Seconds until the answer is due; None when nobody set a deadline."""
    deadline = _deadline.get()
    return None if deadline is None else deadline.answer - time.monotonic()


def left_for_stores() -> float | None:
    """Seconds left for store calls, below 0 when there are none; None when nobody set a deadline."""
    deadline = _deadline.get()
    return None if deadline is None else deadline.stores - time.monotonic()


def shared_context() -> Context:
    """A copy of this context without its deadline, for `asyncio.create_task(..., context=...)`."""
    context = copy_context()
    context.run(_deadline.set, None)
    return context
