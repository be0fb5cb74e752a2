"""Calls of a store: counted per request, translated, and refused for a moment when it keeps failing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bff.stores.base.instrumentation import FAILURES_TO_REST, Calls, logging_calls
from domain.errors import BadInput, StoreUnavailable


class Store:
    """A store that answers probes once it is `up`, and counts them."""

    def __init__(self) -> None:
        self.up = False
        self.probes = 0
        self.trouble: Exception = ConnectionResetError("reset by peer")

    async def answer(self) -> None:
        self.probes += 1
        if not self.up:
            raise self.trouble

    async def probed(self, times: int) -> None:
        """Until it was probed so often, in as many turns of the loop as that may take."""
        for _ in range(1000):
            if self.probes >= times:
                return
            await asyncio.sleep(0)
        pytest.fail(f"was probed {self.probes} times, not {times}")


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
async def calls(store: Store) -> AsyncIterator[Calls]:
    """Calls that probe without a pause."""
    made = Calls("redis", store.answer, (OSError,), rest_seconds=0.0)
    yield made
    made.close()


def fail(calls: Calls, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(StoreUnavailable), calls.one("get"):
            raise ConnectionResetError("reset by peer")


def succeed(calls: Calls) -> None:
    with calls.one("get"):
        pass


async def test_a_drivers_error_leaves_as_store_unavailable(calls: Calls) -> None:
    with pytest.raises(StoreUnavailable) as raised, calls.one("get"):
        raise ConnectionResetError
    assert raised.value.store == "redis"
    assert isinstance(raised.value.__cause__, ConnectionResetError)


async def test_other_errors_pass_and_do_not_count_as_failures(calls: Calls) -> None:
    for _ in range(FAILURES_TO_REST * 2):
        with pytest.raises(BadInput), calls.one("get"):
            raise BadInput("text: too long")
    succeed(calls)


async def test_a_request_sees_its_own_calls_and_those_of_its_tasks(calls: Calls) -> None:
    async def request(times: int) -> dict[str, int]:
        with logging_calls() as noted:
            await asyncio.gather(*(asyncio.to_thread(succeed, calls) for _ in range(times)))
        return dict(noted.calls)

    assert await asyncio.gather(request(2), request(3)) == [{"redis.get": 2}, {"redis.get": 3}]


async def test_a_request_is_told_which_stores_failed_it(calls: Calls) -> None:
    with logging_calls() as noted:
        fail(calls)
    assert noted.failed == {"redis": 1}


async def test_a_store_that_keeps_failing_is_left_alone(calls: Calls) -> None:
    fail(calls, FAILURES_TO_REST)
    for _ in range(3):
        with logging_calls() as noted, pytest.raises(StoreUnavailable), calls.one("get"):
            pytest.fail("was called while resting")
        assert (noted.calls, noted.failed) == ({"redis.get": 1}, {"redis": 1})


async def test_it_is_used_again_once_it_answers_a_probe_and_no_caller_is_the_trial(
    calls: Calls, store: Store
) -> None:
    with logging_calls() as noted:
        fail(calls, FAILURES_TO_REST)
        for times in range(1, 6):
            await store.probed(times)
            with pytest.raises(StoreUnavailable), calls.one("get"):
                pytest.fail("was called while resting")
        store.up = True
        await store.probed(store.probes + 1)
    succeed(calls)
    assert set(noted.calls) == {"redis.get"}
    probes = store.probes
    for _ in range(10):
        await asyncio.sleep(0)
    assert store.probes == probes


async def test_probing_goes_on_whatever_a_probe_raises(calls: Calls, store: Store) -> None:
    store.trouble = ZeroDivisionError("a fault of the driver")
    fail(calls, FAILURES_TO_REST)
    await store.probed(3)
    store.up = True
    await store.probed(4)
    succeed(calls)


async def test_after_a_recovery_it_takes_as_many_failures_again(calls: Calls, store: Store) -> None:
    fail(calls, FAILURES_TO_REST)
    store.up = True
    await store.probed(1)
    fail(calls, FAILURES_TO_REST - 1)
    succeed(calls)


async def test_a_success_in_between_starts_the_count_again(calls: Calls) -> None:
    fail(calls, FAILURES_TO_REST - 1)
    succeed(calls)
    fail(calls, FAILURES_TO_REST - 1)
    succeed(calls)


async def test_an_outage_is_logged_a_few_times_and_not_for_every_call(
    calls: Calls, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    fail(calls, FAILURES_TO_REST)
    for times in range(50):
        with pytest.raises(StoreUnavailable), calls.one("get"):
            pytest.fail("was called while resting")
        await store.probed(times)
    said = "redis.get failed: ConnectionResetError: reset by peer"
    assert caplog.messages == [said] * FAILURES_TO_REST + ["redis is left alone until it answers"]
