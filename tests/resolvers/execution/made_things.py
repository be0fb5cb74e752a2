"""Types of the made schema that are distinguished by class, by values, or not at all."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, NewType
from uuid import UUID

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.scalars import JSON
from strawberry.types import Info

from resolvers.execution import pure
from tests.resolvers.execution.invalid_values import Rotten
from tests.resolvers.execution.made_context import fetching
from tests.resolvers.execution.made_inputs import Box, Hue, Mood, Rank
from tests.resolvers.execution.made_world import Made

Span = NewType("Span", timedelta)
Loose = NewType("Loose", object)
SCALARS: dict[Any, Any] = {
    Span: strawberry.scalar(name="Span", serialize=lambda span: span // timedelta(milliseconds=1)),
    Loose: strawberry.scalar(name="Loose", serialize=lambda value: value, parse_value=lambda value: value),
}


class Adult(BasePermission):
    message = "Only for adults."

    def has_permission(self, source: Any, info: Info, **_: Any) -> bool:
        return bool(info.context.viewer % 2)


class Louder(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: Info, **kwargs: Any) -> Any:
        value = next_(source, info, **kwargs)
        return value.upper() if isinstance(value, str) else value


@strawberry.type
class Leaf0(Made):
    """No interface, attributes alone."""

    text: str
    maybe: str | None
    whole: int
    real: float | None
    flag: bool
    key: strawberry.ID


@strawberry.interface
class Thing(Made):
    id: strawberry.ID
    label: str | None
    hue: Hue
    kin: Thing | None
    things: list[Thing]

    @pure()
    def shout(self, times: int = 1, hue: Hue = Hue.RED) -> str | None:
        return self.answer("shout", times, hue)

    @pure()
    def viewed(self, info: Info) -> str:
        value = self.answer("viewed")
        return f"{value} by {info.context.viewer}" if type(value) is str else value

    @strawberry.field(metadata=fetching("gift"))
    async def gift(self, info: Info, size: int = 1) -> Leaf0 | None:
        return await info.context.loader.load((self, "gift", (size,)))


@strawberry.type
class Leaf(Thing):
    text: str
    maybe_text: str | None
    whole: int
    maybe_whole: int | None
    real: float
    maybe_real: float | None
    flag: bool
    maybe_flag: bool | None
    key: strawberry.ID
    mood: Mood
    maybe_mood: Mood | None
    rank: Rank | None
    at: datetime
    maybe_at: datetime | None
    day: date | None
    price: Decimal | None
    number: UUID | None
    extra: JSON | None
    span: Span
    maybe_span: Span | None
    loose: Loose | None
    renamed: str = strawberry.field(name="calledOtherwise")


@strawberry.type
class Branch(Thing):
    leaf: Leaf
    maybe_leaf: Leaf | None
    words: list[str]
    maybe_words: list[str | None] | None
    grid: list[list[int]]
    maybe_grid: list[list[float | None] | None] | None
    hues: list[Hue]
    leaves: list[Leaf]
    maybe_leaves: list[Leaf | None] | None
    rows: list[list[Leaf0]]
    kins: list[Thing | None]
    odd: Odd | None
    odds: list[Odd]
    plain: Leaf0

    @pure(name="boxed")
    def in_box(
        self,
        box: Box | None = None,
        how_many: Annotated[int, strawberry.argument(name="count")] = 2,
        moods: list[Mood] | None = strawberry.UNSET,
        real: float = 1.5,
        at: datetime | None = None,
    ) -> str:
        return self.answer("in_box", box, how_many, moods, real, at)

    @pure()
    def computed(self) -> Leaf0 | None:
        return self.answer("computed")

    @pure()
    def computed_list(self, info: Info, rank: Rank | None = None) -> list[Thing]:
        return self.answer("computed_list")

    @strawberry.field
    def unmarked(self, word: str = "w") -> str | None:
        return self.answer("unmarked", word)

    @strawberry.field
    async def later(self, info: Info) -> Leaf | None:
        await asyncio.sleep(0)
        return self.answer("later")

    @strawberry.field
    async def later_list(self) -> list[Leaf]:
        await asyncio.sleep(0)
        return self.answer("later_list")

    @strawberry.field(permission_classes=[Adult])
    def secret(self) -> str | None:
        return self.answer("secret")

    @strawberry.field(extensions=[Louder()])
    def loud(self) -> str | None:
        return self.answer("loud")


@strawberry.type
class Told(Thing):
    """Recognised by its values, not by its class."""

    text: str

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return isinstance(obj, cls) and len(obj.made_path) % 5 != 0


@strawberry.type
class Raw(Made):
    """In unions alone."""

    text: str | None
    whole: int
    plain: Leaf0 | None

    @property
    def bad(self) -> str:
        raise Rotten("a property")


Odd = Annotated[Leaf | Branch | Raw, strawberry.union("Odd")]
