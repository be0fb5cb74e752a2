"""What the made schema takes as arguments."""

from __future__ import annotations

from enum import Enum, IntEnum, StrEnum

import strawberry


@strawberry.enum
class Hue(Enum):
    RED = "red"
    GREEN = 2
    CRIMSON = "red"  # noqa: PIE796  # an alias, on purpose
    BLUE = strawberry.enum_value("blue", name="AZURE")


@strawberry.enum(name="Feeling")
class Mood(StrEnum):
    CALM = "calm"
    WILD = "wild"


@strawberry.enum
class Rank(IntEnum):
    FIRST = 1
    SECOND = 2


@strawberry.input
class Box:
    size: int = 1
    hue: Hue | None = None
    inner: list[Box] | None = None
    words: list[str] = strawberry.field(default_factory=list)
