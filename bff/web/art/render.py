"""Draws a title's picture: composition, vignette, lettering and grain."""

from __future__ import annotations

import random

from bff.web.art.canvas import Canvas
from bff.web.art.compositions import TOP_LETTERED, choose_composition
from bff.web.art.ink import ink_from_palette
from bff.web.art.text import draw_lettering, draw_logo
from domain.catalog.art_shapes import SIZES, ArtShape
from domain.catalog.artwork import art_seed, focal_point, has_title_text
from domain.catalog.titles import Title

GRAIN_TILE = 160
GRAIN = (
    '<filter id="f" x="0" y="0" width="1" height="1"><feTurbulence type="fractalNoise" baseFrequency=".8" '
    'numOctaves="1" stitchTiles="stitch"/><feColorMatrix values="0 0 0 0 .5 0 0 0 0 .5 0 0 0 0 .5 0 0 0 .5 -.14"/>'
    f'</filter><pattern id="g" width="{GRAIN_TILE}" height="{GRAIN_TILE}" patternUnits="userSpaceOnUse">'
    f'<rect width="{GRAIN_TILE}" height="{GRAIN_TILE}" filter="url(#f)"/></pattern>'
)
"""A repeated tile of noise: noise for a whole hero picture takes a TV half a second."""

ACCENT_DEGREES = (-34, 28, -52, 42, 165)


def render(title: Title, shape: ArtShape, textless: bool = False) -> str:
    """Deterministic SVG."""
    seed = art_seed(title)
    width, height = SIZES[shape]
    across, down = focal_point(title, shape)
    chance = random.Random(seed)
    ink = ink_from_palette(title.palette, ACCENT_DEGREES[seed // 7 % len(ACCENT_DEGREES)])
    canvas = Canvas(width, height, across * width, down * height, ink, chance)
    if shape is ArtShape.LOGO:
        draw_logo(canvas, title, seed)
        return _svg(width, height, "".join(canvas.marks))
    composition = choose_composition(title.genres, seed)
    composition(canvas)
    canvas.fill(canvas.radial((0.55, "#000", 0), (1, "#000", 0.34), reach=0.8))
    if has_title_text(shape, textless):
        draw_lettering(canvas, title, seed, composition in TOP_LETTERED)
    canvas.add(f'<rect width="{width}" height="{height}" fill="url(#g)" opacity=".16"/>')
    return _svg(width, height, f"<defs>{GRAIN}{''.join(canvas.definitions)}</defs>{''.join(canvas.marks)}")


def _svg(width: int, height: int, content: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">{content}</svg>'
    )
