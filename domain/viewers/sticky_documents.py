"""What an account was shown by experiments, as it lies in the account's document.

    {"row-order": {"ade": {"variant": "B", "phase": 2, "bucket": 0}}}

The writer is the service itself (bff/stores/mongo/exposures.py), one path at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.viewers.profiles import StickyAssignment


def arms_from_document(arms: object) -> dict[str, dict[str, StickyAssignment]]:
    """What cannot be read is left out: nobody loses their page because of an experiment of old."""
    if not isinstance(arms, Mapping):
        return {}
    found = {}
    for experiment, units in arms.items():
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
