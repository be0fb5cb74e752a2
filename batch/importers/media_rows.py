"""Own pictures and trailers of a catalogue row -> domain values. Raises BadInput that names field and remedy."""

from __future__ import annotations

from collections.abc import Sequence

from domain.catalog.art_shapes import SIZES, ArtShape
from domain.catalog.media_addresses import check_media_address, ending_of
from domain.catalog.own_images import FORMAT_OF_ENDING, ImageFormat, OwnImage, has_shape
from domain.catalog.trailers import MIME_OF_ENDING, Trailer
from domain.errors import BadInput
from domain.serialization import Document


def images_from_rows(rows: Sequence[Document]) -> tuple[OwnImage, ...]:
    images: dict[str, OwnImage] = {}
    for index, row in enumerate(rows):
        name = f"images[{index}]"
        first = _image(row, name)
        others = row.get("formats", {}).items()
        for image in (first, *(_in_format(first, format_, url, name) for format_, url in others)):
            known = images.setdefault(f"{image.shape} {image.url}", image)
            if known != image:
                raise BadInput(f"{name}.url: {image.url!r} is there already, described differently")
    return tuple(images.values())


def _image(row: Document, name: str) -> OwnImage:
    url = _address(row["url"], f"{name}.url")
    shape = ArtShape(row["shape"])
    focus = row.get("focal_point")
    image = OwnImage(
        url=url,
        shape=shape,
        width=row["width"],
        height=row["height"],
        format=_format(row, url, name),
        language=row.get("language"),
        textless=row.get("textless", False),
        alt=row.get("alt"),
        focal_point=(focus[0], focus[1]) if focus else None,
    )
    _check_proportions(image, name)
    return image


def _in_format(image: OwnImage, format_: str, url: str, name: str) -> OwnImage:
    return OwnImage(
        _address(url, f"{name}.formats.{format_}"),
        image.shape,
        image.width,
        image.height,
        ImageFormat(format_),
        image.language,
        image.textless,
        image.alt,
        image.focal_point,
    )


def _format(row: Document, url: str, name: str) -> ImageFormat:
    if "format" in row:
        return ImageFormat(row["format"])
    found = FORMAT_OF_ENDING.get(ending_of(url))
    if found is None:
        known = ", ".join(ImageFormat)
        raise BadInput(f"{name}.format: the address {url!r} does not end in one; write one of {known}")
    return found


def _check_proportions(image: OwnImage, name: str) -> None:
    ratio = image.width / image.height
    if has_shape(image.shape, ratio):
        return
    shapes = [shape for shape in SIZES if shape is not ArtShape.LOGO]
    near = min(shapes, key=lambda shape: abs(SIZES[shape][0] / SIZES[shape][1] - ratio))
    raise BadInput(
        f"{name}.shape: {image.width} x {image.height} is no {image.shape.value} picture; "
        f"write {near.value!r}, or correct width and height"
    )


def trailers_from_rows(rows: Sequence[Document]) -> tuple[Trailer, ...]:
    trailers: list[Trailer] = []
    for index, row in enumerate(rows):
        name = f"trailers[{index}]"
        url = _address(row["url"], f"{name}.url")
        mime = row.get("mime") or MIME_OF_ENDING.get(ending_of(url))
        if mime is None:
            raise BadInput(
                f"{name}.mime: the address {url!r} does not end in a kind of video; "
                'write the kind, such as "video/mp4"'
            )
        trailers.append(Trailer(url, mime, row.get("duration_ms", 0), row.get("language")))
    return tuple(trailers)


def _address(text: str, name: str) -> str:
    try:
        return check_media_address(text)
    except BadInput as error:
        raise BadInput(f"{name}: {error}") from error
