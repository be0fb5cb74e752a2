"""Publishing layouts and going back to old ones: what the API and the command line share.

Who publishes says which version they saw. If another one is live by then, nothing changes, and the answer says
whose it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from domain.errors import BadInput, NotFound
from domain.layouts.patches import Document
from domain.layouts.validation import require_usable
from domain.layouts.versions import Draft, LayoutVersion, VersionConflict
from domain.ports.stores import LayoutAdminStore

MAX_REASON = 500


@dataclass(frozen=True, slots=True)
class LayoutAdmin:
    """Where layouts are published, by whom, and when that is."""

    store: LayoutAdminStore
    by: str
    now: datetime


async def publish(
    desk: LayoutAdmin, document: object, expected: int, reason: str
) -> LayoutVersion | VersionConflict:
    """Raises BadLayout with every problem of the document, BadInput for a reason that is none."""
    return await _publish(desk, document, expected, _checked_reason(reason))


async def roll_back(
    desk: LayoutAdmin, layout: str, version: int, reason: str, expected: int | None = None
) -> LayoutVersion | VersionConflict:
    """Publish an old version as a new one. `expected`: the live version; None: whichever it is now.

    Raises NotFound for a version that never was live, BadLayout for one that could not be used today.
    """
    why = _checked_reason(reason)
    history = await desk.store.history(layout)
    old = next((edition for edition in history if edition.version == version), None)
    if old is None:
        known = ", ".join(str(edition.version) for edition in history) or "none"
        raise NotFound(f"{layout!r} never had a version {version}; there is {known}.")
    live = history[0].version if expected is None else expected
    return await _publish(desk, old.document, live, f"Back to version {version}: {why}")


async def save_draft(
    desk: LayoutAdmin, document: Mapping[str, Any], base: int, draft_id: str | None = None
) -> Draft:
    """A draft may be unfinished: what is wrong with it is for the answer, not a reason to lose it."""
    draft = Draft(draft_id or uuid.uuid4().hex, dict(document), base, desk.now, desk.by)
    await desk.store.save_draft(draft)
    return draft


async def _publish(
    desk: LayoutAdmin, document: object, expected: int, reason: str
) -> LayoutVersion | VersionConflict:
    require_usable(document)
    usable = cast("Document", document)
    edition = LayoutVersion(
        id=uuid.uuid4().hex,
        layout=usable["layout"],
        version=expected + 1,
        document=dict(usable),
        published_at=desk.now,
        published_by=desk.by,
        reason=reason,
    )
    return await desk.store.publish(edition, expected)


def _checked_reason(reason: str) -> str:
    text = " ".join(reason.split())
    if not 1 <= len(text) <= MAX_REASON:
        raise BadInput(f"reason: say why in 1 to {MAX_REASON} characters; history keeps it.")
    return text
