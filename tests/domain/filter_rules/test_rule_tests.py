"""Test cases beside a rule: what they agree with, what they catch, and how a case that is none is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.filter_rules.compiler import compile_rule
from domain.filter_rules.rule_tests import MAX_TESTS, run_rule_tests

EVERY_FIELD = {
    "kind": "series",
    "name": "Heat",
    "genre": ["crime", "Drama"],
    "year": 1995,
    "language": "en",
    "runtime": 170,
    "maturity": 16,
    "franchise": "Harbour",
    "popularity": 0.5,
    "launched": 3,
    "leaving": 5,
    "plan": "premium",
}


@pytest.mark.parametrize(
    "rule",
    [
        "kind = series and name = Heat and genre = Crime and genre = Drama and year = 1995 and language = en",
        "runtime = 170 and maturity = 16 and franchise = Harbour and popularity = 0.5 and plan = premium",
        "launched = 3 and leaving = 5",
    ],
)
def test_a_case_says_every_field_in_the_words_of_the_rule(rule: str) -> None:
    assert run_rule_tests(compile_rule(rule), [{"title": EVERY_FIELD, "matches": True}]) == []


def test_what_a_case_does_not_say_the_title_lacks() -> None:
    lacking = "year = none and runtime = none and maturity = none and genre = none and plan = none"
    rule = compile_rule(f"{lacking} and franchise = none and leaving = none")
    assert (
        run_rule_tests(rule, [{"title": {}, "matches": True}, {"title": {"year": None}, "matches": True}])
        == []
    )


def test_cases_that_a_rule_disagrees_with_are_listed() -> None:
    cases = [
        {"title": {"year": 1995}, "matches": True},
        {"title": {"year": 1985}, "matches": True},
        {"title": {"year": 2000}, "matches": False},
    ]
    assert run_rule_tests(compile_rule("year > 1990"), cases) == [
        "case 2: does not match, but should: {'year': 1985}",
        "case 3: matches, but should not: {'year': 2000}",
    ]


@pytest.mark.parametrize(
    ("case", "problem"),
    [
        ("x", "write {title: {...}, matches: true or false}"),
        ({"title": {}}, "write {title: {...}, matches: true or false}"),
        ({"title": {}, "matches": "yes"}, "matches: expected true or false"),
        ({"title": [], "matches": True}, "title: expected fields, such as {kind: movie}"),
        ({"title": {"yeer": 1}, "matches": True}, "title: there is no field 'yeer'; did you mean year?"),
        ({"title": {"year": "1995"}, "matches": True}, "title, year: expected a number"),
        ({"title": {"year": 19.5}, "matches": True}, "title, year: expected a whole number"),
        ({"title": {"popularity": 3}, "matches": True}, "title, popularity: expected 0 to 1"),
        ({"title": {"kind": "film"}, "matches": True}, "title, kind: expected movie, series or episode"),
        ({"title": {"name": 3}, "matches": True}, "title, name: expected a text"),
        ({"title": {"genre": "Dramma"}, "matches": True}, "title, genre: 'Dramma' is not a genre"),
        ({"title": {"plan": [1]}, "matches": True}, "title, plan: expected a text or a list of texts"),
    ],
)
def test_a_case_that_is_none_is_named(case: object, problem: str) -> None:
    assert run_rule_tests(compile_rule("year = 1995"), [case]) == [f"case 1: {problem}"]


def test_cases_are_a_bounded_list() -> None:
    rule = compile_rule("year = none")
    assert run_rule_tests(rule, "x") == ["expected a list of {title, matches}"]
    good = {"title": {}, "matches": True}
    assert run_rule_tests(rule, [good] * MAX_TESTS) == []
    assert run_rule_tests(rule, [good] * (MAX_TESTS + 1)) == ["at most 50 cases, found 51"]


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
some_title = st.dictionaries(st.sampled_from([*EVERY_FIELD, "x"]), plain, max_size=3)


@given(plain | st.lists(st.fixed_dictionaries({"title": some_title, "matches": st.booleans()}), max_size=3))
def test_any_file_content_gets_a_message(cases: Any) -> None:
    assert all(isinstance(problem, str) for problem in run_rule_tests(compile_rule("year = 1995"), cases))
