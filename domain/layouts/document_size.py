"""Bounds of a layout document, checked before anything that takes longer the larger it is."""

from __future__ import annotations

from collections.abc import Mapping

from domain.json_schema import Path, Problem

MAX_VALUES = 10_000
"""Keys and values together. The layout that ships has about 120."""

MAX_DEPTH = 16
"""The deepest key of a valid layout is ten levels down."""


def size_problem(document: object) -> Problem | None:
    """None: within the bounds. It stops counting at them."""
    count = 0
    waiting: list[tuple[object, Path]] = [(document, ())]
    while waiting:
        value, path = waiting.pop()
        inner = (
            value.items()
            if isinstance(value, Mapping)
            else enumerate(value)
            if isinstance(value, list)
            else ()
        )
        if inner and len(path) >= MAX_DEPTH:
            return Problem(path[:2], f"is nested more than {MAX_DEPTH} levels deep; a layout needs ten.")
        for name, each in inner:
            count += 1
            if count > MAX_VALUES:
                return Problem((), too_many_values())
            waiting.append((each, (*path, name if isinstance(name, str | int) else str(name))))
    return None


def too_many_values() -> str:
    return f"has more than {MAX_VALUES:,} keys and values. A page shows some ten rows: remove the others."
