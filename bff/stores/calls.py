"""Every call of a store passes here: counted, its errors translated, refused at once while the store is down.

A store that failed several times running is left alone for a moment, so that its time-out costs a few pages
and not every page (a circuit breaker: Nygard, "Release It!", 2007).
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from domain.errors import StoreUnavailable

FAILURES_TO_REST = 5
REST_SECONDS = 2.0

log = logging.getLogger("marquee.stores")


@dataclass(slots=True)
class CallLog:
    """What one request asked of the stores: calls by "store.verb", and by store those that failed."""

    calls: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)


_call_log: ContextVar[CallLog | None] = ContextVar("marquee_call_log", default=None)


@contextmanager
def logging_calls() -> Iterator[CallLog]:
    """Within it, every store call of this task and of the tasks it starts is noted in the log it yields."""
    noted = CallLog()
    token = _call_log.set(noted)
    try:
        yield noted
    finally:
        _call_log.reset(token)


class Calls:
    """The calls of one store. `errors` are its driver's exceptions; they leave as StoreUnavailable."""

    def __init__(
        self,
        store: str,
        errors: tuple[type[Exception], ...] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._errors: tuple[type[Exception], ...] = (StoreUnavailable, *errors)
        self._clock = clock
        self._failures = 0
        self._retry_at = 0.0

    @contextmanager
    def one(self, verb: str) -> Iterator[None]:
        """Around one round trip. Raises StoreUnavailable at once while the store is being left alone."""
        noted = _call_log.get()
        if noted is not None:
            noted.calls[f"{self._store}.{verb}"] += 1
        try:
            self._refuse_while_resting()
        except StoreUnavailable:
            self._note_failure()
            raise
        try:
            yield
        except self._errors as error:
            # What a driver said is for the log. Whoever asked hears only which store it was.
            self._failed(verb, error)
            raise StoreUnavailable(self._store) from error
        self._failures = 0

    def _refuse_while_resting(self) -> None:
        if self._failures < FAILURES_TO_REST:
            return
        now = self._clock()
        if now < self._retry_at:
            raise StoreUnavailable(self._store)
        # This call is the trial; the others stay refused until it has an answer.
        self._retry_at = now + REST_SECONDS

    def _failed(self, verb: str, error: Exception) -> None:
        self._note_failure()
        self._failures += 1
        self._retry_at = self._clock() + REST_SECONDS
        if self._failures <= FAILURES_TO_REST:
            reason = str(error).partition("\n")[0][:200]
            log.warning("%s.%s failed: %s: %s", self._store, verb, type(error).__name__, reason)

    def _note_failure(self) -> None:
        noted = _call_log.get()
        if noted is not None:
            noted.failed[self._store] += 1
