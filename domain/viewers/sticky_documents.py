"""Sticky experiment assignments in the account's document.

{"row-order": {"ade": {"variant": "B", "phase": 2, "bucket": 0}}}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.viewers.profiles import StickyAssignment


def sticky_assignments_from_document(document: object) -> dict[str, dict[str, StickyAssignment]]:
    """Skips unreadable entries: an old experiment must not cost a page."""
    if not isinstance(document, Mapping):
        return {}
    found = {}
    for experiment, units in document.items():
        if isinstance(units, Mapping):
            read = {unit: sticky for unit, value in units.items() if (sticky := _sticky(value)) is not None}
            found[str(experiment)] = read
    return found


def sticky_to_document(sticky: StickyAssignment) -> dict[str, Any]:
    return {"variant": sticky.variant, "phase": sticky.phase, "bucket": sticky.bucket_version}


def _sticky(value: object) -> StickyAssignment | None:
    if not isinstance(value, Mapping):
        return None
    variant, phase, version = value.get("variant"), value.get("phase"), value.get("bucket")
    if not isinstance(variant, str) or not isinstance(phase, int) or not isinstance(version, int):
        return None
    return StickyAssignment(variant, phase, version)
