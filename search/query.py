"""Elasticsearch bodies of text searches and browse lists. Pure.

Text is only the value of a `match`, never parsed, so there is no syntax to abuse. A hit scores its best tier plus its
popularity (0..1), which orders a tier:

    precise:    the whole name > every word begins a word of the name > the same for its other names
                > the whole name of a person
                > every word begins a word of the cast, or of the franchise > a genre
    forgiving:  the name with typos > other names with typos > words with typos spread over names, people and genres
                > most of the name

The forgiving search runs only when the precise one finds nothing. Tiers are constants, not relevance sums, so the
order is equal on every cluster.
"""

from __future__ import annotations

from datetime import datetime

from domain.catalog.titles import TitleKind
from domain.errors import BadInput
from domain.filter_rules.compiler import compile_rule
from domain.ports.stores import BrowseQuery, SearchQuery
from domain.timestamps import to_millis
from search.eligibility import Body, eligibility_filters, leaves_within
from search.rule_query import rule_query

MAX_TEXT = 200
MAX_WORDS = 16
MAX_SIZE = 200
MAX_BROWSED = 2000
MAX_LEAVING = 10_000
"""All titles that leave in time are read, with their licences; search/catalog.py sorts them by their ends. Sorting by
a nested field fails on an index without it, and the local server ignores the filter of the sort.
"""
BROWSABLE_KINDS = [TitleKind.MOVIE.value, TitleKind.SERIES.value]

EVERY_WORD = {"operator": "and"}
WITH_TYPOS = {"fuzziness": "AUTO", "prefix_length": 1, "max_expansions": 30}
"""One typo in words of three to five letters, two in longer ones."""

ALL_FIELDS = ["name", "other_names", "cast", "franchise", "genres.text"]


def precise_body(query: SearchQuery) -> Body:
    """Raises BadInput for an invalid text."""
    text = normalize_text(query.text)
    tiers = [
        _tier(100, {"match": {"name.exact": {"query": text}}}),
        _tier(80, _match("name.prefix", text, EVERY_WORD)),
        _tier(78, {"match": {"other_names.exact": {"query": text}}}),
        _tier(77, _match("other_names.prefix", text, EVERY_WORD)),
        _tier(75, {"match": {"cast.exact": {"query": text}}}),
        _tier(70, _match("cast.prefix", text, EVERY_WORD)),
        _tier(70, _match("franchise.prefix", text, EVERY_WORD)),
        _tier(60, _match("genres.text", text, EVERY_WORD)),
    ]
    return _search_body(query, tiers)


def forgiving_body(query: SearchQuery) -> Body:
    """Raises BadInput for an invalid text."""
    text = normalize_text(query.text)
    tiers = [
        _tier(40, _match("name", text, EVERY_WORD, WITH_TYPOS)),
        _tier(35, _match("other_names", text, EVERY_WORD, WITH_TYPOS)),
        _tier(30, {"bool": {"filter": [_word_in_any_field(word) for word in text.split()]}}),
        _tier(20, _match("name", text, {"minimum_should_match": "2<70%"}, WITH_TYPOS)),
    ]
    return _search_body(query, tiers)


def browse_body(query: BrowseQuery, now: datetime) -> Body:
    """By launch or popularity; the other order breaks ties. What has not launched is not among the newest.

    Leaving titles are not sorted by their ends here. Raises BadRule.
    """
    # Equal within a minute, so that the cluster can cache.
    minute = now.replace(second=0, microsecond=0)
    filters = [
        *eligibility_filters(query.region, query.maturity_limit, query.kids, minute, query.plan),
        *_genre_and_kind(query.genre, query.kind),
    ]
    if query.leaving_days is not None:
        filters.append(leaves_within(query.region, minute, query.leaving_days))
    if query.newest:
        filters.append({"range": {"launched_at": {"lte": to_millis(minute)}}})
    if query.rule:
        filters.append(rule_query(compile_rule(query.rule), minute, query.region))
    is_leaving = query.leaving_days is not None
    return {
        "query": {"bool": {"filter": filters}},
        "sort": _sort_order(query),
        "size": MAX_LEAVING if is_leaving else min(query.size, MAX_BROWSED),
        "_source": ["windows"] if is_leaving else False,
        "track_total_hits": False,
    }


def _sort_order(query: BrowseQuery) -> list[Body]:
    orders: list[Body] = [{"launched_at": "desc"}, {"popularity": "desc"}]
    return orders if query.newest else orders[::-1]


def normalize_text(text: str) -> str:
    """Raises BadInput for no words or a too long text."""
    if len(text) > MAX_TEXT:
        raise BadInput(f"text: at most {MAX_TEXT} characters can be searched for, not {len(text)}.")
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    words = printable.split()[:MAX_WORDS]
    if not words:
        raise BadInput("text: nothing to search for. Send at least one letter or digit.")
    return " ".join(words)


def _search_body(query: SearchQuery, tiers: list[Body]) -> Body:
    audience = query.audience
    filters = [
        *eligibility_filters(
            audience.region, audience.maturity_limit, audience.kids, audience.now, audience.plan
        ),
        *_genre_and_kind(query.genre, query.kind),
    ]
    return {
        "query": {
            "function_score": {
                "query": {"bool": {"must": {"dis_max": {"queries": tiers}}, "filter": filters}},
                "functions": [{"field_value_factor": {"field": "popularity", "missing": 0}}],
                "score_mode": "sum",
                "boost_mode": "sum",
            }
        },
        "size": min(query.size, MAX_SIZE),
        "_source": False,
        "track_total_hits": False,
    }


def _tier(score: int, query: Body) -> Body:
    return {"constant_score": {"filter": query, "boost": score}}


def _word_in_any_field(word: str) -> Body:
    """ "pacino heat" finds a film by name and cast."""
    return {"multi_match": {"query": word, "fields": ALL_FIELDS, **WITH_TYPOS}}


def _match(field: str, text: str, *options: Body) -> Body:
    parameters: Body = {"query": text}
    for option in options:
        parameters |= option
    return {"match": {field: parameters}}


def _genre_and_kind(genre: str | None, kind: TitleKind | None) -> list[Body]:
    kinds = BROWSABLE_KINDS if kind is None else [kind.value]
    filters: list[Body] = [{"terms": {"kind": [name for name in kinds if name in BROWSABLE_KINDS]}}]
    if genre is not None:
        filters.append({"term": {"genres": genre}})
    return filters
