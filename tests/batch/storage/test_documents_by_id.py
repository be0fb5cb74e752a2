"""Documents by their ids: more than are asked for at once, and ids that are not there."""

from __future__ import annotations

from typing import Any

import pytest

from batch.storage.documents_by_id import TOGETHER, find_by_ids
from domain.storage_names import TITLES

pytestmark = pytest.mark.stores


def test_every_document_is_found_once_and_fields_are_chosen(stores: Any) -> None:
    ids = [f"t{number:03}" for number in range(2 * TOGETHER + 1)]
    stores.mongo[TITLES].insert_many({"_id": one, "name": one, "year": 2000} for one in ids)
    found = list(find_by_ids(stores.mongo[TITLES], [*ids, "gone"], {"name": 1}))
    assert sorted(one["_id"] for one in found) == ids
    assert found[0].keys() == {"_id", "name"}
    stores.mongo[TITLES].delete_many({})
