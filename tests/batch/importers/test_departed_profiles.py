"""Own profiles and events of people who have left: nothing brings an erased one back, a merged one's go on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from batch.storage.clients import open_mongo
from domain.ids import ProfileId
from domain.storage_names import DEPARTURES
from domain.viewers.anonymous_sessions import merged_event_id, session_changes
from domain.viewers.departures import Departure, departure_key, departure_to_document
from domain.viewers.documents import activity_from_document, changes_to_update
from tests.batch.importers.own_files import Importer, event, movie, profile
from tests.batch.importers.test_events_import import archived

pytestmark = pytest.mark.stores

PEOPLE = [profile("ada"), profile("bo"), profile("cy")]
EVENTS = [
    event(name, f"m{number}", "like", 5, id=f"x{number}") for number, name in enumerate(("ada", "bo", "cy"))
]


@pytest.fixture
def importer(mongo_database: str, tmp_path: Path) -> Iterator[Importer]:
    """Ada is erased and Bo is merged into Cy, as the service leaves them; all were imported before."""
    database: Any = open_mongo(mongo_database)
    ready = Importer(database, tmp_path)
    ready.catalog(*[movie(f"m{number}") for number in range(4)])
    ready.profiles(*PEOPLE)
    ready.events(*EVENTS)
    for name, into in (("ada", None), ("bo", ProfileId("cy"))):
        departure = Departure(departure_key(name), datetime.now(UTC), into)
        database[DEPARTURES].insert_one(departure_to_document(departure))
        record = activity_from_document(database["activity"].find_one({"_id": name}))
        if into is not None:
            database["activity"].update_one({"_id": into}, changes_to_update(session_changes(record)))
        database["profiles"].delete_one({"_id": name})
        database["activity"].delete_one({"_id": name})
    yield ready
    database.client.close()


def test_the_next_export_of_profiles_brings_nobody_back(importer: Importer) -> None:
    counts = importer.profiles(*PEOPLE)
    assert (counts["departed"], counts["new"]) == (2, 0)
    assert [one["_id"] for one in importer.database["profiles"].find()] == ["cy"]


def test_the_next_file_of_events_leaves_the_erased_ones_out_and_counts_the_merged_ones_for_the_successor(
    importer: Importer,
) -> None:
    for _ in range(2):
        counts = importer.events(*EVENTS, event("bo", "m3", "list_add", 6, id="x3"))
        assert (counts["events"], counts["of_erased_profiles"], counts["broken_rows"]) == (3, 1, 0)
    ids = {merged_event_id(ProfileId("bo"), "x1"), merged_event_id(ProfileId("bo"), "x3"), "x2"}
    assert {(one["profile_id"], one["id"]) for one in archived(importer)} == {("cy", one) for one in ids}
    [record] = importer.database["activity"].find()
    assert (record["_id"], set(record["rated"]), set(record["listed"])) == ("cy", {"m1", "m2"}, {"m3"})
