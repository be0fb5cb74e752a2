"""Calls of a store: counted per request, translated, and refused for a moment when it keeps failing."""

from __future__ import annotations

import asyncio

import pytest

from bff.stores.calls import FAILURES_TO_REST, REST_SECONDS, Calls, logging_calls
from domain.errors import BadInput, StoreUnavailable


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def calls(clock: Clock) -> Calls:
    return Calls("redis", (OSError,), clock)


def fail(calls: Calls, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(StoreUnavailable), calls.one("get"):
            raise ConnectionResetError("reset by peer")


def succeed(calls: Calls) -> None:
    with calls.one("get"):
        pass


def test_a_drivers_error_leaves_as_store_unavailable(calls: Calls) -> None:
    with pytest.raises(StoreUnavailable) as raised, calls.one("get"):
        raise ConnectionResetError
    assert raised.value.store == "redis"
    assert isinstance(raised.value.__cause__, ConnectionResetError)


def test_other_errors_pass_and_do_not_count_as_failures(calls: Calls) -> None:
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


def test_a_request_is_told_which_stores_failed_it(calls: Calls) -> None:
    with logging_calls() as noted:
        fail(calls)
    assert noted.failed == {"redis": 1}


def test_a_store_that_keeps_failing_is_left_alone_and_then_tried_by_one(calls: Calls, clock: Clock) -> None:
    fail(calls, FAILURES_TO_REST)
    with logging_calls() as noted, pytest.raises(StoreUnavailable), calls.one("get"):
        pytest.fail("was called while resting")
    assert noted.failed == {"redis": 1}
    clock.now += REST_SECONDS
    with calls.one("get"), pytest.raises(StoreUnavailable), calls.one("get"):
        pytest.fail("a second trial at the same time")
    succeed(calls)


def test_a_failed_trial_begins_another_rest(calls: Calls, clock: Clock) -> None:
    fail(calls, FAILURES_TO_REST)
    clock.now += REST_SECONDS
    fail(calls)
    with pytest.raises(StoreUnavailable), calls.one("get"):
        pytest.fail("was called while resting")


def test_a_success_in_between_starts_the_count_again(calls: Calls) -> None:
    fail(calls, FAILURES_TO_REST - 1)
    succeed(calls)
    fail(calls, FAILURES_TO_REST - 1)
    succeed(calls)


def test_an_outage_is_logged_a_few_times_and_not_for_every_call(
    calls: Calls, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(50):
        clock.now += REST_SECONDS
        fail(calls)
    assert len(caplog.messages) == FAILURES_TO_REST
