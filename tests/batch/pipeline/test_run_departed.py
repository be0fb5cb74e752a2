"""A nightly run after somebody left: nothing is computed for the erased one, and the merged one's history counts."""

from __future__ import annotations

import gzip
import io
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest

from batch.jobs import interactions
from batch.jobs.context import version_folder
from batch.pipeline.run import run_job
from domain.ids import ProfileId
from domain.storage_names import DEPARTURES, PROFILES, TOP_PICKS
from domain.viewers.departures import Departure, departure_key, departure_to_document
from tests.batch import nightly_world as world

pytestmark = [pytest.mark.spark, pytest.mark.stores, pytest.mark.timeout(900)]

ERASED, MERGED, INTO = "horror-0", "romance-1", "western-2"


def test_the_next_run_knows_nothing_of_who_was_erased_and_adds_up_who_was_merged(
    spark: Any, batch_settings: Any, stores: Any
) -> None:
    """As the service leaves them: departed, without a profile, still in the archive."""
    world.fill(stores.mongo, batch_settings.lake)
    for name, into in ((ERASED, None), (MERGED, ProfileId(INTO))):
        departure = Departure(departure_key(name), datetime.now(UTC), into)
        stores.mongo[DEPARTURES].insert_one(departure_to_document(departure))
        stores.mongo[PROFILES].delete_one({"_id": name})
    seen: dict[str, set[str]] = {}

    def run(name: str) -> Any:
        return run_job(name, world.DAY, batch_settings, io.StringIO(), lambda *_: nullcontext(spark))

    staged = run("interactions")
    folder = version_folder(batch_settings, staged.version) / interactions.DATASET
    for row in spark.read.parquet(folder.resolve().as_uri()).collect():
        seen.setdefault(row.profile_id, set()).add(row.title_id)
    assert {ERASED, MERGED} & seen.keys() == set()
    tastes = {title.partition("-")[0] for title in seen[INTO]}
    assert tastes == {"romance", "western", "saga"}
    published = run("nightly")
    assert published.published
    picks = {one["profile_id"] for one in stores.mongo[TOP_PICKS].find({"version": published.version})}
    assert {ERASED, MERGED} & picks == set()
    assert INTO in picks
    # A film has the profile's name, too.
    for path in batch_settings.lake.rglob("*.jsonl.gz"):
        assert f'"profile_id":"{ERASED}"'.encode() not in gzip.decompress(path.read_bytes())
    # The first purge of all files was done; nothing waits any more.
    assert all("files_at" in one for one in stores.mongo[DEPARTURES].find())
