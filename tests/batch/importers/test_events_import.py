"""An events file: its name, corrections of it, and what they leave in archive and activity."""

import json
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from batch.importers.event_corrections import correct_activity
from batch.importers.import_options import NotConfirmed, refuse
from batch.importers.input_files import BrokenRows
from batch.storage.clients import open_mongo
from batch.storage.event_archive import EventArchive
from batch.storage.jsonl_file import read_jsonl
from domain.ids import ProfileId, TitleId
from domain.serialization import Document
from domain.viewers.activity import Activity
from domain.viewers.documents import activity_from_document
from domain.viewers.event_documents import event_from_document
from domain.viewers.events import activity_changes
from tests.batch.importers.own_files import Importer, Row, episode, event, movie, profile, series

pytestmark = pytest.mark.stores
TITLES = [movie(f"m{number}") for number in range(4)]
PEOPLE = [profile("ada"), profile("bo")]


@pytest.fixture
def importer(mongo_database: str, tmp_path: Path) -> Iterator[Importer]:
    database: Database[Document] = open_mongo(mongo_database)
    ready = Importer(database, tmp_path)
    ready.catalog(*TITLES)
    ready.profiles(*PEOPLE)
    yield ready
    database.client.close()


def archived(importer: Importer) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    for path in sorted(importer.folder.glob("events/month=*/*.jsonl.gz")):
        lines += [json.loads(line) for line in read_jsonl(path)]
    return lines


def activity(importer: Importer, name: str) -> Activity:
    return activity_from_document(importer.one("activity", name))


def test_a_corrected_event_replaces_the_old_one_everywhere(importer: Importer) -> None:
    wrong = event("ada", "m1", "complete", 20, id="x1")
    importer.events(wrong, event("bo", "m1", "like", 2))
    right = event("ada", "m1", "progress", 3, id="x1", position_seconds=600)
    counts = importer.events(right, event("bo", "m1", "like", 2))
    assert (counts["corrected"], counts["unchanged"], counts["withdrawn"]) == (1, 1, 0)
    assert [(one["id"], one["type"]) for one in archived(importer) if one["profile_id"] == "ada"] == [
        ("x1", "progress")
    ]
    watch = activity(importer, "ada").watched[TitleId("m1")]
    assert (watch.finished, watch.position_seconds, watch.at.day) == (False, 600, 3)
    assert importer.member_changes[-1].profiles == ["ada"]


def test_withdrawn_events_leave_what_other_evidence_says(importer: Importer) -> None:
    importer.events(event("ada", "m1", "complete", 5), event("ada", "m2", "like", 5), name="a")
    importer.events(event("ada", "m1", "progress", 4, position_seconds=900), name="b")
    recorded = event("ada", "m2", "dislike", 4) | {
        "id": "live",
        "occurred_at": 1_793_822_400_000,
        "region": "DE",
    }
    importer.database["events"].insert_one({"_id": "ada:live", "kind": "movie", **recorded})
    importer.events(event("ada", "m3", "list_add", 6), name="a")
    now = activity(importer, "ada")
    assert (now.watched[TitleId("m1")].finished, now.watched[TitleId("m1")].position_seconds) == (False, 900)
    assert now.rated[TitleId("m2")].value == -1
    assert now.my_list() == ["m3"]


def test_a_watch_of_withdrawn_events_alone_goes(importer: Importer) -> None:
    importer.events(event("ada", "m1", "complete", 5), event("ada", "m2", "complete", 5))
    importer.events(event("ada", "m2", "complete", 5))
    assert set(activity(importer, "ada").watched) == {"m2"}


def test_later_evidence_than_the_corrected_event_stays(importer: Importer) -> None:
    importer.events(event("ada", "m1", "like", 5, id="x"))
    importer.database["activity"].update_one(
        {"_id": "ada"},
        {"$set": {"rated.m1": {"at": 1_800_000_000_000, "value": -1.0}}, "$inc": {"revision": 1}},
    )
    importer.events(event("ada", "m1", "unrate", 6, id="x"))
    assert activity(importer, "ada").rated[TitleId("m1")].value == -1


def test_files_of_other_names_and_sources_stay(importer: Importer) -> None:
    importer.events(event("ada", "m1", "like", 5), name="october")
    importer.events(event("ada", "m2", "like", 5), name="november")
    importer.events(event("ada", "m3", "like", 5), name="november", source="south")
    assert len(archived(importer)) == 3
    assert set(activity(importer, "ada").rated) == {"m1", "m2", "m3"}


def test_a_part_keeps_what_it_lacks_and_replaces_what_it_has(importer: Importer) -> None:
    importer.events(event("ada", "m1", "like", 5, id="x"), event("ada", "m2", "like", 5, id="y"))
    counts = importer.events(
        event("ada", "m2", "dislike", 4, id="y"), event("ada", "m3", "like", 5), add=True
    )
    assert (counts["new"], counts["corrected"], counts["withdrawn"]) == (1, 1, 0)
    assert sorted(one["title_id"] for one in archived(importer)) == ["m1", "m2", "m3"]
    assert activity(importer, "ada").rated[TitleId("m2")].value == -1


def test_a_large_withdrawal_of_events_needs_a_confirmation(importer: Importer) -> None:
    importer.events(*[event("ada", "m1", "like", day) for day in range(1, 11)])
    with pytest.raises(NotConfirmed, match="lacks 9 of the 10 events of own-events"):
        importer.events(event("ada", "m1", "like", 1), confirm=refuse)
    assert len(archived(importer)) == 10
    dry = importer.events(event("ada", "m1", "like", 1), dry_run=True)
    assert (dry["withdrawn"], len(archived(importer))) == (9, 10)


def test_the_same_file_again_changes_no_revision(importer: Importer) -> None:
    rows = [event("ada", "m1", "like", 5), event("ada", "m1", "like", 5), event("bo", "m2", "complete", 6)]
    assert importer.events(*rows)["repeated"] == 1
    before = list(importer.database["activity"].find().sort("_id"))
    assert importer.events(*rows)["unchanged"] == 2
    assert list(importer.database["activity"].find().sort("_id")) == before
    assert importer.member_changes[-1].profiles == []


def test_an_event_id_twice_of_one_profile_is_a_broken_row(importer: Importer) -> None:
    importer.events(event("ada", "m1", "like", 5, id="x"), event("bo", "m1", "like", 5, id="x"))
    with pytest.raises(BrokenRows, match="line 2: id: 'x' is on line 1 already"):
        importer.events(event("ada", "m1", "like", 5, id="x"), event("ada", "m2", "like", 6, id="x"))


def test_an_archive_of_an_older_version_is_replaced_by_its_file(importer: Importer) -> None:
    rows = [event("ada", "m1", "like", 5)]
    importer.events(*rows)
    path = next(importer.folder.glob("events/month=*/own-events.jsonl.gz"))
    content = blake2b((importer.folder / "events.jsonl").read_bytes(), digest_size=8).hexdigest()
    path.rename(path.with_name(f"own-{content}.jsonl.gz"))
    assert importer.events(*rows)["unchanged"] == 1
    assert [one.name for one in importer.folder.glob("events/month=*/*.gz")] == ["own-events.jsonl.gz"]


def test_a_correction_waits_for_what_the_service_writes_meanwhile(importer: Importer) -> None:
    importer.events(event("ada", "m1", "like", 5), event("bo", "m2", "like", 5), name="a")
    database = importer.database
    real, calls = database["activity"], []

    class Racing:
        """The first compare-and-set finds that a viewer was quicker."""

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def bulk_write(self, updates: list[Any], **options: Any) -> Any:
            calls.append(len(updates))
            if len(calls) == 1:
                newer = {"rated.m1": {"at": 1_800_000_000_000, "value": -1.0}}
                real.update_one({"_id": "ada"}, {"$max": newer, "$inc": {"revision": 1}})
            return real.bulk_write(updates, **options)

    class RacingDatabase:
        def __getitem__(self, name: str) -> Any:
            return Racing() if name == "activity" else database[name]

    with EventArchive(importer.folder, "own-a") as archive:
        archive.finish()
        profiles = [ProfileId("ada"), ProfileId("bo")]
        correct_activity(RacingDatabase(), archive, profiles)  # type: ignore[arg-type]
        archive.abandon()
    assert calls == [2, 1, 1], "one by one, as a viewer of one was quicker"
    assert activity(importer, "ada").rated[TitleId("m1")].value == -1
    assert activity(importer, "bo").rated == {}, "the new file has no events"


MORE = {"progress": {"position_seconds": 60}}
ROWS = st.lists(
    st.builds(
        lambda name, title, kind, day: event(name, title, kind, day, **MORE.get(kind, {})),
        st.sampled_from(["ada", "bo"]),
        st.sampled_from(["m0", "m1"]),
        st.sampled_from(["complete", "progress", "like", "dislike", "list_add", "list_remove"]),
        st.integers(1, 20),
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(versions=st.lists(ROWS, min_size=1, max_size=3))
def test_after_any_corrections_the_activity_is_that_of_the_last_file(
    importer: Importer, versions: list[list[Row]]
) -> None:
    for rows in versions:
        importer.events(*rows)
    for name in ("ada", "bo"):
        events = [event_from_document(one) for one in archived(importer) if one["profile_id"] == name]
        expected = activity_changes(events)
        stored = importer.one("activity", name)
        found = activity_from_document(stored) if stored else Activity(ProfileId(name))
        assert (found.watched, found.listed, found.rated) == (
            expected.watched,
            expected.listed,
            expected.rated,
        )


def test_an_event_of_a_daily_show_keeps_its_day(importer: Importer) -> None:
    day = {**episode("monday", "news", 2026, 0), "air_date": "2026-11-02"}
    importer.catalog(
        series("news"), {key: value for key, value in day.items() if key not in ("season", "episode")}
    )
    importer.events(event("ada", "monday", "complete", 3))
    watch = activity(importer, "ada").watched[TitleId("monday")]
    assert (watch.series_id, watch.season, watch.episode) == ("news", 2026, 1102)
