"""Layouts in MongoDB: the live ones, their history, and drafts.

Publishing writes the edition into the history first and then moves the live record, if it still is the version
that the editor saw. A crash in between leaves an edition that never was live, which `lineage` passes over. All live
layouts are read by one call; what was decoded before is not decoded again while its record stays the same.
"""

from __future__ import annotations

from dataclasses import replace

from pymongo.errors import DuplicateKeyError

from bff.stores.mongo.database import MongoDatabase
from domain import storage_names
from domain.layouts.resolution import LiveLayout, PublishedLayouts, open_layout
from domain.layouts.versions import (
    Draft,
    LayoutVersion,
    VersionConflict,
    draft_from_record,
    draft_to_record,
    edition_from_record,
    edition_to_history,
    edition_to_record,
    lineage,
)
from domain.serialization import Document


class LayoutStore:
    """The LayoutDesk port, and the live layouts of every page."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._opened: dict[str, tuple[Document, LiveLayout]] = {}

    async def live_layouts(self) -> PublishedLayouts:
        """See ports.Layouts. A layout that cannot be used is left out and logged once."""
        records = await self._database.find(storage_names.LAYOUTS, {}, "layouts")
        usable = self._database.decoded(storage_names.LAYOUTS, records, self._open)
        self._opened = {
            record["_id"]: (record, usable[record["_id"]]) for record in records if record["_id"] in usable
        }
        return PublishedLayouts(tuple(usable.values()))

    async def editions(self) -> dict[str, LayoutVersion]:
        records = await self._database.find(storage_names.LAYOUTS, {}, "layouts")
        return self._database.decoded(storage_names.LAYOUTS, records, edition_from_record)

    async def history(self, layout: str) -> tuple[LayoutVersion, ...]:
        live = (await self.editions()).get(layout)
        if live is None:
            return ()
        records = await self._database.find(
            storage_names.LAYOUT_HISTORY, {"layout": layout}, "layout_history"
        )
        kept = self._database.decoded(storage_names.LAYOUT_HISTORY, records, edition_from_record)
        return lineage(live, kept.values())

    async def publish(self, edition: LayoutVersion, expected: int) -> LayoutVersion | VersionConflict:
        """See ports.LayoutDesk."""
        live = (await self.editions()).get(edition.layout)
        if (live.version if live else 0) != expected:
            return VersionConflict(edition.layout, expected, live)
        edition = replace(edition, previous=live.id if live else None)
        await self._write_down(edition, live)
        if await self._move_live(edition, live):
            return edition
        with self._database.calls.one("layout_history"):
            await self._database.collection(storage_names.LAYOUT_HISTORY).delete_one({"_id": edition.id})
        return VersionConflict(edition.layout, expected, (await self.editions()).get(edition.layout))

    async def _write_down(self, edition: LayoutVersion, live: LayoutVersion | None) -> None:
        history = self._database.collection(storage_names.LAYOUT_HISTORY)
        with self._database.calls.one("layout_history"):
            if live is not None and live.previous is None:
                # What an importer stored was never published; it can be gone back to all the same.
                first = edition_to_history(live)
                await history.update_one({"_id": live.id}, {"$setOnInsert": first}, upsert=True)
            await history.insert_one(edition_to_history(edition))

    async def _move_live(self, edition: LayoutVersion, live: LayoutVersion | None) -> bool:
        """False when somebody else moved it since it was `live`."""
        collection, record = self._database.collection(storage_names.LAYOUTS), edition_to_record(edition)
        with self._database.calls.one("publish_layout"):
            if live is not None:
                seen = {"_id": edition.layout, "edition": live.id, "version": live.version}
                return (await collection.replace_one(seen, record)).matched_count == 1
            try:
                await collection.insert_one(record)
            except DuplicateKeyError:
                return False
        return True

    async def drafts(self) -> tuple[Draft, ...]:
        records = await self._database.find(storage_names.LAYOUT_DRAFTS, {}, "layout_drafts")
        found = self._database.decoded(storage_names.LAYOUT_DRAFTS, records, draft_from_record).values()
        return tuple(sorted(found, key=lambda draft: (draft.saved_at, draft.id), reverse=True))

    async def save_draft(self, draft: Draft) -> None:
        with self._database.calls.one("save_draft"):
            await self._database.collection(storage_names.LAYOUT_DRAFTS).replace_one(
                {"_id": draft.id}, draft_to_record(draft), upsert=True
            )

    async def discard_draft(self, draft_id: str) -> bool:
        with self._database.calls.one("discard_draft"):
            removed = await self._database.collection(storage_names.LAYOUT_DRAFTS).delete_one(
                {"_id": draft_id}
            )
        return bool(removed.deleted_count)

    def _open(self, record: Document) -> LiveLayout:
        known = self._opened.get(record["_id"])
        return known[1] if known and known[0] == record else open_layout(edition_from_record(record))
