"""Layouts in MongoDB: one call for all that are live, publishing that loses no edit, history that only grows."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from bff.stores.base.instrumentation import record_store_calls
from bff.stores.caches.last_known import LastKnownViewers
from bff.stores.mongo.layouts import LayoutStore
from bff.stores.mongo.viewers_and_lists import MongoStore
from domain import storage_names
from domain.errors import StoreUnavailable
from domain.layouts.merge import merge_documents
from domain.layouts.resolution import PublishedLayouts
from domain.layouts.shipped_layout import SHIPPED_LAYOUT
from domain.layouts.versions import (
    Draft,
    DraftConflict,
    LayoutVersion,
    VersionConflict,
    layout_to_record,
    version_to_record,
)
from resolvers.runtime.known_changes import KnownChanges
from tests.domain.made import NOW
from tests.domain.made_layouts import a_document, a_layout_version

pytestmark = pytest.mark.stores


@pytest.fixture
async def mongo(mongo_database: str) -> AsyncIterator[MongoStore]:
    opened = MongoStore(mongo_database)
    yield opened
    opened.close()


@pytest.fixture
def store(mongo: MongoStore) -> LayoutStore:
    return LayoutStore(mongo.database)


def insert(url: str, *rows: dict[str, Any]) -> None:
    with MongoClient[dict[str, Any]](url) as client:
        client.get_default_database()[storage_names.LAYOUTS].insert_many(rows)


def history_ids(url: str) -> list[str]:
    with MongoClient[dict[str, Any]](url) as client:
        return [
            row["_id"]
            for row in client.get_default_database()[storage_names.LAYOUT_HISTORY].find().sort("_id")
        ]


async def test_all_live_layouts_are_one_call(store: LayoutStore, mongo_database: str) -> None:
    made = [version_to_record(a_layout_version(a_document(layout=f"l{number}"))) for number in range(5)]
    insert(mongo_database, *made)
    with record_store_calls() as call_log:
        book = await store.live_layouts()
    assert sorted(live.id for live in book.layouts) == ["l0", "l1", "l2", "l3", "l4"]
    assert call_log.calls == {"mongo.layouts": 1}


async def test_a_layout_is_decoded_again_only_when_its_record_changed(
    store: LayoutStore, mongo_database: str
) -> None:
    insert(
        mongo_database, *(version_to_record(a_layout_version(a_document(layout=name))) for name in ("a", "b"))
    )
    before = {live.id: live for live in (await store.live_layouts()).layouts}
    with MongoClient[dict[str, Any]](mongo_database) as client:
        rows = client.get_default_database()[storage_names.LAYOUTS]
        rows.update_one({"_id": "b"}, {"$set": {"document.personal_order": True}})
    after = {live.id: live for live in (await store.live_layouts()).layouts}
    assert after["a"] is before["a"]
    assert after["b"].version.document["personal_order"] is True


async def test_a_layout_that_cannot_be_used_is_left_out_whole_and_logged_once(
    store: LayoutStore, mongo_database: str, caplog: pytest.LogCaptureFixture
) -> None:
    bad = version_to_record(a_layout_version(a_document(layout="bad", order=["nothing"])))
    insert(mongo_database, bad, {"_id": "rotten", "rows": 7}, layout_to_record(SHIPPED_LAYOUT))
    for _ in range(3):
        assert [live.id for live in (await store.live_layouts()).layouts] == ["home"]
    skipped = [line for line in caplog.messages if "is skipped" in line]
    assert len(skipped) == 2
    assert "order[1]: there is no row 'nothing'." in skipped[0]


async def test_publishing_moves_the_live_layout_and_keeps_what_was(store: LayoutStore) -> None:
    first, second = (
        a_layout_version(a_document()),
        a_layout_version(a_document(personal_order=True), 2, reason="order"),
    )
    assert await store.publish(first, expected=0) == first
    published = await store.publish(second, expected=1)
    assert isinstance(published, LayoutVersion)
    assert published.previous_id == "e1"
    assert await store.live_versions() == {"home": published}
    assert await store.history("home") == (published, first)
    assert await store.history("nothing") == ()


async def test_a_key_order_survives(store: LayoutStore) -> None:
    document = a_document()
    document["rows"] = dict(reversed(document["rows"].items()))
    await store.publish(a_layout_version(document), expected=0)
    kept = (await store.live_versions())["home"].document
    assert (list(kept), list(kept["rows"])) == (list(document), list(document["rows"]))


@pytest.mark.parametrize("expected", [0, 2])
async def test_who_is_late_hears_who_published_what_when(
    store: LayoutStore, mongo_database: str, expected: int
) -> None:
    live = a_layout_version(a_document())
    await store.publish(live, expected=0)
    refused = await store.publish(a_layout_version(a_document(), 3, id="late"), expected)
    assert refused == VersionConflict("home", expected, live)
    assert str(refused) == (
        "Mina published version 1 of 'home' on 01 Nov 2026 00:00 UTC (first); yours is based on version "
        f"{expected}. Merge the changes, then publish again."
    )
    assert history_ids(mongo_database) == ["e1"]


async def test_a_version_of_a_layout_that_was_never_published_is_refused(store: LayoutStore) -> None:
    refused = await store.publish(a_layout_version(a_document(), 4), expected=3)
    assert str(refused) == "'home' has not been published yet: expect version 0, not 3."
    assert await store.live_versions() == {}


@pytest.mark.parametrize("published_before", [False, True])
async def test_of_ten_that_publish_at_once_one_wins_and_history_has_no_other(
    store: LayoutStore, mongo_database: str, published_before: bool
) -> None:
    base = 0
    if published_before:
        base = 1
        await store.publish(a_layout_version(a_document()), expected=0)
    rivals = [a_layout_version(a_document(budget_ms=100 + n), base + 1, id=f"r{n}") for n in range(10)]
    answers = await asyncio.gather(*(store.publish(rival, expected=base) for rival in rivals))
    [winner] = [answer for answer in answers if isinstance(answer, LayoutVersion)]
    late = [answer for answer in answers if isinstance(answer, VersionConflict)]
    assert [answer.live for answer in late] == [winner] * 9
    assert (await store.history("home"))[0] == winner
    assert history_ids(mongo_database) == (["e1"] if published_before else []) + [winner.id]


async def test_a_crash_before_the_live_layout_moved_leaves_no_trace_in_the_history(
    store: LayoutStore, mongo: MongoStore
) -> None:
    await store.publish(a_layout_version(a_document()), expected=0)
    orphan = version_to_record(a_layout_version(a_document(), 2, id="orphan", previous_id="e1")) | {
        "_id": "orphan",
        "layout": "home",
    }
    await mongo.database.collection(storage_names.LAYOUT_HISTORY).insert_one(orphan)
    await store.publish(a_layout_version(a_document(), 2, id="second"), expected=1)
    assert [entry.id for entry in await store.history("home")] == ["second", "e1"]


async def test_what_an_importer_stored_can_be_gone_back_to(store: LayoutStore, mongo_database: str) -> None:
    insert(mongo_database, layout_to_record(SHIPPED_LAYOUT))
    await store.publish(a_layout_version(a_document()), expected=0)
    assert [entry.number for entry in await store.history("home")] == [1, 0]


async def test_drafts_are_kept_replaced_and_discarded(store: LayoutStore) -> None:
    one = Draft("d1", a_document(), 0, NOW, "mina")
    two = Draft("d2", a_document(layout="other"), 3, NOW + timedelta(minutes=1), "jo")
    await store.save_draft(one)
    await store.save_draft(two)
    assert await store.drafts() == (two, one)
    later = Draft("d1", a_document(personal_order=True), 0, NOW + timedelta(minutes=2), "jo")
    later = replace(later, revision=2)
    assert await store.save_draft(later, 1) == later
    assert await store.drafts() == (later, two)
    assert [await store.discard_draft("d2"), await store.discard_draft("d2")] == [True, False]
    assert await store.drafts() == (later,)


async def test_the_last_layouts_that_were_read_serve_while_mongo_is_down(mongo_database: str) -> None:
    insert(mongo_database, layout_to_record(SHIPPED_LAYOUT))
    up, down = MongoStore(mongo_database), MongoStore("mongodb://127.0.0.1:9/marquee?directConnection=true")

    class Server:
        """One of the two, as the test says."""

        now = LayoutStore(down.database)

        async def live_layouts(self) -> PublishedLayouts:
            return await self.now.live_layouts()

    server = Server()
    memory = LastKnownViewers(down, server, KnownChanges())
    with pytest.raises(StoreUnavailable):
        await memory.live_layouts()
    server.now = LayoutStore(up.database)
    book = await memory.live_layouts()
    server.now = LayoutStore(down.database)
    assert await memory.live_layouts() == book
    assert [live.id for live in book.layouts] == ["home"]
    up.close()
    down.close()


async def test_of_concurrent_saves_of_one_revision_one_is_kept_and_the_others_hear_of_it(
    store: LayoutStore, mongo_database: str
) -> None:
    names = [f"designer {number}" for number in range(8)]

    def a_draft(name: str) -> Draft:
        return Draft("d1", a_document(budget_ms=100 + names.index(name)), 1, NOW, name)

    first = await asyncio.gather(*(store.save_draft(a_draft(name)) for name in names))
    [kept] = [outcome for outcome in first if isinstance(outcome, Draft)]
    assert (kept.revision, await store.drafts()) == (1, (kept,))
    second = await asyncio.gather(*(store.save_draft(a_draft(name), 1) for name in names))
    [winner] = [outcome for outcome in second if isinstance(outcome, Draft)]
    conflicts = [outcome for outcome in second if isinstance(outcome, DraftConflict)]
    assert (winner.revision, len(conflicts)) == (2, 7)
    assert [conflict.stored for conflict in conflicts] == [winner] * 7
    assert str(conflicts[0]).startswith(
        f"{winner.saved_by} saved draft 'd1' on 22 Nov 2026 20:00 UTC, as revision 2; "
    )
    assert await store.discard_draft("d1", 1) == DraftConflict("d1", 1, winner)
    assert await store.discard_draft("d1", 2) is True
    gone = await store.save_draft(winner, 2)
    assert gone == DraftConflict("d1", 2, None)


async def test_two_designers_who_merge_lose_no_edit(store: LayoutStore) -> None:
    """Each makes ten edits of the same draft at once, and merges whenever the other was faster."""
    start = a_document()
    saved = await store.save_draft(Draft("shared", start, 1, NOW, "mina"))
    assert isinstance(saved, Draft)
    conflicts = 0

    async def work(name: str, language: str) -> None:
        nonlocal conflicts
        base = saved
        for number in range(10):
            mine = copy.deepcopy(base.document)
            row = mine["order"][number % 5]
            mine["rows"][row].setdefault("title", {})[language] = f"{name} {number}"
            seen = base
            while True:
                outcome = await store.save_draft(Draft("shared", mine, 1, NOW, name), seen.revision)
                if isinstance(outcome, Draft):
                    base = outcome
                    break
                conflicts += 1
                assert outcome.stored is not None
                merged = merge_documents(base.document, mine, outcome.stored.document)
                assert merged.conflicts == ()
                mine, seen, base = merged.document, outcome.stored, outcome.stored

    await asyncio.gather(work("mina", "de"), work("jo", "fr"))
    [final] = await store.drafts()
    assert (final.revision, conflicts > 0) == (21, True)
    titles = [final.document["rows"][row]["title"] for row in start["order"]]
    assert [title["de"] for title in titles] == [f"mina {number}" for number in range(5, 10)]
    assert [title["fr"] for title in titles] == [f"jo {number}" for number in range(5, 10)]
