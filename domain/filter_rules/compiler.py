r"""Filter rules: a small language that selects the titles of a row, boost or quota.

    genre in (Crime, Thriller) and year >= 1990 and not language = en

Keywords in any case; white space anywhere between words:

    rule       = all { "or" all }
    all        = one { "and" one }
    one        = "not" one | "(" rule ")" | comparison
    comparison = field operator value
               | field [ "not" ] "in" "(" value { "," value } ")"
               | field [ "not" ] "contains" value
    operator   = "=" | "!=" | "<" | "<=" | ">" | ">="
    value      = word | number | "text in quotes" | 'text in quotes' | "none"
    word       = letters, digits, "_", "-" and "."          \ escapes a quote or a \ in a text

    kind         movie, series or episode          language     code of ISO 639, such as en
    name         text                              franchise    text, optional
    genre        any of the title's genres         plan         any required plan, optional
    year         whole number, optional            popularity   0 to 1
    runtime      whole minutes, optional           launched     calendar days since launch
    maturity     age, optional                     leaving      calendar days until its last day, optional

Days are calendar days of the market: 0 is today, 1 tomorrow (`leaving`) or yesterday (`launched`). `leaving` is about
the licences that hold now, joined where they touch or overlap. A title that has not launched has a negative
`launched` and matches only rules about negative days: `launched <= 30` is about what has launched.

Texts compare without the case of A to Z. A missing value matches no comparison but `= none`; `!=` is the opposite
of `=`. No patterns, no loops: matching time grows with the bounded length of the rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from domain.catalog.titles import Title
from domain.filter_rules.matcher import Predicate, build_predicate
from domain.filter_rules.parser import parse
from domain.filter_rules.syntax import BadRule, Expression
from domain.ids import Region
from domain.timestamps import whole_millis

__all__ = ["BadRule", "Rule", "compile_rule", "require_valid_rule"]

MAX_CACHED_RULES = 1024
"""More than a service's layouts hold."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`str(rule)` is the canonical form."""

    expression: Expression
    _predicate: Predicate = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_predicate", build_predicate(self.expression))

    def matches(self, title: Title, now: datetime, region: Region | None = None) -> bool:
        """`region` selects the licences for `leaving`; None: anywhere."""
        return self._predicate(title, whole_millis(now), region)

    def __str__(self) -> str:
        return str(self.expression)


@lru_cache(maxsize=MAX_CACHED_RULES)
def compile_rule(text: str) -> Rule:
    """Raises BadRule."""
    return Rule(parse(text))


def require_valid_rule(text: str) -> Rule:
    """A rule that somebody writes now: values that no title can have are refused too. Raises BadRule.

    `compile_rule` takes them, so that a layout that is live stays live.
    """
    parse(text, check_codes=True)
    return compile_rule(text)
