"""Editions: the published versions of layouts, and the drafts that become them.

An edition never changes. Publishing adds one; rolling back publishes an old document as a new edition, so
history only grows. How they lie in MongoDB stands here too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.layouts.documents import document_of
from domain.layouts.model import Layout
from domain.layouts.patches import Document
from domain.timestamps import from_millis, to_millis


@dataclass(frozen=True, slots=True)
class LayoutVersion:
    """One published version. `previous` is the id of the edition it took the place of; None: the first."""

    id: str
    layout: str
    version: int
    document: Document
    published_at: datetime
    published_by: str = ""
    reason: str = ""
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A layout somebody works on. `base` is the version it was begun from; 0: none was live."""

    id: str
    document: Document
    base: int
    saved_at: datetime
    saved_by: str

    @property
    def layout(self) -> str:
        return str(self.document.get("layout") or "")


@dataclass(frozen=True, slots=True)
class VersionConflict:
    """Somebody published since: `live` says who, what and when. None: the layout is not live at all."""

    layout: str
    expected: int
    live: LayoutVersion | None

    def __str__(self) -> str:
        if self.live is None:
            return f"{self.layout!r} has not been published yet: expect version 0, not {self.expected}."
        who = self.live.published_by or "Somebody"
        when = self.live.published_at.strftime("%d %b %Y %H:%M UTC")
        why = f" ({self.live.reason})" if self.live.reason else ""
        return (
            f"{who} published version {self.live.version} of {self.layout!r} on {when}{why}; "
            f"yours is based on version {self.expected}. Take it in, then publish again."
        )


def edition_to_record(edition: LayoutVersion) -> Document:
    """As it lies in the collection of live layouts, under the layout's id."""
    return {
        "_id": edition.layout,
        "edition": edition.id,
        "version": edition.version,
        "document": edition.document,
        "published_at": to_millis(edition.published_at),
        "published_by": edition.published_by,
        "reason": edition.reason,
        "previous": edition.previous,
    }


def edition_to_history(edition: LayoutVersion) -> Document:
    """As it lies in the history, under its own id."""
    return edition_to_record(edition) | {"_id": edition.id, "layout": edition.layout}


def edition_from_record(record: Mapping[str, Any]) -> LayoutVersion:
    """Of a live record or one of the history. Raises KeyError, TypeError or ValueError for what is neither."""
    return LayoutVersion(
        id=str(record["edition"]),
        layout=str(record.get("layout", record["_id"])),
        version=int(record["version"]),
        document=dict(record["document"]),
        published_at=from_millis(int(record["published_at"])),
        published_by=str(record.get("published_by", "")),
        reason=str(record.get("reason", "")),
        previous=record.get("previous"),
    )


def draft_to_record(draft: Draft) -> Document:
    """The document lies there as text: a draft may hold keys that MongoDB would read as operators."""
    return {
        "_id": draft.id,
        "layout": draft.layout,
        "document": json.dumps(draft.document),
        "base": draft.base,
        "saved_at": to_millis(draft.saved_at),
        "saved_by": draft.saved_by,
    }


def draft_from_record(record: Mapping[str, Any]) -> Draft:
    return Draft(
        id=str(record["_id"]),
        document=dict(json.loads(record["document"])),
        base=int(record["base"]),
        saved_at=from_millis(int(record["saved_at"])),
        saved_by=str(record["saved_by"]),
    )


def layout_to_record(layout: Layout) -> Document:
    """A resolved layout as a live record: what an importer stores where nobody has published one."""
    edition = LayoutVersion(
        id=f"{layout.id}-{layout.version}",
        layout=layout.id,
        version=layout.version,
        document=document_of(layout),
        published_at=layout.published_at,
    )
    return edition_to_record(edition)


def lineage(live: LayoutVersion, history: Iterable[LayoutVersion]) -> tuple[LayoutVersion, ...]:
    """The editions that were live, newest first, from the live one back.

    An edition is written down before it goes live. One that never did, because somebody was faster or the
    process ended in between, has no successor, and so is not among them.
    """
    by_id = {edition.id: edition for edition in history}
    line = [live]
    while line[-1].previous in by_id:
        line.append(by_id.pop(line[-1].previous or ""))
    return tuple(line)
