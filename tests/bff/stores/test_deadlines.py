"""Store calls and the deadline of their request: not begun after it, cut at it, and never blamed on the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine

import pytest

from bff.stores.base.instrumentation import FAILURES_TO_REST, Calls, OutOfTime, logging_calls
from bff.stores.base.polled import Polled
from bff.stores.caches.browse_cache import BrowseCache
from domain.errors import StoreUnavailable
from resolvers.runtime import deadlines
from resolvers.runtime.single_flight import SingleFlight


async def never() -> None:
    await asyncio.get_running_loop().create_future()


@pytest.fixture
async def calls() -> AsyncIterator[Calls]:
    made = Calls("mongo", never, (OSError,))
    yield made
    made.close()


async def in_a_request(seconds: float, work: object) -> object:
    """Run a coroutine as a request that has so many seconds would."""

    async def request() -> object:
        deadlines.begin(seconds)
        return await work  # type: ignore[misc]

    return await asyncio.create_task(request())


async def test_a_call_is_cut_at_the_deadline_and_counted(calls: Calls) -> None:
    async def ask() -> None:
        with calls.one("titles"):
            await never()

    with logging_calls() as noted, pytest.raises(OutOfTime):
        await in_a_request(0.02, ask())
    assert (noted.calls, noted.cut, noted.failed) == ({"mongo.titles": 1}, {"mongo": 1}, {})


async def test_no_call_begins_after_the_deadline(calls: Calls) -> None:
    begun = []

    async def ask() -> None:
        with calls.one("titles"):
            begun.append("titles")

    with logging_calls() as noted, pytest.raises(OutOfTime):
        await in_a_request(0.0, ask())
    assert (begun, noted.calls, noted.cut) == ([], {}, {"mongo": 1})


async def test_an_answer_in_time_is_kept_and_the_request_goes_on(calls: Calls) -> None:
    async def ask() -> str:
        with calls.one("titles"):
            await asyncio.sleep(0)
        await asyncio.sleep(0.05)
        return "answered"

    assert await in_a_request(0.03, ask()) == "answered"


async def test_impatient_clients_do_not_make_the_store_look_down(calls: Calls) -> None:
    async def ask() -> None:
        with calls.one("titles"):
            await never()

    for _ in range(FAILURES_TO_REST + 2):
        with pytest.raises(OutOfTime):
            await in_a_request(0.01, ask())
    with calls.one("titles"):
        pass


async def test_a_failure_of_the_store_before_the_deadline_is_the_stores(calls: Calls) -> None:
    async def ask() -> None:
        with calls.one("titles"):
            raise ConnectionResetError

    with logging_calls() as noted, pytest.raises(StoreUnavailable) as caught:
        await in_a_request(1.0, ask())
    assert not isinstance(caught.value, OutOfTime)
    assert (noted.failed, noted.cut) == ({"mongo": 1}, {})


async def test_a_client_that_goes_away_is_not_taken_for_the_deadline(calls: Calls) -> None:
    async def ask() -> None:
        with calls.one("titles"):
            await never()

    task = asyncio.create_task(in_a_request(1.0, ask()))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_stores_are_given_up_before_the_answer_is_due(calls: Calls) -> None:
    """What is kept back is for making and sending the page without what came too late."""
    left: list[float | None] = []

    async def ask() -> None:
        left.extend([deadlines.left_for_stores(), deadlines.left_for_answer()])

    await in_a_request(2.0, ask())
    await in_a_request(0.5, ask())
    assert left == pytest.approx([1.8, 2.0, 0.4, 0.5], abs=0.05)


async def test_a_read_that_is_shared_outlives_the_request_that_began_it(calls: Calls) -> None:
    answered = asyncio.Event()

    async def read() -> str:
        with calls.one("pointers"):
            await answered.wait()
        return "read"

    polled = Polled(read, fresh_seconds=60.0)
    hasty = asyncio.create_task(in_a_request(0.01, polled.latest()))
    await asyncio.sleep(0.05)
    answered.set()
    assert (await hasty, await polled.latest()) == ("read", "read")


async def test_a_page_that_is_made_for_many_has_no_deadline_of_one() -> None:
    async def make() -> float | None:
        return deadlines.left_for_stores()

    async def put(made: float | None) -> None:
        pass

    def land(work: Coroutine[object, object, None], what: str) -> bool:
        work.close()
        return False

    made = in_a_request(1.0, SingleFlight().run("page", make, put, land))
    assert await made == (None, True)


async def test_a_shelf_that_is_read_for_the_next_page_outlives_this_one(calls: Calls) -> None:
    left: list[float | None] = []

    async def read(index: str, queries: object) -> dict[object, tuple[str, ...]]:
        left.append(deadlines.left_for_stores())
        return dict.fromkeys(queries, ("t1",))  # type: ignore[attr-defined]

    shelves = BrowseCache(read)  # type: ignore[arg-type]
    await in_a_request(1.0, shelves.browse("index", ["new"]))  # type: ignore[list-item]
    assert left == [None]
