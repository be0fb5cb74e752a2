"""Store calls and their request's deadline: not begun after it, cut at it, never a failure of the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine

import pytest

from bff.stores.base.instrumentation import FAILURES_TO_OPEN, DeadlineExceeded, StoreCalls, record_store_calls
from bff.stores.base.polled import PolledValue
from bff.stores.caches.browse_cache import BrowseCache
from domain.errors import StoreUnavailable
from domain.ids import Region
from domain.ports.stores import BrowseQuery
from resolvers.runtime import deadlines
from resolvers.runtime.single_flight import SingleFlight


async def never() -> None:
    await asyncio.get_running_loop().create_future()


@pytest.fixture
async def calls() -> AsyncIterator[StoreCalls]:
    made = StoreCalls("mongo", never, (OSError,))
    yield made
    made.close()


async def in_a_request(seconds: float, work: object) -> object:
    """Run a coroutine as a request that has so many seconds would."""

    async def request() -> object:
        deadlines.start_deadline(seconds)
        return await work  # type: ignore[misc]

    return await asyncio.create_task(request())


async def test_a_call_is_cut_at_the_deadline_and_counted(calls: StoreCalls) -> None:
    async def ask() -> None:
        with calls.guard("titles"):
            await never()

    with record_store_calls() as call_log, pytest.raises(DeadlineExceeded):
        await in_a_request(0.02, ask())
    assert (call_log.calls, call_log.cut, call_log.failed) == ({"mongo.titles": 1}, {"mongo": 1}, {})


async def test_no_call_begins_after_the_deadline(calls: StoreCalls) -> None:
    begun = []

    async def ask() -> None:
        with calls.guard("titles"):
            begun.append("titles")

    with record_store_calls() as call_log, pytest.raises(DeadlineExceeded):
        await in_a_request(0.0, ask())
    assert (begun, call_log.calls, call_log.cut) == ([], {}, {"mongo": 1})


async def test_an_answer_in_time_is_used_and_the_request_goes_on(calls: StoreCalls) -> None:
    async def ask() -> str:
        with calls.guard("titles"):
            await asyncio.sleep(0)
        await asyncio.sleep(0.05)
        return "answered"

    assert await in_a_request(0.03, ask()) == "answered"


async def test_impatient_clients_do_not_make_the_store_look_down(calls: StoreCalls) -> None:
    async def ask() -> None:
        with calls.guard("titles"):
            await never()

    for _ in range(FAILURES_TO_OPEN + 2):
        with pytest.raises(DeadlineExceeded):
            await in_a_request(0.01, ask())
    with calls.guard("titles"):
        pass


async def test_a_failure_of_the_store_before_the_deadline_is_the_stores(calls: StoreCalls) -> None:
    async def ask() -> None:
        with calls.guard("titles"):
            raise ConnectionResetError

    with record_store_calls() as call_log, pytest.raises(StoreUnavailable) as caught:
        await in_a_request(1.0, ask())
    assert not isinstance(caught.value, DeadlineExceeded)
    assert (call_log.failed, call_log.cut) == ({"mongo": 1}, {})


async def test_a_client_that_goes_away_is_not_taken_for_the_deadline(calls: StoreCalls) -> None:
    async def ask() -> None:
        with calls.guard("titles"):
            await never()

    task = asyncio.create_task(in_a_request(1.0, ask()))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_stores_are_given_up_before_the_answer_is_due(calls: StoreCalls) -> None:
    """What is kept back is for making and sending the page without what came too late."""
    left: list[float | None] = []

    async def ask() -> None:
        left.extend([deadlines.seconds_left_for_stores(), deadlines.seconds_left_for_response()])

    await in_a_request(2.0, ask())
    await in_a_request(0.5, ask())
    assert left == pytest.approx([1.8, 2.0, 0.4, 0.5], abs=0.05)


async def test_a_read_that_is_shared_outlives_the_request_that_began_it(calls: StoreCalls) -> None:
    answered = asyncio.Event()

    async def read() -> str:
        with calls.guard("pointers"):
            await answered.wait()
        return "read"

    polled = PolledValue(read, max_age_seconds=60.0)
    hasty = asyncio.create_task(in_a_request(0.01, polled.latest()))
    with pytest.raises(StoreUnavailable):
        await hasty
    answered.set()
    assert await polled.latest() == "read"


async def test_a_page_that_is_made_for_many_has_a_deadline_of_its_own() -> None:
    async def make() -> float | None:
        return deadlines.seconds_left_for_stores()

    async def put(made: float | None) -> None:
        pass

    def land(work: Coroutine[object, object, None], what: str) -> bool:
        work.close()
        return False

    made, is_leader = await in_a_request(1.0, SingleFlight().run("page", make, put, land))  # type: ignore[misc]
    assert is_leader
    assert 9.0 < made < deadlines.SHARED_SECONDS


async def test_a_browse_read_for_the_next_page_outlives_this_request(calls: StoreCalls) -> None:
    left: list[float | None] = []

    async def read(index: str, queries: object) -> dict[object, tuple[str, ...]]:
        left.append(deadlines.seconds_left_for_stores())
        return dict.fromkeys(queries, ("t1",))  # type: ignore[attr-defined]

    cache = BrowseCache(read)  # type: ignore[arg-type]
    await in_a_request(1.0, cache.browse("index", [BrowseQuery(Region("DE"), 18, kids=False)]))
    assert left == [None]


async def test_a_shared_computation_ends_before_a_request_and_its_callers_compute_themselves() -> None:
    """Stores that take longer than a request: the shared one is cut in its own time, a caller in the caller's."""
    flights = SingleFlight()
    seen: list[float | None] = []

    async def make() -> str:
        left = deadlines.seconds_left_for_stores()
        seen.append(left)
        if left is not None and left > 0.5:
            await never()
        return "from what is at hand"

    async def store(value: str) -> None:
        pytest.fail(f"{value!r} is one caller's alone")

    found = await in_a_request(0.05, flights.run("page", make, store, lambda work, name: False))
    assert found == ("from what is at hand", False)
    shared, own = seen
    assert shared is not None
    assert 9.0 < shared < deadlines.SHARED_SECONDS
    assert own is not None
    assert own <= 0


async def test_a_polled_value_is_not_waited_for_beyond_the_deadline() -> None:
    values = iter(["first"])

    async def read() -> str:
        for value in values:
            return value
        await never()
        return ""

    clock = 0.0
    polled = PolledValue(read, 10.0, lambda: clock)
    assert await in_a_request(1.0, polled.latest()) == "first"
    clock = 11.0
    assert await in_a_request(0.02, polled.latest()) == "first"
    silent: PolledValue[str] = PolledValue(read, 10.0, lambda: clock)
    with pytest.raises(StoreUnavailable):
        await in_a_request(0.02, silent.latest())
