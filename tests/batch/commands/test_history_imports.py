"""`marquee import history` on the command line: what comes in, what is listed, and that it can be repeated."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo.database import Database

from batch.commands.imports import import_
from batch.storage.clients import open_mongo
from domain.catalog.documents import title_to_document
from domain.catalog.titles import TitleKind
from domain.ids import ProfileId, TitleId
from domain.serialization import Document
from domain.storage_names import DEPARTURES
from domain.timestamps import to_millis
from domain.viewers.activity import Activity
from domain.viewers.departures import Departure, departure_key, departure_to_document
from domain.viewers.documents import account_to_document, activity_from_document, profile_to_document
from tests.domain.made import a_profile, a_title, an_account, an_episode

pytestmark = pytest.mark.stores

NETFLIX = """Title,Date
"The Quay: Season 1: Neap","11/26/24"
"The Quay: Season 1: Flood","11/26/24"
"The Quay: Season 1: Ebb","11/26/24"
The Lamp,11/25/24
Gone,11/24/24
"""
NOON = datetime(2024, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def database(mongo_database: str) -> Iterator[Database[Document]]:
    opened = open_mongo(mongo_database)
    titles = [
        a_title("lamp", name="The Lamp"),
        a_title("quay", name="The Quay", kind=TitleKind.SERIES),
        *(
            an_episode("quay", 1, number, name=name)
            for number, name in enumerate(("Ebb", "Flood", "Neap"), 1)
        ),
    ]
    opened["titles"].insert_many([title_to_document(title) for title in titles])
    opened["profiles"].insert_one(profile_to_document(a_profile()))
    opened["accounts"].insert_one(account_to_document(an_account()))
    yield opened
    opened.client.close()


@pytest.fixture
def run(tmp_path: Path, mongo_database: str) -> Any:
    def start(text: str, *arguments: object, name: str = "history.csv") -> Result:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        environment = {"MARQUEE_HOME": str(tmp_path), "MARQUEE_MONGO_URL": mongo_database}
        words = ["history", str(path), "--profile", "mina", *(str(one) for one in arguments)]
        return CliRunner(env=environment).invoke(import_, words)

    return start


def activity(database: Database[Document]) -> Activity:
    return activity_from_document(
        database["activity"].find_one({"_id": "mina"}) or {"_id": "mina", "revision": 0}
    )


def archived(home: Path) -> list[tuple[str, str]]:
    events = [
        json.loads(line)
        for path in sorted((home / "lake" / "events").glob("month=*/*.jsonl.gz"))
        for line in gzip.decompress(path.read_bytes()).splitlines()
    ]
    return sorted((event["title_id"], event["id"]) for event in events)


def test_a_history_arrives_in_the_activity_and_the_archive(
    run: Any, database: Database[Document], tmp_path: Path
) -> None:
    result = run(NETFLIX)
    assert result.exit_code == 0, result.output
    assert (
        "Imported for mina: 3 episodes, 1 movies (4 new, 0 known before); 0 ambiguous, 1 not found."
        in result.output
    )
    assert "'Gone': no title of this name" in result.output
    watched = activity(database).watched
    assert {title: (watch.at, watch.finished) for title, watch in watched.items() if watch.series_id} == {
        f"quay-1-{number}": (NOON, True) for number in (1, 2, 3)
    }, "one instant for all episodes of a day"
    assert [title for title, _ in archived(tmp_path)] == ["lamp", "quay-1-1", "quay-1-2", "quay-1-3"]


def test_a_later_export_adds_what_is_new_and_nothing_twice(
    run: Any, database: Database[Document], tmp_path: Path
) -> None:
    run(NETFLIX)
    before, events = activity(database), archived(tmp_path)
    summary = json.loads(run(NETFLIX, "--json").stdout)
    assert (summary["new"], summary["known"]) == (0, 4)
    assert (activity(database), archived(tmp_path)) == (before, events)
    later = json.loads(run('Title,Date\nThe Lamp,"12/30/24"\n', "--json").stdout)
    assert (later["new"], later["known"]) == (1, 0)
    assert len(archived(tmp_path)) == 5, "nothing is withdrawn"


def test_newer_activity_stays(run: Any, database: Database[Document]) -> None:
    newer = to_millis(datetime(2026, 1, 1, tzinfo=UTC))
    database["activity"].insert_one(
        {"_id": "mina", "revision": 4, "rated": {"lamp": {"at": newer, "value": -1.0}},
         "listed": {"lamp": {"at": newer, "added": False}}}
    )  # fmt: skip
    run("Date,Name,Year,Letterboxd URI,Rating\n2024-11-26,The Lamp,2024,x,5\n")
    run("Date,Name,Year,Letterboxd URI\n2024-11-26,The Lamp,2024,x\n", name="watchlist.csv")
    after = activity(database)
    assert after.rated[TitleId("lamp")].value == -1.0
    assert after.my_list() == []


def test_a_dry_run_writes_the_list_of_what_was_not_found_and_nothing_else(
    run: Any, database: Database[Document], tmp_path: Path
) -> None:
    result = run(NETFLIX, "--dry-run", "--not-found", tmp_path / "missing.csv")
    assert result.exit_code == 0
    assert "Dry run, nothing was written: 3 episodes, 1 movies" in result.output
    assert "Gone" in (tmp_path / "missing.csv").read_text("utf-8")
    assert (database["activity"].count_documents({}), archived(tmp_path)) == (0, [])


@pytest.mark.parametrize(
    ("text", "arguments", "code", "what"),
    [
        (NETFLIX, ["--profile", "nobody"], 1, "--profile: there is no profile 'nobody'"),
        ("Title,Date\nA,3/4/24\n", [], 1, "say which with --dates DMY or --dates MDY"),
        ("a;b\n1;2\n", [], 1, "begins with 'a;b', which is no export known here"),
        ("Title,Date\nThe Lamp,yesterday\n", [], 1, "history.csv, line 2: Date: 'yesterday' is no date"),
        (NETFLIX, ["--not-found", "/nowhere/missing.csv"], 1, "--not-found: /nowhere/missing.csv cannot be written"),
        (NETFLIX, ["--format", "hulu"], 2, "'hulu' is not one of"),
    ],
)  # fmt: skip
def test_bad_input_has_a_sentence_and_writes_nothing(
    run: Any, database: Database[Document], text: str, arguments: list[str], code: int, what: str
) -> None:
    result = run(text, *arguments)
    assert (result.exit_code, what in result.output, "Traceback" in result.output) == (code, True, False), (
        result.output
    )
    assert database["activity"].count_documents({}) == 0


def test_no_file_is_called_by_the_person(run: Any, database: Database[Document], tmp_path: Path) -> None:
    run(NETFLIX)
    names = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert any(name.endswith("-netflix.jsonl.gz") for name in names)
    assert not [name for name in names if "mina" in name]


@pytest.mark.parametrize(
    ("into", "what"), [(None, "it was erased"), ("bo", "it was merged into 'bo'; write that id")]
)
def test_who_has_left_is_said(run: Any, database: Database[Document], into: str | None, what: str) -> None:
    departure = Departure(departure_key("gone"), NOON, ProfileId(into) if into else None)
    database[DEPARTURES].insert_one(departure_to_document(departure))
    result = run(NETFLIX, "--profile", "gone")
    assert (result.exit_code, what in result.output) == (1, True), result.output
