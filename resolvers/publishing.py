"""Publishing layouts and going back to old ones: what the API and the command line share.

Who publishes says which version they saw. If another one is live by then, nothing changes, and the answer says
whose it is.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, cast

from domain.errors import BadInput, NotFound
from domain.layout_checks import require_usable
from domain.layout_editions import Draft, Edition, Overtaken
from domain.layout_patches import Document
from resolvers.context import Context

MAX_REASON = 500


async def publish(
    context: Context, document: object, expected: int, reason: str, by: str
) -> Edition | Overtaken:
    """Raises BadLayout with every problem of the document, BadInput for a reason that is none."""
    return await _publish(context, document, expected, _checked_reason(reason), by)


async def roll_back(
    context: Context, layout: str, version: int, reason: str, by: str, expected: int | None = None
) -> Edition | Overtaken:
    """Publish an old version as a new one. `expected`: the live version; None: whichever it is now.

    Raises NotFound for a version that never was live, BadLayout for one that could not be used today.
    """
    why = _checked_reason(reason)
    history = await context.stores.layout_desk.history(layout)
    old = next((edition for edition in history if edition.version == version), None)
    if old is None:
        known = ", ".join(str(edition.version) for edition in history) or "none"
        raise NotFound(f"{layout!r} never had a version {version}; there is {known}.")
    live = history[0].version if expected is None else expected
    return await _publish(context, old.document, live, f"Back to version {version}: {why}", by)


async def save_draft(
    context: Context, document: Mapping[str, Any], base: int, by: str, draft_id: str | None = None
) -> Draft:
    """A draft may be unfinished: what is wrong with it is for the answer, not a reason to lose it."""
    draft = Draft(draft_id or uuid.uuid4().hex, dict(document), base, context.now, by)
    await context.stores.layout_desk.save_draft(draft)
    return draft


async def _publish(
    context: Context, document: object, expected: int, reason: str, by: str
) -> Edition | Overtaken:
    require_usable(document)
    usable = cast("Document", document)
    edition = Edition(
        id=uuid.uuid4().hex,
        layout=usable["layout"],
        version=expected + 1,
        document=dict(usable),
        published_at=context.now,
        published_by=by,
        reason=reason,
    )
    return await context.stores.layout_desk.publish(edition, expected)


def _checked_reason(reason: str) -> str:
    text = " ".join(reason.split())
    if not 1 <= len(text) <= MAX_REASON:
        raise BadInput(f"reason: say why in 1 to {MAX_REASON} characters; history keeps it.")
    return text
