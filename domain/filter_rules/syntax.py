"""What filter rules are made of: fields, operators, conditions, and how a condition is written down.

The language itself is described in domain/filter_rules/compiler.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from domain.catalog.titles import TitleKind
from domain.errors import BadInput

MAX_TEXT = 2000
MAX_DEPTH = 12
"""Parentheses and `not` inside one another."""
MAX_VALUE = 200
"""Characters of one text in a rule."""
MAX_VALUES = 50
"""Values in one `in (...)`."""
KEYWORDS = frozenset({"and", "or", "not", "in", "contains", "none"})

Value: TypeAlias = str | int | float | None
"""None is the word `none`: the title has no such thing."""


class BadRule(BadInput):
    """A text that is no filter rule. `column` counts its characters from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"column {column}: {message}")
        self.message = message
        self.column = column


class Sort(StrEnum):
    """What a field holds: one of a few words, a text, several texts, a whole number, a decimal."""

    CHOICE = "choice"
    TEXT = "text"
    TEXTS = "texts"
    WHOLE = "whole"
    DECIMAL = "decimal"


class Field(StrEnum):
    KIND = "kind"
    NAME = "name"
    GENRE = "genre"
    YEAR = "year"
    LANGUAGE = "language"
    RUNTIME = "runtime"
    MATURITY = "maturity"
    FRANCHISE = "franchise"
    POPULARITY = "popularity"
    LAUNCHED = "launched"
    LEAVING = "leaving"
    PLAN = "plan"


class Operator(StrEnum):
    IS = "="
    IS_NOT = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    IN = "in"
    CONTAINS = "contains"


@dataclass(frozen=True, slots=True)
class Nature:
    """How a field may be used. `least` and `most` bound its numbers; `lacks`: some titles have none."""

    sort: Sort
    least: int = 0
    most: int = 0
    lacks: bool = False
    choices: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        return self.sort in (Sort.WHOLE, Sort.DECIMAL)

    @property
    def operators(self) -> tuple[Operator, ...]:
        if self.numeric:
            return tuple(operator for operator in Operator if operator is not Operator.CONTAINS)
        plain = (Operator.IS, Operator.IS_NOT, Operator.IN)
        return plain if self.sort is Sort.CHOICE else (*plain, Operator.CONTAINS)


NATURES: dict[Field, Nature] = {
    Field.KIND: Nature(Sort.CHOICE, choices=tuple(kind.value for kind in TitleKind)),
    Field.NAME: Nature(Sort.TEXT),
    Field.GENRE: Nature(Sort.TEXTS, lacks=True),
    Field.YEAR: Nature(Sort.WHOLE, 0, 9999, lacks=True),
    Field.LANGUAGE: Nature(Sort.TEXT),
    Field.RUNTIME: Nature(Sort.WHOLE, 0, 100_000, lacks=True),
    Field.MATURITY: Nature(Sort.WHOLE, 0, 99, lacks=True),
    Field.FRANCHISE: Nature(Sort.TEXT, lacks=True),
    Field.POPULARITY: Nature(Sort.DECIMAL, 0, 1),
    Field.LAUNCHED: Nature(Sort.WHOLE, -100_000, 100_000),
    Field.LEAVING: Nature(Sort.WHOLE, 0, 100_000, lacks=True),
    Field.PLAN: Nature(Sort.TEXTS, lacks=True),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """`values` has one value; with IN, one or more."""

    field: Field
    operator: Operator
    values: tuple[Value, ...]

    def __str__(self) -> str:
        values = ", ".join(_written(value) for value in self.values)
        return f"{self.field} {self.operator} " + (f"({values})" if self.operator is Operator.IN else values)


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition

    def __str__(self) -> str:
        return f"not {_inner(self.part)}"


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every part is; two parts or more."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " and ".join(_inner(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when some part is; two parts or more."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " or ".join(str(part) if isinstance(part, AllOf) else _inner(part) for part in self.parts)


Condition: TypeAlias = Comparison | Not | AllOf | AnyOf


def is_word(text: str) -> bool:
    """Whether a text may stand in a rule without quotes."""
    return bool(text) and all(is_word_letter(letter) for letter in text) and text.lower() not in KEYWORDS


def is_word_letter(letter: str) -> bool:
    return letter.isalnum() or letter in "_-."


def listed(words: Iterable[str]) -> str:
    """For messages: "a, b or c"."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _inner(part: Condition) -> str:
    return f"({part})" if isinstance(part, AllOf | AnyOf) else str(part)


def _written(value: Value) -> str:
    if value is None:
        return "none"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    if isinstance(value, int):
        return str(value)
    if is_word(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
