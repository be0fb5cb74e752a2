"""The sample in the database, the archive and the truth folder; and the output of the command."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from pymongo.database import Database

from batch.commands.sample import sample
from batch.sample.builder import SampleBuilder, SampleSpec, build_all
from batch.sample.truth import truth_paths
from batch.sample.viewers import SimulationPeriod
from batch.sample.writer import write_catalogue, write_viewers
from batch.storage.bulk_load import ensure_default_layout
from batch.storage.clients import open_mongo
from domain.layouts.shipped_layout import SHIPPED_LAYOUT
from domain.layouts.versions import layout_to_record
from domain.serialization import Document
from domain.storage_names import MONGO_INDEXES

UNTIL = "2026-11-22T20:00:00Z"
SPAN = SimulationPeriod(datetime(2026, 11, 22, 20, tzinfo=UTC), 20)


@pytest.fixture
def database(mongo_database: str) -> Iterator[Database[Document]]:
    opened = open_mongo(mongo_database)
    yield opened
    opened.client.close()


def load(database: Database[Document], lake: Path, profiles: int) -> dict[str, int]:
    builder = SampleBuilder(SampleSpec(7, 60, profiles, SPAN))
    stored = write_catalogue(database, builder)
    batches = (batch for _, batch in build_all(builder, workers=1))
    return {"titles": stored, **write_viewers(database, lake, builder, batches)}


@pytest.mark.stores
def test_every_document_and_event_arrives(database: Database[Document], tmp_path: Path) -> None:
    counts = load(database, tmp_path, 40)
    assert counts["profiles"] == database["profiles"].count_documents({}) == 40
    assert counts["accounts"] == database["accounts"].count_documents({})
    assert counts["titles"] == database["titles"].count_documents({})
    assert database["titles"].count_documents({"kind": {"$ne": "episode"}}) == 60
    assert counts["histories"] == database["activity"].count_documents({})
    lines = sum(
        gzip.decompress(path.read_bytes()).count(b"\n")
        for path in tmp_path.glob("events/month=*/sample.jsonl.gz")
    )
    assert counts["events"] == lines > 0
    assert database["layouts"].find_one() == layout_to_record(SHIPPED_LAYOUT)


@pytest.mark.stores
def test_a_smaller_sample_replaces_a_larger_one_whole(database: Database[Document], tmp_path: Path) -> None:
    load(database, tmp_path, 40)
    database["titles"].insert_one({"_id": "mine", "source": "own"})
    load(database, tmp_path, 10)
    assert database["profiles"].count_documents({}) == 10
    assert database["titles"].count_documents({"_id": "mine"}) == 1
    truths = gzip.decompress(truth_paths(tmp_path)[0].read_bytes()).decode().splitlines()
    assert {json.loads(line)["profile_id"] for line in truths} == set(database["profiles"].distinct("_id"))


@pytest.mark.stores
def test_every_index_of_the_contract_is_made(database: Database[Document], tmp_path: Path) -> None:
    load(database, tmp_path, 4)
    for collection, keys, _ in MONGO_INDEXES:
        batches = [list(index["key"].items()) for index in database[collection].list_indexes()]
        assert list(keys) in batches, collection


@pytest.mark.stores
def test_a_published_layout_is_left_alone(database: Database[Document]) -> None:
    database["layouts"].insert_one({"_id": "home", "version": 9})
    ensure_default_layout(database)
    assert database["layouts"].find_one() == {"_id": "home", "version": 9}


@pytest.mark.stores
def test_the_same_sample_again_keeps_what_viewers_did(database: Database[Document], tmp_path: Path) -> None:
    load(database, tmp_path, 10)
    profile = str((database["activity"].find_one() or {})["_id"])
    like = {
        "id": "e",
        "profile_id": profile,
        "title_id": "m00001",
        "type": "like",
        "occurred_at": 1_800_000_000_000,
    }
    database["events"].insert_one({"_id": f"{profile}:e", "region": "US", "kind": "movie", **like})
    answers = {"welcomed_at": 5, "favourite_genres": ["War"]}
    database["profiles"].update_one({"_id": profile}, {"$set": answers})
    database["accounts"].update_many({}, {"$set": {"arms": {"e": {}}}})
    before = {name: list(database[name].find().sort("_id")) for name in ("titles", "accounts", "profiles")}
    revision = (database["activity"].find_one({"_id": profile}) or {})["revision"]
    load(database, tmp_path, 10)
    assert {name: list(database[name].find().sort("_id")) for name in before} == before
    activity = database["activity"].find_one({"_id": profile}) or {}
    assert activity["rated"]["m00001"] == {"at": 1_800_000_000_000, "value": 1.0}
    assert activity["revision"] == revision + 1


def run(home: Path, *options: str) -> str:
    arguments = ["--titles", "30", "--profiles", "8", "--days", "10", "--until", UNTIL, *options]
    result = CliRunner(env={"MARQUEE_HOME": str(home)}).invoke(sample, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(tmp_path / name, "--files-only", "--seed", "3")
    one = {path.relative_to(tmp_path / "one"): path.read_bytes() for path in (tmp_path / "one").rglob("*.gz")}
    two = {path.relative_to(tmp_path / "two"): path.read_bytes() for path in (tmp_path / "two").rglob("*.gz")}
    assert one == two
    assert {str(path) for path in one} >= {"lake/truth/profiles.jsonl.gz", "lake/truth/titles.jsonl.gz"}
    run(tmp_path / "two", "--files-only", "--seed", "4")
    assert one != {
        path.relative_to(tmp_path / "two"): path.read_bytes() for path in (tmp_path / "two").rglob("*.gz")
    }


def test_summary_is_json_when_asked(tmp_path: Path) -> None:
    output = json.loads(run(tmp_path, "--files-only", "--json"))
    assert (output["titles"], output["profiles"], output["seed"]) == (30, 8, 7)
    assert output["until"] == "2026-11-22T20:00:00+00:00"


def test_describe_prints_the_skew_and_writes_nothing(tmp_path: Path) -> None:
    output = run(tmp_path, "--describe")
    assert "MovieLens small" in output
    assert "Gini coefficient over titles" in output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "what"),
    [(["--until", "soon"], "is not an instant"), (["--titles", "0"], "is not in the range"),
     (["--until", "1066-01-01T00:00:00Z"], "choose an instant from 1990")],
)  # fmt: skip
def test_wrong_usage_exits_with_2(options: list[str], what: str) -> None:
    result = CliRunner().invoke(sample, options)
    assert result.exit_code == 2
    assert what in result.output


def test_without_a_server_the_command_says_what_to_do(tmp_path: Path) -> None:
    environment = {"MARQUEE_HOME": str(tmp_path), "MARQUEE_MONGO_URL": ""}
    result = CliRunner(env=environment).invoke(sample, ["--titles", "5", "--profiles", "4"])
    assert result.exit_code == 2
    assert "run `marquee stack up`, or set MARQUEE_MONGO_URL" in result.output
