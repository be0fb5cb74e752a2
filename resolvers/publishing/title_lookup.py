"""Looks up the titles that a layout names by id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.errors import StoreUnavailable
from domain.layouts.lint.chosen_titles import chosen_titles, ids_to_look_up, unknown_title_findings
from domain.layouts.lint.incomplete_pages import incomplete_pages_finding
from domain.layouts.lint.model import LintFinding
from resolvers.request.context import Context


async def unknown_titles(context: Context, document: Mapping[str, Any]) -> list[LintFinding]:
    """L118 for a valid document, or L119 while the catalogue cannot be read."""
    layout, chosen = str(document["layout"]), chosen_titles(document, context.now)
    ids = ids_to_look_up(chosen)
    if not ids:
        return []
    try:
        loaders = await context.version_loaders()
        found = await loaders.unfiltered_title.load_many(ids)
    except StoreUnavailable:
        outage = incomplete_pages_finding(layout, (), 0, ["the titles of pins and editorial rows"])
        return [outage] if outage else []
    known = {title_id: title is not None for title_id, title in zip(ids, found, strict=True)}
    return list(unknown_title_findings(layout, chosen, known))
