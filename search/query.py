"""Searches and shelves as Elasticsearch bodies. Pure: values in, dicts out.

What a person types is only ever the value of a `match`: it is split into words, never parsed, so there is no
syntax to abuse. A hit scores the best tier it reaches plus its popularity (0..1), which alone orders a tier:

    precise:    the whole name > every word begins a word of the name > the whole name of a person
                > every word begins a word of the cast, or of the franchise > a genre
    forgiving:  the name with typos > words with typos spread over name, people and genres > most of the name

Forgiving is asked only when precise finds nothing: who types a name right does not want its look-alikes. Tiers
are constants and not relevance sums, so the order is the same on every cluster and easy to explain.
"""

from __future__ import annotations

from datetime import datetime

from domain.catalog.titles import TitleKind
from domain.errors import BadInput
from domain.ports.stores import BrowseQuery, SearchQuery
from search.visible import Body, by_end_of_licence, leaving_within, visible

MAX_TEXT = 200
MAX_WORDS = 16
MAX_SIZE = 200
SHOWN_KINDS = [TitleKind.MOVIE.value, TitleKind.SERIES.value]

EVERY_WORD = {"operator": "and"}
WITH_TYPOS = {"fuzziness": "AUTO", "prefix_length": 1, "max_expansions": 30}
"""One typo in words of three to five letters, two in longer ones, none in the first letter."""

ANYWHERE = ["name", "cast", "franchise", "genres.text"]


def precise_body(query: SearchQuery) -> Body:
    """Titles that the text means as it stands. Raises BadInput for a text that cannot be searched for."""
    text = words_of(query.text)
    tiers = [
        _tier(100, {"match": {"name.exact": {"query": text}}}),
        _tier(80, _match("name.prefix", text, EVERY_WORD)),
        _tier(75, {"match": {"cast.exact": {"query": text}}}),
        _tier(70, _match("cast.prefix", text, EVERY_WORD)),
        _tier(70, _match("franchise.prefix", text, EVERY_WORD)),
        _tier(60, _match("genres.text", text, EVERY_WORD)),
    ]
    return _search_body(query, tiers)


def forgiving_body(query: SearchQuery) -> Body:
    """Titles that the text may mean. Raises BadInput like `precise_body`."""
    text = words_of(query.text)
    tiers = [
        _tier(40, _match("name", text, EVERY_WORD, WITH_TYPOS)),
        _tier(30, {"bool": {"filter": [_anywhere(word) for word in text.split()]}}),
        _tier(20, _match("name", text, {"minimum_should_match": "2<70%"}, WITH_TYPOS)),
    ]
    return _search_body(query, tiers)


def browse_body(query: BrowseQuery, now: datetime) -> Body:
    """Titles in order of launch, popularity or the end of their licence; the others decide between equals."""
    # To the minute, so that equal shelves within one are equal queries and the cluster's cache can answer.
    minute = now.replace(second=0, microsecond=0)
    filters = [
        *visible(query.region, query.maturity_limit, query.kids, minute, query.plan),
        *_narrowed(query.genre, query.kind),
    ]
    if query.leaving_days is not None:
        filters += leaving_within(query.region, minute, query.leaving_days)
    return {
        "query": {"bool": {"filter": filters}},
        "sort": _order(query),
        "size": min(query.size, MAX_SIZE),
        "_source": False,
        "track_total_hits": False,
    }


def _order(query: BrowseQuery) -> list[Body]:
    orders: list[Body] = [{"launched_at": "desc"}, {"popularity": "desc"}]
    if query.leaving_days is not None:
        return [by_end_of_licence(query.region), *orders[::-1]]
    return orders if query.newest else orders[::-1]


def words_of(text: str) -> str:
    """The words to look for. Raises BadInput for none and for too long a text."""
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
        *visible(audience.region, audience.maturity_limit, audience.kids, audience.now, audience.plan),
        *_narrowed(query.genre, query.kind),
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


def _anywhere(word: str) -> Body:
    """The word in any field, so that "pacino heat" finds the film by its name and a person in it."""
    return {"multi_match": {"query": word, "fields": ANYWHERE, **WITH_TYPOS}}


def _match(field: str, text: str, *options: Body) -> Body:
    merged: Body = {"query": text}
    for option in options:
        merged |= option
    return {"match": {field: merged}}


def _narrowed(genre: str | None, kind: TitleKind | None) -> list[Body]:
    kinds = SHOWN_KINDS if kind is None else [kind.value]
    filters: list[Body] = [{"terms": {"kind": [name for name in kinds if name in SHOWN_KINDS]}}]
    if genre is not None:
        filters.append({"term": {"genres": genre}})
    return filters
