"""One execution as resolvers of the made schema see it, and fields that are fetched for many objects at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from aiodataloader import DataLoader

from resolvers.execution import batched
from tests.resolvers.execution.invalid_values import Rotten


@dataclass
class Context:
    """One execution. `viewer` is part of what some fields say."""

    viewer: int
    batch_fails: str = ""
    calls: dict[str, int] = field(default_factory=dict)
    effects: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.loader: DataLoader[Any, Any] = DataLoader(self._load, cache=False)

    async def _load(self, keys: Sequence[tuple[Any, str, tuple[Any, ...]]]) -> list[Any]:
        self.count("load")
        return [_outcome(one, name, arguments) for one, name, arguments in keys]

    def count(self, name: str) -> None:
        self.calls[name] = self.calls.get(name, 0) + 1


def _outcome(one: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    try:
        return one.answer(name, *arguments)
    except Exception as error:
        return error


def fetching(name: str) -> Any:
    """Metadata: a field of this name, for many objects at once."""

    async def fetch(objects: list[Any], info: Any, **arguments: Any) -> list[Any]:
        info.context.count(f"fetch {name}")
        await asyncio.sleep(0)
        if info.context.batch_fails == "raises":
            raise Rotten("fetch")
        found = [_outcome(one, name, tuple(arguments.values())) for one in objects]
        return found[:-1] if info.context.batch_fails == "counts" else found

    return batched(fetch)
