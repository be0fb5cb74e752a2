"""ThumbHash placeholders: about 25 bytes that a client decodes into a blurred preview of an image.

The format is Evan Wallace's ThumbHash (https://evanw.github.io/thumbhash/), without its alpha channel:
the average colour and a few DCT coefficients of luminance and two colour differences, four bits each.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import lru_cache
from math import cos, pi

Colour = tuple[float, float, float]
"""Red, green and blue, each 0..1."""

LUMINANCE_TERMS = 7
CHROMA_TERMS = 3


def thumbhash(pixels: Sequence[Colour], width: int, height: int) -> str:
    """Base64 ThumbHash of an opaque image, its pixels row by row. A dozen pixels a side are plenty."""
    longest = max(width, height)
    across = max(1, round(LUMINANCE_TERMS * width / longest))
    down = max(1, round(LUMINANCE_TERMS * height / longest))
    light = _encode([sum(pixel) / 3 for pixel in pixels], width, height, max(3, across), max(3, down))
    yellow = _encode([(r + g) / 2 - b for r, g, b in pixels], width, height, CHROMA_TERMS, CHROMA_TERMS)
    red = _encode([r - g for r, g, _ in pixels], width, height, CHROMA_TERMS, CHROMA_TERMS)
    landscape = width > height
    header = (
        round(63 * light[0])
        | round(31.5 + 31.5 * yellow[0]) << 6
        | round(31.5 + 31.5 * red[0]) << 12
        | round(31 * light[1]) << 18
    )
    header |= (
        (down if landscape else across)
        | round(63 * yellow[1]) << 3
        | round(63 * red[1]) << 9
        | landscape << 15
    ) << 24
    nibbles = [round(15 * term) for channel in (light, yellow, red) for term in channel[2]]
    body = bytes(low | high << 4 for low, high in zip(nibbles[::2], [*nibbles[1::2], 0], strict=False))
    return base64.b64encode(header.to_bytes(5, "little") + body).decode()


def _encode(
    channel: Sequence[float], width: int, height: int, across: int, down: int
) -> tuple[float, float, list[float]]:
    """Mean, greatest coefficient, and the other coefficients as 0..1 (0.5 is nothing), lowest first."""
    by_column = _cosines(width, across)
    by_row = _cosines(height, down)
    rows = [channel[start : start + width] for start in range(0, width * height, width)]
    horizontal = [
        [sum(value * wave for value, wave in zip(row, waves, strict=True)) for waves in by_column]
        for row in rows
    ]
    terms = [
        sum(sums[x] * wave for sums, wave in zip(horizontal, by_row[y], strict=True)) / (width * height)
        for y in range(down)
        for x in range(across)
        if x * down < across * (down - y)
    ]
    mean, rest = terms[0], terms[1:]
    scale = max((abs(term) for term in rest), default=0.0)
    if scale == 0:
        return mean, 0.0, [0.5] * len(rest)
    return mean, min(1.0, scale), [0.5 + 0.5 / scale * term for term in rest]


@lru_cache(maxsize=64)
def _cosines(length: int, count: int) -> tuple[tuple[float, ...], ...]:
    return tuple(
        tuple(cos(pi / length * term * (position + 0.5)) for position in range(length))
        for term in range(count)
    )
