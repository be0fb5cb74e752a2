"""Fields that are fetched for all the objects of a list by one call."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from resolvers.execution.compiler import Compiled, Fetch
from resolvers.execution.run import Run


@dataclass(frozen=True, slots=True)
class Batch:
    """`function` completes one object; its third argument is a row: the value of each of the `fetches`."""

    function: Compiled
    fetches: Sequence[Fetch]

    async def rows(self, objects: list[Any], run: Run) -> list[tuple[Any, ...]]:
        """For each object its fetched values. Raises what fetching raises, ValueError for another number of them."""
        calls = [
            one.fetch(objects, run, **(run.arguments(one.arguments) if one.arguments else {}))
            for one in self.fetches
        ]
        columns: list[Any] = await asyncio.gather(*calls, return_exceptions=True)
        for column in columns:
            if isinstance(column, BaseException):
                raise column
            if len(column) != len(objects):
                raise ValueError(f"{len(column)} values were fetched for {len(objects)} objects")
        return list(zip(*columns, strict=True))
