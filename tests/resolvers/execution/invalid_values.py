"""Invalid values, for each of which graphql-core has defined behaviour."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from graphql import GraphQLError, Undefined, is_enum_type, is_leaf_type, is_list_type, is_non_null_type


class Word(str):
    """A string, and not of str."""

    __slots__ = ()


class Whole(int):
    """A number, and not of int."""


class Stranger(Enum):
    """Of another enum: names and values of ours, crossed."""

    GREEN = "red"
    CALM = "wild"
    FIRST = 2


class Rotten(Exception):
    """A resolver's failure."""


class Promise:
    """Something to await that is no coroutine."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __await__(self) -> Generator[None, None, Any]:
        yield
        return self.value

    def __repr__(self) -> str:
        return "Promise"


class Thing:
    """An object of no GraphQL type, whose text has no address."""

    def __repr__(self) -> str:
        return "Thing"


@dataclass(frozen=True)
class Raised:
    """In place of a value: reading it raises."""

    error: Exception


ONE_READING = (Awaitable, Iterator, AsyncIterator)


async def _later(value: Any) -> Any:
    if isinstance(value, Raised):
        raise value.error
    return value


async def _failing() -> Any:
    raise Rotten("awaited")


def _one_by_one(items: Any) -> Iterator[Any]:
    yield from items if isinstance(items, list | tuple) else ()


def _and_then_fails(items: Any) -> Iterator[Any]:
    yield from items if isinstance(items, list | tuple) else ()
    raise Rotten("the generator")


async def _one_by_one_later(items: Any) -> AsyncIterator[Any]:
    for item in items if isinstance(items, list | tuple) else ():
        yield item


ANYWHERE: tuple[Callable[[Any], Any], ...] = (
    lambda sound: None,
    lambda sound: None,
    lambda sound: Rotten("a value"),
    lambda sound: GraphQLError("said", extensions={"code": "SAID"}),
    lambda sound: Raised(Rotten("raised")),
    lambda sound: Raised(GraphQLError("said aloud")),
    lambda sound: Rotten,
    lambda sound: int,
    lambda sound: Thing(),
    lambda sound: Undefined,
    lambda sound: _later(sound),
    lambda sound: _later(sound),
    lambda sound: _later(sound),
    lambda sound: _failing(),
    lambda sound: Promise(None if isinstance(sound, Raised) else sound),
    lambda sound: {"name": 1},
    lambda sound: [sound],
    lambda sound: "word",
    lambda sound: 5,
)

LEAVES: tuple[Callable[[Any], Any], ...] = (
    lambda sound: 2**31,
    lambda sound: -(2**31) - 1,
    lambda sound: 2**64,
    lambda sound: 10**400,
    lambda sound: float("nan"),
    lambda sound: float("inf"),
    lambda sound: True,
    lambda sound: Whole(3),
    lambda sound: Word("red"),
    lambda sound: "half \ud83d",
    lambda sound: "\x00 and \x7f",
    lambda sound: 1.0,
    lambda sound: 1.5,
    lambda sound: "12",
    lambda sound: "RED",
    lambda sound: b"bytes",
)

ENUMS: tuple[Callable[[Any], Any], ...] = (
    lambda sound: Stranger.GREEN,
    lambda sound: Stranger.CALM,
    lambda sound: Stranger.FIRST,
    lambda sound: "red",
    lambda sound: "RED",
    lambda sound: "calm",
    lambda sound: 1,
    lambda sound: Word("calm"),
)

NUMBERS: tuple[Callable[[Any], Any], ...] = (
    lambda sound: 2**31,
    lambda sound: -(2**31) - 1,
    lambda sound: float("nan"),
    lambda sound: float("-inf"),
    lambda sound: True,
    lambda sound: Whole(3),
    lambda sound: 1.0,
    lambda sound: 1.5,
    lambda sound: "12",
)

LISTS: tuple[Callable[[Any], Any], ...] = (
    lambda sound: _one_by_one(sound),
    lambda sound: _and_then_fails(sound),
    lambda sound: iter(sound if isinstance(sound, list | tuple) else []),
    lambda sound: _one_by_one_later(sound),
    lambda sound: {1, 2},
    lambda sound: {"a": 1},
    lambda sound: range(2),
    lambda sound: frozenset(),
    lambda sound: "word",
)


def rotten(kind: Any, dice: random.Random, sound: Callable[[], Any]) -> Any:
    """Something that does not belong where a value of this kind is expected."""
    if is_non_null_type(kind):
        kind = kind.of_type
    choices = ANYWHERE
    if dice.random() < 0.7:
        if is_list_type(kind):
            choices = LISTS
        elif is_enum_type(kind):
            choices = ENUMS
        elif is_leaf_type(kind):
            choices = NUMBERS if kind.name in ("Int", "Float") else LEAVES
    return dice.choice(choices)(sound())
