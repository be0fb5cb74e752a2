"""A schema of a few types whose resolvers count their calls, and ways to execute operations of it."""

from __future__ import annotations

import inspect
import json
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, NewType

import strawberry
from graphql import DocumentNode, ExecutionResult, parse
from strawberry.schema.config import StrawberryConfig
from strawberry.types import Info

from resolvers.execution import DocumentPlans, Engine, Memo, batched, encode_json, pure

Token = NewType("Token", object)


@dataclass
class Context:
    region: str = "DE"
    asked: Counter[str] = field(default_factory=Counter)
    fails: str = ""


async def fetch_notes(objects: list[Any], info: Any, size: int = 1) -> list[Any]:
    context: Context = info.context
    context.asked["fetch notes"] += 1
    context.asked["fetched"] += len(objects)
    if context.fails == "raises":
        raise LookupError("the store is away")
    notes = [f"note {size} of {one.name}" if one.name != "odd" else LookupError("no note") for one in objects]
    return notes[1:] if context.fails == "counts" else notes


@strawberry.interface
class Item:
    name: str
    memo: strawberry.Private[Memo] = field(default_factory=dict)

    def render_cache(self, context: Context) -> tuple[Memo, Hashable]:
        return self.memo, context.region

    def shared_render_cache(self, context: Context) -> tuple[Memo, Hashable]:
        return self.memo, "everybody"

    @pure(render_once=True)
    def spine(self, info: Info) -> str:
        info.context.asked["spine"] += 1
        return self.name.title()

    @pure(render_once=True)
    def itself(self, info: Info) -> Item:
        info.context.asked["itself"] += 1
        return self

    @pure(render_once_per_key=True)
    def label(self, info: Info) -> str:
        info.context.asked["label"] += 1
        return f"{self.name} in {info.context.region}"

    @pure(render_once_per_key=True)
    def scaled(self, info: Info, by: float = 1.0, at: datetime | None = None) -> str:
        info.context.asked["scaled"] += 1
        return f"{by!r} {at}"

    @pure()
    def shout(self, info: Info, times: int = 1) -> str:
        info.context.asked[f"shout {self.name}"] += 1
        return self.name.upper() * times

    @pure()
    def total(self, of: list[int]) -> int:
        return sum(of)

    @strawberry.field(metadata=batched(fetch_notes))
    async def note(self, info: Info, size: int = 1) -> str | None:
        info.context.asked["note"] += 1
        if self.name == "odd":
            raise LookupError("no note")
        return f"note {size} of {self.name}"


@strawberry.type
class Book(Item):
    pages: int = 1


@strawberry.type
class Film(Item):
    minutes: int = 1


@strawberry.type
class Twin:
    """Another type that keeps its bytes where a book does."""

    book: strawberry.Private[Book]

    def render_cache(self, context: Context) -> tuple[Memo, Hashable]:
        return self.book.memo, context.region

    @pure(render_once_per_key=True)
    def label(self) -> str:
        return "a twin"


@strawberry.type
class Row:
    books: list[Book] = strawberry.field(default_factory=list)
    items: list[Item] = strawberry.field(default_factory=list)
    below: list[Row] = strawberry.field(default_factory=list)


@strawberry.type
class Query:
    books: list[Book] = strawberry.field(default_factory=list)
    items: list[Item | None] = strawberry.field(default_factory=list)
    mixed: list[Annotated[Book | Film, strawberry.union("Mixed")]] = strawberry.field(default_factory=list)
    rows: list[Row] = strawberry.field(default_factory=list)
    twins: list[Twin] = strawberry.field(default_factory=list)

    @strawberry.field
    def same(self, token: Token) -> str:
        return type(token).__name__


SCHEMA = strawberry.Schema(
    query=Query,
    types=[Book, Film],
    config=StrawberryConfig(
        scalar_map={Token: strawberry.scalar(name="Token", serialize=str, parse_value=lambda value: value)}
    ),
)


@dataclass
class PreparedOperation:
    """An operation with what is kept of it between requests."""

    engine: Engine
    document: DocumentNode
    plans: DocumentPlans

    async def run(
        self,
        root: Any,
        context: Context | None = None,
        with_fragments: bool = True,
        operation_name: str | None = None,
        **variables: Any,
    ) -> ExecutionResult:
        answer = self.engine.execute(
            self.document,
            self.plans,
            context or Context(),
            variables,
            operation_name,
            with_fragments,
            root_value=root,
        )
        return await answer if inspect.isawaitable(answer) else answer

    async def data(self, root: Any, context: Context | None = None, **variables: Any) -> Any:
        """After it was bytes. The answer has no errors."""
        result = await self.run(root, context, **variables)
        assert result.errors is None
        return json.loads(encode_json({"data": result.data}))["data"]


def prepare(text: str, engine: Engine | None = None) -> PreparedOperation:
    engine = engine or Engine(SCHEMA)
    document = parse(text)
    return PreparedOperation(engine, document, engine.document_plans(document))
