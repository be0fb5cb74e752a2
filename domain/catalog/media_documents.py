"""Own pictures and trailers of a title to stored documents and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from domain.catalog.art_shapes import ArtShape
from domain.catalog.own_images import ImageFormat, OwnImage
from domain.catalog.trailers import Trailer
from domain.serialization import Document


def image_to_document(image: OwnImage) -> Document:
    document: Document = {
        "url": image.url,
        "shape": image.shape.value,
        "width": image.width,
        "height": image.height,
        "format": image.format.value,
        "language": image.language,
        "textless": image.textless or None,
        "alt": image.alt,
        "focal_point": list(image.focal_point) if image.focal_point else None,
    }
    return {key: value for key, value in document.items() if value is not None}


def images_from_documents(documents: Iterable[Mapping[str, Any]]) -> tuple[OwnImage, ...]:
    return tuple(
        OwnImage(
            url=one["url"],
            shape=ArtShape(one["shape"]),
            width=one["width"],
            height=one["height"],
            format=ImageFormat(one["format"]),
            language=one.get("language"),
            textless=one.get("textless", False),
            alt=one.get("alt"),
            focal_point=tuple(one["focal_point"]) if "focal_point" in one else None,
        )
        for one in documents
    )


def trailer_to_document(trailer: Trailer) -> Document:
    document: Document = {
        "url": trailer.url,
        "mime": trailer.mime,
        "duration_ms": trailer.duration_ms or None,
        "language": trailer.language,
    }
    return {key: value for key, value in document.items() if value is not None}


def trailers_from_documents(documents: Iterable[Mapping[str, Any]]) -> tuple[Trailer, ...]:
    return tuple(
        Trailer(one["url"], one["mime"], one.get("duration_ms", 0), one.get("language")) for one in documents
    )
