"""Mapping and analysis of the catalog index.

A document is `search.documents.index_document` without `_id`. Fields not mapped here come back in
`_source` but cannot be searched. search/query.py uses:

    name, name.prefix, name.exact      words, word prefixes, the whole folded name
    other_names, .prefix, .exact       the same for original, alternative and transliterated names
    cast, cast.prefix, cast.exact      the same for people
    franchise, franchise.prefix        the same for franchises
    name.raw, franchise.raw            the unchanged text, for filter rules
    genres, genres.text                exact genres; folded words
    windows                            nested {regions, starts_at, ends_at}: one licence must match as a whole
    stretches                          nested {regions, apart, starts_at, ends_at}: search/documents.py
    region_ages                        nested {region, age}: regional exceptions from maturity_age
"""

from __future__ import annotations

from typing import Any

MAX_PREFIX = 15
"""Longest indexed prefix."""

_FOLDED = ["lowercase", "asciifolding"]

ANALYSIS: dict[str, Any] = {
    "filter": {"beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": MAX_PREFIX}},
    "analyzer": {
        "folded": {"type": "custom", "tokenizer": "standard", "filter": _FOLDED},
        "folded_beginnings": {
            "type": "custom",
            "tokenizer": "standard",
            "filter": [*_FOLDED, "beginnings"],
        },
    },
    "normalizer": {"folded_whole": {"type": "custom", "filter": _FOLDED}},
}

_KEYWORD = {"type": "keyword"}
_INSTANT = {"type": "date", "format": "epoch_millis"}


def _words(**extra: dict[str, Any]) -> dict[str, Any]:
    prefix = {"type": "text", "analyzer": "folded_beginnings", "search_analyzer": "folded"}
    return {"type": "text", "analyzer": "folded", "fields": {"prefix": prefix, **extra}}


_WHOLE = {"type": "keyword", "normalizer": "folded_whole"}

MAPPINGS: dict[str, Any] = {
    "dynamic": False,
    "properties": {
        "kind": _KEYWORD,
        "name": _words(exact=_WHOLE, raw=_KEYWORD),
        "other_names": _words(exact=_WHOLE),
        "cast": _words(exact=_WHOLE),
        "franchise": _words(exact=_WHOLE, raw=_KEYWORD),
        "series_name": _words(),
        "genres": {**_KEYWORD, "fields": {"text": {"type": "text", "analyzer": "folded"}}},
        "language": _KEYWORD,
        "audio_languages": _KEYWORD,
        "year": {"type": "short"},
        "maturity_age": {"type": "short"},
        "runtime_seconds": {"type": "integer"},
        "launched_at": _INSTANT,
        "popularity": {"type": "double"},
        "plans": _KEYWORD,
        "region_ages": {"type": "nested", "properties": {"region": _KEYWORD, "age": {"type": "short"}}},
        "imdb_id": _KEYWORD,
        "work_id": _KEYWORD,
        "series_id": _KEYWORD,
        "format": {"type": "short"},
        "stretches": {
            "type": "nested",
            "properties": {
                "regions": _KEYWORD,
                "apart": _KEYWORD,
                "starts_at": _INSTANT,
                "ends_at": _INSTANT,
            },
        },
        "windows": {
            "type": "nested",
            "properties": {"regions": _KEYWORD, "starts_at": _INSTANT, "ends_at": _INSTANT},
        },
    },
}


def index_settings(replicas: int = 0) -> dict[str, Any]:
    """One shard suffices for millions of titles; `indexing.check` refreshes once."""
    return {
        "number_of_shards": 1,
        "number_of_replicas": replicas,
        "refresh_interval": "-1",
        "analysis": ANALYSIS,
    }
