"""Names that writers and readers share: a change here is a change of stored data."""

from __future__ import annotations

from domain.ids import GLOBAL, TitleId
from domain.recommendations.keys import (
    index_name,
    popular_id,
    similar_id,
    top_picks_id,
    trend_index_key,
    trend_key,
)
from domain.recommendations.lists import ListAudience, PopularKey, TrendKey, TrendWindow
from domain.viewers.event_documents import event_id
from tests.domain.made import DE, MINA

VERSION = "20261122-1"


def test_ids_of_versioned_documents() -> None:
    assert top_picks_id(VERSION, MINA) == "20261122-1:mina"
    assert similar_id(VERSION, TitleId("tt1")) == "20261122-1:tt1"
    assert popular_id(VERSION, PopularKey(DE)) == "20261122-1:DE:all"
    assert popular_id(VERSION, PopularKey(GLOBAL, "Science Fiction")) == "20261122-1:GLOBAL:science-fiction"


def test_redis_keys_keep_a_region_of_one_version_in_one_cluster_slot() -> None:
    assert trend_key(VERSION, TrendKey(DE, TrendWindow.DAY)) == "marquee:{20261122-1:DE}:trend:day:all"
    assert (
        trend_key(VERSION, TrendKey(DE, TrendWindow.WEEK, "Film Noir"))
        == "marquee:{20261122-1:DE}:trend:week:film-noir"
    )
    assert trend_index_key(VERSION) == "marquee:{20261122-1}:trend:keys"


def test_lists_of_kids_stand_beside_those_of_all() -> None:
    kids = ListAudience.KIDS
    assert popular_id(VERSION, PopularKey(DE, "War", kids)) == "20261122-1:DE:war:kids"
    key = TrendKey(DE, TrendWindow.DAY, audience=kids)
    assert trend_key(VERSION, key) == "marquee:{20261122-1:DE}:trend:day:all:kids"


def test_the_index_and_an_event() -> None:
    assert index_name(VERSION) == "marquee-titles-20261122-1"
    assert event_id(MINA, "e-1") == "mina:e-1"


def test_keys_of_different_lists_differ() -> None:
    keys = {
        trend_key(VERSION, TrendKey(region, window, genre))
        for region in (DE, GLOBAL)
        for window in TrendWindow
        for genre in (None, "Crime", "War")
    }
    assert len(keys) == 18
