"""Names shared by the writers (batch, search) and the readers (bff): collections, keys, indexes.

docs/data-model.md draws the same picture for people. Everything the night shift writes carries its version
in the id, so two versions lie side by side and a reader that pins one never sees the other.
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

LIVE_POINTER = "live"
VERSIONED = (TOP_PICKS, SIMILAR, POPULAR)
"""Collections whose documents belong to one data version."""

EVENT_TTL_DAYS = 30
"""How long MongoDB keeps an event; the nightly run archives each one long before."""

EXPOSURE_TTL_DAYS = 180
"""How long MongoDB keeps an exposure: longer than any experiment should run."""

MONGO_INDEXES: tuple[tuple[str, tuple[tuple[str, int], ...], dict[str, int | bool]], ...] = (
    (PROFILES, (("account_id", 1),), {}),
    (PROFILES, (("persona", 1),), {"sparse": True}),
    (TITLES, (("series_id", 1), ("season", 1), ("episode", 1)), {}),
    (TITLES, (("imdb_id", 1),), {"sparse": True}),
    (ACTIVITY, (("expires_at", 1),), {"sparse": True, "expireAfterSeconds": 0}),
    (EVENTS, (("recorded_at", 1),), {}),
    (EVENTS, (("profile_id", 1),), {}),
    (EVENTS, (("expires_at", 1),), {"expireAfterSeconds": 0}),
    (EXPOSURES, (("experiment", 1), ("phase", 1)), {}),
    (EXPOSURES, (("expires_at", 1),), {"expireAfterSeconds": 0}),
    (LAYOUT_HISTORY, (("layout", 1),), {}),
    (TOP_PICKS, (("version", 1),), {}),
    (SIMILAR, (("version", 1),), {}),
    (POPULAR, (("version", 1),), {}),
)
"""(collection, keys, options) of every secondary index, made by whoever opens the database first."""

SHIPPED_PAGES = "static/pages.json.gz"
"""In the data folder: the pages of domain/page/fallback_page.py."""

INDEX_PREFIX = "marquee-titles-"
KEY_PREFIX = "marquee"
