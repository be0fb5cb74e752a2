"""A source that replaces what it brought leaves what another source brings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo.database import Database

from batch.storage.clients import open_mongo
from batch.storage.source_writer import SourceWriter
from domain.serialization import Document
from tests.batch.importers.own_files import Importer, movie

pytestmark = pytest.mark.stores


@pytest.fixture
def database(mongo_database: str) -> Iterator[Database[Document]]:
    opened = open_mongo(mongo_database)
    yield opened
    opened.client.close()


def bring(database: Database[Document], *ids: str) -> list[str]:
    """Returns what is gone."""
    writer = SourceWriter(database, "titles", "movielens")
    writer.add({"_id": one, "kind": "movie", "name": one} for one in ids)
    return writer.withdraw_rest()


@pytest.mark.parametrize("is_own_first", [True, False])
def test_a_title_of_two_sources_stays_until_neither_brings_it(
    database: Database[Document], tmp_path: Path, is_own_first: bool
) -> None:
    own = Importer(database, tmp_path)
    if is_own_first:
        own.catalog(movie("both"), movie("own"))
        assert bring(database, "both", "film") == []
    else:
        bring(database, "both", "film")
        own.catalog(movie("both"), movie("own"))
    assert own.one("titles", "both")["sources"] == ["movielens", "own"]
    own.catalog(movie("own"))
    assert own.ids("titles") == {"both", "own", "film"}
    assert bring(database, "film") == ["both"]
    assert own.ids("titles") == {"own", "film"}


def test_what_own_data_still_brings_is_not_gone(database: Database[Document], tmp_path: Path) -> None:
    own = Importer(database, tmp_path)
    bring(database, "both", "film")
    own.catalog(movie("both"))
    bring(database, "both", "film")
    assert bring(database, "film") == []
    assert own.one("titles", "both")["sources"] == ["own"]
    assert own.ids("titles") == {"both", "film"}
