"""Objects of any Strawberry type, made of a seed: what a field holds is decided when it is first asked for.

The same seed gives the same values, however often and in whatever order they are asked for, so two executions can be
held against each other. Some values are rotten: of a wrong type, missing, raised, or good for one reading only.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry
from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from tests.resolvers.execution.invalid_values import ONE_READING, Raised, rotten

WORDS = ("", "Dune", 'a "quoted" \\ word', "zwölf", "日本", "😀", "line\nbreak", "</script>")
BIG = 2**31 - 1


@dataclass
class Sheet:
    """An immutable thing; what was rendered of it is kept here."""

    path: str
    memo: dict[Hashable, object] = field(default_factory=dict)


@dataclass
class World:
    """Everything a seed makes. `rot` is the share of values that are rotten.

    With `lasting` an object can be asked again and again, as one that is kept from request to request: whatever is
    good for one reading is made anew at each.
    """

    schema: GraphQLSchema
    seed: int
    rot: float
    lasting: bool = True
    read: dict[str, str] = field(default_factory=dict)
    """What was read, to find the cause of a difference."""

    roots: dict[str, Any] = field(default_factory=dict)

    def root(self, kind: GraphQLObjectType) -> Any:
        """The same at each call."""
        if kind.name not in self.roots:
            self.roots[kind.name] = self.made(kind, kind.name)
        return self.roots[kind.name]

    def made(self, kind: GraphQLObjectType, path: str) -> Any:
        it = object.__new__(_class_of(kind))
        it.__dict__.update(made_kind=kind, made_path=path, made_world=self, sheet=Sheet(f"{path}#"))
        return it

    def value(self, kind: GraphQLOutputType, path: str) -> Any:
        """The value at this place; Raised when reading it raises."""
        return self._value(kind, path, random.Random(f"{self.seed}{path}"))

    def _value(self, kind: Any, path: str, dice: random.Random) -> Any:
        # What lies below a rotten object is never read: leaves are rotten more often.
        if self.rot and dice.random() < self.rot * (2 if is_leaf_type(get_named_type(kind)) else 1):
            return rotten(kind, dice, lambda: self._sound(kind, path, dice))
        return self._sound(kind, path, dice)

    def _sound(self, kind: Any, path: str, dice: random.Random) -> Any:
        if is_non_null_type(kind):
            kind = kind.of_type
        elif dice.random() < 0.15:
            return None
        if is_list_type(kind):
            count = dice.choice((0, 1, 2, 2, 3, 4))
            items = [self._value(kind.of_type, f"{path}.{index}", dice) for index in range(count)]
            items = [None if isinstance(item, Raised) else item for item in items]
            return tuple(items) if dice.random() < 0.2 else items
        if is_object_type(kind):
            return self.made(kind, path)
        if is_abstract_type(kind):
            possible = sorted(self.schema.get_possible_types(kind), key=lambda one: one.name)
            it = self.made(dice.choice(possible), path)
            if dice.random() < 0.1:
                # Of another class than its type's: only the cast shows it.
                meant = type(it)
                it.__class__ = _class_of(dice.choice(possible))
                strawberry.cast(meant, it)
            return it
        if is_enum_type(kind):
            return dice.choice(list(kind.wrapped_cls.__members__.values()))
        return LEAVES[kind.name](dice)


def _class_of(kind: GraphQLObjectType) -> Any:
    known = kind.extensions["strawberry-definition"]
    return (known.concrete_of or known).origin


def _a_time(dice: random.Random) -> datetime:
    zone = dice.choice((UTC, timezone(timedelta(hours=2)), None))
    return datetime(2024, 2, 29, dice.randrange(24), tzinfo=zone)


def _some_json(dice: random.Random) -> Any:
    return dice.choice(({"b": 1, "a": [None, True]}, [], "text", 2**60, -0.0, {"ü": {"x": 1.5}}, 2**70))


LEAVES: dict[str, Callable[[random.Random], Any]] = {
    "ID": lambda dice: dice.choice(("t1", "x", "", "4")),
    "String": lambda dice: dice.choice(WORDS),
    "Int": lambda dice: dice.choice((0, 1, -1, 7, BIG, -BIG - 1)),
    "Float": lambda dice: dice.choice((0.0, -0.0, 1.5, 1e22, 1e-7, 0.1, 3.0)),
    "Boolean": lambda dice: dice.random() < 0.5,
    "DateTime": _a_time,
    "Date": lambda dice: date(2024, 1, 1 + dice.randrange(28)),
    "Decimal": lambda dice: dice.choice((Decimal("1.50"), Decimal(0))),
    "UUID": lambda dice: UUID(int=dice.randrange(99)),
    "JSON": _some_json,
    "Span": lambda dice: timedelta(milliseconds=dice.randrange(99999)),
    "Loose": _some_json,
}


class Made:
    """Base of the types: fields without a value get one when they are first asked for."""

    def __getattr__(self, name: str) -> Any:
        own = self.__dict__
        kind = own.get("made_kind")
        types = attributes_of(kind) if kind is not None else {}
        if name not in types:
            raise AttributeError(f"{type(self).__name__} has no {name}")
        return self.found(name, types[name], own["made_path"], name)

    def found(self, name: str, kind: Any, path: str, key: str) -> Any:
        world: World = self.__dict__["made_world"]
        value = world.value(kind, f"{path}.{name}")
        world.read[f"{path}.{name}"] = repr(value)
        if isinstance(value, Raised):
            raise value.error
        if not (world.lasting and holds_one_reading(value)):
            self.__dict__[key] = value
        return value

    def answer(self, field: str, *arguments: Any, of_sheet: bool = False) -> Any:
        """What a resolver of this name returns."""
        own = self.__dict__
        types = resolved_of(own["made_kind"])
        path = f"{own['sheet'].path}{own['made_kind'].name}" if of_sheet else f"{own['made_path']}()"
        key = f"{path}.{field}"
        value = own[key] if key in own else self.found(field, types[field], path, key)
        if arguments and type(value) is str:
            return value + "|".join(map(repr, arguments))
        return value

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.__repr__ = Made._as_text  # type: ignore[method-assign]  # a dataclass would ask for every field

    def _as_text(self) -> str:
        return f"{type(self).__name__}({self.__dict__.get('made_path')})"


def holds_one_reading(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(holds_one_reading, value))
    return isinstance(value, ONE_READING)


def _by_python_name(kind: GraphQLObjectType, resolved: bool) -> dict[str, Any]:
    fields = [(each.extensions.get("strawberry-definition"), each.type) for each in kind.fields.values()]
    return {
        known.python_name: kind
        for known, kind in fields
        if known is not None and (known.base_resolver is not None) == resolved
    }


_attributes: dict[GraphQLObjectType, dict[str, Any]] = {}
_resolved: dict[GraphQLObjectType, dict[str, Any]] = {}


def attributes_of(kind: GraphQLObjectType) -> dict[str, Any]:
    if kind not in _attributes:
        _attributes[kind] = _by_python_name(kind, False)
    return _attributes[kind]


def resolved_of(kind: GraphQLObjectType) -> dict[str, Any]:
    if kind not in _resolved:
        _resolved[kind] = _by_python_name(kind, True)
    return _resolved[kind]
