"""Search and browse bodies: text stays text, filters mirror the audience, sizes are bounded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.regions import start_of_day
from domain.catalog.titles import TitleKind
from domain.errors import BadInput
from domain.ids import Region
from domain.ports.stores import BrowseQuery, SearchQuery
from domain.timestamps import to_millis
from domain.viewers.profiles import Audience
from search.eligibility import Body
from search.query import (
    MAX_BROWSED,
    MAX_SIZE,
    MAX_TEXT,
    MAX_WORDS,
    browse_body,
    forgiving_body,
    normalize_text,
    precise_body,
)

NOW = datetime(2026, 11, 22, 20, 15, 42, tzinfo=UTC)
ADULT = Audience(Region("DE"), 18, kids=False, now=NOW)
TEXT_QUERIES = {"match", "match_phrase", "match_phrase_prefix", "multi_match"}
SYNTAX_QUERIES = {
    "query_string",
    "simple_query_string",
    "wildcard",
    "regexp",
    "script",
    "script_score",
    "prefix",
}


def keys(value: object) -> Iterator[str]:
    """Every key of a nested body."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def strings(value: object, under: str = "") -> Iterator[tuple[str, str]]:
    """(nearest query kind, text) of every string of a nested body."""
    if isinstance(value, str):
        yield under, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(inner, key if key in TEXT_QUERIES | {"term", "terms"} else under)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner, under)


@given(st.text(min_size=1, max_size=MAX_TEXT))
def test_whatever_is_typed_is_only_ever_the_value_of_a_match(text: str) -> None:
    try:
        words = normalize_text(text)
    except BadInput:
        return
    for body in (precise_body(SearchQuery(text, ADULT)), forgiving_body(SearchQuery(text, ADULT))):
        assert not SYNTAX_QUERIES & set(keys(body))
        assert {kind for kind, found in strings(body) if found == words} <= TEXT_QUERIES
        json.dumps(body, ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("text", ["", "   ", "\t\n", "\0", "\u202e\u200b"])
def test_a_text_without_words_cannot_be_searched_for(text: str) -> None:
    with pytest.raises(BadInput, match="nothing to search for"):
        precise_body(SearchQuery(text, ADULT))


def test_a_text_over_the_limit_is_refused_and_one_at_it_is_not() -> None:
    assert precise_body(SearchQuery("x" * MAX_TEXT, ADULT))
    with pytest.raises(BadInput, match="at most 200 characters"):
        precise_body(SearchQuery("x" * (MAX_TEXT + 1), ADULT))


def test_half_characters_and_controls_become_spaces_and_words_are_bounded() -> None:
    assert normalize_text("a\0b\ud800c  d") == "a b c d"
    assert normalize_text("x " * 100).split() == ["x"] * MAX_WORDS


def filters(body: Body) -> list[Body]:
    query = body["query"].get("function_score", body)["query"]
    found: list[Body] = query["bool"]["filter"]
    return found


def ranges(value: object, field: str) -> list[Body]:
    if isinstance(value, dict):
        here = [value["range"][field]] if field in value.get("range", {}) else []
        return here + [found for inner in value.values() for found in ranges(inner, field)]
    return [found for inner in value for found in ranges(inner, field)] if isinstance(value, list) else []


@pytest.mark.parametrize(
    ("limit", "kids", "expected"),
    [(18, False, []), (16, False, [{"lte": 16}]), (18, True, [{"lte": 18}]), (0, True, [{"lte": 0}])],
)
def test_ages_are_filtered_unless_everything_may_be_shown(
    limit: int, kids: bool, expected: list[Body]
) -> None:
    body = precise_body(SearchQuery("a", Audience(Region("DE"), limit, kids, NOW)))
    assert ranges(body, "maturity_age") == ranges(body, "region_ages.age") == expected


def test_episodes_are_never_found_not_even_by_asking() -> None:
    kinds = [TitleKind.EPISODE, TitleKind.SERIES, None]
    bodies = [precise_body(SearchQuery("a", ADULT, kind=kind)) for kind in kinds]
    found = [next(one["terms"]["kind"] for one in filters(body) if "terms" in one) for body in bodies]
    assert found == [[], ["series"], ["movie", "series"]]


def test_a_browse_list_is_in_order_of_popularity_or_of_launch() -> None:
    popular = browse_body(BrowseQuery(Region("DE"), 18, kids=False), NOW)
    newest = browse_body(BrowseQuery(Region("DE"), 18, kids=False, newest=True), NOW)
    assert popular["sort"] == [{"popularity": "desc"}, {"launched_at": "desc"}]
    assert newest["sort"] == [{"launched_at": "desc"}, {"popularity": "desc"}]


def test_what_leaves_is_bounded_by_a_midnight_of_the_market_and_comes_with_its_licences() -> None:
    body = browse_body(BrowseQuery(Region("DE"), 18, kids=False, leaving_days=14), NOW)
    end = to_millis(start_of_day(NOW, "DE", 15))
    assert {"lte": end} in ranges(body, "stretches.ends_at")
    assert (body["size"], body["_source"]) == (10_000, ["windows"])


def test_browse_queries_within_a_minute_are_the_same() -> None:
    query = BrowseQuery(Region("DE"), 12, kids=False, genre="Drama")
    assert browse_body(query, NOW) == browse_body(query, NOW.replace(second=1))
    assert browse_body(query, NOW) != browse_body(query, NOW.replace(minute=16))


def test_sizes_are_bounded_and_sources_left_where_they_are() -> None:
    for body, most in (
        (precise_body(SearchQuery("a", ADULT, size=1_000_000)), MAX_SIZE),
        (browse_body(BrowseQuery(Region("DE"), 18, kids=False, size=1_000_000), NOW), MAX_BROWSED),
    ):
        assert body["size"] == most
        assert body["_source"] is False
