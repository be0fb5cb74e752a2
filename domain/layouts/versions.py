"""Published versions of layouts, drafts, and their records. Versions never change: a rollback adds a new one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.layouts.documents import layout_to_document
from domain.layouts.model import Layout
from domain.serialization import Document
from domain.timestamps import from_millis, to_millis


@dataclass(frozen=True, slots=True)
class LayoutVersion:
    """`layout` is the layout's id, `previous_id` the replaced version."""

    id: str
    layout: str
    number: int
    document: Document
    published_at: datetime
    published_by: str = ""
    reason: str = ""
    previous_id: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """`base_version` is a version's number; 0: none was live."""

    id: str
    document: Document
    base_version: int
    saved_at: datetime
    saved_by: str
    revision: int = 1
    """Counts its saves. A save names the one that it changes."""

    @property
    def layout(self) -> str:
        return str(self.document.get("layout") or "")


@dataclass(frozen=True, slots=True)
class DraftConflict:
    """Somebody else saved the draft since; `stored` None: it was discarded."""

    draft_id: str
    expected_revision: int
    stored: Draft | None
    differences: tuple[str, ...] = ()
    """Of the stored draft from the one that was to be saved, in sentences."""

    def __str__(self) -> str:
        if self.stored is None:
            return f"Draft {self.draft_id!r} was discarded. Save yours as a new draft, without an id."
        when = self.stored.saved_at.strftime("%d %b %Y %H:%M UTC")
        what = f" Theirs, compared with yours: {' '.join(self.differences)}" if self.differences else ""
        return (
            f"{self.stored.saved_by} saved draft {self.draft_id!r} on {when}, as revision {self.stored.revision}; "
            f"yours is based on revision {self.expected_revision}.{what} Merge the two, or save yours as a new draft."
        )


@dataclass(frozen=True, slots=True)
class VersionConflict:
    """`live` was published since; None: nothing is live."""

    layout: str
    expected_version: int
    live: LayoutVersion | None

    def __str__(self) -> str:
        expected = self.expected_version
        if self.live is None:
            return f"{self.layout!r} has not been published yet: expect version 0, not {expected}."
        who = self.live.published_by or "An import"
        when = self.live.published_at.strftime("%d %b %Y %H:%M UTC")
        why = f" ({self.live.reason})" if self.live.reason else ""
        return (
            f"{who} published version {self.live.number} of {self.layout!r} on {when}{why}; "
            f"yours is based on version {expected}. Merge the changes, then publish again."
        )


def version_to_record(version: LayoutVersion) -> Document:
    """For the live collection, keyed by layout."""
    return {
        "_id": version.layout,
        "edition": version.id,
        "version": version.number,
        "document": version.document,
        "published_at": to_millis(version.published_at),
        "published_by": version.published_by,
        "reason": version.reason,
        "previous": version.previous_id,
    }


def version_to_history_record(version: LayoutVersion) -> Document:
    """For the history, keyed by version."""
    return version_to_record(version) | {"_id": version.id, "layout": version.layout}


def version_from_record(record: Mapping[str, Any]) -> LayoutVersion:
    """Of either collection. Raises KeyError, TypeError or ValueError."""
    return LayoutVersion(
        id=str(record["edition"]),
        layout=str(record.get("layout", record["_id"])),
        number=int(record["version"]),
        document=dict(record["document"]),
        published_at=from_millis(int(record["published_at"])),
        published_by=str(record.get("published_by", "")),
        reason=str(record.get("reason", "")),
        previous_id=record.get("previous"),
    )


def draft_to_record(draft: Draft) -> Document:
    """The document is text: a draft may hold keys that MongoDB reads as operators."""
    return {
        "_id": draft.id,
        "layout": draft.layout,
        "document": json.dumps(draft.document),
        "base": draft.base_version,
        "saved_at": to_millis(draft.saved_at),
        "saved_by": draft.saved_by,
        "revision": draft.revision,
    }


def draft_from_record(record: Mapping[str, Any]) -> Draft:
    return Draft(
        id=str(record["_id"]),
        document=dict(json.loads(record["document"])),
        base_version=int(record["base"]),
        saved_at=from_millis(int(record["saved_at"])),
        saved_by=str(record["saved_by"]),
        revision=int(record.get("revision", 1)),
    )


def layout_to_record(layout: Layout) -> Document:
    """The live record that imports store."""
    version = LayoutVersion(
        id=f"{layout.id}-{layout.version}",
        layout=layout.id,
        number=layout.version,
        document=layout_to_document(layout),
        published_at=layout.published_at,
    )
    return version_to_record(version)


def lineage(live: LayoutVersion, history: Iterable[LayoutVersion]) -> tuple[LayoutVersion, ...]:
    """The versions that were live, newest first.

    A version is stored before it goes live. One that never went live, after a conflict or a crash, has no successor
    and is left out.
    """
    by_id = {version.id: version for version in history}
    line = [live]
    while line[-1].previous_id in by_id:
        line.append(by_id.pop(line[-1].previous_id or ""))
    return tuple(line)
