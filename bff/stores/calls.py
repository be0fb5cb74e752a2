"""Every call of a store passes here: counted, its errors translated, refused at once while the store is down.

A store that failed several times running is left alone until it answers a probe, so that its time-out costs a
few pages and not every page (a circuit breaker: Nygard, "Release It!", 2007). The probe runs by itself every
two seconds: no page is ever the trial.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar
from dataclasses import dataclass, field

from domain.errors import StoreUnavailable

FAILURES_TO_REST = 3
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
    """The calls of one store. `errors` are its driver's exceptions; they leave as StoreUnavailable.

    `probe` asks the store for a sign of life past this class, and raises one of the errors without one.
    """

    def __init__(
        self,
        store: str,
        probe: Callable[[], Awaitable[None]],
        errors: tuple[type[Exception], ...] = (),
        rest_seconds: float = REST_SECONDS,
    ) -> None:
        self._store = store
        self._probe = probe
        self._errors: tuple[type[Exception], ...] = (StoreUnavailable, *errors)
        self._rest_seconds = rest_seconds
        self._failures = 0
        self._probing: asyncio.Task[None] | None = None

    @contextmanager
    def one(self, verb: str) -> Iterator[None]:
        """Around one round trip. Raises StoreUnavailable at once while the store is being left alone."""
        noted = _call_log.get()
        if noted is not None:
            noted.calls[f"{self._store}.{verb}"] += 1
        if self._probing is not None:
            self._note_failure()
            raise StoreUnavailable(self._store)
        try:
            yield
        except self._errors as error:
            # What a driver said is for the log. Whoever asked hears only which store it was.
            self._failed(verb, error)
            raise StoreUnavailable(self._store) from error
        self._failures = 0

    def close(self) -> None:
        """Stop probing: the process ends."""
        if self._probing is not None:
            self._probing.cancel()

    def _failed(self, verb: str, error: Exception) -> None:
        self._note_failure()
        self._failures += 1
        if self._probing is None:
            reason = str(error).partition("\n")[0][:200]
            log.warning("%s.%s failed: %s: %s", self._store, verb, type(error).__name__, reason)
            if self._failures >= FAILURES_TO_REST:
                # A context of its own: what the probe asks is no call of the request that came upon the outage.
                self._probing = asyncio.create_task(self._until_it_answers(), context=Context())

    async def _until_it_answers(self) -> None:
        log.warning("%s is left alone until it answers", self._store)
        while True:
            await asyncio.sleep(self._rest_seconds)
            try:
                await self._probe()
            except Exception as error:
                # Whatever it is: given up here, the store would never be asked again.
                log.debug("%s was probed in vain: %r", self._store, error)
                continue
            log.warning("%s answers again", self._store)
            self._failures, self._probing = 0, None
            return

    def _note_failure(self) -> None:
        noted = _call_log.get()
        if noted is not None:
            noted.failed[self._store] += 1
