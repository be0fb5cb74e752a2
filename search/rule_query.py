"""A filter rule as an Elasticsearch query: how many titles it is true of, without reading them. Pure.

domain/filter_rules/matcher.py says what a rule means; a test holds the two together, title by title. Texts compare
without regard to the case of A to Z, and that is all that the patterns below say: every letter of the rule
stands in them for itself.
"""

from __future__ import annotations

from datetime import datetime

from domain.filter_rules.compiler import Rule
from domain.filter_rules.matcher import CANONICAL
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
from domain.timestamps import to_millis, whole_millis
from search.visible import ENDS, Body, any_of, leaving_before, none_of, open_licence, some_licence

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
"""Field of the index, and how many of its units make one of the rule's."""

SIGNS = frozenset(".?+*|{}[]()^$-\\")
SIGNS_OF_LUCENE = frozenset('"#@&<>~')
"""Signs that mean something in Lucene's patterns only: in brackets every engine takes them for themselves."""


def rule_body(rule: Rule, now: datetime, region: Region | None, size: int) -> Body:
    """Movies and series that the rule is true of: all of them counted, the most watched listed.

    `region` says whose licences `leaving` is about; None: the last to end anywhere.
    """
    shown = {"terms": {"kind": ["movie", "series"]}}
    return {
        "query": {"bool": {"filter": [shown, rule_query(rule, now, region)]}},
        "sort": [{"popularity": "desc"}, {"launched_at": "desc"}],
        "size": size,
        "_source": False,
        "track_total_hits": True,
    }


def rule_query(rule: Rule, now: datetime, region: Region | None = None) -> Body:
    """True of exactly the titles for which `rule.matches(title, now, region)`."""
    return _query(rule.condition, to_millis(whole_millis(now)), region)


def _query(condition: Condition, now: int, region: Region | None) -> Body:
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
            each = [_comparison(field, operator, value, now, region) for value in values]
            return each[0] if len(each) == 1 else any_of(*each)


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
        return _launched(operator, int(value), now)
    name, unit = _NUMBERS[field]
    least = int(value) * unit
    return {"range": {name: _bounds(operator, least, least + unit - 1)}}


def _bounds(operator: Operator, least: float, most: float) -> dict[str, float]:
    """Of a number that, in the rule's units, compares so with a value that stands for `least` to `most`."""
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


def _launched(operator: Operator, days: int, now: int) -> Body:
    """Whole days since launch. The more days, the earlier: `days` of them are from `earliest` to `latest`."""
    latest = now - days * DAY_MILLIS
    earliest = latest - DAY_MILLIS + 1
    turned = {
        Operator.LESS: {"gt": latest},
        Operator.AT_MOST: {"gte": earliest},
        Operator.MORE: {"lt": earliest},
        Operator.AT_LEAST: {"lte": latest},
    }
    return {"range": {"launched_at": turned.get(operator, {"gte": earliest, "lte": latest})}}


def _leaving(operator: Operator, days: Value, now: int, region: Region | None) -> Body:
    """Whole days until the last licence ends."""
    leaves = {"bool": {"filter": [open_licence(region, now), none_of(some_licence(region, none_of(ENDS)))]}}
    if not isinstance(days, int):
        return none_of(leaves)
    first, after = now + days * DAY_MILLIS, now + (days + 1) * DAY_MILLIS
    before_first = {"bool": {"filter": leaving_before(region, now, first)}}
    before_after = {"bool": {"filter": leaving_before(region, now, after)}}
    match operator:
        case Operator.LESS:
            return before_first
        case Operator.AT_MOST:
            return before_after
        case Operator.MORE:
            return {"bool": {"filter": [leaves, none_of(before_after)]}}
        case Operator.AT_LEAST:
            return {"bool": {"filter": [leaves, none_of(before_first)]}}
        case _:
            return {"bool": {"filter": [before_after, none_of(before_first)]}}


def _text(field: Field, operator: Operator, value: str) -> Body:
    name = _KEYWORDS[field]
    if field in CANONICAL:
        return {"term": {name: value}}
    pattern = "".join(map(_letter, value))
    if operator is Operator.CONTAINS and NATURES[field].sort is Sort.TEXT:
        pattern = f".*{pattern}.*"
    return {"regexp": {name: {"value": pattern}}}


def _letter(letter: str) -> str:
    """A pattern for this letter alone: a to z in either case, every sign as itself."""
    if letter.isascii() and letter.isalpha():
        return f"[{letter.lower()}{letter.upper()}]"
    if letter in SIGNS_OF_LUCENE:
        return f"[{letter}]"
    return f"\\{letter}" if letter in SIGNS else letter
