"""Lint notes on files that are pushed or published: among the live layouts, with the ids that no title has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bff.layout_files.layout_admin import mongo_url
from bff.layout_files.reporting import LocatedFinding, locate_findings
from bff.layout_files.yaml_file import LayoutFile
from bff.stores.mongo.layouts import LayoutStore
from bff.stores.mongo.viewers_and_lists import MongoStore
from domain.layouts.lint.chosen_titles import chosen_titles, ids_to_look_up, unknown_title_findings
from domain.layouts.lint.lint import lint_draft
from domain.layouts.lint.model import LintFinding


async def saved_notes(files: Sequence[LayoutFile]) -> dict[str, tuple[LocatedFinding, ...]]:
    """File name -> findings, errors first; each file among the layouts that are live now."""
    mongo, now = MongoStore(mongo_url()), datetime.now(UTC)
    try:
        live = await LayoutStore(mongo.database).live_layouts()
        notes: dict[str, tuple[LocatedFinding, ...]] = {}
        for file in files:
            findings = [*lint_draft(file.document, live, now), *await _unknown_titles(mongo, file, now)]
            notes[file.name] = locate_findings(findings, [file])
        return notes
    finally:
        mongo.close()


async def _unknown_titles(mongo: MongoStore, file: LayoutFile, now: datetime) -> list[LintFinding]:
    chosen = chosen_titles(file.document, now)
    ids = ids_to_look_up(chosen)
    if not ids:
        return []
    known = await mongo.title_facts(ids)
    return list(
        unknown_title_findings(file.layout, chosen, {title_id: title_id in known for title_id in ids})
    )
