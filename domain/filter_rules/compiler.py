r"""Filter rules: a small language in which designers say which titles a row, a boost or a quota is about.

    genre in (Crime, Thriller) and year >= 1990 and not language = en

Grammar (words of the language in any case; spaces and line breaks anywhere between words):

    rule       = all { "or" all }
    all        = one { "and" one }
    one        = "not" one | "(" rule ")" | comparison
    comparison = field operator value
               | field [ "not" ] "in" "(" value { "," value } ")"
               | field [ "not" ] "contains" value
    operator   = "=" | "!=" | "<" | "<=" | ">" | ">="
    value      = word | number | "text in quotes" | 'text in quotes' | "none"
    word       = letters, digits, "_", "-" and "."          \ before a quote or a \ makes it part of the text

    kind         movie, series or episode          language     code, such as en
    name         text                              franchise    text, may be lacking
    genre        any of the title's genres         plan         any of the plans it needs, may be lacking
    year         whole number, may be lacking      popularity   0 to 1
    runtime      whole minutes, may be lacking     launched     whole days since it was launched
    maturity     age, may be lacking               leaving      whole days until its last licence ends, may be lacking

Texts compare without regard to the case of A to Z. `genre = X` is true when X is one of the genres. A title that
lacks what is asked matches no comparison but `= none`, and `!=` is always the opposite of `=`. There is nothing to
run, no pattern and no loop: the time a rule takes grows with its length, and that is bounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from domain.catalog.titles import Title
from domain.filter_rules.matcher import Test, matcher
from domain.filter_rules.parser import parse
from domain.filter_rules.syntax import BadRule, Condition
from domain.ids import Region
from domain.timestamps import whole_millis

__all__ = ["BadRule", "Rule", "compiled"]

KEPT = 1024
"""Rules kept compiled: more than the layouts of a service hold."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as a value. `str(rule)` writes it in one way only, and compiles to the same rule again."""

    condition: Condition
    _test: Test = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_test", matcher(self.condition))

    def matches(self, title: Title, now: datetime, region: Region | None = None) -> bool:
        """`region` says whose licences `leaving` is about; None: the last to end anywhere."""
        return self._test(title, whole_millis(now), region)

    def __str__(self) -> str:
        return str(self.condition)


@lru_cache(maxsize=KEPT)
def compiled(text: str) -> Rule:
    """Raises BadRule, a BadInput that knows its column."""
    return Rule(parse(text))
