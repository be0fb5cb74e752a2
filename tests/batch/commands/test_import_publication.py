"""An import reaches the search indexes, the fallback page's file and the running service at once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import redis

from batch.commands.import_publication import ImportPublication
from batch.importers.profiles_import import MemberChanges
from batch.pipeline.fallback_page import fallback_page_path, read_pages, write_pages
from batch.storage.clients import BatchStores
from domain.catalog.documents import title_from_document
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.page.fallback_page import FallbackPages
from domain.recommendations.keys import index_name
from domain.visibility.changes import CHANGES_KEY, FIELD, VisibilityChange, change_from_text
from search import indexing
from tests.batch.importers.own_files import Importer, movie

pytestmark = pytest.mark.stores
VERSION, OTHER = "20261122-7", "20261121-7"


@pytest.fixture
def importer(stores: BatchStores, tmp_path: Path) -> Iterator[Importer]:
    """Two readable versions, whose indexes hold three titles."""
    database, client = stores.mongo, stores.elasticsearch
    for name in ("titles", "runs", "imports"):
        database[name].delete_many({})
    ready = Importer(database, tmp_path)
    ready.on_catalog = ImportPublication(stores).publish_catalog
    ready.catalog(movie("a"), movie("b", maturity_age=6), movie("c"))
    for version in (VERSION, OTHER):
        run = {"_id": version, "version": version, "swept": False, "published": True, "status": "succeeded"}
        database["runs"].insert_one(run)
        titles = ({**title, "popularity": 0.5} for title in database["titles"].find())
        indexing.build(client, index_name(version), titles)
    yield ready
    database["runs"].delete_many({})
    for version in (VERSION, OTHER):
        indexing.drop(client, index_name(version))


def indexed(stores: BatchStores, version: str) -> dict[str, dict[str, Any]]:
    found = stores.elasticsearch.search(index=index_name(version), size=100)
    return {hit["_id"]: hit["_source"] for hit in found["hits"]["hits"]}


def announced(client: redis.Redis) -> list[VisibilityChange]:
    entries: Any = client.xrange(CHANGES_KEY)
    return [change_from_text(fields[FIELD]) for _, fields in entries]


def test_withdrawn_titles_leave_every_index_and_changed_ones_change(
    importer: Importer, stores: BatchStores
) -> None:
    importer.catalog(movie("a"), movie("b", maturity_age=16), movie("d"))
    for version in (VERSION, OTHER):
        titles = indexed(stores, version)
        assert set(titles) == {"a", "b", "d"}
        assert (titles["b"]["maturity_age"], titles["b"]["popularity"]) == (16, 0.5)
        assert titles["d"]["popularity"] == 0.0
    assert announced(stores.redis)[-1] == VisibilityChange(titles=(TitleId("d"), TitleId("b"), TitleId("c")))


def test_the_fallback_page_loses_withdrawn_titles_and_gets_new_ages(
    importer: Importer, stores: BatchStores
) -> None:
    ids = tuple(TitleId(one) for one in "abc")
    titles = {TitleId(one["_id"]): title_from_document(one) for one in stores.mongo["titles"].find()}
    path = fallback_page_path(stores.settings)
    pools = {(Region("DE"), 18): ids}
    write_pages(
        FallbackPages(VERSION, datetime(2026, 11, 22, tzinfo=UTC), (Region("DE"),), pools, titles), path
    )
    importer.catalog(movie("a"), movie("b", maturity_age=16), movie("d"))
    pages = read_pages(path)
    assert pages.pools == {(Region("DE"), 18): ("a", "b")}
    assert pages.titles[TitleId("b")].maturity_age == 16


def test_an_index_that_is_gone_stops_nothing(importer: Importer, stores: BatchStores) -> None:
    indexing.drop(stores.elasticsearch, index_name(OTHER))
    importer.catalog(movie("a"), movie("b"))
    assert set(indexed(stores, VERSION)) == {"a", "b"}


def test_members_are_announced_by_id(importer: Importer, stores: BatchStores) -> None:
    publication = ImportPublication(stores)
    publication.publish_members(MemberChanges([ProfileId("ada")], [AccountId("home")]))
    assert announced(stores.redis)[-2:] == [
        VisibilityChange(profiles=(ProfileId("ada"),)), VisibilityChange(accounts=(AccountId("home"),)),
    ]  # fmt: skip
    publication.publish_members(MemberChanges(complete=False))
    assert announced(stores.redis)[-1] == VisibilityChange(everything=True)


def test_without_redis_the_import_warns(
    importer: Importer, stores: BatchStores, capsys: pytest.CaptureFixture[str]
) -> None:
    from dataclasses import replace

    with BatchStores(replace(stores.settings, redis_url="")) as without:
        ImportPublication(without).publish_members(MemberChanges([ProfileId("ada")]))
    assert "Warning: No redis_url is known, so the service was not told." in capsys.readouterr().err
