"""Rendered pieces of immutable objects: bytes that are made once, kept with their object, and copied from then on.

A run of fields becomes one orjson.Fragment that hides behind the key of its first field:
`{"name": Fragment('"Dune","year":2021')}` is written as `{"name":"Dune","year":2021}`. So a dict with fragments is no
longer data: it is for writing to the wire, and nothing else.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import orjson

from resolvers.execution.marks import Memo

MOST_SELECTIONS = 256
"""Different runs that are kept in one process: clients that are built have a few, an attacker makes them up."""

MOST_PIECES = 16
"""Of one object for the same facts. Beyond, all of them are forgotten: hostile arguments fill no memory."""

MOST_FACTS = 128
"""Different facts of one object, and whatever else is kept with it."""


class Fragments:
    """Numbers for runs of fields, the same for the same run, whichever operation asks. One per process."""

    def __init__(self, most: int = MOST_SELECTIONS) -> None:
        self._most = most
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int | None:
        """None when there are too many: such a run is rendered anew each time."""
        if text not in self._numbers and len(self._numbers) < self._most:
            self._numbers[text] = len(self._numbers)
        return self._numbers.get(text)


Pieces = dict[Hashable, orjson.Fragment]


def pieces_for(memo: Memo, facts: Hashable) -> Pieces:
    """Where the pieces that depend on these facts are kept."""
    found = memo.get(facts)
    if not isinstance(found, dict):
        if len(memo) >= MOST_FACTS:
            memo.clear()
        memo[facts] = found = {}
    return found


def keep(rendered: dict[str, Any], pieces: Pieces, key: Hashable) -> orjson.Fragment:
    """The fields as one fragment that stands in the place of the first one's value. Raises orjson.JSONEncodeError."""
    text = orjson.dumps(rendered)
    # Behind the brace stand the first key and a colon.
    begins = len(orjson.dumps(next(iter(rendered)))) + 2
    if len(pieces) >= MOST_PIECES:
        pieces.clear()
    pieces[key] = fragment = orjson.Fragment(text[begins:-1])
    return fragment
