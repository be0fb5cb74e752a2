"""Fetches a field for all objects of a list with one call."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql.pyutils import Undefined

from resolvers.execution.compiler import CAST_ATTRIBUTE, CompiledFunction, Fetch
from resolvers.execution.state import ExecutionState

log = logging.getLogger("marquee.execution")


@dataclass(frozen=True, slots=True)
class Batch:
    """`function` completes one object; its third argument is the tuple of values that `fetches` returned."""

    function: CompiledFunction
    fetches: Sequence[Fetch]

    async def fetch_rows(self, objects: list[Any], state: ExecutionState) -> list[tuple[Any, ...]]:
        """Values per object. Raises what a fetch raises; ValueError for a wrong number of values."""
        calls = [
            one.fetch(objects, state, **(state.arguments(one.arguments) if one.arguments else {}))
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
    """`only` for an object type, `by_class` for an abstract type."""

    only: Batch | None = None
    by_class: Mapping[type, Batch] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.only is not None or bool(self.by_class)

    def batch_for(self, item: object) -> Batch | None:
        if item is None or item is Undefined or isinstance(item, BaseException):
            return None
        if self.only is not None:
            return self.only
        found = self.by_class.get(type(item))
        return found if found is None or getattr(item, CAST_ATTRIBUTE, None) is None else None

    async def fetch_rows(
        self, items: Sequence[object], state: ExecutionState
    ) -> list[tuple[Batch, tuple[Any, ...]] | None]:
        """None: no batch, or the fetch failed."""
        batch_by_index: dict[int, Batch] = {
            index: batch for index, item in enumerate(items) if (batch := self.batch_for(item)) is not None
        }
        found: list[tuple[Batch, tuple[Any, ...]] | None] = [None] * len(items)
        batches = list({id(batch): batch for batch in batch_by_index.values()}.values())
        indexes = [[index for index, one in batch_by_index.items() if one is batch] for batch in batches]
        fetched = await asyncio.gather(
            *(
                batch.fetch_rows([items[index] for index in own], state)
                for batch, own in zip(batches, indexes, strict=True)
            ),
            return_exceptions=True,
        )
        for batch, own, rows in zip(batches, indexes, fetched, strict=True):
            if isinstance(rows, Exception):
                log.debug("A batch of %d objects failed", len(own), exc_info=rows)
            elif isinstance(rows, BaseException):
                raise rows
            else:
                for index, row in zip(own, rows, strict=True):
                    found[index] = batch, row
        return found
