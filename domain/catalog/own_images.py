"""Pictures that an operator brings for a title, and the choice of one for a card.

Artwork that is drawn (domain/catalog/artwork.py) stands in wherever no own picture fits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.catalog.art_shapes import SIZES, ArtShape


class ImageFormat(StrEnum):
    """As in "image/webp"."""

    AVIF = "avif"
    WEBP = "webp"
    JPEG = "jpeg"
    PNG = "png"
    SVG = "svg"


MAX_STRETCH = 1.5
"""How far a picture's proportions may be from those of its shape."""

FORMAT_OF_ENDING = {format_.value: format_ for format_ in ImageFormat} | {"jpg": ImageFormat.JPEG}


@dataclass(frozen=True, slots=True)
class OwnImage:
    """One file.

    `width` and `height` are pixels. `language` is that of the text in the picture (BCP 47), None when it has none.
    `textless`: the title's name does not stand in it. `focal_point` is what to keep when cropping, as shares of width
    and height from the top left.
    """

    url: str
    shape: ArtShape
    width: int
    height: int
    format: ImageFormat
    language: str | None = None
    textless: bool = False
    alt: str | None = None
    focal_point: tuple[float, float] | None = None

    @property
    def variant_id(self) -> str:
        return f"own-{hashlib.blake2s(self.url.encode(), digest_size=5).hexdigest()}"


@dataclass(frozen=True, slots=True)
class ImageWish:
    """What a client asks for.

    `width` is the least in pixels. `formats` are those that it can draw, best first; empty: any.
    """

    shape: ArtShape
    width: int
    textless: bool = False
    language: str = "en"
    formats: tuple[ImageFormat, ...] = ()


def has_shape(shape: ArtShape, ratio: float) -> bool:
    """`ratio` is width by height. A 16:9 picture is still a hero of 21:9; letterings have any proportions."""
    width, height = SIZES[shape]
    return shape is ArtShape.LOGO or 1 / MAX_STRETCH <= ratio * height / width <= MAX_STRETCH


def fitting_image(images: Sequence[OwnImage], wish: ImageWish, original_language: str) -> OwnImage | None:
    """The own picture that fits best; None when none has the shape, the format and, if asked for, no text.

    In this order: the language asked for, no text, the title's own language, any other; wide enough; the narrowest of
    those that are (of narrower ones the widest); the preferred format; the file's order.
    """
    fitting = [image for image in images if _fits(image, wish)]
    if not fitting:
        return None

    def rank(image: OwnImage) -> tuple[int, bool, int, int]:
        is_narrow = image.width < wish.width
        preferred = wish.formats.index(image.format) if wish.formats else 0
        return (
            _language_rank(image.language, wish.language, original_language),
            is_narrow,
            -image.width if is_narrow else image.width,
            preferred,
        )

    return min(fitting, key=rank)


def _fits(image: OwnImage, wish: ImageWish) -> bool:
    if image.shape is not wish.shape or (wish.formats and image.format not in wish.formats):
        return False
    return image.textless or not wish.textless or wish.shape is ArtShape.LOGO


def _language_rank(language: str | None, wanted: str, original: str) -> int:
    if language is None:
        return 2
    if language.casefold() == wanted.casefold():
        return 0
    if _primary(language) == _primary(wanted):
        return 1
    return 3 if _primary(language) == _primary(original) else 4


def _primary(tag: str) -> str:
    """ "pt-BR" -> "pt"."""
    return tag.partition("-")[0].casefold()
