"""Executes an operation by plain Strawberry and by the engine, and finds all differences."""

from __future__ import annotations

import inspect
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import strawberry
from graphql import DocumentNode, ExecutionResult

from resolvers.execution import DocumentPlans, Engine, encode_json
from resolvers.execution.executor import CompilingExecutor
from tests.resolvers.execution.made_operations import GeneratedOperation


@dataclass
class Tally:
    """Counts what a fuzz run exercised."""

    counts: Counter[str] = field(default_factory=Counter)
    executors: list[Any] = field(default_factory=list)
    """Those of one pair."""

    def observed_executor(self) -> type[CompilingExecutor]:
        tally = self

        class Watched(CompilingExecutor):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                tally.executors.append(self)
                self.left_behind = False

            def settle_in_background(self, awaitables: Any) -> None:
                self.left_behind = True
                super().settle_in_background(awaitables)

        return Watched

    def add(self, name: str, amount: int = 1) -> None:
        self.counts[name] += amount

    @contextmanager
    def counting_fallbacks(self) -> Iterator[None]:
        """Subtrees that graphql-core executes instead; the engine logs them."""
        log, fallbacks = logging.getLogger("marquee.execution"), Counter[str]()

        def count(record: logging.LogRecord) -> bool:
            fallbacks[record.msg] += 1
            return False

        log.addFilter(count)
        log.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            log.removeFilter(count)
            log.setLevel(logging.NOTSET)
        self.add("fallbacks", fallbacks.total())
        self.add("with fallbacks", fallbacks.total() > 0)

    def share(self, name: str) -> float:
        """Per execution by plain Strawberry."""
        return self.counts[name] / self.counts["executions"]


def error_text(error: Any) -> str:
    places = [(one.line, one.column) for one in error.locations or ()]
    return (
        f"{error.message} at {error.path} {places} {type(error.original_error).__name__} {error.extensions}"
    )


def decoded(result: ExecutionResult) -> str:
    """The data after encoding; invalid JSON is an error either way."""
    try:
        text = encode_json({"data": result.data})
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
    """The engine's answer differs."""

    way: str
    plain: Any
    ours: Any

    def __str__(self) -> str:
        return f"{self.way}\n  plain: {self.plain}\n  ours:  {self.ours}"


@dataclass(frozen=True)
class Ask:
    """One operation for one viewer. `context` and `root` make those of one execution."""

    asked: GeneratedOperation
    variables: dict[str, Any]
    context: Callable[[], Any]
    root: Callable[[], Any] = lambda: None


@dataclass
class Pairs:
    """Compares executions of one schema."""

    schema: strawberry.Schema
    tally: Tally

    def __post_init__(self) -> None:
        self.engine = Engine(self.schema, executor=self.tally.observed_executor())

    async def plain(self, ask: Ask) -> ExecutionResult:
        asked = ask.asked
        return await self.schema.execute(  # type: ignore[return-value]
            asked.text, dict(ask.variables), ask.context(), ask.root(), asked.name
        )

    async def ours(
        self, ask: Ask, kept: tuple[DocumentNode, DocumentPlans], with_fragments: bool
    ) -> ExecutionResult:
        answer = self.engine.execute(
            *kept, ask.context(), ask.variables, ask.asked.name, with_fragments, root_value=ask.root()
        )
        met = self.tally.executors[-1:]
        self.was_async = inspect.isawaitable(answer) or any(one.left_behind for one in met)
        return await answer if inspect.isawaitable(answer) else answer

    async def compare(self, asks: Sequence[Ask]) -> None:
        """Each as data and as bytes, a document's first ask cold and warm; its plans are kept. Raises Difference."""
        kept: dict[str, tuple[DocumentNode, DocumentPlans]] = {}
        warm: set[str] = set()
        for number, ask in enumerate(asks):
            text = ask.asked.text
            if text not in kept:
                document = ask.asked.document
                kept[text] = document, self.engine.document_plans(document)
            ways = ("warm",) if text in warm else ("cold", "warm")
            warm.add(text)
            try:
                await self._compare_one(ask, kept[text], ways)
            except Difference as difference:
                difference.way += f", ask {number}\n{text}\nname {ask.asked.name} variables {ask.variables}"
                raise

    async def _compare_one(
        self, ask: Ask, kept: tuple[DocumentNode, DocumentPlans], ways: Sequence[str]
    ) -> None:
        plain = await self.plain(ask)
        self.tally.add("executions")
        self.tally.add("with errors", bool(plain.errors))
        self.tally.add("with data", plain.data is not None)
        with self.tally.counting_fallbacks():
            for way in ways:
                ours = await self.ours(ask, kept, False)
                self._same(f"{way} data", plain, ours)
                wire = await self.ours(ask, kept, True)
                self._same(f"{way} bytes", plain, wire, by_bytes=True)
                self.tally.add("with fragments", _has_fragment(wire.data))
        self.tally.executors.clear()

    def _same(self, way: str, plain: ExecutionResult, ours: ExecutionResult, by_bytes: bool = False) -> None:
        data = (decoded(plain), decoded(ours)) if by_bytes else (repr(plain.data), repr(ours.data))
        if data[0] != data[1]:
            raise Difference(f"{way}: data", *data)
        errors = [[error_text(error) for error in each.errors or ()] for each in (plain, ours)]
        if errors[0] == errors[1]:
            return
        # What is awaited together fails in any order, and of several errors that make one place null any is reported.
        self.tally.add("other errors")
        groups = grouped(plain, plain.data), grouped(ours, plain.data)
        if not self.was_async or groups[0].keys() != groups[1].keys():
            raise Difference(f"{way}: errors", *errors)
        for place, found in groups[0].items():
            if found != groups[1][place] and len(found | groups[1][place]) < 2:
                raise Difference(f"{way}: errors", *errors)


def _has_fragment(data: Any) -> bool:
    if isinstance(data, dict):
        return any(map(_has_fragment, data.values()))
    return isinstance(data, orjson.Fragment) or (isinstance(data, list) and any(map(_has_fragment, data)))
