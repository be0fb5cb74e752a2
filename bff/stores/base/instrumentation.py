"""Every call of a store passes here: counted, its errors translated, refused at once while the store is down.

A store that failed several times running is left alone until it answers a probe, so that its time-out costs a
few pages and not every page (a circuit breaker: Nygard, "Release It!", 2007). The probe runs by itself every
two seconds: no page is ever the trial.

No call goes on past the deadline of its request (resolvers/runtime/deadlines.py). One that is cut off there
says that its
client had no more patience and nothing about the store, which is not blamed for it.
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
from domain.resilience.timeouts import USUAL
from resolvers.runtime import deadlines

FAILURES_TO_REST = 3
REST_SECONDS = 2.0

log = logging.getLogger("marquee.stores")


@dataclass(slots=True)
class CallLog:
    """What one request asked of the stores: calls by "store.verb", and by store those that failed."""

    calls: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    """By store, those not begun or not finished because the request's time was up."""


class OutOfTime(StoreUnavailable):
    """The request's time is up: the store may be well."""

    def __init__(self, store: str) -> None:
        super().__init__(store, f"{store} was given no more time")


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

    `probe` asks the store for a sign of life past this class, and raises one of the errors without one. No driver
    waits for an answer longer than `longest` seconds, so a deadline further off needs no watching.
    """

    def __init__(
        self,
        store: str,
        probe: Callable[[], Awaitable[None]],
        errors: tuple[type[Exception], ...] = (),
        rest_seconds: float = REST_SECONDS,
        longest: float = USUAL.longest,
    ) -> None:
        self._store = store
        self._probe = probe
        self._errors: tuple[type[Exception], ...] = (StoreUnavailable, *errors)
        self._rest_seconds = rest_seconds
        self._longest = longest
        self._failures = 0
        self._probing: asyncio.Task[None] | None = None

    @contextmanager
    def one(self, verb: str) -> Iterator[None]:
        """Around one round trip. Raises StoreUnavailable at once while the store is being left alone, OutOfTime
        when the request's deadline is over or comes first."""
        left = deadlines.left_for_stores()
        if left is not None and left <= 0:
            self._cut()
            raise OutOfTime(self._store)
        noted = _call_log.get()
        if noted is not None:
            noted.calls[f"{self._store}.{verb}"] += 1
        if self._probing is not None:
            self._note_failure()
            raise StoreUnavailable(self._store)
        try:
            if left is None or left >= self._longest:
                yield
            else:
                with self._cut_after(left):
                    yield
        except OutOfTime:
            raise
        except self._errors as error:
            # What a driver said is for the log. Whoever asked hears only which store it was.
            self._failed(verb, error)
            raise StoreUnavailable(self._store) from error
        self._failures = 0

    def close(self) -> None:
        """Stop probing: the process ends."""
        if self._probing is not None:
            self._probing.cancel()

    @contextmanager
    def _cut_after(self, seconds: float) -> Iterator[None]:
        """asyncio.timeout, for a block that is entered without await. Raises OutOfTime."""
        task = asyncio.current_task()
        if task is None:
            yield
            return
        asked_before = task.cancelling()
        is_over = False

        def end() -> None:
            nonlocal is_over
            is_over = True
            task.cancel()

        timer = asyncio.get_running_loop().call_later(seconds, end)
        try:
            yield
        except asyncio.CancelledError:
            # Somebody else's cancellation goes on, also when both came at once.
            if is_over and task.uncancel() <= asked_before:
                self._cut()
                raise OutOfTime(self._store) from None
            raise
        finally:
            timer.cancel()

    def _cut(self) -> None:
        noted = _call_log.get()
        if noted is not None:
            noted.cut[self._store] += 1

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
