"""Deliveries of one work are found over everything that is stored, by either id of the work."""

from __future__ import annotations

from typing import Any

import pytest

from batch.storage.clients import open_mongo
from batch.storage.same_works import MAX_DELIVERIES, read_siblings, with_siblings

pytestmark = pytest.mark.stores


def test_titles_of_one_imdb_id_or_work_id_are_siblings(mongo_database: str) -> None:
    titles: list[dict[str, Any]] = [
        {"_id": "a", "kind": "movie", "imdb_id": "tt0000001"},
        {"_id": "b", "kind": "movie", "imdb_id": "tt0000001", "work_id": "w"},
        {"_id": "c", "kind": "movie", "work_id": "w"},
        {"_id": "alone", "kind": "movie", "imdb_id": "tt0000002"},
        {"_id": "series", "kind": "series", "imdb_id": "tt0000003"},
        {"_id": "again", "kind": "series", "imdb_id": "tt0000003"},
        {"_id": "episode", "kind": "episode", "series_id": "series", "imdb_id": "tt0000001"},
        *({"_id": f"x{number}", "kind": "movie", "work_id": "n/a"} for number in range(MAX_DELIVERIES + 1)),
    ]
    database = open_mongo(mongo_database)
    database["titles"].insert_many(titles)
    siblings = read_siblings(database)
    database.client.close()
    assert siblings == {
        "a": ("b", "c"), "b": ("a", "c"), "c": ("a", "b"), "series": ("again",), "again": ("series",)
    }  # fmt: skip
    documents = {one["_id"]: one for one in with_siblings(titles, siblings)}
    assert documents["a"]["same_work"] == ["b", "c"]
    assert documents["episode"]["same_series"] == ["again"]
    assert documents["alone"] == titles[3]
