"""ThumbHash placeholders: about 25 bytes that a client decodes into a blurred preview.

Evan Wallace's format (https://evanw.github.io/thumbhash/) without alpha: the average colour and a few DCT
coefficients of luminance and two colour differences, four bits each.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import cos, pi

Colour = tuple[float, float, float]
"""Red, green and blue, each 0..1."""

LUMINANCE_TERMS = 7
CHROMA_TERMS = 3
MIN_SCALE = 1e-9
"""Anything smaller is a rounding error."""


class Mixture:
    """Pictures of one size whose pixels mix the same colours by fixed weights.

    Channels and their transform are linear in the colours, so weights are transformed once and a picture costs one
    multiplication per colour and coefficient.
    """

    def __init__(self, weights: Sequence[Sequence[float]], width: int, height: int) -> None:
        """`weights`: per colour its share of every pixel, row by row. A dozen pixels a side suffice."""
        longest = max(width, height)
        self._landscape = width > height
        across = max(1, round(LUMINANCE_TERMS * width / longest))
        down = max(1, round(LUMINANCE_TERMS * height / longest))
        self._header_terms = down if self._landscape else across
        luminance = max(3, across), max(3, down)
        self._luminance = _terms(weights, width, height, *luminance)
        self._chroma = _terms(weights, width, height, CHROMA_TERMS, CHROMA_TERMS)

    def thumbhash(self, colours: Sequence[Colour]) -> str:
        """Base64 ThumbHash of the picture in these colours."""
        light = _channel(self._luminance, colours, lambda r, g, b: (r + g + b) / 3)
        yellow_blue = _channel(self._chroma, colours, lambda r, g, b: (r + g) / 2 - b)
        red_green = _channel(self._chroma, colours, lambda r, g, b: r - g)
        header = (
            round(63 * light[0])
            | round(31.5 + 31.5 * yellow_blue[0]) << 6
            | round(31.5 + 31.5 * red_green[0]) << 12
            | round(31 * light[1]) << 18
        )
        header |= (
            self._header_terms
            | round(63 * yellow_blue[1]) << 3
            | round(63 * red_green[1]) << 9
            | self._landscape << 15
        ) << 24
        nibbles = [round(15 * term) for channel in (light, yellow_blue, red_green) for term in channel[2]]
        body = bytes(low | high << 4 for low, high in zip(nibbles[::2], [*nibbles[1::2], 0], strict=False))
        return base64.b64encode(header.to_bytes(5, "little") + body).decode()


def _channel(
    terms: Sequence[Sequence[float]],
    colours: Sequence[Colour],
    value_of: Callable[[float, float, float], float],
) -> tuple[float, float, list[float]]:
    """Mean, greatest coefficient, the other coefficients as 0..1 (0.5 is zero)."""
    values = [value_of(*colour) for colour in colours]
    mean, *rest = (sum(map(float.__mul__, shares, values)) for shares in terms)
    scale = max(map(abs, rest), default=0.0)
    if scale < MIN_SCALE:
        return mean, 0.0, [0.5] * len(rest)
    return mean, min(1.0, scale), [0.5 + 0.5 / scale * term for term in rest]


def _terms(
    weights: Sequence[Sequence[float]], width: int, height: int, across: int, down: int
) -> list[tuple[float, ...]]:
    """Per coefficient, the contribution of each colour."""
    return list(zip(*(_cosine_transform(each, width, height, across, down) for each in weights), strict=True))


def _cosine_transform(
    channel: Sequence[float], width: int, height: int, across: int, down: int
) -> list[float]:
    by_column = _cosines(width, across)
    by_row = _cosines(height, down)
    rows = [channel[start : start + width] for start in range(0, width * height, width)]
    horizontal = [
        [sum(value * wave for value, wave in zip(row, waves, strict=True)) for waves in by_column]
        for row in rows
    ]
    return [
        sum(sums[x] * wave for sums, wave in zip(horizontal, by_row[y], strict=True)) / (width * height)
        for y in range(down)
        for x in range(across)
        if x * down < across * (down - y)
    ]


@lru_cache(maxsize=64)
def _cosines(length: int, count: int) -> tuple[tuple[float, ...], ...]:
    return tuple(
        tuple(cos(pi / length * term * (position + 0.5)) for position in range(length))
        for term in range(count)
    )
