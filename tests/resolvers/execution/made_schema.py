"""A schema that is rich in everything a schema may have, over objects that a seed makes."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from datetime import datetime
from typing import Any, Generic, TypeVar

import strawberry
from strawberry.extensions import DisableValidation, ParserCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import Info

from resolvers.execution import Memo, pure
from tests.resolvers.execution.made_context import Context, fetching
from tests.resolvers.execution.made_inputs import Box, Hue, Mood
from tests.resolvers.execution.made_things import (
    SCALARS,
    Branch,
    Leaf,
    Leaf0,
    Loose,
    Odd,
    Raw,
    Span,
    Thing,
    Told,
)
from tests.resolvers.execution.made_world import Made


@strawberry.type
class Folio(Made):
    """Rendered from its sheet."""

    note: str

    def render_cache(self, context: Context) -> tuple[Memo, Hashable]:
        return self.sheet.memo, context.viewer

    def shared_render_cache(self, context: Context) -> tuple[Memo, Hashable]:
        return self.sheet.memo, "everybody"

    @pure(render_once_per_key=True)
    def name(self) -> str:
        return self.answer("name", of_sheet=True)

    @pure(render_once=True)
    def year(self) -> int | None:
        return self.answer("year", of_sheet=True)

    @pure(render_once_per_key=True)
    def line(
        self,
        info: Info,
        hue: Hue = Hue.GREEN,
        real: float = 0.0,
        size: int | None = None,
        box: Box | None = None,
        at: datetime | None = None,
    ) -> str | None:
        return self.answer("line", hue, real, size, box, at, info.context.viewer, of_sheet=True)

    @pure(render_once=True)
    def cover(self) -> Leaf0 | None:
        return self.answer("cover", of_sheet=True)

    @pure(render_once=True)
    def span(self) -> Span | None:
        return self.answer("span", of_sheet=True)

    @pure(render_once_per_key=True)
    def thing(self) -> Thing | None:
        return self.answer("thing", of_sheet=True)

    @pure(render_once=True)
    def mood(self) -> Mood:
        return self.answer("mood", of_sheet=True)

    @pure()
    def match(self, size: int = 3) -> float | None:
        return self.answer("match")


@strawberry.type
class Card(Made):
    """A folio's sheet once more, with words of its own, and what is the viewer's."""

    position: int
    reason: str | None

    def render_cache(self, context: Context) -> tuple[Memo, Hashable]:
        return self.sheet.memo, context.viewer

    def shared_render_cache(self, context: Context) -> tuple[Memo, Hashable]:
        return self.sheet.memo, "everybody"

    @pure(render_once_per_key=True)
    def name(self) -> str:
        return self.answer("name", of_sheet=True)

    @pure(render_once_per_key=True)
    def year(self) -> int | None:
        return self.answer("year", of_sheet=True)

    @pure(render_once=True)
    def names(self) -> list[str]:
        return self.answer("names", of_sheet=True)

    @pure(render_once=True)
    def folio(self) -> Folio:
        kind = self.made_world.schema.type_map["Folio"]
        folio = self.made_world.made(kind, f"{self.sheet.path}folio")
        folio.__dict__["sheet"] = self.sheet
        return folio

    @pure(render_once=True)
    def loose(self) -> Loose | None:
        return self.answer("loose", of_sheet=True)

    @pure()
    def label(self, info: Info) -> str | None:
        return self.answer("label", info.context.viewer)

    @strawberry.field(metadata=fetching("gift"))
    async def gift(self, info: Info) -> str | None:
        return await info.context.loader.load((self, "gift", ()))


T = TypeVar("T")


@strawberry.type
class Edge(Made, Generic[T]):
    cursor: str
    node: T
    maybe_node: T | None


@strawberry.type
class Page(Made, Generic[T]):
    total: int
    edges: list[Edge[T]]

    @pure()
    def nodes(self, first: int = 2) -> list[T]:
        return self.answer("nodes")

    @pure()
    def about(self) -> Leaf0:
        return self.answer("about")


@strawberry.type
class Query(Made):
    thing: Thing | None
    branch: Branch
    leaves: Page[Leaf]
    cards: Page[Card]
    words: Page[str] | None
    shelf: list[Card]
    shelves: list[list[Card]] | None
    folio: Folio | None
    folios: list[Folio | None]
    odds: list[Odd | None]
    told: Told | None

    @strawberry.field
    async def branches(self, info: Info) -> list[Branch]:
        await asyncio.sleep(0)
        return self.answer("branches")

    @strawberry.field
    async def things(self, size: int = 1) -> list[Thing | None]:
        return self.answer("things")

    @strawberry.field
    def now(self, info: Info) -> int:
        return info.context.viewer

    @strawberry.field
    def boxed(self, boxes: list[Box] | None = None, box: Box | None = None) -> str:
        return f"{boxes} {box}"


@strawberry.type
class Mutation(Made):
    @strawberry.mutation
    def put(self, info: Info, word: str) -> Branch | None:
        info.context.effects.append(word)
        return self.answer("put")

    @strawberry.mutation
    async def send(self, info: Info, box: Box | None = None) -> list[Card]:
        info.context.effects.append(repr(box))
        await asyncio.sleep(0)
        return self.answer("send")

    @strawberry.mutation
    def count(self, info: Info) -> int:
        info.context.effects.append("count")
        return len(info.context.effects)


class Quiet(strawberry.Schema):
    """Writes no log: most of these operations are meant to fail."""

    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        pass


def a_schema(incremental: bool = False) -> strawberry.Schema:
    return Quiet(
        query=Query,
        mutation=Mutation,
        types=[Leaf, Branch, Told, Raw],
        extensions=[lambda: ParserCache(maxsize=10), lambda: DisableValidation()],
        config=StrawberryConfig(scalar_map=SCALARS, enable_experimental_incremental_execution=incremental),
    )
