"""Which writes of MongoDB change visibility: read off change events, and heard from a real server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pymongo import MongoClient

from bff.stores.mongo.viewers_and_lists import MongoStore
from bff.stores.visibility.write_stream import WriteStream, change_of
from domain.visibility.changes import ALL_CHANGED, VisibilityChange
from resolvers.runtime.known_changes import Channel, KnownChanges


def an_event(collection: str, key: str, kind: str = "update", *fields: str, **removed: Any) -> dict[str, Any]:
    event: dict[str, Any] = {"operationType": kind, "ns": {"coll": collection}, "documentKey": {"_id": key}}
    if kind == "update":
        event["updateDescription"] = {"updatedFields": dict.fromkeys(fields, 1), "removedFields": [*removed]}
    return event


@pytest.mark.parametrize(
    ("event", "change"),
    [
        (an_event("profiles", "ade", "update", "maturity_limit"), VisibilityChange(profiles=("ade",))),  # type: ignore[arg-type]
        (an_event("profiles", "ade", "update", "blocked.3"), VisibilityChange(profiles=("ade",))),  # type: ignore[arg-type]
        (an_event("profiles", "ade", "update", blocked=1), VisibilityChange(profiles=("ade",))),  # type: ignore[arg-type]
        (an_event("profiles", "ade", "update", "welcomed_at", "favourite_genres"), VisibilityChange()),
        (an_event("profiles", "ade", "delete"), VisibilityChange(profiles=("ade",))),  # type: ignore[arg-type]
        (an_event("accounts", "home", "update", "arms.x"), VisibilityChange()),
        (an_event("accounts", "home", "update", "region"), VisibilityChange(accounts=("home",))),  # type: ignore[arg-type]
        (an_event("titles", "m1", "update", "popularity"), VisibilityChange()),
        (an_event("titles", "m1", "update", "windows.0.ends_at"), VisibilityChange(titles=("m1",))),  # type: ignore[arg-type]
        (an_event("titles", "m1", "replace"), VisibilityChange(titles=("m1",))),  # type: ignore[arg-type]
        ({"operationType": "drop", "ns": {"coll": "titles"}}, ALL_CHANGED),
        ({"operationType": "invalidate"}, ALL_CHANGED),
    ],
)
def test_a_write_is_a_change_of_what_it_can_withhold(event: dict[str, Any], change: VisibilityChange) -> None:
    assert change_of(event) == change


@pytest.mark.stores
async def test_every_write_is_heard_whoever_writes(mongo_database: str) -> None:
    store, changes = MongoStore(mongo_database), KnownChanges()
    changes.is_listening = True
    told = asyncio.Event()
    changes.on_titles.append(lambda _: told.set())
    listening = asyncio.create_task(WriteStream(store.database, changes).run())
    async with asyncio.timeout(20):
        while changes.lease_seconds(50) != 50:  # noqa: ASYNC110  # another task's condition
            await asyncio.sleep(0.01)
        mark = changes.mark()
        with MongoClient[dict[str, Any]](mongo_database) as client:
            client.get_default_database()["titles"].insert_one({"_id": "m1"})
        await told.wait()
    assert changes.mark().count == mark.count + 1
    listening.cancel()
    changes.lost(Channel.STREAM)
    store.close()
