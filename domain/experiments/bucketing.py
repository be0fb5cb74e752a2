"""Where chance puts somebody: a number from 0 to 1 for a seed and an id, the same in every process for ever.

The hash is version 2 of GrowthBook's published specification: 32-bit FNV-1a of seed and id, its decimal digits
hashed once more, in 10,000 steps. So every one of their SDKs can work out an assignment from a seed and an id,
and their vectors check ours. docs/experiments.md has the algorithm and further vectors.
"""

from __future__ import annotations

from collections.abc import Sequence

STEPS = 10_000
"""The finest share there is: a hundredth of a percent."""

FNV_OFFSET = 0x811C9DC5
FNV_PRIME = 0x01000193

Range = tuple[float, float]
"""From the first number up to the second, which is not included."""


def bucket(seed: str, unit: str) -> float:
    """A number from 0 up to 1. Seeds end in ":" here, so that seed and unit cannot run into each other."""
    return _fnv1a(str(_fnv1a(seed + unit))) % STEPS / STEPS


def ranges(weights: Sequence[float], coverage: float = 1.0) -> tuple[Range, ...]:
    """One range per weight. Each begins where its full share begins and holds `coverage` (0..1) of it.

    So coverage can grow without moving anybody from one variant to another. Weights count in proportion to
    their sum, which must be above 0.
    """
    total = sum(weights)
    found: list[Range] = []
    start = 0.0
    for weight in weights:
        share = weight / total
        found.append((start, start + share * coverage))
        start += share
    return tuple(found)


def within(number: float, span: Range) -> bool:
    return span[0] <= number < span[1]


def choose(number: float, spans: Sequence[Range]) -> int | None:
    """The place of the first range that holds the number; None: it falls into a gap."""
    return next((place for place, span in enumerate(spans) if within(number, span)), None)


def _fnv1a(text: str) -> int:
    state = FNV_OFFSET
    for byte in text.encode():
        state = (state ^ byte) * FNV_PRIME & 0xFFFFFFFF
    return state
