"""Rendered pieces of immutable objects: bytes that are made once, kept with their object, and copied from then on.

A run of fields becomes one orjson.Fragment that hides behind the key of its first field:
`{"name": Fragment('"Dune","year":2021')}` is written as `{"name":"Dune","year":2021}`. So a dict with fragments is no
longer data: it is for writing to the wire, and nothing else.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from itertools import count
from typing import Any, cast

import orjson

from resolvers.execution.markers import Memo, Reach

MOST_SELECTIONS = 256
"""Different runs that are known at one time. Clients that are built have a few; those made up push each other out."""

MOST_PIECES, MOST_BYTES = 16, 8192
"""Of one object for the same facts. Beyond, all of them are forgotten: hostile operations fill no memory. Every
client that is built asks for a kilobyte or so."""

MOST_FACTS = 128
"""Different facts of one object, and whatever else is kept with it."""


_numbers = count()


class Fragments:
    """Numbers for runs of fields, the same for the same run, whichever operation of the schema asks.

    A number is never given twice in a process: a run that was forgotten gets another, and what was rendered under
    the first is not found any more. Plans that are kept go on with the numbers that they have.
    """

    def __init__(self, most: int = MOST_SELECTIONS) -> None:
        self._most = most
        self._known: OrderedDict[str, int] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def number(self, text: str) -> int:
        """What pieces of this run are kept under. When there are too many the longest unasked is forgotten."""
        if text not in self._known:
            self._known[text] = next(_numbers)
            if len(self._known) > self._most:
                self._known.popitem(last=False)
        self._known.move_to_end(text)
        return self._known[text]


class Pieces(dict[Hashable, Any]):
    """Of one object for the same facts: what was rendered of it, and how many bytes that are."""

    __slots__ = ("size",)

    def __init__(self) -> None:
        super().__init__()
        self.size = 0

    def clear(self) -> None:
        super().clear()
        self.size = 0

    def put(self, key: Hashable, piece: object, size: int) -> None:
        """Keep the piece, if there is room for it."""
        if size > MOST_BYTES:
            return
        if len(self) >= MOST_PIECES or self.size + size > MOST_BYTES:
            self.clear()
        self[key] = piece
        self.size += size


def pieces_for(memo: Memo, facts: Hashable) -> Pieces:
    """Where the pieces that depend on these facts are kept."""
    found = memo.get(facts)
    if not isinstance(found, Pieces):
        if len(memo) >= MOST_FACTS:
            memo.clear()
        memo[facts] = found = Pieces()
    return found


def everybodys(memo: Memo, facts: Hashable) -> Pieces:
    """Where pieces are kept that others have too: with its size each, for whoever takes it over."""
    return pieces_for(memo, (Reach.EVERYBODY, facts))


def value_begins(first: str) -> int:
    """Where the first value begins in an object that is rendered: behind the brace stand its key and a colon."""
    return len(orjson.dumps(first)) + 2


def keep(rendered: dict[str, Any], begins: int, pieces: Pieces, key: Hashable) -> orjson.Fragment:
    """The fields as one fragment that stands in the place of the first one's value. Raises orjson.JSONEncodeError."""
    fragment, size = _written(rendered, begins)
    pieces.put(key, fragment, size)
    return fragment


def take_over(
    render: Callable[[], dict[str, Any]],
    begins: int,
    pieces: Pieces,
    key: Hashable,
    memo: Memo,
    facts: Hashable,
) -> orjson.Fragment:
    """As `keep`, of fields that are everybody's: rendered only if they were for nobody. The bytes are there once,
    and found by one look in the place where the rest of the object's pieces are."""
    common = everybodys(memo, facts)
    found = common.get(key)
    if found is None:
        found = _written(render(), begins)
        common.put(key, found, found[1])
    fragment, size = found
    pieces.put(key, fragment, size)
    return cast("orjson.Fragment", fragment)


def _written(rendered: dict[str, Any], begins: int) -> tuple[orjson.Fragment, int]:
    """The fragment and its size in bytes."""
    text = orjson.dumps(rendered)[begins:-1]
    return orjson.Fragment(text), len(text)
