"""Layouts in MongoDB: live ones, history and drafts.

Publishing appends to the history, then replaces the live record if it is still the version the editor saw. A crash in
between leaves a version that was never live; `lineage` skips it. Unchanged records are not decoded again.
"""

from __future__ import annotations

from dataclasses import replace

from pymongo.errors import DuplicateKeyError

from bff.stores.mongo.database import MongoDatabase
from domain import storage_names
from domain.layouts.resolution import LiveLayout, PublishedLayouts, decode_layout
from domain.layouts.versions import (
    Draft,
    DraftConflict,
    LayoutVersion,
    VersionConflict,
    draft_from_record,
    draft_to_record,
    lineage,
    version_from_record,
    version_to_history_record,
    version_to_record,
)
from domain.serialization import Document


class LayoutStore:
    """The Layouts and LayoutAdminStore ports."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database
        self._decoded: dict[str, tuple[Document, LiveLayout]] = {}

    async def live_layouts(self) -> PublishedLayouts:
        """Skips unusable layouts and logs each once."""
        records = await self._database.find(storage_names.LAYOUTS, {}, "layouts")
        usable = self._database.decode_all(storage_names.LAYOUTS, records, self._decode)
        self._decoded = {
            record["_id"]: (record, usable[record["_id"]]) for record in records if record["_id"] in usable
        }
        return PublishedLayouts(tuple(usable.values()))

    async def live_versions(self) -> dict[str, LayoutVersion]:
        records = await self._database.find(storage_names.LAYOUTS, {}, "layouts")
        return self._database.decode_all(storage_names.LAYOUTS, records, version_from_record)

    async def history(self, layout: str) -> tuple[LayoutVersion, ...]:
        live = (await self.live_versions()).get(layout)
        if live is None:
            return ()
        records = await self._database.find(
            storage_names.LAYOUT_HISTORY, {"layout": layout}, "layout_history"
        )
        history = self._database.decode_all(storage_names.LAYOUT_HISTORY, records, version_from_record)
        return lineage(live, history.values())

    async def publish(self, version: LayoutVersion, expected: int) -> LayoutVersion | VersionConflict:
        live = (await self.live_versions()).get(version.layout)
        if (live.number if live else 0) != expected:
            return VersionConflict(version.layout, expected, live)
        version = replace(version, previous_id=live.id if live else None)
        await self._append_history(version, live)
        if await self._replace_live(version, live):
            return version
        with self._database.calls.guard("layout_history"):
            await self._database.collection(storage_names.LAYOUT_HISTORY).delete_one({"_id": version.id})
        return VersionConflict(version.layout, expected, (await self.live_versions()).get(version.layout))

    async def _append_history(self, version: LayoutVersion, live: LayoutVersion | None) -> None:
        history = self._database.collection(storage_names.LAYOUT_HISTORY)
        with self._database.calls.guard("layout_history"):
            if live is not None and live.previous_id is None:
                # An imported layout was never published, but rollback must reach it.
                first = version_to_history_record(live)
                await history.update_one({"_id": live.id}, {"$setOnInsert": first}, upsert=True)
            await history.insert_one(version_to_history_record(version))

    async def _replace_live(self, version: LayoutVersion, live: LayoutVersion | None) -> bool:
        """False if another editor was faster."""
        collection, record = self._database.collection(storage_names.LAYOUTS), version_to_record(version)
        with self._database.calls.guard("publish_layout"):
            if live is not None:
                expected = {"_id": version.layout, "edition": live.id, "version": live.number}
                return (await collection.replace_one(expected, record)).matched_count == 1
            try:
                await collection.insert_one(record)
            except DuplicateKeyError:
                return False
        return True

    async def drafts(self) -> tuple[Draft, ...]:
        records = await self._database.find(storage_names.LAYOUT_DRAFTS, {}, "layout_drafts")
        drafts = self._database.decode_all(storage_names.LAYOUT_DRAFTS, records, draft_from_record).values()
        return tuple(sorted(drafts, key=lambda draft: (draft.saved_at, draft.id), reverse=True))

    async def save_draft(self, draft: Draft, expected: int = 0) -> Draft | DraftConflict:
        saved = replace(draft, revision=expected + 1)
        drafts, record = self._database.collection(storage_names.LAYOUT_DRAFTS), draft_to_record(saved)
        with self._database.calls.guard("save_draft"):
            if expected:
                found = await drafts.replace_one(_at_revision(draft.id, expected), record)
                is_saved = found.matched_count == 1
            else:
                try:
                    await drafts.insert_one(record)
                    is_saved = True
                except DuplicateKeyError:
                    is_saved = False
        return saved if is_saved else DraftConflict(draft.id, expected, await self._stored_draft(draft.id))

    async def discard_draft(self, draft_id: str, expected: int | None = None) -> bool | DraftConflict:
        query = {"_id": draft_id} if expected is None else _at_revision(draft_id, expected)
        with self._database.calls.guard("discard_draft"):
            removed = await self._database.collection(storage_names.LAYOUT_DRAFTS).delete_one(query)
        stored = None if removed.deleted_count or expected is None else await self._stored_draft(draft_id)
        return (
            bool(removed.deleted_count) if stored is None else DraftConflict(draft_id, expected or 0, stored)
        )

    async def _stored_draft(self, draft_id: str) -> Draft | None:
        return next((draft for draft in await self.drafts() if draft.id == draft_id), None)

    def _decode(self, record: Document) -> LiveLayout:
        cached = self._decoded.get(record["_id"])
        return cached[1] if cached and cached[0] == record else decode_layout(version_from_record(record))


def _at_revision(draft_id: str, revision: int) -> Document:
    """A draft of before revisions counts as the first."""
    same: Document = {"_id": draft_id, "revision": revision}
    return {"$or": [same, {"_id": draft_id, "revision": {"$exists": False}}]} if revision == 1 else same
