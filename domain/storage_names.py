"""Names that writers (batch, search) and readers (bff) share (docs/data-model.md).

Nightly data has its version in the id, so that versions coexist.
"""

from __future__ import annotations

DATABASE = "marquee"

ACCOUNTS = "accounts"
PROFILES = "profiles"
TITLES = "titles"
ACTIVITY = "activity"
EVENTS = "events"
LAYOUTS = "layouts"
LAYOUT_HISTORY = "layout_history"
LAYOUT_DRAFTS = "layout_drafts"
TOP_PICKS = "top_picks"
SIMILAR = "similar_titles"
POPULAR = "popular_titles"
POINTERS = "pointers"
RUNS = "runs"
EXPERIMENTS = "experiments"
EXPOSURES = "exposures"
DEPARTURES = "departures"
DATA_HISTORY = "data_history"
IMPORTS = "imports"
LOCKS = "locks"

LIVE_POINTER = "live"
VERSIONED = (TOP_PICKS, SIMILAR, POPULAR)
TRENDING, CATALOG = "trending", "catalog"
DATASETS = (*VERSIONED, TRENDING, CATALOG)
"""What a data version consists of: collections, the Redis lists and the search index."""

EVENT_TTL_DAYS = 30
"""The nightly run archives events long before."""

EXPOSURE_TTL_DAYS = 180
"""Longer than any experiment should run."""

MONGO_INDEXES: tuple[tuple[str, tuple[tuple[str, int], ...], dict[str, int | bool]], ...] = (
    (PROFILES, (("account_id", 1),), {}),
    (PROFILES, (("persona", 1),), {"sparse": True}),
    (PROFILES, (("blocked", 1),), {"sparse": True}),
    (TITLES, (("series_id", 1), ("season", 1), ("episode", 1)), {}),
    (TITLES, (("imdb_id", 1),), {"sparse": True}),
    (ACTIVITY, (("expires_at", 1),), {"sparse": True, "expireAfterSeconds": 0}),
    (EVENTS, (("recorded_at", 1),), {}),
    (EVENTS, (("profile_id", 1),), {}),
    (EVENTS, (("expires_at", 1),), {"expireAfterSeconds": 0}),
    (EXPOSURES, (("experiment", 1), ("phase", 1)), {}),
    (EXPOSURES, (("profile_id", 1),), {}),
    (EXPOSURES, (("expires_at", 1),), {"expireAfterSeconds": 0}),
    (DEPARTURES, (("expires_at", 1),), {"expireAfterSeconds": 0}),
    (DEPARTURES, (("into", 1),), {"sparse": True}),
    (LAYOUT_HISTORY, (("layout", 1),), {}),
    (TOP_PICKS, (("version", 1),), {}),
    (SIMILAR, (("version", 1),), {}),
    (POPULAR, (("version", 1),), {}),
)
"""(collection, keys, options); created when a database is first opened."""

EVENT_FILES = "lake/events/month=*/*.jsonl.gz"
"""The event archive, in the data folder."""

SHIPPED_PAGES = "static/pages.json.gz"
"""In the data folder (domain/page/fallback_page.py)."""

INDEX_PREFIX = "marquee-titles-"
KEY_PREFIX = "marquee"

CLUSTER_MARK = "cluster=true"
"""In the query of a Redis URL: it names a node of a cluster. `MARQUEE_REDIS_CLUSTER` says the same."""


def split_redis_url(url: str) -> tuple[str, bool]:
    """(the URL without the mark, whether it names a cluster)."""
    address, _, query = url.partition("?")
    others = [part for part in query.split("&") if part and part != CLUSTER_MARK]
    return "?".join([address, "&".join(others)] if others else [address]), CLUSTER_MARK in query.split("&")


def cluster_url(url: str) -> str:
    """The same URL with the mark."""
    plain, _ = split_redis_url(url)
    return f"{plain}{'&' if '?' in plain else '?'}{CLUSTER_MARK}"
