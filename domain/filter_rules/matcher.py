"""Turns a filter expression into a predicate, once. search/rule_query.py must agree (tested)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from domain.catalog.licences import days_left
from domain.catalog.regions import days_between
from domain.catalog.titles import Title
from domain.filter_rules.syntax import (
    FIELD_SPECS,
    AllOf,
    AnyOf,
    Comparison,
    Expression,
    Field,
    Not,
    Operator,
    Value,
    ValueKind,
)
from domain.ids import GLOBAL, Region

Predicate: TypeAlias = Callable[[Title, datetime, Region | None], bool]
Number: TypeAlias = int | float
NumberReader: TypeAlias = Callable[[Title, datetime, Region | None], Number | None]

DAY = timedelta(days=1)
MINUTE = 60
CANONICAL_FIELDS = frozenset({Field.KIND, Field.GENRE})
"""One vocabulary in rules and titles, so no folding."""

_COMPARE: dict[Operator, Callable[[Number, Number], bool]] = {
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


def build_predicate(expression: Expression) -> Predicate:
    match expression:
        case Not(part):
            inner = build_predicate(part)
            return lambda title, now, region: not inner(title, now, region)
        case AllOf(parts):
            tests = tuple(build_predicate(part) for part in parts)
            return lambda title, now, region: all(test(title, now, region) for test in tests)
        case AnyOf(parts):
            tests = tuple(build_predicate(part) for part in parts)
            return lambda title, now, region: any(test(title, now, region) for test in tests)
        case Comparison(field, Operator.IS_NOT, values):
            return build_predicate(Not(Comparison(field, Operator.IS, values)))
    if FIELD_SPECS[expression.field].is_numeric:
        return _number_predicate(expression)
    return _text_predicate(expression)


def fold_case(text: str) -> bytes:
    """A to Z become lower case, other letters stay."""
    return text.encode("utf-8", "surrogatepass").lower()


def days_until_leaving(title: Title, now: datetime, region: Region | None) -> int | None:
    """None without a known end, and for a title that is not open now."""
    end = title.leaves_at(region, now)
    return None if end is None else days_left(end, now, region or GLOBAL)


def days_since_launch(title: Title, now: datetime, region: Region | None) -> int:
    """Calendar days of the market; 0 is today. Below 0: it has not launched, be it later today."""
    days = days_between(title.launched_at, now, region or GLOBAL)
    return days if title.launched_at <= now else min(days, -1)


_NUMBER_READERS: dict[Field, NumberReader] = {
    Field.YEAR: lambda title, now, region: title.year,
    Field.RUNTIME: lambda title, now, region: (
        None if title.runtime_seconds is None else title.runtime_seconds // MINUTE
    ),
    Field.MATURITY: lambda title, now, region: title.maturity_age,
    Field.POPULARITY: lambda title, now, region: title.popularity,
    Field.LAUNCHED: days_since_launch,
    Field.LEAVING: days_until_leaving,
}

_TEXT_READERS: dict[Field, Callable[[Title], tuple[str, ...]]] = {
    Field.KIND: lambda title: (title.kind.value,),
    Field.NAME: lambda title: (title.name,),
    Field.GENRE: lambda title: title.genres,
    Field.LANGUAGE: lambda title: (title.language,),
    Field.FRANCHISE: lambda title: (title.franchise,) if title.franchise else (),
    Field.PLAN: lambda title: title.plans,
}


def _number_predicate(comparison: Comparison) -> Predicate:
    read = _NUMBER_READERS[comparison.field]
    wanted = comparison.values
    if comparison.operator in (Operator.IS, Operator.IN):
        return lambda title, now, region: read(title, now, region) in wanted
    compare = _COMPARE[comparison.operator]
    bound = _as_number(wanted[0])
    least = lowest_launch(comparison.operator, bound) if comparison.field is Field.LAUNCHED else None

    def test(title: Title, now: datetime, region: Region | None) -> bool:
        number = read(title, now, region)
        return number is not None and compare(number, bound) and (least is None or number >= least)

    return test


def lowest_launch(operator: Operator, days: Number) -> int | None:
    """`launched <= 30` is about what has launched: only a rule that stays below 0 is about what has not."""
    is_upper_bound = operator in (Operator.LESS, Operator.AT_MOST)
    reaches_zero = days > 0 if operator is Operator.LESS else days >= 0
    return 0 if is_upper_bound and reaches_zero else None


def _as_number(value: Value) -> Number:
    if isinstance(value, str) or value is None:
        raise TypeError("an order needs a number")
    return value


def _text_predicate(comparison: Comparison) -> Predicate:
    read = _TEXT_READERS[comparison.field]
    if comparison.values == (None,):
        return lambda title, now, region: not read(title)
    if comparison.field in CANONICAL_FIELDS:
        words = frozenset(comparison.values)
        return lambda title, now, region: not words.isdisjoint(read(title))
    wanted = frozenset(fold_case(str(value)) for value in comparison.values)
    if (
        comparison.operator is Operator.CONTAINS
        and FIELD_SPECS[comparison.field].value_kind is ValueKind.TEXT
    ):
        (part,) = wanted
        return lambda title, now, region: any(part in fold_case(text) for text in read(title))
    return lambda title, now, region: any(fold_case(text) in wanted for text in read(title))
