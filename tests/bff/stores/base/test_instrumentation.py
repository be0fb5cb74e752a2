"""Store calls: counted per request, errors translated, refused while the circuit is open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bff.stores.base.instrumentation import FAILURES_TO_OPEN, StoreCalls, record_store_calls
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
async def calls(store: Store) -> AsyncIterator[StoreCalls]:
    """Calls that probe without a pause."""
    made = StoreCalls("redis", store.answer, (OSError,), probe_seconds=0.0)
    yield made
    made.close()


def fail(calls: StoreCalls, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(StoreUnavailable), calls.guard("get"):
            raise ConnectionResetError("reset by peer")


def succeed(calls: StoreCalls) -> None:
    with calls.guard("get"):
        pass


async def test_a_drivers_error_leaves_as_store_unavailable(calls: StoreCalls) -> None:
    with pytest.raises(StoreUnavailable) as raised, calls.guard("get"):
        raise ConnectionResetError
    assert raised.value.store == "redis"
    assert isinstance(raised.value.__cause__, ConnectionResetError)


async def test_other_errors_pass_and_do_not_count_as_failures(calls: StoreCalls) -> None:
    for _ in range(FAILURES_TO_OPEN * 2):
        with pytest.raises(BadInput), calls.guard("get"):
            raise BadInput("text: too long")
    succeed(calls)


async def test_a_request_sees_its_own_calls_and_those_of_its_tasks(calls: StoreCalls) -> None:
    async def request(times: int) -> dict[str, int]:
        with record_store_calls() as call_log:
            await asyncio.gather(*(asyncio.to_thread(succeed, calls) for _ in range(times)))
        return dict(call_log.calls)

    assert await asyncio.gather(request(2), request(3)) == [{"redis.get": 2}, {"redis.get": 3}]


async def test_a_request_records_which_stores_failed(calls: StoreCalls) -> None:
    with record_store_calls() as call_log:
        fail(calls)
    assert call_log.failed == {"redis": 1}


async def test_a_store_that_keeps_failing_is_left_alone(calls: StoreCalls) -> None:
    fail(calls, FAILURES_TO_OPEN)
    for _ in range(3):
        with record_store_calls() as call_log, pytest.raises(StoreUnavailable), calls.guard("get"):
            pytest.fail("was called while resting")
        assert (call_log.calls, call_log.failed) == ({"redis.get": 1}, {"redis": 1})


async def test_it_is_used_again_once_it_answers_a_probe_and_no_caller_is_the_trial(
    calls: StoreCalls, store: Store
) -> None:
    with record_store_calls() as call_log:
        fail(calls, FAILURES_TO_OPEN)
        for times in range(1, 6):
            await store.probed(times)
            with pytest.raises(StoreUnavailable), calls.guard("get"):
                pytest.fail("was called while resting")
        store.up = True
        await store.probed(store.probes + 1)
    succeed(calls)
    assert set(call_log.calls) == {"redis.get"}
    probes = store.probes
    for _ in range(10):
        await asyncio.sleep(0)
    assert store.probes == probes


async def test_probing_goes_on_whatever_a_probe_raises(calls: StoreCalls, store: Store) -> None:
    store.trouble = ZeroDivisionError("a fault of the driver")
    fail(calls, FAILURES_TO_OPEN)
    await store.probed(3)
    store.up = True
    await store.probed(4)
    succeed(calls)


async def test_after_a_recovery_it_takes_as_many_failures_again(calls: StoreCalls, store: Store) -> None:
    fail(calls, FAILURES_TO_OPEN)
    store.up = True
    await store.probed(1)
    fail(calls, FAILURES_TO_OPEN - 1)
    succeed(calls)


async def test_a_success_in_between_starts_the_count_again(calls: StoreCalls) -> None:
    fail(calls, FAILURES_TO_OPEN - 1)
    succeed(calls)
    fail(calls, FAILURES_TO_OPEN - 1)
    succeed(calls)


async def test_an_outage_is_logged_a_few_times_and_not_for_every_call(
    calls: StoreCalls, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    fail(calls, FAILURES_TO_OPEN)
    for times in range(50):
        with pytest.raises(StoreUnavailable), calls.guard("get"):
            pytest.fail("was called while resting")
        await store.probed(times)
    said = "redis.get failed: ConnectionResetError: reset by peer"
    assert caplog.messages == [said] * FAILURES_TO_OPEN + [
        "redis is not called again until it answers a probe"
    ]


async def test_a_call_that_ends_with_the_closing_is_no_outage(
    calls: StoreCalls, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """Ctrl-C closes the clients while a read goes on in the background."""
    calls.close()
    fail(calls, times=FAILURES_TO_OPEN + 1)
    assert caplog.records == []
    assert store.probes == 0


async def test_any_other_exception_is_a_failure_of_the_store_and_bad_input_is_none() -> None:
    async def ping() -> None:
        await asyncio.get_running_loop().create_future()

    calls = StoreCalls("mongo", ping, (OSError,))
    for _ in range(FAILURES_TO_OPEN + 1):
        with pytest.raises(BadInput), calls.guard("search"):
            raise BadInput("text: nothing to search for.")
    for error in (KeyError("docs"), ValueError("not BSON"), RuntimeError("parser")):
        with pytest.raises(StoreUnavailable), calls.guard("titles"):
            raise error
    with record_store_calls() as call_log, pytest.raises(StoreUnavailable), calls.guard("titles"):
        pytest.fail("the circuit is open")
    assert call_log.failed == {"mongo": 1}
    calls.close()
