"""Ids and keys of the lists of one data version."""

from __future__ import annotations

from domain.catalog.genres import genre_slug
from domain.ids import ProfileId, TitleId
from domain.recommendations.lists import PopularKey, TrendKey
from domain.storage_names import INDEX_PREFIX, KEY_PREFIX


def index_name(version: str) -> str:
    """The Elasticsearch index of a data version."""
    return INDEX_PREFIX + version


def top_picks_id(version: str, profile_id: ProfileId) -> str:
    return f"{version}:{profile_id}"


def similar_id(version: str, title_id: TitleId) -> str:
    return f"{version}:{title_id}"


def popular_id(version: str, key: PopularKey) -> str:
    return f"{version}:{key.region}:{genre_slug(key.genre) if key.genre else 'all'}"


def trend_key(version: str, key: TrendKey) -> str:
    """Redis key of a trending list. The braces keep a region's lists of one version on one cluster slot."""
    genre = genre_slug(key.genre) if key.genre else "all"
    return f"{KEY_PREFIX}:{{{version}:{key.region}}}:trend:{key.window}:{genre}"


def trend_index_key(version: str) -> str:
    """Redis set that names every trending key of a version, so that an old version can be swept."""
    return f"{KEY_PREFIX}:{{{version}}}:trend:keys"
