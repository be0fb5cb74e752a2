"""Lint notes on a layout that is saved or published: about itself, about live layouts because of it, unknown ids."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from domain.errors import StoreUnavailable
from domain.layouts.lint.lint import invalid_draft_findings, lint_draft
from domain.layouts.lint.model import LintFinding, sort_findings
from domain.layouts.resolution import PublishedLayouts
from resolvers.publishing.title_lookup import unknown_titles
from resolvers.request.context import Context


async def live_or_none(context: Context) -> PublishedLayouts | None:
    """The live layouts before a publication; None while they cannot be read."""
    try:
        return await context.stores.layouts.live_layouts()
    except StoreUnavailable:
        return None


async def layout_notes(
    context: Context, document: Mapping[str, Any], live: PublishedLayouts | None
) -> list[LintFinding] | None:
    """Errors first, without pages. Those of an invalid layout are its problems. None without `live`."""
    invalid = invalid_draft_findings(document)
    if invalid:
        return list(invalid)
    if live is None:
        return None
    # In a thread: comparing many schedules would block other requests.
    findings = await asyncio.to_thread(lint_draft, document, live, context.now)
    return list(sort_findings([*findings, *await unknown_titles(context, document)]))
