"""Artwork of a title: an operator's own picture that fits, else the drawn one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import strawberry

from domain.catalog.art_shapes import SIZES, ArtShape
from domain.catalog.artwork import Artwork as DrawnArtwork
from domain.catalog.artwork import title_artwork
from domain.catalog.own_images import ImageFormat, ImageWish, OwnImage, fitting_image
from domain.catalog.titles import Title
from resolvers.request.context import Context

MAX_WIDTH = 3840
DEFAULT_LANGUAGE = "en"
"""Texts of pages are English."""

CENTRE = (0.5, 0.5)
NO_LANGUAGE = "zxx"
"""BCP 47 for a picture without words."""


@strawberry.type(description="A point in a picture, as shares of its width and height from the top left.")
class FocalPoint:
    x: float = strawberry.field(description="0 left, 1 right.")
    y: float = strawberry.field(description="0 top, 1 bottom.")


@strawberry.type(
    description="A picture of a title: the operator's own where one fits, else one that the service draws."
)
class Artwork:
    url: str = strawberry.field(
        description="Its address; may be cached for ever. Absolute where the service knows its public address "
        "(`MARQUEE_PUBLIC_URL`), else relative to the address you asked."
    )
    width: int = strawberry.field(
        description="Pixels: at least `minWidth` times the device's `imageDensity`, unless the operator's own "
        "pictures are all narrower: then the widest."
    )
    height: int = strawberry.field(description="Pixels.")
    aspect_ratio: float = strawberry.field(description="Width by height: 1.7778 for 16:9.")
    placeholder: str = strawberry.field(
        description="ThumbHash in base64, to draw until the picture is there."
    )
    dominant_color: str = strawberry.field(description='"#rrggbb", for backgrounds.')
    focal_point: FocalPoint = strawberry.field(description="What must stay in view when cropping.")
    alt: str = strawberry.field(description="What the picture is of, for those who cannot see it.")
    language: str = strawberry.field(
        description="Language of the text in the picture (BCP 47); `zxx` for an own picture without words."
    )
    variant_id: str = strawberry.field(description="Which picture this is; echo it in events.")
    has_title_text: bool = strawberry.field(description="The name stands in the picture.")
    format: ImageFormat = strawberry.field(description="Format of the file at `url`; drawn pictures are SVG.")
    fallback_url: str = strawberry.field(
        description="Address of the drawn picture of this shape: draw it when `url` cannot be loaded. "
        "The same as `url` when there is no own picture."
    )


@dataclass(frozen=True, slots=True)
class ArtRequest:
    """Arguments of an artwork field, and the device's density: device pixels per layout pixel."""

    shape: ArtShape
    min_width: int = 0
    textless: bool = False
    language: str | None = None
    formats: tuple[ImageFormat, ...] = ()
    density: float = 1.0


def artwork_for(title: Title, request: ArtRequest, context: Context) -> Artwork:
    base, shape = context.process.public_url, request.shape
    drawn = title_artwork(title, shape, context.secret, request.textless)
    width, height = _drawn_size(shape, request.min_width, request.density)
    own = _own_image(title, request, width) if title.images or title.series_images else None
    if own is not None:
        return _own_artwork(title, own, drawn, base)
    return Artwork(
        url=base + drawn.path,
        width=width,
        height=height,
        aspect_ratio=drawn.aspect_ratio,
        placeholder=drawn.placeholder,
        dominant_color=drawn.dominant_color,
        focal_point=_focal_point(drawn.focal_point),
        alt=drawn.alt,
        language="en",
        variant_id=f"{shape}-textless" if request.textless else shape.value,
        has_title_text=drawn.has_title_text,
        format=ImageFormat.SVG,
        fallback_url=base + drawn.path,
    )


def _own_image(title: Title, request: ArtRequest, natural_width: int) -> OwnImage | None:
    asked = ceil(min(request.min_width, MAX_WIDTH) * request.density)
    language = request.language or DEFAULT_LANGUAGE
    wish = ImageWish(request.shape, asked or natural_width, request.textless, language, request.formats)
    own = fitting_image(title.images, wish, title.language)
    return own or fitting_image(title.series_images, wish, title.language)


def _own_artwork(title: Title, image: OwnImage, drawn: DrawnArtwork, base: str) -> Artwork:
    return Artwork(
        url=media_address(image.url, base),
        width=image.width,
        height=image.height,
        aspect_ratio=round(image.width / image.height, 4),
        placeholder=drawn.placeholder,
        dominant_color=drawn.dominant_color,
        focal_point=_focal_point(image.focal_point or CENTRE),
        alt=image.alt or drawn.alt,
        language=image.language or (NO_LANGUAGE if image.textless else title.language),
        variant_id=image.variant_id,
        has_title_text=image.shape is ArtShape.LOGO or not image.textless,
        format=image.format,
        fallback_url=base + drawn.path,
    )


def media_address(address: str, base: str) -> str:
    """A path is one on the service's public address."""
    return base + address if address.startswith("/") else address


@lru_cache(maxsize=1024)
def _drawn_size(shape: ArtShape, min_width: int, density: float) -> tuple[int, int]:
    """The natural size, larger where more is asked for."""
    width, height = SIZES[shape]
    wanted = (min(min_width, MAX_WIDTH) if min_width > 0 else width) * density
    scale = max(1.0, min(wanted, MAX_WIDTH) / width)
    return round(width * scale), round(height * scale)


@lru_cache(maxsize=256)
def _focal_point(focus: tuple[float, float]) -> FocalPoint:
    return FocalPoint(x=round(focus[0], 4), y=round(focus[1], 4))
