"""Whether a filter rule is true of a title: a condition becomes a plain function once, and is asked often.

search/rule_query.py asks Elasticsearch the same; a test holds the two together.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from domain.catalog.titles import Title
from domain.filter_rules.syntax import (
    NATURES,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Field,
    Not,
    Operator,
    Sort,
    Value,
)
from domain.ids import Region

Test: TypeAlias = Callable[[Title, datetime, Region | None], bool]
Number: TypeAlias = int | float
ReadNumber: TypeAlias = Callable[[Title, datetime, Region | None], Number | None]

DAY = timedelta(days=1)
MINUTE = 60
CANONICAL = frozenset({Field.KIND, Field.GENRE})
"""Fields whose words come from one vocabulary, in rules as in titles: they are equal as they stand."""

_ORDER: dict[Operator, Callable[[Number, Number], bool]] = {
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


def matcher(condition: Condition) -> Test:
    match condition:
        case Not(part):
            inner = matcher(part)
            return lambda title, now, region: not inner(title, now, region)
        case AllOf(parts):
            tests = tuple(matcher(part) for part in parts)
            return lambda title, now, region: all(test(title, now, region) for test in tests)
        case AnyOf(parts):
            tests = tuple(matcher(part) for part in parts)
            return lambda title, now, region: any(test(title, now, region) for test in tests)
        case Comparison(field, Operator.IS_NOT, values):
            return matcher(Not(Comparison(field, Operator.IS, values)))
    if NATURES[condition.field].numeric:
        return _number_test(condition)
    return _text_test(condition)


def folded(text: str) -> bytes:
    """A text as it is compared: A to Z count as a to z, every other letter as itself."""
    return text.encode("utf-8", "surrogatepass").lower()


def days_left(title: Title, now: datetime, region: Region | None) -> int | None:
    """Whole days until the title leaves; None when no end is known, and for a title that is not open now."""
    end = title.leaves_at(region, now)
    return None if end is None else (end - now) // DAY


_NUMBERS: dict[Field, ReadNumber] = {
    Field.YEAR: lambda title, now, region: title.year,
    Field.RUNTIME: lambda title, now, region: (
        None if title.runtime_seconds is None else title.runtime_seconds // MINUTE
    ),
    Field.MATURITY: lambda title, now, region: title.maturity_age,
    Field.POPULARITY: lambda title, now, region: title.popularity,
    Field.LAUNCHED: lambda title, now, region: (now - title.launched_at) // DAY,
    Field.LEAVING: days_left,
}

_TEXTS: dict[Field, Callable[[Title], tuple[str, ...]]] = {
    Field.KIND: lambda title: (title.kind.value,),
    Field.NAME: lambda title: (title.name,),
    Field.GENRE: lambda title: title.genres,
    Field.LANGUAGE: lambda title: (title.language,),
    Field.FRANCHISE: lambda title: (title.franchise,) if title.franchise else (),
    Field.PLAN: lambda title: title.plans,
}


def _number_test(comparison: Comparison) -> Test:
    read = _NUMBERS[comparison.field]
    wanted = comparison.values
    if comparison.operator in (Operator.IS, Operator.IN):
        return lambda title, now, region: read(title, now, region) in wanted
    in_order = _ORDER[comparison.operator]
    bound = _the_number(wanted[0])

    def test(title: Title, now: datetime, region: Region | None) -> bool:
        number = read(title, now, region)
        return number is not None and in_order(number, bound)

    return test


def _the_number(value: Value) -> Number:
    if isinstance(value, str) or value is None:
        raise TypeError("an order needs a number")
    return value


def _text_test(comparison: Comparison) -> Test:
    read = _TEXTS[comparison.field]
    if comparison.values == (None,):
        return lambda title, now, region: not read(title)
    if comparison.field in CANONICAL:
        words = frozenset(comparison.values)
        return lambda title, now, region: not words.isdisjoint(read(title))
    wanted = frozenset(folded(str(value)) for value in comparison.values)
    if comparison.operator is Operator.CONTAINS and NATURES[comparison.field].sort is Sort.TEXT:
        (part,) = wanted
        return lambda title, now, region: any(part in folded(text) for text in read(title))
    return lambda title, now, region: any(folded(text) in wanted for text in read(title))
