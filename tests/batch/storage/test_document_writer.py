"""A writer sets its own fields: those of others stay."""

from collections.abc import Iterator

import pytest
from pymongo.database import Database

from batch.storage.clients import open_mongo
from batch.storage.document_writer import DocumentWriter, delete_by_ids
from batch.storage.known_documents import SCAN_FACTOR, find_by_ids
from domain.serialization import Document

pytestmark = pytest.mark.stores


@pytest.fixture
def database(mongo_database: str) -> Iterator[Database[Document]]:
    opened = open_mongo(mongo_database)
    yield opened
    opened.client.close()


def test_an_update_keeps_foreign_fields_and_first_values(database: Database[Document]) -> None:
    stored = {"_id": "a", "mine": 1, "gone": 2, "made_at": 3, "theirs": 4}
    database["things"].insert_one(stored)
    with DocumentWriter(
        database, "things", owned=("mine", "gone", "made_at"), first_only=("made_at",)
    ) as writer:
        writer.put({"_id": "a", "mine": 5, "made_at": 9}, is_new=True)
        writer.put({"_id": "b", "mine": 6, "made_at": 9}, is_new=True)
        writer.set("b", {"extra": 7, "mine": None})
    assert database["things"].find_one({"_id": "a"}) == {"_id": "a", "mine": 5, "made_at": 3, "theirs": 4}
    assert database["things"].find_one({"_id": "b"}) == {"_id": "b", "made_at": 9, "extra": 7}


def test_an_error_writes_no_rest(database: Database[Document]) -> None:
    def fail() -> None:
        with DocumentWriter(database, "things") as writer:
            writer.put({"_id": "a"}, is_new=True)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert database["things"].count_documents({}) == 0


@pytest.mark.parametrize("stored", [10, 10 * SCAN_FACTOR])
def test_documents_are_found_by_many_ids_and_by_few(database: Database[Document], stored: int) -> None:
    database["things"].insert_many([{"_id": f"n{one}", "value": one} for one in range(stored)])
    found = list(find_by_ids(database["things"], {"n1", "n7", "absent"}, {"value": 1}))
    assert sorted(one["_id"] for one in found) == ["n1", "n7"]
    assert list(find_by_ids(database["things"], set())) == []
    delete_by_ids(database["things"], ["n1", "absent"])
    assert database["things"].count_documents({}) == stored - 1
