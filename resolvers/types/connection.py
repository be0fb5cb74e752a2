"""Relay connections, with a `nodes` shortcut for clients that have no use for edges.

A cursor is sealed with the snapshot it was cut from. On another snapshot it is refused, so that paging can
neither repeat nor skip a thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

import strawberry

from domain.errors import BadInput, PageExpired
from domain.tokens import digest, seal, unseal
from resolvers.types.node import Node

MAX_PAGE = 50

T = TypeVar("T")


@strawberry.type(description="Where a page of a list stands, as Relay defines it.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="More follows.")
    has_previous_page: bool = strawberry.field(description="Something came before.")
    start_cursor: str | None = strawberry.field(description="Cursor of the first thing here.")
    end_cursor: str | None = strawberry.field(
        description="Cursor of the last thing here: pass it as `after`."
    )


@strawberry.type(description="A thing in a list, with its place.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Where this thing stands in the list.")
    node: T = strawberry.field(description="The thing itself.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="Things with their cursors.")
    nodes: list[T] = strawberry.field(description="The same things without cursors.")
    page_info: PageInfo = strawberry.field(description="What comes before and after.")
    total_count: int | None = strawberry.field(description="Length of the whole list; null when not known.")


def check_first(first: int) -> int:
    """Raises BadInput outside 1..50."""
    if not 1 <= first <= MAX_PAGE:
        raise BadInput(f"first: {first} is out of range; ask for 1 to {MAX_PAGE} at a time.")
    return first


def list_id(kind: str, of: str, nodes: Sequence[Node]) -> str:
    """What a cursor of this list is good for: the same things in the same order, to whomever they are shown."""
    return digest(kind, of, [node.id for node in nodes])


def connect(
    items: Sequence[T], first: int, after: str | None, snapshot: str, secret: bytes, total: int | None
) -> Connection[T]:
    """The `first` items behind cursor `after`. Raises BadInput and PageExpired."""
    start = _position(after, snapshot, secret) + 1 if after else 0
    chosen = items[start : start + check_first(first)]
    edges = [
        Edge(cursor=seal(secret, "cursor", snapshot, str(start + index)), node=item)
        for index, item in enumerate(chosen)
    ]
    return Connection(
        edges=edges,
        nodes=list(chosen),
        page_info=PageInfo(
            has_next_page=start + len(chosen) < len(items),
            has_previous_page=start > 0,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        total_count=total,
    )


def _position(after: str, snapshot: str, secret: bytes) -> int:
    fields = unseal(secret, "cursor", after)
    if len(fields) != 2 or fields[0] != snapshot:
        raise PageExpired("The list has changed since this cursor was made. Fetch it again from the start.")
    return int(fields[1])
