"""What the check passes, every store takes: rows with any values, in the files of all three kinds."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from batch.importers.input_files import BrokenRows
from batch.json_schemas import schema_text
from batch.storage.clients import BatchStores
from domain.catalog.documents import title_from_document
from domain.viewers.documents import account_from_document, activity_from_document, profile_from_document
from search import indexing
from tests.batch.importers.own_files import Importer, event, movie, profile, series

pytestmark = pytest.mark.stores
INDEX = "marquee-titles-checked-rows"
LOAD = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
TEXTS = st.text(st.characters(), max_size=30) | st.sampled_from(
    ["", " ", "\u200b", "\ud83c", "a\u0000", "\U0001f30a", "\u202eabc", "x" * 301, "R", "FSK 12", "TV-14", "DE", "UK",
     "2026-02-30T00:00:00Z", "2026-11-22T20:15:00Z", "1899-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59", "tt0111161"]
)  # fmt: skip
NUMBERS = st.integers() | st.floats() | st.sampled_from([0, 1, 12.0, 1900, 2016, 2100, 86400, 1e300, 10**30])
VALUES = st.recursive(
    TEXTS | NUMBERS | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=5,
)


@pytest.fixture
def importer(stores: BatchStores, tmp_path: Path) -> Iterator[Importer]:
    ready = Importer(stores.mongo, tmp_path)
    yield ready
    for name in ("titles", "profiles", "accounts", "activity", "imports"):
        stores.mongo[name].delete_many({})
    indexing.drop(stores.elasticsearch, INDEX)


def odd_rows(kind: str, base: dict[str, Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Right rows with one to three fields of any value."""
    names = sorted(json.loads(schema_text(kind))["properties"])
    odd = st.dictionaries(st.sampled_from(names), VALUES, min_size=1, max_size=3)
    return st.lists(odd.map(lambda fields: {**base, **fields}), min_size=12, max_size=12)


def numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "id": f"n{number}"} if row["id"] == "?" else row for number, row in enumerate(rows)]


@LOAD
@given(rows=odd_rows("catalog", movie("?", genres=["Drama"])), shows=odd_rows("catalog", series("?")))
def test_titles(
    importer: Importer, stores: BatchStores, rows: list[dict[str, Any]], shows: list[dict[str, Any]]
) -> None:
    stores.mongo["titles"].delete_many({})
    counts = importer.catalog(*numbered([*rows, *shows]), movie("right"), skip=True)
    stored = list(stores.mongo["titles"].find())
    assert counts["titles"] == len(stored) >= 1
    for document in stored:
        title_from_document(document)
    assert indexing.build(stores.elasticsearch, INDEX, stored) == len(stored)


@LOAD
@given(rows=odd_rows("profiles", profile("?")))
def test_profiles(importer: Importer, stores: BatchStores, rows: list[dict[str, Any]]) -> None:
    stores.mongo["profiles"].delete_many({})
    counts = importer.profiles(*numbered(rows), profile("right"), skip=True)
    assert counts["profiles"] == stores.mongo["profiles"].count_documents({}) >= 1
    for document in stores.mongo["profiles"].find():
        profile_from_document(document)
    for document in stores.mongo["accounts"].find():
        account_from_document(document)


@LOAD
@given(rows=odd_rows("events", event("ada", "m", "complete", 3)))
def test_events(importer: Importer, stores: BatchStores, rows: list[dict[str, Any]]) -> None:
    importer.catalog(movie("m"))
    importer.profiles(profile("ada"))
    try:
        importer.events(*rows, event("ada", "m", "like", 3), skip=True)
    except BrokenRows:
        return
    activity_from_document(importer.one("activity", "ada"))
