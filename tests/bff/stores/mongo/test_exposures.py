"""Exposures against the real store: one per unit, experiment and phase, however often they are noted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from bff.stores.base.instrumentation import record_store_calls
from bff.stores.mongo.exposures import BACKOFF_SECONDS, MAX_QUEUED, RECHECK_SECONDS, ExposureLog
from bff.stores.mongo.viewers_and_lists import MongoStore
from domain.experiments.exposures import Exposure
from domain.experiments.model import Unit
from domain.ids import AccountId, ProfileId
from domain.resilience.timeouts import StoreTimeouts
from domain.viewers.profiles import StickyAssignment

pytestmark = pytest.mark.stores

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOME = AccountId("home")


@pytest.fixture
async def store(mongo_database: str) -> AsyncIterator[MongoStore]:
    # A slow machine is no outage.
    opened = MongoStore(mongo_database, timeouts=StoreTimeouts(mongo_read=20, mongo_write=20))
    with MongoClient[dict[str, Any]](mongo_database) as client:
        account = {"_id": "home", "region": "DE", "plan": "standard", "created_at": 0}
        client.get_default_database()["accounts"].insert_one(account)
    yield opened
    opened.close()


def an_exposure(**changes: Any) -> Exposure:
    exposure = Exposure(
        experiment="row-order",
        phase=1,
        unit=Unit.PROFILE,
        unit_id="ade",
        variant="B",
        bucket_version=0,
        sticky=True,
        profile_id=ProfileId("ade"),
        account_id=HOME,
        page_id="page-1",
        layout_version=3,
        data_version="20261122-1",
        at=NOW,
    )
    return replace(exposure, **changes)


def written(url: str) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](url, tz_aware=True) as client:
        return list(client.get_default_database()["exposures"].find().sort("_id"))


async def test_an_exposure_is_written_with_the_page_it_happened_on(
    store: MongoStore, mongo_database: str
) -> None:
    exposures = ExposureLog(store.database)
    exposures.record(an_exposure(differs_from=("A",)))
    await exposures.flush()
    assert written(mongo_database) == [
        {
            "_id": "row-order:1:profile:ade",
            "experiment": "row-order",
            "phase": 1,
            "unit": "profile",
            "unit_id": "ade",
            "variant": "B",
            "variants": ["B"],
            "bucket_version": 0,
            "profile_id": "ade",
            "account_id": "home",
            "page_id": "page-1",
            "layout_version": 3,
            "data_version": "20261122-1",
            "at": 1795348800000,
            "differs": True,
            "differs_from": ["A"],
            "differs_at": 1795348800000,
            "served": {"B": {"pages": 1, "rows": 0, "degraded": 0}},
            "expires_at": NOW + timedelta(days=180),
        }
    ]


async def test_what_is_noted_twice_is_written_once_and_the_first_page_stays(
    store: MongoStore, mongo_database: str
) -> None:
    exposures = ExposureLog(store.database)
    with record_store_calls() as call_log:
        for number in range(3):
            exposures.record(an_exposure(page_id=f"page-{number}"))
        await exposures.flush()
    (document,) = written(mongo_database)
    assert document["page_id"] == "page-0"
    assert not exposures.is_new("row-order:1:profile:ade", "B")
    assert call_log.calls == {}  # its calls are not the page's


async def test_other_processes_note_the_same_and_it_stays_one(store: MongoStore, mongo_database: str) -> None:
    logs = [ExposureLog(store.database) for _ in range(8)]
    for number, exposures in enumerate(logs):
        for profile in range(20):
            exposures.record(
                an_exposure(
                    unit_id=f"p{profile}", profile_id=ProfileId(f"p{profile}"), page_id=f"page-{number}"
                )
            )
    await asyncio.gather(*(exposures.flush() for exposures in logs))
    documents = written(mongo_database)
    assert len(documents) == 20
    assert {tuple(document["variants"]) for document in documents} == {("B",)}
    assert sum(exposures.dropped for exposures in logs) == 0


async def test_a_restart_and_another_unit_are_exposures_of_their_own(
    store: MongoStore, mongo_database: str
) -> None:
    exposures = ExposureLog(store.database)
    exposures.record(an_exposure())
    exposures.record(an_exposure(phase=2, variant="A"))
    exposures.record(an_exposure(unit=Unit.ACCOUNT, unit_id="home"))
    await exposures.flush()
    assert [document["_id"] for document in written(mongo_database)] == [
        "row-order:1:account:home",
        "row-order:1:profile:ade",
        "row-order:2:profile:ade",
    ]


async def test_a_unit_that_was_moved_shows_both_variants(store: MongoStore, mongo_database: str) -> None:
    exposures = ExposureLog(store.database)
    exposures.record(an_exposure())
    exposures.record(an_exposure(variant="A"))
    await exposures.flush()
    (document,) = written(mongo_database)
    assert (document["variant"], document["variants"]) == ("B", ["B", "A"])


async def test_no_difference_is_looked_at_again_after_a_while_and_a_difference_stays(
    store: MongoStore, mongo_database: str
) -> None:
    time = [0.0]
    exposures = ExposureLog(store.database, lambda: time[0])
    exposures.record(an_exposure())
    name = an_exposure().id
    assert not exposures.is_new(name, "B")
    assert exposures.is_new(name, "A")
    time[0] = RECHECK_SECONDS
    assert exposures.is_new(name, "B")
    later = NOW + timedelta(hours=1)
    exposures.record(an_exposure(differs_from=("A", "C"), at=later, page_id="page-2"))
    time[0] = 10 * RECHECK_SECONDS
    assert not exposures.is_new(name, "B")
    await exposures.flush()
    (document,) = written(mongo_database)
    assert document["differs"] is True
    assert document["differs_from"] == ["A", "C"]
    assert (document["at"], document["differs_at"]) == (1795348800000, 1795352400000)
    assert document["page_id"] == "page-1"


async def test_the_account_remembers_what_was_shown(store: MongoStore) -> None:
    exposures = ExposureLog(store.database)
    exposures.record(an_exposure())
    exposures.record(an_exposure(experiment="hero", unit=Unit.ACCOUNT, unit_id="home", bucket_version=2))
    exposures.record(an_exposure(experiment="loose", sticky=False))
    await exposures.flush()
    account = (await store.accounts([HOME]))[HOME]
    expected = {"row-order": StickyAssignment("B", 1), "hero": StickyAssignment("B", 1, 2)}
    assert account.sticky_assignments_for(ProfileId("ade")) == expected
    assert account.sticky_assignments_for(ProfileId("mina")) == {"hero": StickyAssignment("B", 1, 2)}


async def test_an_account_whose_arms_cannot_be_read_is_still_an_account(
    store: MongoStore, mongo_database: str
) -> None:
    with MongoClient[dict[str, Any]](mongo_database) as client:
        arms = {
            "row-order": {"ade": {"variant": 7}, "mina": {"variant": "A", "phase": 1, "bucket": 0}},
            "x": 1,
        }
        client.get_default_database()["accounts"].update_one({"_id": "home"}, {"$set": {"arms": arms}})
    account = (await store.accounts([HOME]))[HOME]
    assert account.sticky_assignments_for(ProfileId("ade")) == {}
    assert account.sticky_assignments_for(ProfileId("mina")) == {"row-order": StickyAssignment("A", 1)}


async def test_failed_writes_are_counted_and_can_be_recorded_again_after_a_pause() -> None:
    dark, time = MongoStore("mongodb://127.0.0.1:9/marquee?directConnection=true"), [0.0]
    exposures = ExposureLog(dark.database, lambda: time[0])
    assert exposures.record(an_exposure())
    await exposures.flush()
    assert exposures.dropped == 1
    assert not exposures.is_new(an_exposure().id, "B")
    assert not exposures.record(an_exposure(unit_id="mina"))
    time[0] = BACKOFF_SECONDS
    assert exposures.is_new(an_exposure().id, "B")
    dark.close()


async def test_what_waits_is_bounded_and_noting_never_waits() -> None:
    dark = MongoStore("mongodb://127.0.0.1:9/marquee?directConnection=true")
    exposures = ExposureLog(dark.database)
    for number in range(MAX_QUEUED + 5):
        exposures.record(an_exposure(unit_id=f"p{number}"))
    assert exposures.dropped == 5
    await exposures.close()
    dark.close()
