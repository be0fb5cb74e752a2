"""Artwork of a title as clients are told of it: where it is, how large, and what stands in meanwhile.

The pictures are drawn by bff/web/art. Everything here is worked out from the title alone, so an address can
be handed out before anything has been drawn, and the same title always has the same picture.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, cast

from domain.catalog.thumbhash import Colour, Mixture
from domain.catalog.titles import Title, TitleKind
from domain.signed_tokens import sign

STYLE_VERSION = 1
"""Raise it when the drawing changes: addresses change with it, so art may be cached for ever."""

TEXTLESS_SUFFIX = "-textless"
PURPOSE = "art"


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
"""Natural width and height. The pictures are vectors, so any size of that shape is as sharp."""

_NAMES = {
    ArtShape.HERO: "Backdrop",
    ArtShape.LANDSCAPE: "Picture",
    ArtShape.POSTER: "Poster",
    ArtShape.SQUARE: "Cover",
    ArtShape.FOUR_THREE: "Picture",
    ArtShape.LOGO: "Lettering",
}


class Artwork(NamedTuple):
    """`focal_point` is what must stay in view when cropped, as shares of width and height.

    `placeholder` is a ThumbHash in base64. A hero carries no text: clients set the name beside it.
    """

    path: str
    width: int
    height: int
    placeholder: str
    dominant_color: str
    focal_point: tuple[float, float]
    alt: str
    has_title_text: bool

    @property
    def aspect_ratio(self) -> float:
        return round(self.width / self.height, 4)


def artwork_of(title: Title, shape: ArtShape, secret: bytes, textless: bool = False) -> Artwork:
    """Never None: every title has art in every shape."""
    width, height = SIZES[shape]
    drawn = drawn_from(title)
    focus = _focus(shape, drawn.light)
    return Artwork(
        _path(title, shape, secret, textless, drawn.fingerprint),
        width,
        height,
        _placeholder(title.palette, shape, focus),
        title.palette[1],
        focus,
        alt_text(title, shape),
        has_title_text(shape, textless),
    )


def has_title_text(shape: ArtShape, textless: bool) -> bool:
    """A logo is nothing but text."""
    return shape is ArtShape.LOGO or (not textless and shape is not ArtShape.HERO)


def art_path(title: Title, shape: ArtShape, secret: bytes, textless: bool = False) -> str:
    """Address on this server: "/art/poster/tt1-<signature>.svg?v=<fingerprint>".

    The signature keeps outsiders from asking for titles they were never shown. The fingerprint changes
    whenever the picture would, so that the address may be cached for ever.
    """
    return _path(title, shape, secret, textless, drawn_from(title).fingerprint)


def _path(title: Title, shape: ArtShape, secret: bytes, textless: bool, fingerprint: str) -> str:
    variant = shape + TEXTLESS_SUFFIX if textless else shape.value
    signature = art_signature(variant, title.id, fingerprint, secret)
    return f"/art/{variant}/{title.id}-{signature}.svg?v={fingerprint}"


def art_signature(variant: str, title_id: str, fingerprint: str, secret: bytes) -> str:
    return sign(secret, PURPOSE, f"{variant}:{title_id}:{fingerprint}")


@dataclass(frozen=True, slots=True)
class Drawn:
    """What all pictures of a title have in common. `light` tells where it is, 0 to 8: three places by three."""

    fingerprint: str
    light: int


def drawn_from(title: Title) -> Drawn:
    """Kept with the title: a card has three pictures or more."""
    known = title.memo.get("art")
    if known is None:
        known = title.memo["art"] = Drawn(art_fingerprint(title), art_seed(title) % 9)
    return cast("Drawn", known)


def art_fingerprint(title: Title) -> str:
    """Changes with everything a picture is drawn from."""
    drawn = (
        STYLE_VERSION,
        title.kind,
        title.name,
        title.series_name,
        title.season,
        title.episode,
        title.season_count,
        title.year,
        title.genres,
        title.cast,
        title.palette,
    )
    return hashlib.blake2s(repr(drawn).encode(), digest_size=5).hexdigest()


def art_seed(title: Title) -> int:
    """A number that decides the composition; episodes share their series'."""
    return int.from_bytes(hashlib.blake2s(title.show_id.encode(), digest_size=6).digest(), "big")


def focal_point(title: Title, shape: ArtShape) -> tuple[float, float]:
    """Where the light is. Wide shapes keep it to the right, clear of text that stands on the left."""
    return _focus(shape, drawn_from(title).light)


@lru_cache(maxsize=64)
def _focus(shape: ArtShape, light: int) -> tuple[float, float]:
    across, down = light % 3, light // 3
    if shape is ArtShape.HERO:
        return (0.66 + 0.06 * across, 0.3 + 0.06 * down)
    if shape in (ArtShape.LANDSCAPE, ArtShape.FOUR_THREE):
        return (0.6 + 0.07 * across, 0.32 + 0.06 * down)
    return (0.34 + 0.16 * across, 0.3 + 0.06 * down)


def alt_text(title: Title, shape: ArtShape) -> str:
    """ "Poster of The Long Thaw, drama series"."""
    name = title.name
    if title.kind is TitleKind.EPISODE and title.series_name:
        name = f"{title.series_name}: {title.name}"
    genre = f"{title.genres[0].lower()} " if title.genres else ""
    return f"{_NAMES[shape]} of {name}, {genre}{title.kind.value}"


@lru_cache(maxsize=1024)
def _placeholder(palette: tuple[str, str, str], shape: ArtShape, focus: tuple[float, float]) -> str:
    return _glow(shape, focus).thumbhash([rgb(colour) for colour in palette])


@lru_cache(maxsize=256)
def _glow(shape: ArtShape, focus: tuple[float, float]) -> Mixture:
    """Night below, the middle colour above, a glow at the focal point: what all art has in common."""
    width, height = SIZES[shape]
    columns = round(12 * min(1.0, width / height))
    rows = round(12 * min(1.0, height / width))
    shares: list[tuple[float, float, float]] = []
    for row in range(rows):
        y = (row + 0.5) / rows
        night = min(1.0, 0.25 + 0.9 * y * y)
        for column in range(columns):
            x = (column + 0.5) / columns
            distance = ((x - focus[0]) * width / height) ** 2 + (y - focus[1]) ** 2
            light = 0.75 / (1 + 18 * distance)
            shares.append((night * (1 - light), (1 - night) * (1 - light), light))
    return Mixture(list(zip(*shares, strict=True)), columns, rows)


def rgb(colour: str) -> Colour:
    """ "#rrggbb" as three numbers 0..1."""
    return (int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255)
