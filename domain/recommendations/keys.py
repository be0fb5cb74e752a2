"""Ids and keys of one data version's lists."""

from __future__ import annotations

from domain.catalog.genres import genre_slug
from domain.ids import ProfileId, TitleId
from domain.recommendations.lists import ListAudience, PopularKey, TrendKey
from domain.storage_names import INDEX_PREFIX, KEY_PREFIX


def index_name(version: str) -> str:
    return INDEX_PREFIX + version


def top_picks_id(version: str, profile_id: ProfileId) -> str:
    return f"{version}:{profile_id}"


def similar_id(version: str, title_id: TitleId) -> str:
    return f"{version}:{title_id}"


def popular_id(version: str, key: PopularKey) -> str:
    return f"{version}:{key.region}:{genre_slug(key.genre) if key.genre else 'all'}{_audience(key.audience)}"


SCORES = "SCORES"
"""Stands where a region does in the ids of documents beside the popular lists: all titles' scores, in parts."""


def score_part_id(version: str, part: int) -> str:
    return f"{version}:{SCORES}:{part}"


def trend_key(version: str, key: TrendKey) -> str:
    """The braces keep a region's lists on one Redis Cluster slot."""
    genre = genre_slug(key.genre) if key.genre else "all"
    return f"{KEY_PREFIX}:{{{version}:{key.region}}}:trend:{key.window}:{genre}{_audience(key.audience)}"


def _audience(audience: ListAudience) -> str:
    """Lists of all viewers keep the ids that older versions gave them."""
    return "" if audience == ListAudience.ALL else f":{audience}"


def trend_index_key(version: str) -> str:
    """The set of a version's trending keys, for deleting it."""
    return f"{KEY_PREFIX}:{{{version}}}:trend:keys"
