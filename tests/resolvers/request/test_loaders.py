"""Batch loaders: many loads are one call, results match their keys, a failed call fails only its keys."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from domain.errors import StoreUnavailable
from resolvers.request.loaders import MAX_BATCH_SIZE, BatchLoader


class Numbers:
    """A port that doubles even numbers and fails on calls that contain `poison`."""

    def __init__(self, poison: int | None = None) -> None:
        self.calls: list[int] = []
        self._poison = poison

    async def many(self, keys: Sequence[int]) -> Mapping[int, int]:
        self.calls.append(len(keys))
        if self._poison in keys:
            raise StoreUnavailable("mongo")
        return {key: key * 2 for key in keys if key % 2 == 0}


async def test_loads_of_one_moment_are_one_call_and_a_missing_key_is_none() -> None:
    numbers = Numbers()
    loader = BatchLoader(numbers.many)
    found = await asyncio.gather(loader.load(2), loader.load(3), loader.load_many([4, 2]))
    assert found == [4, None, [8, 4]]
    assert numbers.calls == [3]
    assert await loader.load(4) == 8
    assert numbers.calls == [3]


async def test_a_call_is_bounded() -> None:
    numbers = Numbers()
    found = await BatchLoader(numbers.many).load_many(list(range(MAX_BATCH_SIZE * 2 + 2)))
    assert found[MAX_BATCH_SIZE * 2] == MAX_BATCH_SIZE * 4
    assert numbers.calls == [MAX_BATCH_SIZE, MAX_BATCH_SIZE, 2]


async def test_a_failed_call_costs_its_own_keys() -> None:
    loader = BatchLoader(Numbers(poison=0).many)
    loads = [loader.load(key) for key in range(MAX_BATCH_SIZE + 2)]
    results = await asyncio.gather(*loads, return_exceptions=True)
    assert {type(result) for result in results[:MAX_BATCH_SIZE]} == {StoreUnavailable}
    assert results[MAX_BATCH_SIZE:] == [MAX_BATCH_SIZE * 2, None]
