"""Shapes of artwork, and the size in which the service draws each."""

from __future__ import annotations

from enum import StrEnum


class ArtShape(StrEnum):
    HERO = "hero"
    LANDSCAPE = "landscape"
    POSTER = "poster"
    SQUARE = "square"
    FOUR_THREE = "four_three"
    LOGO = "logo"


SIZES: dict[ArtShape, tuple[int, int]] = {
    ArtShape.HERO: (1680, 720),
    ArtShape.LANDSCAPE: (640, 360),
    ArtShape.POSTER: (400, 600),
    ArtShape.SQUARE: (480, 480),
    ArtShape.FOUR_THREE: (640, 480),
    ArtShape.LOGO: (800, 320),
}
"""Natural size. Drawn pictures are vectors, so other sizes are as sharp."""
