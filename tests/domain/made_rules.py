"""Filter rules of every shape, for property tests: generated as values, not as texts."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.catalog.genres import GENRES
from domain.filter_rules.compiler import Rule
from domain.filter_rules.syntax import (
    FIELD_SPECS,
    MAX_TEXT,
    AllOf,
    AnyOf,
    Comparison,
    Expression,
    Field,
    Not,
    Operator,
    ValueKind,
)

_ODD = ("en", "DE", "Heat", "and", "none", "it's", "a b", "9", "-", "*a?", "premium", "Harbour")
_TEXTS = st.sampled_from(_ODD) | st.text("aZ é\"\\'()*?1", min_size=1, max_size=5).filter(str.strip)
_NEAR = {
    Field.YEAR: st.integers(1990, 2030),
    Field.RUNTIME: st.integers(0, 340),
    Field.MATURITY: st.integers(0, 21),
    Field.LAUNCHED: st.integers(-45, 45),
    Field.LEAVING: st.integers(0, 45),
}


def _values(field: Field) -> st.SearchStrategy[str | int | float]:
    nature = FIELD_SPECS[field]
    if field is Field.GENRE:
        return st.sampled_from(GENRES)
    if field is Field.PLAN:
        return st.sampled_from(["basic", "premium", "none"])
    if nature.choices:
        return st.sampled_from(nature.choices)
    if nature.value_kind is ValueKind.DECIMAL:
        return st.integers(0, 10**6).map(lambda millionths: millionths / 10**6)
    if nature.value_kind is ValueKind.WHOLE:
        return _NEAR[field] | st.integers(nature.minimum, nature.maximum)
    return _TEXTS


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    field = draw(st.sampled_from(Field))
    operator = draw(st.sampled_from(FIELD_SPECS[field].operators))
    if operator is Operator.IN:
        return Comparison(field, operator, tuple(draw(st.lists(_values(field), min_size=1, max_size=3))))
    lacking = FIELD_SPECS[field].is_optional and operator in (Operator.IS, Operator.IS_NOT)
    value = draw(st.none() | _values(field) if lacking else _values(field))
    return Comparison(field, operator, (value,))


def _larger(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.builds(Not, parts) | st.builds(AllOf, several) | st.builds(AnyOf, several)


def _depth(condition: Expression) -> int:
    match condition:
        case Comparison():
            return 0
        case Not(part):
            return 1 + _depth(part) + isinstance(part, AllOf | AnyOf)
        case AllOf(parts) | AnyOf(parts):
            return 1 + max(_depth(part) for part in parts)


rules = (
    st.recursive(comparisons(), _larger, max_leaves=8)
    .filter(lambda condition: _depth(condition) <= 10 and len(str(condition)) <= MAX_TEXT)
    .map(Rule)
)
