"""Departed profiles leave the files, whatever brings them there, and nothing else changes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from batch.jobs import input_snapshot, interactions, popularity, similar_titles, top_picks
from batch.pipeline.ledger import Ledger
from batch.pipeline.publish import find_problems
from batch.pipeline.purge import IMPERSONAL_DATASETS, purge_departed, remove_departed_picks
from batch.storage import departed_lines
from batch.storage.departed_lines import remove_departed_lines
from batch.storage.departures import read_departures
from batch.storage.document_writer import DocumentWriter
from batch.storage.event_archive import EventArchive
from batch.storage.source_activity import SourceActivityWriter
from batch.storage.source_writer import SourceWriter
from domain.ids import ProfileId, TitleId
from domain.storage_names import ACTIVITY, DEPARTURES, PROFILES, RUNS, TOP_PICKS
from domain.viewers.activity import Activity, Listing
from domain.viewers.anonymous_sessions import merged_event_id
from domain.viewers.departures import Departure, departure_key, departure_to_document
from domain.viewers.documents import activity_to_document

pytestmark = pytest.mark.stores

NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)
GONE, MERGED, STAYS = "gone", "merged", "stays"


@pytest.fixture
def database(stores: Any) -> Iterator[Any]:
    for name in (DEPARTURES, PROFILES, ACTIVITY, TOP_PICKS, RUNS):
        stores.mongo[name].delete_many({})
    return stores.mongo


def depart(database: Any, profile: str, into: str | None = None, at: datetime = NOW) -> None:
    departure = Departure(departure_key(profile), at, ProfileId(into) if into else None)
    database[DEPARTURES].replace_one({"_id": departure.key}, departure_to_document(departure), upsert=True)


def write(lake: Path, name: str, *profiles: str, days: int = 0) -> None:
    at = round((NOW - timedelta(days=days)).timestamp() * 1000)
    with EventArchive(lake, name) as archive:
        archive.add(
            {"id": f"e-{one}", "profile_id": one, "title_id": "t", "occurred_at": at} for one in profiles
        )


def lines(lake: Path) -> dict[str, list[tuple[str, str]]]:
    found = {}
    for path in sorted(lake.glob("events/month=*/*.gz")):
        events = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
        found[path.name.partition(".")[0]] = [(event["profile_id"], event["id"]) for event in events]
    return found


def test_lines_of_an_erased_profile_go_and_a_merged_ones_are_its_successors(
    database: Any, tmp_path: Path
) -> None:
    write(tmp_path, "own-a", GONE, STAYS, MERGED)
    write(tmp_path, "sample", STAYS, days=40)
    untouched = (tmp_path / "events" / "month=2026-10" / "sample.jsonl.gz").stat()
    depart(database, GONE)
    depart(database, MERGED, STAYS)
    [place] = purge_departed(database, tmp_path, NOW)
    assert (place.place, place.found, place.removed, place.left) == (
        "events/month=2026-11/own-a.jsonl.gz",
        2,
        2,
        0,
    )
    renamed = merged_event_id(ProfileId(MERGED), f"e-{MERGED}")
    assert lines(tmp_path) == {
        "own-a": [(STAYS, f"e-{STAYS}"), (STAYS, renamed)],
        "sample": [(STAYS, f"e-{STAYS}")],
    }
    assert (tmp_path / "events" / "month=2026-10" / "sample.jsonl.gz").stat() == untouched
    assert all("files_at" in one for one in database[DEPARTURES].find())


def test_a_file_is_searched_again_only_when_it_is_new_or_somebody_has_left(
    database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    count = departed_lines.count_departed_lines
    monkeypatch.setattr(
        departed_lines,
        "count_departed_lines",
        lambda path, book: searched.append(path.name.partition(".")[0]) or count(path, book),
    )
    write(tmp_path, "a", STAYS)
    assert purge_departed(database, tmp_path, NOW) == []
    assert searched == []
    depart(database, GONE)
    purge_departed(database, tmp_path, NOW)
    purge_departed(database, tmp_path, NOW)
    assert searched == ["a"]
    # A restored backup, or an import that knew nothing.
    write(tmp_path, "b", GONE, STAYS)
    purge_departed(database, tmp_path, NOW)
    assert searched == ["a", "b", "b"]
    assert lines(tmp_path)["b"] == [(STAYS, f"e-{STAYS}")]
    depart(database, "another")
    purge_departed(database, tmp_path, NOW)
    assert sorted(searched[3:]) == ["a", "b"]


def test_a_file_that_is_replaced_meanwhile_is_read_again(
    database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The importer's new version must not be overwritten by the old one without the profile."""
    write(tmp_path, "a", GONE, STAYS)
    [path] = tmp_path.glob("events/month=*/a.jsonl.gz")
    depart(database, GONE)
    rewrite, replaced = departed_lines.rewrite_line, iter([True])

    def importing(line: str, book: Any) -> str | None:
        if next(replaced, False):
            write(tmp_path, "a", GONE, STAYS, "new")
        return rewrite(line, book)

    monkeypatch.setattr(departed_lines, "rewrite_line", importing)
    counts = remove_departed_lines(path, tmp_path / "events", read_departures(database))
    assert (counts.found, counts.left) == (1, 0)
    assert lines(tmp_path)["a"] == [(STAYS, f"e-{STAYS}"), ("new", "e-new")]
    assert [one.name for one in path.parent.iterdir()] == ["a.jsonl.gz"]


def test_a_killed_purge_leaves_the_file_as_it_was(
    database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a", GONE, STAYS)
    depart(database, GONE)
    before = lines(tmp_path)

    def killed(line: str, book: Any) -> str | None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(departed_lines, "rewrite_line", killed)
        with pytest.raises(KeyboardInterrupt):
            purge_departed(database, tmp_path, NOW)
    assert lines(tmp_path) == before
    assert purge_departed(database, tmp_path, NOW)[0].removed == 1


def test_datasets_that_name_profiles_go_but_not_those_of_a_run_under_way(
    database: Any, tmp_path: Path
) -> None:
    run = Ledger(database).start_run("nightly", NOW.date())
    for version in ("old", run.version):
        for dataset in ("viewers", "titles"):
            (tmp_path / "versions" / version / dataset).mkdir(parents=True)
            (tmp_path / "versions" / version / dataset / "part").write_text("x")
    depart(database, GONE)
    purge_departed(database, tmp_path, datetime.now(UTC))
    left = sorted(str(one.relative_to(tmp_path / "versions")) for one in tmp_path.glob("versions/*/*"))
    assert left == sorted([f"{run.version}/titles", f"{run.version}/viewers", "old/titles"])
    assert "files_at" not in database[DEPARTURES].find_one()
    database[RUNS].update_many({}, {"$set": {"status": "succeeded"}})
    purge_departed(database, tmp_path, datetime.now(UTC))
    assert not (tmp_path / "versions" / run.version / "viewers").exists()
    assert "files_at" in database[DEPARTURES].find_one()


def test_what_names_no_profile_is_kept() -> None:
    impersonal = {input_snapshot.TITLES_DATASET, popularity.DATASET, similar_titles.DATASET}
    assert impersonal == IMPERSONAL_DATASETS
    personal = {interactions.DATASET, top_picks.DATASET, input_snapshot.VIEWERS_DATASET}
    assert not personal & IMPERSONAL_DATASETS


def test_picks_of_a_profile_that_left_during_the_run_are_not_published(database: Any) -> None:
    run = Ledger(database).start_run("nightly", NOW.date())
    rows = [
        {"_id": f"{run.version}:{one}", "version": run.version, "profile_id": one} for one in (GONE, STAYS)
    ]
    database[TOP_PICKS].insert_many(rows)
    remove_departed_picks(database, run)
    assert database[TOP_PICKS].count_documents({}) == 2
    depart(database, GONE, at=datetime.now(UTC))
    remove_departed_picks(database, run)
    assert [one["profile_id"] for one in database[TOP_PICKS].find()] == [STAYS]


@pytest.mark.parametrize(
    ("stored", "departed", "blocked"), [(9, 1, False), (9, 0, True), (8, 1, True), (11, 1, True)]
)
def test_as_many_picks_may_be_missing_as_profiles_have_left(
    stored: int, departed: int, blocked: bool
) -> None:
    counts = {
        "top_picks": 10,
        "similar_lists": 1,
        "popular_lists": 1,
        "trending_lists": 1,
        "titles_indexed": 1,
    }
    found = {
        TOP_PICKS: stored,
        "similar_titles": 1,
        "popular_titles": 1,
        "trending": 1,
        "catalog": 1,
        "titles": 1,
    }
    assert bool(find_problems(counts, found, departed)) == blocked


def test_no_writer_brings_an_erased_profile_back_and_a_merged_ones_history_goes_to_its_successor(
    database: Any, tmp_path: Path
) -> None:
    depart(database, GONE)
    depart(database, MERGED, STAYS)
    before = database[DEPARTURES].find_one({"_id": departure_key(GONE)})["expires_at"]
    records = [
        activity_to_document(Activity(ProfileId(one), 1, listed={TitleId(f"of-{one}"): Listing(NOW, True)}))
        for one in (GONE, MERGED, STAYS)
    ]
    profiles = SourceWriter(database, PROFILES, "sample")
    profiles.add({"_id": one} for one in (GONE, MERGED, STAYS))
    profiles.flush()
    with DocumentWriter(database, PROFILES) as changes:
        for one in (GONE, MERGED, "new"):
            changes.put({"_id": one}, is_new=True)
    assert sorted(one["_id"] for one in database[PROFILES].find()) == ["new", STAYS]
    for _ in range(2):
        with EventArchive(tmp_path, "sample") as archive:
            activity = SourceActivityWriter(database, "sample", archive)
            activity.add(records)
            activity.withdraw_rest()
    [record] = database[ACTIVITY].find()
    assert (record["_id"], sorted(record["listed"])) == (STAYS, ["of-merged", "of-stays"])
    # While something brings the id, it must be known.
    assert database[DEPARTURES].find_one({"_id": departure_key(GONE)})["expires_at"] > before
