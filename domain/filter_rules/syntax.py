"""Fields, operators and expressions of filter rules, and their text form."""

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
"""Of parentheses and `not`."""
MAX_VALUE = 200
"""Characters of one text."""
MAX_VALUES = 50
"""Values of one `in (...)`."""
KEYWORDS = frozenset({"and", "or", "not", "in", "contains", "none"})

Value: TypeAlias = str | int | float | None
"""None is the word `none`: the title lacks the field."""


class BadRule(BadInput):
    """`column` counts characters from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"column {column}: {message}")
        self.message = message
        self.column = column


class ValueKind(StrEnum):
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
class FieldSpec:
    """How rules may use a field. `minimum` and `maximum` bound its numbers."""

    value_kind: ValueKind
    minimum: int = 0
    maximum: int = 0
    is_optional: bool = False
    choices: tuple[str, ...] = ()

    @property
    def is_numeric(self) -> bool:
        return self.value_kind in (ValueKind.WHOLE, ValueKind.DECIMAL)

    @property
    def operators(self) -> tuple[Operator, ...]:
        if self.is_numeric:
            return tuple(operator for operator in Operator if operator is not Operator.CONTAINS)
        plain = (Operator.IS, Operator.IS_NOT, Operator.IN)
        return plain if self.value_kind is ValueKind.CHOICE else (*plain, Operator.CONTAINS)


FIELD_SPECS: dict[Field, FieldSpec] = {
    Field.KIND: FieldSpec(ValueKind.CHOICE, choices=tuple(kind.value for kind in TitleKind)),
    Field.NAME: FieldSpec(ValueKind.TEXT),
    Field.GENRE: FieldSpec(ValueKind.TEXTS, is_optional=True),
    Field.YEAR: FieldSpec(ValueKind.WHOLE, 0, 9999, is_optional=True),
    Field.LANGUAGE: FieldSpec(ValueKind.TEXT),
    Field.RUNTIME: FieldSpec(ValueKind.WHOLE, 0, 100_000, is_optional=True),
    Field.MATURITY: FieldSpec(ValueKind.WHOLE, 0, 99, is_optional=True),
    Field.FRANCHISE: FieldSpec(ValueKind.TEXT, is_optional=True),
    Field.POPULARITY: FieldSpec(ValueKind.DECIMAL, 0, 1),
    Field.LAUNCHED: FieldSpec(ValueKind.WHOLE, -100_000, 100_000),
    Field.LEAVING: FieldSpec(ValueKind.WHOLE, 0, 100_000, is_optional=True),
    Field.PLAN: FieldSpec(ValueKind.TEXTS, is_optional=True),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One value, or several with IN."""

    field: Field
    operator: Operator
    values: tuple[Value, ...]

    def __str__(self) -> str:
        values = ", ".join(_format_value(value) for value in self.values)
        return f"{self.field} {self.operator} " + (f"({values})" if self.operator is Operator.IN else values)


@dataclass(frozen=True, slots=True)
class Not:
    part: Expression

    def __str__(self) -> str:
        return f"not {_in_parentheses(self.part)}"


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        return " and ".join(_in_parentheses(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        return " or ".join(
            str(part) if isinstance(part, AllOf) else _in_parentheses(part) for part in self.parts
        )


Expression: TypeAlias = Comparison | Not | AllOf | AnyOf


def is_word(text: str) -> bool:
    """True for a text that needs no quotes."""
    return bool(text) and all(is_word_letter(letter) for letter in text) and text.lower() not in KEYWORDS


def is_word_letter(letter: str) -> bool:
    return letter.isalnum() or letter in "_-."


def join_words(words: Iterable[str]) -> str:
    """ "a, b or c", for messages."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _in_parentheses(part: Expression) -> str:
    return f"({part})" if isinstance(part, AllOf | AnyOf) else str(part)


def _format_value(value: Value) -> str:
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
