"""A filter rule as an Elasticsearch query, to count its titles without reading them. Pure.

A test compares it with domain/filter_rules/matcher.py, title by title. Texts ignore the case of A to Z only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from domain.catalog.regions import start_of_day
from domain.filter_rules.compiler import Rule
from domain.filter_rules.matcher import CANONICAL_FIELDS, lowest_launch
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
from domain.timestamps import to_millis, whole_millis
from search.eligibility import Body, any_of, leaving, none_of

_KEYWORDS = {
    Field.KIND: "kind",
    Field.NAME: "name.raw",
    Field.GENRE: "genres",
    Field.LANGUAGE: "language",
    Field.FRANCHISE: "franchise.raw",
    Field.PLAN: "plans",
}
_NUMBERS = {
    Field.YEAR: ("year", 1),
    Field.RUNTIME: ("runtime_seconds", 60),
    Field.MATURITY: ("maturity_age", 1),
}
"""Index field, and its units per rule's unit."""

REGEXP_CHARACTERS = frozenset(".?+*|{}[]()^$-\\")
LUCENE_CHARACTERS = frozenset('"#@&<>~')
"""Special in Lucene only; in brackets literal everywhere."""


def rule_body(rule: Rule, now: datetime, region: Region | None, size: int) -> Body:
    """Counts all matches and lists the most popular.

    `leaving` is about licences of `region` and days are those of its market; None: licences anywhere, days of UTC.
    """
    kinds = {"terms": {"kind": ["movie", "series"]}}
    return {
        "query": {"bool": {"filter": [kinds, rule_query(rule, now, region)]}},
        "sort": [{"popularity": "desc"}, {"launched_at": "desc"}],
        "size": size,
        "_source": False,
        "track_total_hits": True,
    }


def rule_query(rule: Rule, now: datetime, region: Region | None = None) -> Body:
    """Equals `rule.matches(title, now, region)`."""
    return _query(rule.expression, whole_millis(now), region)


def _query(condition: Expression, now: datetime, region: Region | None) -> Body:
    match condition:
        case Not(part):
            return none_of(_query(part, now, region))
        case AllOf(parts):
            return {"bool": {"filter": [_query(part, now, region) for part in parts]}}
        case AnyOf(parts):
            return any_of(*(_query(part, now, region) for part in parts))
        case Comparison(field, Operator.IS_NOT, values):
            return none_of(_query(Comparison(field, Operator.IS, values), now, region))
        case Comparison(field, operator, values):
            queries = [_comparison(field, operator, value, now, region) for value in values]
            return queries[0] if len(queries) == 1 else any_of(*queries)


def _comparison(field: Field, operator: Operator, value: Value, now: datetime, region: Region | None) -> Body:
    if isinstance(value, str):
        return _text(field, operator, value)
    if field is Field.LEAVING:
        return _leaving(operator, value, now, region)
    if value is None:
        name = _KEYWORDS[field] if field in _KEYWORDS else _NUMBERS[field][0]
        return none_of({"exists": {"field": name.removesuffix(".raw")}})
    if field is Field.POPULARITY:
        return {"range": {"popularity": _bounds(operator, value, value)}}
    if field is Field.LAUNCHED:
        return _launch_range(operator, int(value), now, region)
    name, unit = _NUMBERS[field]
    least = int(value) * unit
    return {"range": {name: _bounds(operator, least, least + unit - 1)}}


def _bounds(operator: Operator, least: float, most: float) -> dict[str, float]:
    """In index units; the rule's value covers `least` to `most`."""
    match operator:
        case Operator.LESS:
            return {"lt": least}
        case Operator.AT_MOST:
            return {"lte": most}
        case Operator.MORE:
            return {"gt": most}
        case Operator.AT_LEAST:
            return {"gte": least}
        case _:
            return {"gte": least, "lte": most}


def _launch_range(operator: Operator, days: int, now: datetime, region: Region | None) -> Body:
    """Calendar days since launch; more days are earlier. What launches later today counts as a day ahead."""
    at = to_millis(now)
    first, after = _day_of_launch(days, now, region)
    if operator is Operator.AT_LEAST:
        return _launched({"lt": after})
    if operator is Operator.MORE:
        return _launched({"lt": first})
    if operator in (Operator.LESS, Operator.AT_MOST):
        bounds: dict[str, int] = {"gte": after if operator is Operator.LESS else first}
        is_about_launched = lowest_launch(operator, days) is not None
        return _launched(bounds | ({"lte": at} if is_about_launched else {}))
    return _launched({"gte": first, "lt": after})


def _launched(bounds: Mapping[str, int]) -> Body:
    return {"range": {"launched_at": dict(bounds)}}


def _day_of_launch(days: int, now: datetime, region: Region | None) -> tuple[int, int]:
    """The instants (epoch ms) of a launch `days` ago: from the first, up to the second."""
    market, passed = region or GLOBAL, to_millis(now) + 1
    if days == 0:
        return to_millis(start_of_day(now, market)), passed
    if days == -1:
        return passed, to_millis(start_of_day(now, market, 2))
    return to_millis(start_of_day(now, market, -days)), to_millis(start_of_day(now, market, 1 - days))


def _leaving(operator: Operator, days: Value, now: datetime, region: Region | None) -> Body:
    """The last millisecond of a stretch lies in its last day, so an end at midnight is of the day before."""
    at, market = to_millis(now), region or GLOBAL
    if not isinstance(days, int):
        return none_of(leaving(region, at))
    first, after = (to_millis(start_of_day(now, market, days + more)) for more in (0, 1))
    bounds = {
        Operator.LESS: {"lte": first},
        Operator.AT_MOST: {"lte": after},
        Operator.MORE: {"gt": after},
        Operator.AT_LEAST: {"gt": first},
    }
    return leaving(region, at, bounds.get(operator, {"gt": first, "lte": after}))


def _text(field: Field, operator: Operator, value: str) -> Body:
    name = _KEYWORDS[field]
    if field in CANONICAL_FIELDS:
        return {"term": {name: value}}
    pattern = "".join(map(_escape_letter, value))
    if operator is Operator.CONTAINS and FIELD_SPECS[field].value_kind is ValueKind.TEXT:
        pattern = f".*{pattern}.*"
    return {"regexp": {name: {"value": pattern}}}


def _escape_letter(letter: str) -> str:
    if letter.isascii() and letter.isalpha():
        return f"[{letter.lower()}{letter.upper()}]"
    if letter in LUCENE_CHARACTERS:
        return f"[{letter}]"
    return f"\\{letter}" if letter in REGEXP_CHARACTERS else letter
