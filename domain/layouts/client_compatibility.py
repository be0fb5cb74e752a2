"""What a client knows: the words that were added to the API after it was built are kept from it.

A client says which version of schema.graphql it was built with. An enum value that it has never heard of breaks
many a generated client, so a row of a newer kind is shown as an older one where that is true, or not at all;
actions, reasons and the like of newer kinds are left out. A client that does not say is taken to be of today.

To add a value to an enum that answers carry, name it in `ADDED` under the coming version; a test compares the
past schemas with today's and fails until that is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import Enum
from typing import TypeAlias, TypeVar

from domain.errors import BadInput
from domain.layouts.conditions import parse_client
from domain.layouts.model import Layout, RowSource

Version: TypeAlias = tuple[int, ...]

CURRENT: Version = (0, 2)
FIRST: Version = (0, 1)

ADDED: Mapping[Version, Mapping[str, frozenset[str]]] = {
    (0, 2): {
        "RowKind": frozenset({"BECAUSE_YOU_LIKED", "WATCH_AGAIN", "LEAVING_SOON", "EDITORIAL", "ONBOARDING"}),
        "RowStyle": frozenset({"HERO"}),
        "ReasonKind": frozenset({"ONBOARDING", "WATCH_AGAIN", "LEAVING", "EDITORIAL"}),
        "ActionKind": frozenset({"ROW_REMOVE", "SNOOZE", "NOT_ME"}),
        "DegradationKind": frozenset({"ROW_LATE", "SHIPPED_PAGE_MISSING"}),
        "RefreshTrigger": frozenset({"CONTINUE_CHANGED", "HISTORY_CHANGED"}),
        "RowCapability": frozenset({"DISMISS", "SNOOZE", "DISOWN"}),
    },
}
"""Version -> enum, as the schema calls it -> its values of which older clients have not heard."""

SHOWN_AS: Mapping[RowSource, RowSource] = {RowSource.BECAUSE_YOU_LIKED: RowSource.BECAUSE_YOU_WATCHED}
"""Kinds that an older kind describes truly."""

E = TypeVar("E", bound=Enum)


def parse_version(name: str, text: str | None) -> Version | None:
    """ "0.2" -> (0, 2). Raises BadInput, naming the field, for what is no version; None stays None."""
    if text is None:
        return None
    found = parse_client(text)
    if found is None:
        raise BadInput(f"{name}: {text[:20]!r} is no version; write it like 0.2 or 4.2.0.")
    return found


def knows(schema: Version | None, enum: str, value: Enum) -> bool:
    """Has a client of this schema version heard of the value? `enum` is the schema's name for it."""
    if schema is None or schema >= CURRENT:
        return True
    return not any(
        schema < version and value.name in names.get(enum, frozenset()) for version, names in ADDED.items()
    )


def known(schema: Version | None, enum: str, values: Iterable[E]) -> list[E]:
    """Those of the values that the client has heard of."""
    return [value for value in values if knows(schema, enum, value)]


def kind_for(schema: Version | None, kind: RowSource) -> RowSource | None:
    """What a row of this kind is to the client; None when it cannot be shown."""
    if knows(schema, "RowKind", kind):
        return kind
    older = SHOWN_AS.get(kind)
    return older if older is not None and knows(schema, "RowKind", older) else None


def for_client(layout: Layout, schema: Version | None) -> Layout:
    """The layout without rows that the client cannot be shown."""
    if schema is None or schema >= CURRENT:
        return layout
    return replace(
        layout,
        rows=tuple(row for row in layout.rows if kind_for(schema, row.source) is not None),
        stand_ins=tuple(row for row in layout.stand_ins if kind_for(schema, row.source) is not None),
    )
