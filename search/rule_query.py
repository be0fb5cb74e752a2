"""A filter rule as an Elasticsearch query, to count its titles without reading them. Pure.

A test compares it with domain/filter_rules/matcher.py, title by title. Texts ignore the case of A to Z only.
"""

from __future__ import annotations

from datetime import datetime

from domain.filter_rules.compiler import Rule
from domain.filter_rules.matcher import CANONICAL_FIELDS
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
from domain.ids import Region
from domain.timestamps import to_millis, whole_millis
from search.eligibility import HAS_END, Body, any_licence, any_of, leaves_before, none_of, open_licence

DAY_MILLIS = 86_400_000

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

    `leaving` is about licences of `region`; None: the last to end anywhere.
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
    return _query(rule.expression, to_millis(whole_millis(now)), region)


def _query(condition: Expression, now: int, region: Region | None) -> Body:
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


def _comparison(field: Field, operator: Operator, value: Value, now: int, region: Region | None) -> Body:
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
        return _launch_range(operator, int(value), now)
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


def _launch_range(operator: Operator, days: int, now: int) -> Body:
    """Whole days since launch; more days are earlier."""
    latest = now - days * DAY_MILLIS
    earliest = latest - DAY_MILLIS + 1
    bounds = {
        Operator.LESS: {"gt": latest},
        Operator.AT_MOST: {"gte": earliest},
        Operator.MORE: {"lt": earliest},
        Operator.AT_LEAST: {"lte": latest},
    }
    return {"range": {"launched_at": bounds.get(operator, {"gte": earliest, "lte": latest})}}


def _leaving(operator: Operator, days: Value, now: int, region: Region | None) -> Body:
    has_last_end = {
        "bool": {"filter": [open_licence(region, now), none_of(any_licence(region, none_of(HAS_END)))]}
    }
    if not isinstance(days, int):
        return none_of(has_last_end)
    first, after = now + days * DAY_MILLIS, now + (days + 1) * DAY_MILLIS
    before_first = {"bool": {"filter": leaves_before(region, now, first)}}
    before_after = {"bool": {"filter": leaves_before(region, now, after)}}
    match operator:
        case Operator.LESS:
            return before_first
        case Operator.AT_MOST:
            return before_after
        case Operator.MORE:
            return {"bool": {"filter": [has_last_end, none_of(before_after)]}}
        case Operator.AT_LEAST:
            return {"bool": {"filter": [has_last_end, none_of(before_first)]}}
        case _:
            return {"bool": {"filter": [before_after, none_of(before_first)]}}


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
