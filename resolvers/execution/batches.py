"""Fields that are fetched for all the objects of a list by one call."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql.pyutils import Undefined

from resolvers.execution.compiler import CAST_MARK, Compiled, Fetch
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


@dataclass(frozen=True, slots=True)
class Batches:
    """Those of a list: `only` for objects of one type, `by_class` where the type is told by the class."""

    only: Batch | None = None
    by_class: Mapping[type, Batch] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.only is not None or bool(self.by_class)

    def of(self, item: object) -> Batch | None:
        """What completes this item; None: it is for the ordinary way."""
        if item is None or item is Undefined or isinstance(item, BaseException):
            return None
        if self.only is not None:
            return self.only
        found = self.by_class.get(type(item))
        return found if found is None or getattr(item, CAST_MARK, None) is None else None

    async def rows(self, items: Sequence[object], run: Run) -> list[tuple[Batch, tuple[Any, ...]] | None]:
        """For each item its batch and its fetched values. None: fetching failed, or nothing is fetched for it."""
        places: dict[int, Batch] = {
            place: batch for place, item in enumerate(items) if (batch := self.of(item)) is not None
        }
        found: list[tuple[Batch, tuple[Any, ...]] | None] = [None] * len(items)
        batches = list({id(batch): batch for batch in places.values()}.values())
        chosen = [[place for place, one in places.items() if one is batch] for batch in batches]
        fetched = await asyncio.gather(
            *(
                batch.rows([items[place] for place in its], run)
                for batch, its in zip(batches, chosen, strict=True)
            ),
            return_exceptions=True,
        )
        for batch, its, rows in zip(batches, chosen, fetched, strict=True):
            if isinstance(rows, Exception):
                run.surprises += 1
            elif isinstance(rows, BaseException):
                raise rows
            else:
                for place, row in zip(its, rows, strict=True):
                    found[place] = batch, row
        return found
