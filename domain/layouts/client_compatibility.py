"""Hides enum values from clients that were built with an older schema.graphql, because many generated clients fail on
unknown values. A row of a newer kind becomes an older kind where that is true, else it is left out; so are newer
actions and reasons. A client without a schema version counts as current.

List a new value of an output enum in `ADDED_VALUES` under the next version; a test compares past schemas.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import Enum
from typing import TypeVar

from domain.errors import BadInput
from domain.layouts.conditions import Version, parse_version_number
from domain.layouts.model import Layout
from domain.layouts.row_kinds import ROW_KINDS, RowSource

CURRENT_SCHEMA: Version = (0, 2)

ADDED_VALUES: Mapping[Version, Mapping[str, frozenset[str]]] = {
    (0, 2): {
        "RowKind": frozenset(kind.source.name for kind in ROW_KINDS.values() if kind.since == (0, 2)),
        "RowStyle": frozenset({"HERO"}),
        "ReasonKind": frozenset({"ONBOARDING", "WATCH_AGAIN", "LEAVING", "EDITORIAL"}),
        "ActionKind": frozenset({"ROW_REMOVE", "SNOOZE", "NOT_ME"}),
        "DegradationKind": frozenset({"ROW_LATE", "SHIPPED_PAGE_MISSING"}),
        "RefreshTrigger": frozenset({"CONTINUE_CHANGED", "HISTORY_CHANGED"}),
        "RowCapability": frozenset({"DISMISS", "SNOOZE", "DISOWN"}),
    },
}
"""Schema version -> GraphQL enum -> added values."""

E = TypeVar("E", bound=Enum)


def parse_version(name: str, text: str | None) -> Version | None:
    """ "0.2" -> (0, 2); None stays None. Raises BadInput, naming the field, for other text."""
    if text is None:
        return None
    version = parse_version_number(text)
    if version is None:
        raise BadInput(f"{name}: {text[:20]!r} is not a version; write it like 0.2 or 4.2.0.")
    return version


def is_known(schema: Version | None, enum: str, value: Enum) -> bool:
    if schema is None or schema >= CURRENT_SCHEMA:
        return True
    return not any(
        schema < version and value.name in names.get(enum, frozenset())
        for version, names in ADDED_VALUES.items()
    )


def known_values(schema: Version | None, enum: str, values: Iterable[E]) -> list[E]:
    return [value for value in values if is_known(schema, enum, value)]


def compatible_kind(schema: Version | None, kind: RowSource) -> RowSource | None:
    """The kind to send; None: leave the row out."""
    if is_known(schema, "RowKind", kind):
        return kind
    older = ROW_KINDS[kind].shown_as
    return older if older is not None and is_known(schema, "RowKind", older) else None


def compatible_layout(layout: Layout, schema: Version | None) -> Layout:
    """Without the rows that the client cannot show."""
    if schema is None or schema >= CURRENT_SCHEMA:
        return layout
    return replace(
        layout,
        rows=tuple(row for row in layout.rows if compatible_kind(schema, row.source) is not None),
        stand_ins=tuple(row for row in layout.stand_ins if compatible_kind(schema, row.source) is not None),
    )
