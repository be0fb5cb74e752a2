"""Artwork of a title."""

from __future__ import annotations

from functools import lru_cache

import strawberry

from domain.catalog.artwork import SIZES, ArtShape, title_artwork
from domain.catalog.titles import Title

MAX_WIDTH = 3840


@strawberry.type(description="A point in a picture, as shares of its width and height from the top left.")
class FocalPoint:
    x: float = strawberry.field(description="0 left, 1 right.")
    y: float = strawberry.field(description="0 top, 1 bottom.")


@strawberry.type(description="A picture of a title. Vectors: sharp at any size of its shape.")
class Artwork:
    url: str = strawberry.field(description="Address on this server; may be cached for ever.")
    width: int = strawberry.field(description="Pixels, at least the `minWidth` asked for.")
    height: int = strawberry.field(description="Pixels.")
    aspect_ratio: float = strawberry.field(description="Width by height: 1.7778 for 16:9.")
    placeholder: str = strawberry.field(
        description="ThumbHash in base64, to draw until the picture is there."
    )
    dominant_color: str = strawberry.field(description='"#rrggbb", for backgrounds.')
    focal_point: FocalPoint = strawberry.field(description="What must stay in view when cropping.")
    alt: str = strawberry.field(description="What the picture is of, for those who cannot see it.")
    language: str = strawberry.field(description="Language of the text in the picture (BCP 47).")
    variant_id: str = strawberry.field(description="Which drawing this is; echo it in events.")
    has_title_text: bool = strawberry.field(description="The name stands in the picture.")


def artwork_for(title: Title, shape: ArtShape, min_width: int, textless: bool, secret: bytes) -> Artwork:
    """At its natural size, or scaled up to `min_width`."""
    art = title_artwork(title, shape, secret, textless)
    width, height = _scaled_size(shape, min_width)
    return Artwork(
        url=art.path,
        width=width,
        height=height,
        aspect_ratio=art.aspect_ratio,
        placeholder=art.placeholder,
        dominant_color=art.dominant_color,
        focal_point=_focal_point(art.focal_point),
        alt=art.alt,
        language="en",
        variant_id=f"{shape}-textless" if textless else shape.value,
        has_title_text=art.has_title_text,
    )


@lru_cache(maxsize=256)
def _scaled_size(shape: ArtShape, min_width: int) -> tuple[int, int]:
    width, height = SIZES[shape]
    scale = max(1.0, min(min_width, MAX_WIDTH) / width)
    return round(width * scale), round(height * scale)


@lru_cache(maxsize=64)
def _focal_point(focus: tuple[float, float]) -> FocalPoint:
    return FocalPoint(x=round(focus[0], 4), y=round(focus[1], 4))
