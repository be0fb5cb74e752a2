"""What the nightly run gets of the service: composed pages of versions, and where the next play stood on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from bff.page_replay.for_nights import PAGE_COMPOSER, settings_of
from domain import storage_names
from domain.errors import NotFound, StoreUnavailable
from domain.ids import ProfileId, TitleId
from domain.page.play_positions import SCREEN
from domain.ports.page_composer import ENTRY_POINTS, StoreAddresses
from domain.recommendations.lists import DataVersion
from domain.viewers.activity import Activity
from domain.viewers.documents import activity_to_document
from domain.viewers.watches import one_playback
from tests.bff.world import ADE, KIDS

pytestmark = pytest.mark.stores


@pytest.fixture
def stores(urls: StoreUrls, tmp_path: Path) -> StoreAddresses:
    return StoreAddresses(tmp_path, urls.mongo_url, urls.elasticsearch_url, urls.redis_url)


@pytest.fixture
def played(urls: StoreUrls, version: DataVersion) -> Iterator[None]:
    """Ade watched m2 after the version's data ended."""
    after = one_playback(version.published_at + timedelta(hours=1), 6000, 6000, finished=True)
    ade = activity_to_document(Activity(ADE.id, watched={TitleId("m2"): after}))
    with MongoClient[dict[str, Any]](urls.mongo_url) as client:
        activity = client.get_default_database()[storage_names.ACTIVITY]
        activity.insert_one(ade)
        yield
        activity.delete_one({"_id": ADE.id})


def test_the_night_finds_the_service_by_its_entry_point() -> None:
    assert [point.load() for point in entry_points(group=ENTRY_POINTS)] == [PAGE_COMPOSER]


def test_pages_are_composed_of_known_profiles_alone(stores: StoreAddresses, version: DataVersion) -> None:
    pages = PAGE_COMPOSER.compose(stores, [ADE.id, ProfileId("nobody"), KIDS.id], [version.version], 60)
    assert sorted(pages) == sorted([(version.version, ADE.id), (version.version, KIDS.id)])
    first = pages[version.version, ADE.id][0]
    assert (first.heading, first.title_ids[:2]) == ("Top Picks for You", ("m1", "m2"))


def test_no_page_is_begun_after_the_time(stores: StoreAddresses, version: DataVersion) -> None:
    assert PAGE_COMPOSER.compose(stores, [ADE.id], [version.version], 0) == {}


def test_a_version_that_is_gone_is_named(stores: StoreAddresses) -> None:
    with pytest.raises(NotFound, match="Version 20200101-1 cannot be read any more"):
        PAGE_COMPOSER.compose(stores, [ADE.id], ["20200101-1"], 60)


def test_the_next_play_is_looked_for_on_pages_as_at_the_end_of_the_data(
    stores: StoreAddresses, version: DataVersion, played: None
) -> None:
    table = PAGE_COMPOSER.evaluate(stores, version.version, 5, 60)
    on_screen = {
        one.model: (one.value, one.users)
        for one in table.scores
        if (one.metric, one.slice) == (SCREEN, "all")
    }
    assert on_screen["candidate"] == (1.0, 1)


def test_the_mark_of_a_redis_cluster_becomes_a_setting(tmp_path: Path) -> None:
    plain = StoreAddresses(tmp_path, "mongodb://one/db", "http://two", "redis://three:6379")
    marked = StoreAddresses(
        tmp_path, plain.mongo_url, plain.elasticsearch_url, storage_names.cluster_url(plain.redis_url)
    )
    assert [settings_of(one).redis_cluster for one in (plain, marked)] == [False, True]
    assert settings_of(marked).redis_url == plain.redis_url


def test_pages_that_a_store_took_a_row_from_are_no_pages(
    stores: StoreAddresses, version: DataVersion
) -> None:
    without_index = replace(stores, elasticsearch_url="http://127.0.0.1:9")
    with pytest.raises(StoreUnavailable, match="row"):
        PAGE_COMPOSER.compose(without_index, [ADE.id, KIDS.id], [version.version], 2)
