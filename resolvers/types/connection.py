"""Relay connections, with a `nodes` shortcut for clients that have no use for edges.

A cursor is sealed with the list it was cut from. A list that is made anew for every request (search, similar
titles, episodes) refuses the cursor of another. Rows and cards of a page go on in the page they are from, which
is kept (resolvers/served.py). Either way paging can neither repeat nor skip a thing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import strawberry

from domain.errors import BadInput, PageExpired
from domain.tokens import digest, seal, unseal
from resolvers.execution import pure
from resolvers.types.node import Node

MAX_PAGE = 50

T = TypeVar("T")


Mark = Callable[[int], str]
"""The cursor of a position in a list."""


@strawberry.type(description="Where a page of a list stands, as Relay defines it.")
class PageInfo:
    first: strawberry.Private[int | None]
    last: strawberry.Private[int | None]
    mark: strawberry.Private[Mark]
    has_next_page: bool = strawberry.field(description="More follows.")
    has_previous_page: bool = strawberry.field(description="Something came before.")

    @pure(description="Cursor of the first thing here.")
    def start_cursor(self) -> str | None:
        return None if self.first is None else self.mark(self.first)

    @pure(description="Cursor of the last thing here: pass it as `after`.")
    def end_cursor(self) -> str | None:
        return None if self.last is None else self.mark(self.last)

    restarted: bool = strawberry.field(
        default=False,
        description="The page that `after` is from is no longer kept. This is the beginning of the list as it is "
        "now: it replaces what you have.",
    )


@strawberry.type(description="A thing in a list, with its place.")
class Edge(Generic[T]):
    position: strawberry.Private[int]
    mark: strawberry.Private[Mark]
    node: T = strawberry.field(description="The thing itself.")

    @pure(description="Where this thing stands in the list.")
    def cursor(self) -> str:
        return self.mark(self.position)


@strawberry.type(description="A page of a list.")
class Connection(Generic[T]):
    """Cursors are sealed when they are asked for: most clients want one of them, not one a thing."""

    positions: strawberry.Private[Sequence[int]]
    mark: strawberry.Private[Mark]

    @pure(description="Things with their cursors.")
    def edges(self) -> list[Edge[T]]:
        places = zip(self.positions, self.nodes, strict=True)
        return [Edge(position=position, mark=self.mark, node=node) for position, node in places]

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
    places = list(enumerate(items))
    return _connection(places, start, check_first(first), (snapshot,), secret, total)


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
    items: Sequence[tuple[int, T]],
    first: int,
    behind: Place | None,
    snapshot_id: str,
    of: str,
    secret: bytes,
    restarted: bool = False,
) -> Connection[T]:
    """The `first` items that stand behind a place in a page's list; without a place, from its beginning.

    Items come with their positions, which may have gaps. Raises BadInput.
    """
    last = -1 if behind is None else behind.position
    start = next((index for index, (position, _) in enumerate(items) if position > last), len(items))
    found = _connection(items, start, check_first(first), (snapshot_id, of), secret, len(items))
    found.page_info.restarted = restarted
    return found


def _connection(
    items: Sequence[tuple[int, T]],
    start: int,
    first: int,
    sealed: tuple[str, ...],
    secret: bytes,
    total: int | None,
) -> Connection[T]:
    """`sealed` is what a cursor says besides its position."""
    chosen = items[start : start + first]

    def mark(position: int) -> str:
        return seal(secret, "cursor", *sealed, str(position))

    positions = [position for position, _ in chosen]
    return Connection(
        positions=positions,
        mark=mark,
        nodes=[item for _, item in chosen],
        page_info=PageInfo(
            first=positions[0] if positions else None,
            last=positions[-1] if positions else None,
            mark=mark,
            has_next_page=start + len(chosen) < len(items),
            has_previous_page=start > 0,
        ),
        total_count=total,
    )
