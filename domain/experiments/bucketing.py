"""Buckets: a number from 0 to 1 for a seed and an id, equal in every process for ever.

The hash is version 2 of GrowthBook's published specification: 32-bit FNV-1a of seed and id, its decimal digits
hashed once more, in 10,000 steps. Their SDKs compute equal assignments. docs/experiments.md has the algorithm and
test vectors.
"""

from __future__ import annotations

from collections.abc import Sequence

BUCKET_COUNT = 10_000
"""The smallest share is 0.01 %."""

FNV_OFFSET = 0x811C9DC5
FNV_PRIME = 0x01000193

Range = tuple[float, float]
"""The second number is not included."""


def bucket(seed: str, unit_id: str) -> float:
    """From 0 to below 1. Our seeds end in ":", so that seed and id stay apart."""
    return _fnv1a(str(_fnv1a(seed + unit_id))) % BUCKET_COUNT / BUCKET_COUNT


def ranges(weights: Sequence[float], coverage: float = 1.0) -> tuple[Range, ...]:
    """One range per weight, for the first `coverage` (0..1) of its share, so that more coverage moves no unit to
    another variant. The sum of the weights must be above 0."""
    total = sum(weights)
    found: list[Range] = []
    start = 0.0
    for weight in weights:
        share = weight / total
        found.append((start, start + share * coverage))
        start += share
    return tuple(found)


def is_within(number: float, span: Range) -> bool:
    return span[0] <= number < span[1]


def range_index(number: float, spans: Sequence[Range]) -> int | None:
    """None: the number falls into a gap."""
    return next((index for index, span in enumerate(spans) if is_within(number, span)), None)


def _fnv1a(text: str) -> int:
    state = FNV_OFFSET
    for byte in text.encode():
        state = (state ^ byte) * FNV_PRIME & 0xFFFFFFFF
    return state
