"""What a patch moved by hand holds: a move becomes a rule of its row.

`to: 3` pins the row to position 3; `after` and `before` keep it below and above the other row. In a layout without
personal order the order itself says it, so the move only ends what would overrule it. Patches apply one after the
other: a move replaces the row's own position and the rules of other rows that would turn it around, be it through
rows between them, and earlier moves among them; a place that a later patch sets changes what an earlier one moved.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.layouts.patches import Patch, apply_patch
from domain.serialization import Document

Rows = dict[str, Document]
OPPOSITES = {"after": "before", "before": "after"}


def apply_and_hold(document: Document, patch: Patch, held: dict[str, str], is_personal: bool) -> Document:
    """The document after the patch. `held` keeps, from patch to patch, the rule that a row has from its last move."""
    rows: Rows = dict(document["rows"])
    for name, change in patch.get("set", {}).items():
        if name in held and name in rows and (change.get("place") or {}).keys() & {"pin", *OPPOSITES}:
            rows[name] = _without(rows[name], held.pop(name))
    document = apply_patch({**document, "rows": rows}, patch).document
    rows = document["rows"] = dict(document["rows"])
    for name, move in patch.get("move", {}).items():
        word = next((word for word in OPPOSITES if word in move), "pin")
        neighbour = move.get(word, "")
        if name not in rows or (word != "pin" and (neighbour == name or neighbour not in rows)):
            continue
        place = {"apart_from": rows[name].get("place", {}).get("apart_from", [])}
        if is_personal:
            place[word] = neighbour if word != "pin" else move["to"]
            held[name] = word
        rows[name] = {**rows[name], "place": place}
        if word != "pin":
            _end_opposites(rows, name, word, neighbour)
    return document


def _without(row: Document, word: str) -> Document:
    return {**row, "place": {key: value for key, value in row.get("place", {}).items() if key != word}}


def _end_opposites(rows: Rows, name: str, word: str, neighbour: str) -> None:
    """Ends the rules about the row in rows that must stand on the other side of it: the neighbour, and all that stand
    beyond the neighbour."""
    beyond, waiting = {name}, [neighbour]
    while waiting:
        one = waiting.pop()
        if one in beyond:
            continue
        beyond.add(one)
        place = rows[one].get("place", {})
        if place.get(word) == name:
            rows[one] = _without(rows[one], word)
        waiting += _beyond(rows, one, word)


def _beyond(rows: Rows, name: str, word: str) -> Iterator[str]:
    """With "after" the rows that must stand above the row, with "before" those below it."""
    own = rows[name].get("place", {}).get(word)
    if own in rows:
        yield own
    yield from (other for other, row in rows.items() if row.get("place", {}).get(OPPOSITES[word]) == name)
