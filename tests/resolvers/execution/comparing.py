"""One operation executed plainly and by the engine, and everything in which the answers differ."""

from __future__ import annotations

import inspect
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import strawberry
from graphql import ExecutionResult, parse

from resolvers.execution import Engine, encoded
from tests.resolvers.execution.made_operations import Asked


@dataclass
class Tally:
    """What a fuzz has really exercised."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, amount: int = 1) -> None:
        self.counts[name] += amount

    def share(self, name: str) -> float:
        """Of all executions by plain Strawberry."""
        return self.counts[name] / self.counts["executions"]


def error_text(error: Any) -> str:
    places = [(one.line, one.column) for one in error.locations or ()]
    return (
        f"{error.message} at {error.path} {places} {type(error.original_error).__name__} {error.extensions}"
    )


def decoded(result: ExecutionResult) -> str:
    """The answer's data after it was bytes; what is no JSON is no JSON either way."""
    try:
        text = encoded({"data": result.data})
    except (TypeError, ValueError, RecursionError) as error:
        return type(error).__name__
    return repr(json.loads(text, object_pairs_hook=lambda pairs: pairs))


def nulled(data: Any, path: list[Any]) -> tuple[Any, ...]:
    """The place that became null for an error at this path."""
    place: list[Any] = []
    for step in path:
        if data is None:
            break
        data = data[step]
        place.append(step)
    return tuple(place)


def grouped(result: ExecutionResult, data: Any) -> dict[tuple[Any, ...], Counter[str]]:
    groups: dict[tuple[Any, ...], Counter[str]] = {}
    for error in result.errors or ():
        groups.setdefault(nulled(data, error.path or []), Counter())[error_text(error)] += 1
    return groups


@dataclass
class Difference(Exception):
    """The engine said something else."""

    way: str
    plain: Any
    ours: Any

    def __str__(self) -> str:
        return f"{self.way}\n  plain: {self.plain}\n  ours:  {self.ours}"


@dataclass
class Pairs:
    """Compares executions of one schema. `context` and `root` make those of one execution."""

    schema: strawberry.Schema
    tally: Tally

    def __post_init__(self) -> None:
        self.engine = Engine(self.schema)

    async def plain(self, asked: Asked, context: Any, root: Any) -> ExecutionResult:
        return await self.schema.execute(  # type: ignore[return-value]
            asked.text, dict(asked.variables), context, root, asked.name
        )

    async def ours(self, asked: Asked, kept: Any, context: Any, root: Any, for_wire: bool) -> ExecutionResult:
        document, plans = kept
        answer = self.engine.execute(
            document, plans, context, asked.variables, asked.name, for_wire, root_value=root
        )
        return await answer if inspect.isawaitable(answer) else answer

    async def compare(self, asked: Asked, contexts: list[Callable[[], Any]], root: Callable[[], Any]) -> None:
        """Cold and warm, as data and as bytes, for each of the contexts. Raises Difference."""
        document = parse(asked.text)
        kept = document, self.engine.plans(document)
        for number, context in enumerate(contexts):
            plain = await self.plain(asked, context(), root())
            self._count(plain)
            for way in ("cold", "warm"):
                ours = await self.ours(asked, kept, context(), root(), False)
                same(f"{way} data for viewer {number}", plain, ours, self.tally)
                wire = await self.ours(asked, kept, context(), root(), True)
                same(f"{way} bytes for viewer {number}", plain, wire, self.tally, by_bytes=True)

    def _count(self, plain: ExecutionResult) -> None:
        self.tally.add("executions")
        self.tally.add("with errors", bool(plain.errors))
        self.tally.add("with data", plain.data is not None)


def same(
    way: str, plain: ExecutionResult, ours: ExecutionResult, tally: Tally, by_bytes: bool = False
) -> None:
    data = (decoded(plain), decoded(ours)) if by_bytes else (repr(plain.data), repr(ours.data))
    if data[0] != data[1]:
        raise Difference(f"{way}: data", *data)
    errors = [[error_text(error) for error in each.errors or ()] for each in (plain, ours)]
    if errors[0] == errors[1]:
        return
    tally.add("errors in another order")
    if sorted(errors[0]) == sorted(errors[1]):
        return
    groups = grouped(plain, plain.data), grouped(ours, plain.data)
    if groups[0].keys() != groups[1].keys():
        raise Difference(f"{way}: errors", *errors)
    for place, found in groups[0].items():
        # Of several errors that make one place null, any may be told.
        if found != groups[1][place] and place and len(found | groups[1][place]) < 2:
            raise Difference(f"{way}: errors", *errors)
    tally.add("another error of several")
