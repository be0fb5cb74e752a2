"""Checks `after` and `before` of a layout's rows: sequences that contradict each other or a pin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.json_schema import Problem
from domain.layouts.row_validation import Node

Sequences = Mapping[str, Mapping[str, str]]
"""Row -> the rows that must stand above it -> the word that says so, "after" or "before"."""


def sequence_problems(document: Node) -> Iterator[Problem]:
    above = _rows_above(document)
    reported: set[str] = set()
    for name in document["order"]:
        cycle = _cycle(name, above) if name not in reported else []
        if cycle:
            reported.update(cycle)
            chain = ", ".join(_sentence(one, other, above) for one, other in _pairs(cycle))
            yield Problem(
                _path(cycle[0], cycle[1], above),
                f"these rules contradict each other: {chain}. Remove one of them.",
            )
    yield from _pin_problems(document, above)


def _rows_above(document: Node) -> dict[str, dict[str, str]]:
    rows = document["rows"]
    above: dict[str, dict[str, str]] = {name: {} for name in rows}
    for name, row in rows.items():
        place = row.get("place", {})
        if place.get("after") in rows and place["after"] != name:
            above[name][place["after"]] = "after"
        if place.get("before") in rows and place["before"] != name:
            above[place["before"]].setdefault(name, "before")
    return above


def _cycle(start: str, above: Sequences) -> list[str]:
    """Rows of a cycle through `start`, each followed by one that must stand above it; empty without a cycle."""
    paths = [[start]]
    seen = {start}
    while paths:
        path = paths.pop()
        for name in above.get(path[-1], ()):
            if name == start:
                return path
            if name not in seen:
                seen.add(name)
                paths.append([*path, name])
    return []


def _pin_problems(document: Node, above: Sequences) -> Iterator[Problem]:
    def pin(name: str) -> int | None:
        row = document["rows"][name]
        always = "when" not in row and "schedule" not in row
        position: int | None = row.get("place", {}).get("pin") if always else None
        return position

    for name, others in above.items():
        for other in others:
            below, upper = pin(name), pin(other)
            if below is not None and upper is not None and upper > below:
                message = (
                    f"{_sentence(name, other, above)}, but {other!r} is pinned to position {upper} and {name!r} to "
                    f"{below}. Change a pin, or remove the rule."
                )
                yield Problem(_path(name, other, above), message)


def _pairs(cycle: list[str]) -> Iterator[tuple[str, str]]:
    return zip(cycle, [*cycle[1:], cycle[0]], strict=True)


def _sentence(name: str, other: str, above: Sequences) -> str:
    """`other` must stand above `name`."""
    return f"{name!r} after {other!r}" if above[name][other] == "after" else f"{other!r} before {name!r}"


def _path(name: str, other: str, above: Sequences) -> tuple[str, ...]:
    word = above[name][other]
    return ("rows", name if word == "after" else other, "place", word)
