"""The language of filter rules: its meaning, its refusals, and that it is written in one way only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.filter_rules.compiler import BadRule, Rule, compile_rule
from domain.filter_rules.syntax import MAX_DEPTH, MAX_TEXT, MAX_VALUES
from domain.ids import Region
from tests.domain.made import DAY, DE, NOW, US, a_title, titles
from tests.domain.made_rules import rules

HEAT = replace(
    a_title("heat"),
    name="Heat",
    year=1995,
    genres=("Crime", "Drama"),
    maturity_age=16,
    franchise="Harbour Nights",
    popularity=0.8,
    runtime_seconds=170 * 60 + 59,
    launched_at=NOW - 10 * DAY,
    plans=("premium",),
    windows=(LicenceWindow((DE,), NOW - DAY, NOW + 3 * DAY),),
)
BARE = replace(HEAT, year=None, genres=(), maturity_age=None, franchise=None, runtime_seconds=None, plans=())


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("kind = movie", HEAT, True),
        ("kind in (series, episode)", HEAT, False),
        ("genre = drama", HEAT, True),
        ("genre = scifi or genre = 'Science Fiction'", HEAT, False),
        ("genre != Drama", HEAT, False),
        ("genre in (Horror, Crime)", HEAT, True),
        ("genre not in (Horror, Crime)", HEAT, False),
        ("genre contains crime", HEAT, True),
        ("genre = none", BARE, True),
        ("year = 1995 and year >= 1995 and year <= 1995", HEAT, True),
        ("year < 1995 or year > 1995", HEAT, False),
        ("year in (1994, 1995)", HEAT, True),
        ("year < 9999 or year >= 0", BARE, False),
        ("not year < 1995", BARE, True),
        ("year != 1995", BARE, True),
        ("year = none", BARE, True),
        ("year != none", HEAT, True),
        ("LANGUAGE = EN", HEAT, True),
        ("runtime = 170", HEAT, True),
        ("runtime <= 170 and not runtime > 170", HEAT, True),
        ("maturity <= 16", HEAT, True),
        ("maturity <= 99", BARE, False),
        ("maturity = none", BARE, True),
        ('franchise = "harbour nights"', HEAT, True),
        ("franchise contains night", HEAT, True),
        ("franchise not contains night", BARE, True),
        ("popularity >= 0.8 and popularity <= 0.8", HEAT, True),
        ("popularity > 0.8", HEAT, False),
        ("launched = 10", HEAT, True),
        ("launched < 10", HEAT, False),
        ("leaving = 3", HEAT, True),
        ("leaving < 3", HEAT, False),
        ("plan = Premium", HEAT, True),
        ("plan = none", HEAT, False),
        ("plan = none", BARE, True),
        ("name contains EA", HEAT, True),
        ("name = heat", HEAT, True),
        ("name = Heats", HEAT, False),
        ("kind = series or genre = Crime and year = 1", HEAT, False),
        ("(kind = movie or genre = War) and year = 1995", HEAT, True),
        ("not (kind = series or year = 1995)", HEAT, False),
        ("not not kind = movie", HEAT, True),
    ],
)
def test_what_a_rule_is_true_of(text: str, title: Title, expected: bool) -> None:
    assert compile_rule(text).matches(title, NOW) is expected


@pytest.mark.parametrize(
    ("rule", "moment", "region", "expected"),
    [
        ("launched = 0", "2026-11-10T22:59:59", DE, True),
        ("launched = 1", "2026-11-10T23:00:00", DE, True),
        ("launched = 1", "2026-11-10T23:00:00", US, False),
        ("launched <= 13", "2026-11-23T22:59:59", DE, True),
        ("launched <= 13", "2026-11-23T23:00:00", DE, False),
        ("launched > 13", "2026-11-23T23:00:00", DE, True),
        ("launched = 1", "2026-11-11T00:00:00", None, True),
    ],
)
def test_days_since_the_launch_are_calendar_days_of_the_market(
    rule: str, moment: str, region: Region | None, expected: bool
) -> None:
    """Launched on 10 November 2026 at noon in Berlin."""
    title = replace(HEAT, launched_at=datetime(2026, 11, 10, 11, tzinfo=UTC))
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert compile_rule(rule).matches(title, now, region) is expected


@pytest.mark.parametrize("ahead", [timedelta(milliseconds=1), timedelta(hours=2), 3 * DAY, 1100 * DAY])
def test_what_has_not_launched_matches_only_rules_that_stay_below_zero(ahead: timedelta) -> None:
    title = replace(HEAT, launched_at=NOW + ahead)
    for rule in ("launched <= 30", "launched < 1", "launched = 0", "launched >= 0", "launched in (0, 1)"):
        assert not compile_rule(rule).matches(title, NOW, DE), rule
    for rule in ("launched < 0", "launched <= -1", "not launched <= 30", "launched >= -2000"):
        assert compile_rule(rule).matches(title, NOW, DE), rule


def test_what_leaves_is_what_has_no_licence_that_joins_here() -> None:
    rule = compile_rule("leaving <= 14")
    soon, longer = LicenceWindow((DE,), NOW - DAY, NOW + DAY), LicenceWindow((US,), NOW - DAY, NOW + 20 * DAY)
    endless, closed = LicenceWindow((DE,), NOW - DAY), LicenceWindow((DE,), NOW, NOW + DAY)
    renewed, back = LicenceWindow((DE,), NOW + DAY), LicenceWindow((DE,), NOW + 3 * DAY)
    assert rule.matches(replace(HEAT, windows=(soon, longer)), NOW, DE)
    assert not rule.matches(replace(HEAT, windows=(soon, longer)), NOW, US)
    assert not rule.matches(replace(HEAT, windows=(soon, longer)), NOW)
    assert not rule.matches(replace(HEAT, windows=(soon, endless)), NOW, DE)
    assert not rule.matches(replace(HEAT, windows=(soon, renewed)), NOW, DE)
    assert rule.matches(replace(HEAT, windows=(soon, back)), NOW, DE)
    assert not rule.matches(replace(HEAT, windows=(closed,)), NOW - timedelta(milliseconds=1), DE)
    assert not compile_rule("leaving = none").matches(replace(HEAT, windows=(soon,)), NOW, DE)
    assert compile_rule("leaving = none").matches(replace(HEAT, windows=(endless,)), NOW, DE)


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "The rule is empty. Write a rule like: genre = Drama and year >= 1990."),
        ("gnre = Drama", 1, "There is no field 'gnre'. Did you mean \"genre\"?"),
        ("kind = movie and yeer > 1990", 18, "There is no field 'yeer'. Did you mean \"year\"?"),
        ("kind = film", 8, "'film' is not a kind. Use movie, series or episode."),
        ("kind = moovie", 8, "'moovie' is not a kind. Did you mean \"movie\"?"),
        ("genre = Dramma", 9, "'Dramma' is not a genre. Did you mean \"Drama\"?"),
        ("year", 5, "Expected one of = != < <= > >= in after year, found the end of the rule."),
        ("name > a", 6, "Expected one of = != in contains after name, found '>'."),
        ("year ~ 3", 6, "'~' has no meaning here. Put texts in quotes."),
        ("year = old", 8, "year is a whole number; 'old' is not."),
        ("year = 19.5", 8, "year is a whole number; '19.5' is not."),
        ("popularity > 80", 14, "popularity lies between 0 and 1."),
        ("year =", 7, "Expected a value for year, found the end of the rule."),
        ("kind = movie kind = series", 14, 'Expected "and", "or" or the end, found \'kind\'.'),
        ("(kind = movie", 14, 'Expected "and", "or" or the ")" of column 1, found the end of the rule.'),
        ('name = "Heat', 8, "The quote that opens here is never closed."),
        ('name = "He\nat"', 11, "A text in quotes holds visible characters and spaces only."),
        ('name = " "', 8, "A text must not be empty."),
        ("kind = none", 8, '"none" goes with = and != and fields a title may lack; kind = is not one.'),
        ("year > none", 8, '"none" goes with = and != and fields a title may lack; year > is not one.'),
        ("year in 1990", 9, "Expected \"(\" and a list of values, found '1990'."),
        ("year in (1990", 14, 'Expected "," or ")", found the end of the rule.'),
        ("year not = 3", 12, '"not" stands before a field, or before "in" or "contains".'),
        ("and", 1, "Expected a field, found 'and'. Write a rule like: genre = Drama and year >= 1990."),
    ],
)
def test_a_text_that_is_no_rule_is_refused_with_its_column(text: str, column: int, message: str) -> None:
    with pytest.raises(BadRule) as refused:
        compile_rule(text)
    assert (refused.value.column, refused.value.message) == (column, message)
    assert str(refused.value) == f"column {column}: {message}"
    assert refused.value.code == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "deep",
    [
        lambda depth: "not " * depth + "kind = movie",
        lambda depth: "(" * depth + "kind = movie" + ")" * depth,
        lambda depth: "not " * (depth - 1) + "kind not in (movie)",
    ],
)
def test_depth_length_and_lists_are_bounded(deep: Callable[[int], str]) -> None:
    assert compile_rule(deep(MAX_DEPTH))
    with pytest.raises(BadRule, match="at most 12 deep"):
        compile_rule(deep(MAX_DEPTH + 1))


def test_length_and_lists_are_bounded() -> None:
    assert compile_rule(f"kind = movie{' ' * (MAX_TEXT - 12)}")
    with pytest.raises(BadRule, match="at most 2000 characters; this one has 2001"):
        compile_rule(f"kind = movie{' ' * (MAX_TEXT - 11)}")
    with pytest.raises(BadRule, match="Written with its spaces"):
        compile_rule("year=1 or " + "year=1 or year=1 or " * 95 + "year=1")
    assert compile_rule(f"year in ({', '.join(['1'] * MAX_VALUES)})")
    with pytest.raises(BadRule, match="at most 50 values"):
        compile_rule(f"year in ({', '.join(['1'] * (MAX_VALUES + 1))})")


@given(rules)
def test_a_rule_written_out_is_the_same_rule(rule: Rule) -> None:
    assert compile_rule(str(rule)) == rule
    assert str(compile_rule(str(rule))) == str(rule)


WORDS = (
    "kind",
    "genre",
    "year",
    "leaving",
    "and",
    "or",
    "not",
    "in",
    "contains",
    "none",
    "movie",
    "Drama",
    "12",
)
PIECES = st.sampled_from([*WORDS, *"()=<>!,'\"\\~é\0", "<=", "!=", "0.5", "-3"])


def rule_or_refusal(text: str) -> Rule | BadRule:
    try:
        return compile_rule(text)
    except BadRule as error:
        return error


@given(st.text() | st.lists(PIECES, max_size=40).map(" ".join))
def test_whatever_the_text_it_is_a_rule_or_refused_with_a_column(text: str) -> None:
    found = rule_or_refusal(text)
    if isinstance(found, Rule):
        assert compile_rule(str(found)) == found
    else:
        assert 1 <= found.column <= max(len(text), MAX_TEXT) + 1


@given(rules, titles)
def test_not_is_the_opposite_and_rules_do_not_depend_on_how_they_came_to_be(rule: Rule, title: Title) -> None:
    answer = rule.matches(title, NOW, DE)
    assert compile_rule(f"not ({rule})").matches(title, NOW, DE) is not answer
    assert compile_rule(f"({rule}) and kind in (movie, series, episode)").matches(title, NOW, DE) is answer


def test_every_kind_can_be_named() -> None:
    for kind in TitleKind:
        assert compile_rule(f"kind = {kind.value}").matches(a_title("t", kind=kind), NOW)
