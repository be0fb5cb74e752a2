"""An episode that opens later is waited for; one that never will be is passed over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from domain.timestamps import to_iso, to_millis
from tests.domain.made import DAY, HOUR, NOW
from tests.resolvers.conftest import Face
from tests.resolvers.event_mutations import RECORD, an_input, batch, done, rows

pytestmark = pytest.mark.stores

BEGAN, NEXT_MONTH = to_millis(NOW - 400 * DAY), to_millis(NOW + 30 * DAY)
LATER = {"windows": [{"regions": ["DE", "US"], "starts_at": NEXT_MONTH}]}
OVER = {"windows": [{"regions": ["DE"], "starts_at": BEGAN, "ends_at": to_millis(NOW - DAY)}]}


@pytest.fixture
def titles(filled: StoreUrls) -> Iterator[Any]:
    """The second source of the catalogue, where episodes are read; the episodes of Tidewater are restored."""
    with MongoClient[dict[str, Any]](filled.mongo_url) as client:
        database = client.get_default_database()
        database["activity"].delete_one({"_id": "new"})
        known = list(database["titles"].find({"series_id": "sa"}))
        yield database["titles"]
        for document in known:
            database["titles"].replace_one({"_id": document["_id"]}, document)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "sa-1-3 (Next: S1 E3)"),
        ({"sa-1-3": LATER}, None),
        ({"sa-1-3": {"launched_at": NEXT_MONTH}}, None),
        ({"sa-1-3": LATER, "sa-2-1": {"launched_at": to_millis(NOW - HOUR / 2)}}, None),
        ({"sa-1-3": OVER}, "sa-2-1 (Next: S2 E1)"),
        ({"sa-1-3": {"maturity_age": 21, **LATER}}, None),
        ({"sa-1-3": {"plans": ["premium"], **LATER}}, "sa-2-1 (Next: S2 E1)"),
        ({"sa-1-3": OVER, "sa-2-1": LATER}, None),
        ({"sa-2-1": LATER}, "sa-1-3 (Next: S1 E3)"),
    ],
    ids=[
        "open", "licence starts later", "launches later", "one behind it is new", "licence over",
        "an adult may see it later", "never in this plan", "passed over, then awaited", "further on",
    ],
)  # fmt: skip
async def test_what_follows_an_episode(
    face: Face, titles: Any, changes: dict[str, dict[str, Any]], expected: str | None
) -> None:
    for title_id, fields in changes.items():
        titles.update_one({"_id": title_id}, {"$set": fields})
    ended = an_input("COMPLETE", "sa-1-2", occurredAt=to_iso(NOW - HOUR))
    await done(face, RECORD, batch(ended))
    assert (await rows(face)).get("continue") == expected


async def test_what_an_event_says_of_an_episode_outlives_the_episode(face: Face, titles: Any) -> None:
    await done(face, RECORD, batch(an_input("COMPLETE", "sa-1-2", occurredAt=to_iso(NOW - HOUR))))
    titles.delete_one({"_id": "sa-1-2"})
    assert (await rows(face)).get("continue") == "sa-1-3 (Next: S1 E3)"
