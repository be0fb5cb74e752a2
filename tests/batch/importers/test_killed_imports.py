"""An import that is killed at any write is finished by the same import, and readers never see half a document."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from batch.storage.clients import open_mongo
from batch.storage.jsonl_file import read_jsonl
from domain.catalog.documents import title_from_document
from domain.serialization import Document
from tests.batch.importers.own_files import Importer, Row, episode, event, movie, profile, series

pytestmark = pytest.mark.stores
SCRIPT = Path(__file__).with_name("killed_import.py")
STEPS = {"catalog": 3, "profiles": 3, "events": 1}
"""Which writes are tried: a process takes more than a second to start."""

ROOT = Path(__file__).parents[3]
OLD: dict[str, list[Row]] = {
    "catalog": [
        series("quay"),
        episode("e1", "quay", 1, 1),
        episode("e2", "quay", 2, 1),
        movie("a"),
        movie("b"),
    ],
    "profiles": [profile("ada"), profile("bo"), profile("cy", "other")],
    "events": [
        event("ada", "a", "complete", 5, id="x"),
        event("bo", "a", "like", 5),
        event("cy", "b", "like", 30 - 25),
    ],
}
NEW: dict[str, list[Row]] = {
    "catalog": [series("quay", name="Pier"), episode("e1", "quay", 1, 1), movie("a", year=2001), movie("c")],
    "profiles": [profile("ada", "other", name="Ada"), profile("bo", region="DE"), profile("di", "new")],
    "events": [event("ada", "a", "progress", 3, id="x", position_seconds=9), event("bo", "b", "like", 5)],
}


@pytest.fixture
def importer(mongo_database: str, tmp_path: Path) -> Iterator[Importer]:
    database: Database[Document] = open_mongo(mongo_database)
    yield Importer(database, tmp_path)
    database.client.close()


def load(importer: Importer, kind: str, rows: list[Row]) -> None:
    {"catalog": importer.catalog, "profiles": importer.profiles, "events": importer.events}[kind](*rows)


def start_from(importer: Importer, kind: str) -> None:
    for name in ("titles", "profiles", "accounts", "activity", "imports"):
        importer.database[name].delete_many({})
    for path in importer.folder.glob("events/*/*"):
        path.unlink()
    for name in ("catalog", "profiles", "events"):
        load(importer, name, OLD[name])
        if name == kind:
            return


def state(importer: Importer) -> dict[str, Any]:
    stored = {
        name: sorted(
            (one for one in importer.database[name].find({}, {"revision": 0})),
            key=lambda one: str(one["_id"]),
        )
        for name in ("titles", "profiles", "accounts", "activity", "imports")
    }
    return stored | {"archive": archive(importer)}


def archive(importer: Importer) -> list[str]:
    return [line for path in sorted(importer.folder.glob("events/month=*/*.gz")) for line in read_jsonl(path)]


@pytest.mark.parametrize("kind", ["catalog", "profiles", "events"])
def test_the_same_import_finishes_what_a_kill_left(
    importer: Importer, mongo_database: str, kind: str
) -> None:
    start_from(importer, kind)
    old_archive = archive(importer)
    load(importer, kind, NEW[kind])
    finished = state(importer)
    kills = 0
    for last in range(0, 100, STEPS[kind]):
        start_from(importer, kind)
        importer._file(kind, tuple(NEW[kind]), skip=False)
        arguments = [sys.executable, str(SCRIPT), mongo_database, str(importer.folder), kind, str(last)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        code = subprocess.run(arguments, env=environment, check=False).returncode
        if code == 0:
            break
        assert code == -signal.SIGKILL
        kills += 1
        for document in importer.database["titles"].find():
            title_from_document(document)
        assert archive(importer) in (old_archive, finished["archive"])
        load(importer, kind, NEW[kind])
        assert state(importer) == finished
    assert kills >= 2
