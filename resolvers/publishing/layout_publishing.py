"""Publishes layouts and rolls them back.

Callers pass the version they saw. If another one is live, nothing changes and the result names it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from domain.errors import BadInput, NotFound
from domain.layouts.diff import differences
from domain.layouts.merge import MergeResult, merge_documents
from domain.layouts.validation import require_usable, require_valid, usability_problems
from domain.layouts.versions import Draft, DraftConflict, LayoutVersion, VersionConflict
from domain.ports.stores import LayoutAdminStore
from domain.serialization import Document

MAX_REASON_CHARACTERS = 500
MAX_SENTENCES = 5
"""Of the differences in a conflict."""


@dataclass(frozen=True, slots=True)
class LayoutAdmin:
    store: LayoutAdminStore
    by: str
    now: datetime


async def publish(
    admin: LayoutAdmin, document: object, expected: int, reason: str
) -> LayoutVersion | VersionConflict:
    """Raises BadLayout with all problems, BadInput for the reason."""
    why = validate_reason(reason)
    require_valid(document)
    return await _publish(admin, document, expected, why)


async def roll_back(
    admin: LayoutAdmin, layout: str, version: int, reason: str, expected: int | None = None
) -> LayoutVersion | VersionConflict:
    """Publish an old version as a new one. `expected` None: whichever version is live.

    Raises NotFound for an unknown version, BadLayout for one that no page can be composed with by now. Newer checks
    do not stop it: a roll-back ends an incident.
    """
    why = validate_reason(reason)
    history = await admin.store.history(layout)
    old = next((entry for entry in history if entry.number == version), None)
    if old is None:
        known = ", ".join(str(entry.number) for entry in history) or "none"
        raise NotFound(f"{layout!r} never had a version {version}; there is {known}.")
    live = history[0].number if expected is None else expected
    require_usable(old.document)
    return await _publish(admin, old.document, live, f"Back to version {version}: {why}")


async def save_draft(
    admin: LayoutAdmin,
    document: Mapping[str, Any],
    base: int,
    draft_id: str | None = None,
    expected: int | None = None,
) -> Draft | DraftConflict:
    """A draft may be invalid. `expected`: the revision that it changes, 0 for a new one.

    None: the stored one, if the same person saved it. What another person saved is never overwritten unseen.
    """
    draft = Draft(draft_id or uuid.uuid4().hex, dict(document), base, admin.now, admin.by)
    if expected is None:
        stored = await find_draft(admin.store, draft.id) if draft_id else None
        if stored is not None and stored.saved_by != admin.by:
            return _with_differences(DraftConflict(draft.id, 0, stored), document)
        expected = stored.revision if stored else 0
    outcome = await admin.store.save_draft(draft, expected)
    return outcome if isinstance(outcome, Draft) else _with_differences(outcome, document)


async def find_draft(store: LayoutAdminStore, draft_id: str) -> Draft | None:
    return next((draft for draft in await store.drafts() if draft.id == draft_id), None)


async def merge_with_live(
    store: LayoutAdminStore, document: Mapping[str, Any], base_version: int, prefer_theirs: bool = False
) -> tuple[MergeResult, LayoutVersion] | None:
    """My changes since `base_version` with those that were published meanwhile; None without that version."""
    history = await store.history(str(document.get("layout") or ""))
    base = next((version for version in history if version.number == base_version), None)
    if base is None:
        return None
    return merge_documents(base.document, document, history[0].document, prefer_theirs), history[0]


def _with_differences(conflict: DraftConflict, mine: Mapping[str, Any]) -> DraftConflict:
    """Unfinished layouts cannot be compared in sentences."""
    stored = conflict.stored
    if stored is None or usability_problems(stored.document) or usability_problems(mine):
        return conflict
    return replace(conflict, differences=differences(mine, stored.document)[:MAX_SENTENCES])


async def _publish(
    admin: LayoutAdmin, document: object, expected: int, reason: str
) -> LayoutVersion | VersionConflict:
    valid = cast("Document", document)
    new = LayoutVersion(
        id=uuid.uuid4().hex,
        layout=valid["layout"],
        number=expected + 1,
        document=dict(valid),
        published_at=admin.now,
        published_by=admin.by,
        reason=reason,
    )
    return await admin.store.publish(new, expected)


def validate_reason(reason: str) -> str:
    """In one line. Raises BadInput."""
    text = " ".join(reason.split())
    if not 1 <= len(text) <= MAX_REASON_CHARACTERS:
        raise BadInput(f"reason: needs 1 to {MAX_REASON_CHARACTERS} characters; history keeps it.")
    return text
