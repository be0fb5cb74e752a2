"""Artwork metadata of a title; bff/web/art draws the pictures.

All of it derives from the title, so addresses exist before any drawing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, cast

from domain.catalog.art_shapes import SIZES, ArtShape
from domain.catalog.thumbhash import Colour, Mixture
from domain.catalog.titles import Title, TitleKind
from domain.ids import address_part
from domain.signed_tokens import sign

STYLE_VERSION = 1
"""Raise it when the drawing changes: clients cache art forever."""

TEXTLESS_SUFFIX = "-textless"
PURPOSE = "art"


_SHAPE_NAMES = {
    ArtShape.HERO: "Backdrop",
    ArtShape.LANDSCAPE: "Picture",
    ArtShape.POSTER: "Poster",
    ArtShape.SQUARE: "Cover",
    ArtShape.FOUR_THREE: "Picture",
    ArtShape.LOGO: "Lettering",
}


class Artwork(NamedTuple):
    """`focal_point` is what to keep when cropping, as shares of width and height.

    `placeholder` is a base64 ThumbHash. `path` is signed, so that outsiders cannot request other titles, and carries
    the picture's fingerprint, so that it can be cached forever. A hero has no text: clients set the name beside it.
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


def title_artwork(title: Title, shape: ArtShape, secret: bytes, textless: bool = False) -> Artwork:
    """Every title has art in every shape."""
    width, height = SIZES[shape]
    traits = art_traits(title)
    focus = _focal_point_at(shape, traits.light_position)
    return Artwork(
        _art_path(title, shape, secret, textless, traits.fingerprint),
        width,
        height,
        _placeholder(title.palette, shape, focus),
        title.palette[1],
        focus,
        alt_text(title, shape),
        has_title_text(shape, textless),
    )


def has_title_text(shape: ArtShape, textless: bool) -> bool:
    return shape is ArtShape.LOGO or (not textless and shape is not ArtShape.HERO)


def _art_path(title: Title, shape: ArtShape, secret: bytes, textless: bool, fingerprint: str) -> str:
    variant = shape + TEXTLESS_SUFFIX if textless else shape.value
    signature = art_signature(variant, title.id, fingerprint, secret)
    return f"/art/{variant}/{address_part(title.id)}-{signature}.svg?v={fingerprint}"


def art_signature(variant: str, title_id: str, fingerprint: str, secret: bytes) -> str:
    return sign(secret, PURPOSE, f"{variant}:{title_id}:{fingerprint}")


@dataclass(frozen=True, slots=True)
class ArtTraits:
    """Common to all pictures of a title. `light_position` is 0 to 8 on a three by three grid."""

    fingerprint: str
    light_position: int


def art_traits(title: Title) -> ArtTraits:
    """Memoized: a card has three pictures or more."""
    traits = title.memo.get("art")
    if traits is None:
        traits = title.memo["art"] = ArtTraits(art_fingerprint(title), art_seed(title) % 9)
    return cast("ArtTraits", traits)


def art_fingerprint(title: Title) -> str:
    """Changes with everything a picture is drawn from."""
    inputs = (
        STYLE_VERSION,
        title.kind,
        title.name,
        title.series_name,
        title.season,
        title.episode,
        *(one for one in (title.last_episode, title.air_date) if one is not None),
        title.season_count,
        title.year,
        title.genres,
        title.cast,
        title.palette,
    )
    return hashlib.blake2s(repr(inputs).encode(), digest_size=5).hexdigest()


def art_seed(title: Title) -> int:
    """Decides the composition; episodes share their series'."""
    return int.from_bytes(hashlib.blake2s(title.show_id.encode(), digest_size=6).digest(), "big")


def focal_point(title: Title, shape: ArtShape) -> tuple[float, float]:
    """Where the light is. Wide shapes keep it right of the text."""
    return _focal_point_at(shape, art_traits(title).light_position)


@lru_cache(maxsize=64)
def _focal_point_at(shape: ArtShape, position: int) -> tuple[float, float]:
    across, down = position % 3, position // 3
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
    return f"{_SHAPE_NAMES[shape]} of {name}, {genre}{title.kind.value}"


@lru_cache(maxsize=1024)
def _placeholder(palette: tuple[str, str, str], shape: ArtShape, focus: tuple[float, float]) -> str:
    return _placeholder_blend(shape, focus).thumbhash([rgb(colour) for colour in palette])


@lru_cache(maxsize=256)
def _placeholder_blend(shape: ArtShape, focus: tuple[float, float]) -> Mixture:
    """Dark below, the middle colour above, a glow at the focal point."""
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
