"""Relay connections, with a `nodes` shortcut for clients that have no use for edges.

A cursor is sealed with the list it was cut from. A list that is made anew for every request (search, similar
titles, episodes) refuses the cursor of another. Rows and cards of a page go on in the page they are from, which
is kept (resolvers/home/snapshots.py). Either way paging can neither repeat nor skip a thing.
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


Mark = Callable[[Any], str]
"""The cursor of a thing in a list."""


@strawberry.type(description="Where a page of a list stands, as Relay defines it.")
class PageInfo:
    nodes: strawberry.Private[Sequence[Any]]
    mark: strawberry.Private[Mark]
    has_next_page: bool = strawberry.field(description="More follows.")
    has_previous_page: bool = strawberry.field(description="Something came before.")

    @pure(description="Cursor of the first thing here.")
    def start_cursor(self) -> str | None:
        return self.mark(self.nodes[0]) if self.nodes else None

    @pure(description="Cursor of the last thing here: pass it as `after`.")
    def end_cursor(self) -> str | None:
        return self.mark(self.nodes[-1]) if self.nodes else None

    restarted: bool = strawberry.field(
        default=False,
        description="The page that `after` is from is no longer kept. This is the beginning of the list as it is "
        "now: it replaces what you have.",
    )


@strawberry.type(description="A thing in a list, with its place.")
class Edge(Generic[T]):
    mark: strawberry.Private[Mark]
    node: T = strawberry.field(description="The thing itself.")

    @pure(description="Where this thing stands in the list.")
    def cursor(self) -> str:
        return self.mark(self.node)


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    """Cursors are sealed when they are asked for: most clients want one of them, not one a thing."""

    mark: strawberry.Private[Mark]

    @pure(description="Things with their cursors.")
    def edges(self) -> list[Edge[T]]:
        return [Edge(mark=self.mark, node=node) for node in self.nodes]

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
    places = {id(item): place for place, item in enumerate(items)}
    return _connection(
        items, lambda item: places[id(item)], start, check_first(first), (snapshot,), secret, total
    )


def _position(after: str, snapshot: str, secret: bytes) -> int:
    fields = unseal(secret, "cursor", after)
    if len(fields) != 2 or fields[0] != snapshot:
        raise PageExpired("The list has changed since this cursor was made. Fetch it again from the start.")
    return int(fields[1])


ROWS = ""
"""The list of a page that is its rows; every other list is named after the row whose cards it has."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cursor of a page stands: at `position` in a list of one page as it was served."""

    snapshot_id: str
    position: int


def place_of(after: str, of: str, secret: bytes) -> Place:
    """What a cursor of the list `of` of a page says. Raises BadInput for a cursor of another list."""
    fields = unseal(secret, "cursor", after)
    if len(fields) != 3 or fields[1] != of:
        raise BadInput("after: this cursor is of another list. Pass the one that this list returned.")
    return Place(fields[0], int(fields[2]))


def connect_places(
    items: Sequence[T],
    position_of: Callable[[T], int],
    first: int,
    behind: Place | None,
    snapshot_id: str,
    of: str,
    secret: bytes,
    restarted: bool = False,
) -> Connection[T]:
    """The `first` items that stand behind a place in a page's list; without a place, from its beginning.

    Their positions rise, and may have gaps. Raises BadInput.
    """
    start = 0 if behind is None else bisect_right(items, behind.position, key=position_of)
    found = _connection(items, position_of, start, check_first(first), (snapshot_id, of), secret, len(items))
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
    """`sealed` is what a cursor says besides its position."""
    chosen = list(items[start : start + first])

    def mark(item: T) -> str:
        return seal(secret, "cursor", *sealed, str(position_of(item)))

    return Connection(
        mark=mark,
        nodes=chosen,
        page_info=PageInfo(
            nodes=chosen,
            mark=mark,
            has_next_page=start + len(chosen) < len(items),
            has_previous_page=start > 0,
        ),
        total_count=total,
    )
