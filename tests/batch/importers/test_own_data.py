"""People's own catalogue, profiles and events: checked by schema, joined, written whole or not at all."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from batch.importers.catalog_import import load_catalog
from batch.importers.event_rows import EventTitle, event_from_row
from batch.importers.events_import import load_events
from batch.importers.input_files import BrokenRows, Problems
from batch.importers.own_data import InputFile
from batch.importers.own_rows import title_from_row
from batch.importers.profiles_import import load_profiles
from batch.json_schemas import KINDS, RowValidator, schema_text
from batch.storage.clients import open_mongo
from domain.catalog.documents import title_from_document, title_to_document
from domain.catalog.titles import TitleKind
from domain.errors import BadInput
from domain.ids import Region, TitleId
from domain.serialization import Document
from domain.viewers.documents import activity_from_document, profile_from_document
from domain.viewers.events import activity_changes

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TITLES: list[dict[str, Any]] = [
    {"id": "lamp", "kind": "movie", "name": "The Lamp", "genres": ["Sci-Fi"], "runtime_seconds": 5400, "year": 2020},
    {"id": "quay", "kind": "series", "name": "The Quay", "genres": ["Crime"], "maturity_age": 16, "language": "sv",
     "ratings": {"US": "R", "DE": "FSK 12"}, "plans": ["premium"]},
    {"id": "quay-1", "kind": "episode", "name": "Ebb", "series_id": "quay", "season": 1, "episode": 1},
    {"id": "quay-2", "kind": "episode", "name": "Flood", "series_id": "quay", "season": 1, "episode": 2},
]  # fmt: skip
PROFILES: list[dict[str, Any]] = [
    {"id": "one", "account_id": "home", "region": "DE", "name": "Sofa"},
    {"id": "two", "account_id": "home", "region": "DE", "kids": True, "blocked": ["lamp"]},
]
EVENTS: list[dict[str, Any]] = [
    {"profile_id": "one", "title_id": "lamp", "type": "progress", "position_seconds": 2700,
     "occurred_at": "2026-11-01T20:00:00Z"},
    {"profile_id": "one", "title_id": "quay-1", "type": "complete", "duration_seconds": 3000,
     "occurred_at": "2026-11-02T21:00:00+01:00"},
    {"profile_id": "two", "title_id": "lamp", "type": "like", "occurred_at": "2026-11-03T20:00:00Z"},
]  # fmt: skip


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_schemas_are_published_and_valid(kind: str) -> None:
    assert json.loads(schema_text(kind))["additionalProperties"] is False
    assert RowValidator(kind).find_error({"bogus": 1}) is not None


@pytest.mark.parametrize(
    ("kind", "row", "field"),
    [
        ("catalog", {**TITLES[0], "kind": "film"}, "kind"),
        ("catalog", {**TITLES[0], "id": "a b"}, "id"),
        ("catalog", {**TITLES[2], "series_id": None}, "series_id"),
        ("catalog", {"id": "x", "kind": "episode", "name": "X"}, "series_id"),
        ("catalog", {**TITLES[0], "launched_at": "yesterday"}, "launched_at"),
        ("catalog", {**TITLES[1], "plans": "premium"}, "plans"),
        ("profiles", {**PROFILES[1], "blocked": ["a b"]}, "blocked"),
        ("profiles", {**PROFILES[1], "maturity_limit": 16}, "maturity_limit"),
        ("profiles", {"id": "x", "account_id": "y"}, "region"),
        ("events", {**EVENTS[0], "position_seconds": None}, "position_seconds"),
        ("events", {**EVENTS[2], "type": "rating"}, "stars"),
        ("events", {**EVENTS[2], "extra": 1}, "extra"),
    ],
)
def test_faults_name_the_field(kind: str, row: dict[str, Any], field: str) -> None:
    fault = RowValidator(kind).find_error(row)
    assert fault is not None
    assert field in fault


@pytest.fixture
def database(mongo_database: str) -> Iterator[Database[Document]]:
    opened = open_mongo(mongo_database)
    yield opened
    opened.client.close()


def assert_counts(counts: dict[str, int], **expected: int) -> None:
    assert {name: counts.get(name) for name in expected} == expected


def bring_all(database: Database[Document], folder: Path) -> dict[str, int]:
    catalog = InputFile(lines(folder / "c.jsonl", TITLES), "catalog", Problems())
    profiles = InputFile(lines(folder / "p.jsonl", PROFILES), "profiles", Problems())
    events = InputFile(lines(folder / "e.jsonl", EVENTS), "events", Problems())
    assert_counts(
        load_catalog(database, catalog, NOW), titles=4, movies=1, series=1, episodes=2, broken_rows=0
    )
    assert_counts(load_profiles(database, profiles, NOW), profiles=2, accounts=1, broken_rows=0)
    return load_events(database, folder, events, NOW)


@pytest.mark.stores
def test_own_data_arrives_joined(database: Database[Document], tmp_path: Path) -> None:
    assert_counts(
        bring_all(database, tmp_path), events=3, complete=1, like=1, progress=1, new=3, broken_rows=0
    )
    title = title_from_document(database["titles"].find_one({"_id": "quay-2"}) or {})
    assert (title.series_name, title.genres, title.maturity_age, title.language) == (
        "The Quay", ("Crime",), 16, "sv",
    )  # fmt: skip
    assert (title.plans, title.region_ages) == (("premium",), (("DE", 12), ("US", 17)))
    assert title.region_labels == (("DE", "FSK 12"), ("US", "R"))
    child = profile_from_document(database["profiles"].find_one({"_id": "two"}) or {})
    assert child.blocked == ("lamp",)
    series = title_from_document(database["titles"].find_one({"_id": "quay"}) or {})
    assert (series.season_count, series.episode_count) == (1, 2)
    activity = activity_from_document(database["activity"].find_one({"_id": "one"}) or {})
    assert activity.watched[TitleId("quay-1")].finished
    assert activity.watched[TitleId("quay-1")].series_id == "quay"
    assert activity.watched[TitleId("lamp")].share == 0.5


@pytest.mark.stores
def test_events_brought_twice_are_the_same_events(database: Database[Document], tmp_path: Path) -> None:
    bring_all(database, tmp_path)
    before = database["activity"].find_one({"_id": "one"}, {"revision": 0})
    files = {path: path.read_bytes() for path in tmp_path.glob("events/*/*.gz")}
    bring_all(database, tmp_path)
    assert database["activity"].find_one({"_id": "one"}, {"revision": 0}) == before
    assert {path: path.read_bytes() for path in tmp_path.glob("events/*/*.gz")} == files
    assert len(files) == 1


@pytest.mark.stores
@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({**EVENTS[0], "title_id": "unknown"}, "title_id: 'unknown' has not been imported"),
        ({**EVENTS[0], "profile_id": "nobody"}, "profile_id: 'nobody' has not been imported"),
        ({**EVENTS[0], "occurred_at": "2027-11-01T20:00:00Z"}, "occurred_at: 2027-11-01T20:00:00Z is in the future"),
        ({**EVENTS[0], "occurred_at": "2026-13-01T20:00:00Z"}, "occurred_at: '2026-13-01T20:00:00Z' is not"),
    ],
)  # fmt: skip
def test_events_that_fit_nothing_are_refused_and_leave_no_trace(
    database: Database[Document], tmp_path: Path, row: dict[str, Any], what: str
) -> None:
    bring_all(database, tmp_path)
    before = list(database["activity"].find())
    files = sorted(tmp_path.glob("events/*/*"))
    path = lines(tmp_path / "bad.jsonl", [EVENTS[2], row])
    with pytest.raises(BrokenRows) as caught:
        load_events(database, tmp_path, InputFile(path, "events", Problems()), NOW)
    assert f"bad.jsonl, line 2: {what}" in str(caught.value)
    assert list(database["activity"].find()) == before
    assert sorted(tmp_path.glob("events/*/*")) == files
    counts = load_events(database, tmp_path, InputFile(path, "events", Problems(skip=True)), NOW)
    assert_counts(counts, events=1, broken_rows=1)


@pytest.mark.stores
@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"id": "x"\n', "is not JSON"),
        ("[1]\n", "is not a JSON object"),
        (json.dumps({**TITLES[2], "series_id": "gone"}) + "\n", "series_id: there is no series 'gone'"),
        ("\n\n", "is empty"),
    ],
)
def test_catalogues_that_are_broken_write_nothing(
    database: Database[Document], tmp_path: Path, text: str, what: str
) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput) as caught:
        load_catalog(database, InputFile(path, "catalog", Problems()), NOW)
    assert what in str(caught.value)
    assert database["titles"].count_documents({}) == 0


def test_a_mark_of_the_credits_comes_in_and_lies_within_the_title() -> None:
    row = {**TITLES[0], "credits_seconds": 5100}
    assert RowValidator("catalog").find_error(row) is None
    assert title_from_row(row, NOW).credits_seconds == 5100
    assert title_from_row(TITLES[0], NOW).credits_seconds is None
    with pytest.raises(BadInput, match="credits_seconds: 5401 is after the end of the title, 5400 s"):
        title_from_row({**row, "credits_seconds": 5401}, NOW)


def test_a_special_may_say_before_which_episode_it_airs() -> None:
    place = {"season": 2, "episode": 0}
    special = {**TITLES[2], "season": 0, "episode": 0, "airs_before": place}
    assert RowValidator("catalog").find_error(special) is None
    title = title_from_row(special, NOW)
    assert (title.season, title.episode, title.airs_before) == (0, 0, (2, 0))
    assert title_from_document(title_to_document(title)) == title
    with pytest.raises(BadInput, match="airs_before: only a special has it; give the episode season 0"):
        title_from_row({**special, "season": 1}, NOW)
    fault = RowValidator("catalog").find_error({**special, "airs_before": {"season": 2}})
    assert fault is not None
    assert "airs_before" in fault


def test_an_event_knows_its_titles_credits_and_the_household() -> None:
    row = {**EVENTS[0], "position_seconds": 5000, "household": True}
    assert RowValidator("events").find_error(row) is None
    known = EventTitle(TitleKind.MOVIE, None, 5400, 5000)
    event = event_from_row(row, known, Region("DE"), NOW)
    assert (event.credits_seconds, event.household) == (5000, True)
    assert activity_changes([event]).household[TitleId("lamp")].finished
    like = event_from_row({**EVENTS[2]}, known, Region("DE"), NOW)
    assert (like.credits_seconds, like.household) == (None, False)
