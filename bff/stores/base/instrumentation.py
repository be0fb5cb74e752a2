"""Instruments store calls: counts them, translates errors, and refuses calls while the store is down.

After several failures in a row the circuit opens: calls fail at once until a background probe succeeds, so that the
store's timeout costs a few pages and not every page (circuit breaker: Nygard, "Release It!", 2007).

No call outlives its request's deadline (resolvers/runtime/deadlines.py). A call cut there is no failure of the store.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar
from dataclasses import dataclass, field

from domain.errors import MarqueeError, StoreUnavailable
from domain.resilience.timeouts import DEFAULT_TIMEOUTS
from resolvers.runtime import deadlines

FAILURES_TO_OPEN = 3
PROBE_SECONDS = 2.0

log = logging.getLogger("marquee.stores")


@dataclass(slots=True)
class CallLog:
    """One request's calls by "store.verb"; the rest by store."""

    calls: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    """At the request's deadline."""


class DeadlineExceeded(StoreUnavailable):
    """The request's time is up; the store may be healthy."""

    def __init__(self, store: str) -> None:
        super().__init__(store, f"{store}: the request's deadline has passed")


_call_log: ContextVar[CallLog | None] = ContextVar("marquee_call_log", default=None)


@contextmanager
def record_store_calls() -> Iterator[CallLog]:
    """Logs the calls of this task and of tasks it starts."""
    call_log = CallLog()
    token = _call_log.set(call_log)
    try:
        yield call_log
    finally:
        _call_log.reset(token)


class StoreCalls:
    """`errors` are the driver's exceptions; they leave as StoreUnavailable, and so does any other: a store whose
    answer cannot be read has failed. `probe` calls the store directly and raises if it is down. No driver waits
    longer than `max_timeout` seconds, so later deadlines need no watching."""

    def __init__(
        self,
        store: str,
        probe: Callable[[], Awaitable[None]],
        errors: tuple[type[Exception], ...] = (),
        probe_seconds: float = PROBE_SECONDS,
        max_timeout: float = DEFAULT_TIMEOUTS.longest,
    ) -> None:
        self._store = store
        self._probe = probe
        self._errors: tuple[type[Exception], ...] = (StoreUnavailable, *errors)
        self._probe_seconds = probe_seconds
        self._max_timeout = max_timeout
        self._failures = 0
        self._probing: asyncio.Task[None] | None = None
        self._is_closed = False

    @contextmanager
    def guard(self, verb: str) -> Iterator[None]:
        """Wraps one round trip. Raises StoreUnavailable while the circuit is open, DeadlineExceeded at the request's
        deadline."""
        seconds_left = deadlines.seconds_left_for_stores()
        if seconds_left is not None and seconds_left <= 0:
            self._count_cut()
            raise DeadlineExceeded(self._store)
        call_log = _call_log.get()
        if call_log is not None:
            call_log.calls[f"{self._store}.{verb}"] += 1
        if self._probing is not None:
            self._count_failure()
            raise StoreUnavailable(self._store)
        try:
            if seconds_left is None or seconds_left >= self._max_timeout:
                yield
            else:
                with self._cancel_after(seconds_left):
                    yield
        except DeadlineExceeded:
            raise
        except self._errors as error:
            # The driver's message is for the log only.
            self._handle_failure(verb, error)
            raise StoreUnavailable(self._store) from error
        except MarqueeError:
            # The caller's input, or what the store holds: no failure of the store.
            raise
        except Exception as error:
            # What drivers raise for an answer that is rubbish is no part of their contract, and no page's end.
            log.exception("%s.%s: the answer cannot be read", self._store, verb)
            self._handle_failure(verb, error)
            raise StoreUnavailable(self._store) from error
        self._failures = 0

    def close(self) -> None:
        """A call that is under way may fail from now on; closing is no failure of the store."""
        self._is_closed = True
        if self._probing is not None:
            self._probing.cancel()

    @contextmanager
    def _cancel_after(self, seconds: float) -> Iterator[None]:
        """asyncio.timeout for a block entered without await. Raises DeadlineExceeded."""
        task = asyncio.current_task()
        if task is None:
            yield
            return
        cancels_before = task.cancelling()
        is_timed_out = False

        def cancel() -> None:
            nonlocal is_timed_out
            is_timed_out = True
            task.cancel()

        timer = asyncio.get_running_loop().call_later(seconds, cancel)
        try:
            yield
        except asyncio.CancelledError:
            # Another cancellation goes on, even if both came at once.
            if is_timed_out and task.uncancel() <= cancels_before:
                self._count_cut()
                raise DeadlineExceeded(self._store) from None
            raise
        finally:
            timer.cancel()

    def _count_cut(self) -> None:
        call_log = _call_log.get()
        if call_log is not None:
            call_log.cut[self._store] += 1

    def _handle_failure(self, verb: str, error: Exception) -> None:
        self._count_failure()
        self._failures += 1
        if self._probing is None and not self._is_closed:
            reason = str(error).partition("\n")[0][:200]
            log.warning("%s.%s failed: %s: %s", self._store, verb, type(error).__name__, reason)
            if self._failures >= FAILURES_TO_OPEN:
                # Empty context: a probe is no call of this request.
                self._probing = asyncio.create_task(self._probe_until_up(), context=Context())

    async def _probe_until_up(self) -> None:
        log.warning("%s is not called again until it answers a probe", self._store)
        while True:
            await asyncio.sleep(self._probe_seconds)
            try:
                await self._probe()
            except Exception as error:
                # Catch everything: without this loop the store would never be called again.
                log.debug("%s failed a probe: %r", self._store, error)
                continue
            log.warning("%s answers again", self._store)
            self._failures, self._probing = 0, None
            return

    def _count_failure(self) -> None:
        call_log = _call_log.get()
        if call_log is not None:
            call_log.failed[self._store] += 1
