"""Relay connections.

A signed cursor names its list, so paging neither repeats nor skips. A list computed per request (search, similar
titles, episodes) refuses another list's cursor; rows and cards continue in the snapshot that the cursor names.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import strawberry

from domain.errors import BadInput, PageExpired
from domain.signed_tokens import digest, seal, unseal
from resolvers.execution import pure
from resolvers.types.node import Node

MAX_PAGE = 50

T = TypeVar("T")

CursorOf = Callable[[Any], str]


@strawberry.type(description="Where a page of a list stands, as Relay defines it.")
class PageInfo:
    nodes: strawberry.Private[Sequence[Any]]
    cursor_of: strawberry.Private[CursorOf]
    has_next_page: bool = strawberry.field(description="More follows.")
    has_previous_page: bool = strawberry.field(description="Something came before.")

    @pure(description="Cursor of the first thing here.")
    def start_cursor(self) -> str | None:
        return self.cursor_of(self.nodes[0]) if self.nodes else None

    @pure(description="Cursor of the last thing here: pass it as `after`.")
    def end_cursor(self) -> str | None:
        return self.cursor_of(self.nodes[-1]) if self.nodes else None

    restarted: bool = strawberry.field(
        default=False,
        description="The page that `after` is from is no longer kept. This is the beginning of the list as it is "
        "now: it replaces what you have.",
    )


@strawberry.type(description="A thing in a list, with its place.")
class Edge(Generic[T]):
    cursor_of: strawberry.Private[CursorOf]
    node: T = strawberry.field(description="The thing itself.")

    @pure(description="Where this thing stands in the list.")
    def cursor(self) -> str:
        return self.cursor_of(self.node)


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    """Signs cursors on demand: most clients want one."""

    cursor_of: strawberry.Private[CursorOf]

    @pure(description="Things with their cursors.")
    def edges(self) -> list[Edge[T]]:
        return [Edge(cursor_of=self.cursor_of, node=node) for node in self.nodes]

    nodes: list[T] = strawberry.field(description="The same things without cursors.")
    page_info: PageInfo = strawberry.field(description="What comes before and after.")
    total_count: int | None = strawberry.field(description="Length of the whole list; null when not known.")


def page_size(first: int | None, default: int) -> int:
    """Null, which generated clients send, is the default. Raises BadInput outside 1..50."""
    if first is None:
        return default
    if not 1 <= first <= MAX_PAGE:
        raise BadInput(f"first: {first} is out of range; ask for 1 to {MAX_PAGE} at a time.")
    return first


def list_id(kind: str, subject: str, nodes: Sequence[Node]) -> str:
    """Identifies the same items in the same order, for any viewer."""
    return digest(kind, subject, [node.id for node in nodes])


def connect(
    items: Sequence[T], first: int, after: str | None, snapshot: str, secret: bytes, total: int | None
) -> Connection[T]:
    """Raises BadInput and PageExpired."""
    start = _decode_position(after, snapshot, secret) + 1 if after else 0
    positions = {id(item): position for position, item in enumerate(items)}
    return _connection(items, lambda item: positions[id(item)], start, first, (snapshot,), secret, total)


def _decode_position(after: str, snapshot: str, secret: bytes) -> int:
    fields = unseal(secret, "cursor", after)
    if len(fields) != 2 or fields[0] != snapshot:
        raise PageExpired("The list has changed since this cursor was made. Fetch it again from the start.")
    return int(fields[1])


ROW_LIST = ""
"""Name of the list of rows; a list of cards is named after its row."""


@dataclass(frozen=True, slots=True)
class PageCursor:
    snapshot_id: str
    position: int


def decode_page_cursor(after: str, list_name: str, secret: bytes) -> PageCursor:
    """Raises BadInput for a cursor of another list."""
    fields = unseal(secret, "cursor", after)
    if len(fields) != 3 or fields[1] != list_name:
        raise BadInput("after: this cursor is of another list. Pass the one that this list returned.")
    return PageCursor(fields[0], int(fields[2]))


def connect_page_list(
    items: Sequence[T],
    position_of: Callable[[T], int],
    first: int,
    cursor: PageCursor | None,
    snapshot_id: str,
    list_name: str,
    secret: bytes,
    restarted: bool = False,
) -> Connection[T]:
    """The first items after the cursor, or from the start. Positions ascend, maybe with gaps."""
    start = 0 if cursor is None else bisect_right(items, cursor.position, key=position_of)
    found = _connection(items, position_of, start, first, (snapshot_id, list_name), secret, len(items))
    found.page_info.restarted = restarted
    return found


def _connection(
    items: Sequence[T],
    position_of: Callable[[T], int],
    start: int,
    first: int,
    sealed: tuple[str, ...],
    secret: bytes,
    total: int | None,
) -> Connection[T]:
    """`sealed`: a cursor's fields before the position."""
    chosen = list(items[start : start + first])

    def cursor_of(item: T) -> str:
        return seal(secret, "cursor", *sealed, str(position_of(item)))

    return Connection(
        cursor_of=cursor_of,
        nodes=chosen,
        page_info=PageInfo(
            nodes=chosen,
            cursor_of=cursor_of,
            has_next_page=start + len(chosen) < len(items),
            has_previous_page=start > 0,
        ),
        total_count=total,
    )
