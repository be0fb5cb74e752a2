"""Custom scalars."""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition


def format_duration(value: timedelta) -> str:
    """Rounds up: a client that waits this long is past the instant."""
    return f"PT{ceil(value.total_seconds())}S"


Duration = NewType("Duration", timedelta)
LayoutDocument = NewType("LayoutDocument", object)
"""Any JSON; domain/layouts/validation.py checks it."""
LayoutPatch = NewType("LayoutPatch", object)
ProfileDocument = NewType("ProfileDocument", object)

SCALARS: dict[object, ScalarDefinition] = {
    Duration: strawberry.scalar(
        name="Duration",
        description="A length of time as ISO 8601 writes it, in whole seconds: PT900S is a quarter of an hour.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#appendix-A",
        serialize=format_duration,
    ),
    LayoutDocument: strawberry.scalar(
        name="LayoutDocument",
        description="A layout as JSON, in the shape of /layout.schema.json.",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
    LayoutPatch: strawberry.scalar(
        name="LayoutPatch",
        description="A change of a layout as JSON, as its overrides are: remove, add, set, move, page.",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
    ProfileDocument: strawberry.scalar(
        name="ProfileDocument",
        description="The export of a profile as JSON, in the shape of docs/privacy.md.",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
}
