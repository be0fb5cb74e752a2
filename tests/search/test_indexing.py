"""A catalog index appears whole or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from domain.errors import StoreUnavailable
from search import indexing
from search.documents import index_document

pytestmark = pytest.mark.stores


@pytest.fixture(scope="module")
def client(stack: Any) -> Iterator[Elasticsearch]:
    with Elasticsearch(stack.elasticsearch_url) as opened:
        yield opened


@pytest.fixture
def index(client: Elasticsearch) -> Iterator[str]:
    name = f"marquee-titles-test-{uuid.uuid4().hex[:8]}"
    yield name
    indexing.drop(client, name)


def title(number: int, **more: Any) -> dict[str, Any]:
    windows = [
        {"regions": ["US"], "starts_at": 1000, "ends_at": 2000},
        {"regions": ["DE"], "starts_at": 1000},
    ]
    shared = {"kind": "movie", "name": f"Amélie {number}", "launched_at": 1, "windows": windows, "unknown": 7}
    return {"_id": f"t{number}", **shared, **more}


def test_what_is_loaded_comes_back_whole_and_is_counted(client: Elasticsearch, index: str) -> None:
    assert indexing.build(client, index, (title(number) for number in range(1201))) == 1201
    assert indexing.count(client, index) == 1201
    source = client.get(index=index, id="t7")["_source"]
    assert {"_id": "t7", **source} == index_document(title(7))


def test_building_again_replaces_what_was_there(client: Elasticsearch, index: str) -> None:
    indexing.build(client, index, [title(1), title(2)])
    indexing.build(client, index, [title(3)])
    assert indexing.count(client, index) == 1


def test_a_refused_title_is_named_and_leaves_no_index(client: Elasticsearch, index: str) -> None:
    with pytest.raises(StoreUnavailable, match=r"1 titles were refused, the first \(t2\)"):
        indexing.build(client, index, [title(1), title(2, launched_at="never")])
    assert indexing.count(client, index) is None


def test_missing_titles_are_noticed(client: Elasticsearch, index: str) -> None:
    indexing.create(client, index)
    indexing.load(client, index, [title(1)])
    with pytest.raises(StoreUnavailable, match="2 titles were sent, 1 arrived"):
        indexing.check(client, index, 2)


def test_a_source_that_breaks_off_leaves_no_index(client: Elasticsearch, index: str) -> None:
    def breaking() -> Iterator[dict[str, Any]]:
        yield title(1)
        raise RuntimeError("the source broke off")

    with pytest.raises(RuntimeError, match="broke off"):
        indexing.build(client, index, breaking())
    assert indexing.count(client, index) is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"match": {"name": "amelie"}}, 1),
        ({"match": {"name.prefix": "ame"}}, 1),
        ({"term": {"name.exact": "amelie 1"}}, 1),
        ({"term": {"genres": "Science Fiction"}}, 1),
        ({"term": {"genres": "science"}}, 0),
        ({"match": {"genres.text": "science"}}, 1),
        ({"match": {"cast.prefix": "taut"}}, 1),
    ],
)
def test_names_are_found_folded_by_word_beginning_or_whole(
    client: Elasticsearch, index: str, query: dict[str, Any], found: int
) -> None:
    indexing.build(client, index, [title(1, genres=["Science Fiction"], cast=["Audrey Tautou"])])
    assert client.search(index=index, query=query)["hits"]["total"]["value"] == found


@pytest.mark.parametrize(
    ("region", "at", "found"), [("US", 1500, 1), ("US", 2500, 0), ("DE", 2500, 1), ("FR", 1500, 0)]
)
def test_one_licence_must_match_as_a_whole(
    client: Elasticsearch, index: str, region: str, at: int, found: int
) -> None:
    indexing.build(client, index, [title(1)])
    open_now = [
        {"term": {"windows.regions": region}},
        {"range": {"windows.starts_at": {"lte": at}}},
        {
            "bool": {
                "should": [
                    {"range": {"windows.ends_at": {"gt": at}}},
                    {"bool": {"must_not": {"exists": {"field": "windows.ends_at"}}}},
                ]
            }
        },
    ]
    query = {"nested": {"path": "windows", "query": {"bool": {"filter": open_now}}}}
    assert client.search(index=index, query=query)["hits"]["total"]["value"] == found
