"""Rating sets in the database and the archive: exact counts, joined titles, nothing half-written."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pymongo.database import Database

from batch.console import ConsoleReporter
from batch.importers.input_files import BrokenRows, Problems
from batch.importers.rating_set_import import load_rating_set, open_rating_set, parse_shift_to
from batch.storage.clients import open_mongo
from domain.catalog.documents import title_from_document
from domain.serialization import Document
from domain.timestamps import to_millis
from domain.viewers.documents import activity_from_document, profile_from_document
from tests.batch.rating_files import RATINGS, write_movielens, write_movietweetings

pytestmark = pytest.mark.stores
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def database(mongo_database: str) -> Iterator[Database[Document]]:
    opened = open_mongo(mongo_database)
    yield opened
    opened.client.close()


def bring(
    database: Database[Document],
    lake: Path,
    source: str,
    folder: Path,
    *,
    skip: bool = False,
    shift: str | None = None,
    synopses: Path | None = None,
) -> dict[str, int]:
    rating_set = open_rating_set(source, folder, Problems(skip))
    return load_rating_set(
        database, lake, rating_set, synopses, parse_shift_to(shift, NOW), ConsoleReporter(quiet=True)
    )


def archived(lake: Path) -> list[dict[str, object]]:
    return [
        json.loads(line)
        for path in sorted(lake.glob("events/month=*/*.jsonl.gz"))
        for line in gzip.decompress(path.read_bytes()).decode().splitlines()
    ]


def counts(database: Database[Document]) -> dict[str, int]:
    return {
        name: database[name].count_documents({}) for name in ("titles", "profiles", "accounts", "activity")
    }


def test_movielens_arrives_whole(database: Database[Document], tmp_path: Path) -> None:
    told = bring(database, tmp_path, "movielens", write_movielens(tmp_path / "ml"))
    assert told == {
        "titles": 4, "joined": 0, "with_synopsis": 0, "profiles": 3, "ratings": 6, "broken_rows": 0,
        "shifted_days": 0,
    }  # fmt: skip
    assert {key: value for key, value in counts(database).items() if key != "accounts"} == {
        "titles": 4, "profiles": 5, "activity": 3,
    }  # fmt: skip
    events = archived(tmp_path)
    assert len(events) == 6
    assert {event["type"] for event in events} == {"rating"}
    assert {path.parent.name for path in tmp_path.glob("events/month=*/*")} == {"month=2001-09"}


def test_a_rating_makes_a_watched_entry_and_marks_it_derived(
    database: Database[Document], tmp_path: Path
) -> None:
    bring(database, tmp_path, "movielens", write_movielens(tmp_path / "ml"))
    activity = activity_from_document(database["activity"].find_one({"_id": "ml-1"}) or {})
    assert set(activity.watched) == {"tt0114709", "tt0133093"}
    assert activity.watched["tt0133093"].finished  # type: ignore[index]
    assert activity.rated["tt0133093"].value == 1.0  # type: ignore[index]
    profile = profile_from_document(database["profiles"].find_one({"_id": "ml-1"}) or {})
    assert profile.favourite_genres == ("Action", "Adventure", "Animation")
    assert "watched" in profile.derived
    title = title_from_document(database["titles"].find_one({"_id": "ml-4"}) or {})
    assert title.maturity_age is None
    assert "runtime_seconds" in title.derived


def test_demo_personas_are_provided_and_a_recent_member_with_a_rich_history_is_one(
    database: Database[Document], tmp_path: Path
) -> None:
    bring(database, tmp_path, "movielens", write_movielens(tmp_path / "ml"))
    there = {
        one["_id"]: (one["persona"], one["name"]) for one in database["profiles"].find({"account_id": "demo"})
    }
    assert there == {
        "mina": ("new", "Mina, new today"), "kids-room": ("kids", "Kids room"), "ml-2": ("binge", "Member 2"),
    }  # fmt: skip
    assert (database["accounts"].find_one({"_id": "demo"}) or {})["region"] == "US"
    assert {event["region"] for event in archived(tmp_path) if event["profile_id"] == "ml-2"} == {"US"}


def test_importing_twice_changes_nothing(database: Database[Document], tmp_path: Path) -> None:
    folder = write_movielens(tmp_path / "ml")
    bring(database, tmp_path, "movielens", folder)
    before, lines = counts(database), archived(tmp_path)
    bring(database, tmp_path, "movielens", folder)
    assert counts(database) == before
    assert archived(tmp_path) == lines


def test_importing_again_keeps_what_viewers_did_and_withdraws_who_left(
    database: Database[Document], tmp_path: Path
) -> None:
    bring(database, tmp_path, "movielens", write_movielens(tmp_path / "ml"))
    answers = {"welcomed_at": 5, "favourite_genres": ["War"]}
    database["profiles"].update_one({"_id": "ml-1"}, {"$set": answers})
    database["profiles"].update_one({"_id": "mina"}, {"$set": answers})
    database["accounts"].update_many({}, {"$set": {"arms": {"e": {}}}})
    with gzip.open(tmp_path / "events" / "month=2001-09" / "live-2001-09-01.jsonl.gz", "wt") as live:
        live.write(json.dumps({**LIVE, "id": "l", "type": "list_add"}) + "\n")
    database["events"].insert_one({"_id": "ml-1:d", "id": "d", **LIVE, "type": "dislike"})
    ratings = "".join(line + "\n" for line in RATINGS.splitlines() if not line.startswith("7,"))
    bring(database, tmp_path, "movielens", write_movielens(tmp_path / "smaller", ratings=ratings))
    activity = activity_from_document(database["activity"].find_one({"_id": "ml-1"}) or {})
    assert activity.my_list() == ["tt0133093"]
    assert activity.rated["tt0133093"].value == -1.0  # type: ignore[index]
    assert activity.watched["tt0114709"].finished  # type: ignore[index]
    assert activity.revision == 2
    for name in ("ml-1", "mina"):
        assert (database["profiles"].find_one({"_id": name}) or {}).items() >= answers.items()
    assert database["accounts"].count_documents({"arms": {"$exists": False}}) == 0
    assert {one["_id"] for one in database["profiles"].find()} == {"ml-1", "ml-2", "mina", "kids-room"}
    assert {one["_id"] for one in database["activity"].find()} == {"ml-1", "ml-2"}


LIVE = {
    "profile_id": "ml-1", "title_id": "tt0133093", "occurred_at": 1_900_000_000_000, "region": "US", "kind": "movie",
}  # fmt: skip


def test_movietweetings_joins_films_that_are_there(database: Database[Document], tmp_path: Path) -> None:
    bring(database, tmp_path, "movielens", write_movielens(tmp_path / "ml"))
    told = bring(database, tmp_path, "movietweetings", write_movietweetings(tmp_path / "mt"))
    assert (told["titles"], told["joined"], told["profiles"], told["ratings"]) == (2, 1, 2, 3)
    assert database["titles"].count_documents({}) == 5
    matrix = database["titles"].find_one({"_id": "tt0133093"}) or {}
    assert (matrix["source"], matrix["genres"]) == ("movielens", ["Action", "Science Fiction", "Thriller"])
    people = {event["profile_id"] for event in archived(tmp_path) if event["title_id"] == "tt0133093"}
    assert people == {"ml-1", "ml-2", "mt-1"}
    assert database["profiles"].count_documents({"persona": "binge"}) == 1


def test_history_is_shifted_to_a_date(database: Database[Document], tmp_path: Path) -> None:
    told = bring(database, tmp_path, "movielens", write_movielens(tmp_path / "ml"), shift="2026-11-20")
    newest = datetime(2026, 11, 20, 1, 46, 40, tzinfo=UTC)
    assert max(int(str(event["occurred_at"])) for event in archived(tmp_path)) == to_millis(newest)
    assert told["shifted_days"] == (newest.date() - datetime(2001, 9, 10).date()).days


def test_broken_rows_leave_no_trace(database: Database[Document], tmp_path: Path) -> None:
    folder = write_movielens(tmp_path / "ml", ratings=RATINGS + "9,1,8.0,1000000000\n")
    with pytest.raises(BrokenRows):
        bring(database, tmp_path, "movielens", folder)
    assert counts(database) == {"titles": 0, "profiles": 0, "accounts": 0, "activity": 0}
    assert list(tmp_path.glob("events/**/*")) == []


def test_broken_rows_are_left_out_when_asked(database: Database[Document], tmp_path: Path) -> None:
    folder = write_movielens(tmp_path / "ml", ratings=RATINGS + "9,1,8.0,1000000000\n")
    told = bring(database, tmp_path, "movielens", folder, skip=True)
    assert (told["ratings"], told["broken_rows"], told["profiles"]) == (6, 1, 3)
    assert len(archived(tmp_path)) == 6


def test_synopses_bring_cast_text_and_their_source(database: Database[Document], tmp_path: Path) -> None:
    facts = {"imdb_id": "tt0133093", "extract": "A hacker learns.", "href": "The_Matrix", "cast": ["K. R."]}
    path = tmp_path / "films.jsonl"
    path.write_text(json.dumps(facts) + "\n", "utf-8")
    told = bring(database, tmp_path, "movielens", write_movielens(tmp_path / "ml"), synopses=path)
    assert told["with_synopsis"] == 1
    title = title_from_document(database["titles"].find_one({"_id": "tt0133093"}) or {})
    assert (title.synopsis, title.cast) == ("A hacker learns.", ("K. R.",))
    assert title.synopsis_source == "https://en.wikipedia.org/wiki/The_Matrix"
