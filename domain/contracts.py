"""Names shared by the writers (batch, search) and the readers (bff): collections, keys, indexes.

docs/data-model.md draws the same picture for people. Everything the night shift writes carries its version
in the id, so two versions lie side by side and a reader that pins one never sees the other.
"""

from __future__ import annotations

from domain.genres import genre_slug
from domain.ids import ProfileId, TitleId
from domain.kept_pages import PROFILE_CHARACTERS
from domain.recommendations import PopularKey, TrendKey
from domain.tokens import digest

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
"""In the data folder: the pages of domain/static_page.py."""

INDEX_PREFIX = "marquee-titles-"
KEY_PREFIX = "marquee"


def index_name(version: str) -> str:
    """The Elasticsearch index of a data version."""
    return INDEX_PREFIX + version


def top_picks_id(version: str, profile_id: ProfileId) -> str:
    return f"{version}:{profile_id}"


def similar_id(version: str, title_id: TitleId) -> str:
    return f"{version}:{title_id}"


def popular_id(version: str, key: PopularKey) -> str:
    return f"{version}:{key.region}:{genre_slug(key.genre) if key.genre else 'all'}"


def event_id(profile_id: ProfileId, client_event_id: str) -> str:
    return f"{profile_id}:{client_event_id}"


def trend_key(version: str, key: TrendKey) -> str:
    """Redis key of a trending list. The braces keep a region's lists of one version on one cluster slot."""
    genre = genre_slug(key.genre) if key.genre else "all"
    return f"{KEY_PREFIX}:{{{version}:{key.region}}}:trend:{key.window}:{genre}"


def trend_index_key(version: str) -> str:
    """Redis set that names every trending key of a version, so that an old version can be swept."""
    return f"{KEY_PREFIX}:{{{version}}}:trend:keys"


def page_key(snapshot_id: str) -> str:
    """Redis key of a page as it was served. The braces keep the pages of one profile on one cluster slot."""
    return f"{KEY_PREFIX}:{{page:{snapshot_id[:PROFILE_CHARACTERS]}}}:{snapshot_id}"


def page_keys(profile_id: ProfileId) -> str:
    """What the Redis keys of a profile's pages begin with: the snapshot id follows."""
    return f"{KEY_PREFIX}:{{page:{digest(profile_id)[:PROFILE_CHARACTERS]}}}:"


def warm_key(profile_id: ProfileId) -> str:
    """Redis hash of a profile's warm pages, on the cluster slot of the pages themselves."""
    return f"{KEY_PREFIX}:warm:{{page:{digest(profile_id)[:PROFILE_CHARACTERS]}}}:{profile_id}"


def fault_key(invariant: str) -> str:
    """Redis list of pages that broke this invariant, the latest first. All of them lie on one cluster slot."""
    return f"{KEY_PREFIX}:{{faults}}:{invariant}"
