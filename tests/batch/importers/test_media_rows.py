"""Own pictures and trailers of a row: checked by schema and rule, named with their place when they are broken."""

from __future__ import annotations

from typing import Any

import pytest

from batch.importers.media_rows import images_from_rows, trailers_from_rows
from batch.json_schemas import RowValidator
from domain.catalog.art_shapes import ArtShape
from domain.catalog.own_images import ImageFormat, OwnImage
from domain.catalog.trailers import Trailer
from domain.errors import BadInput

POSTER: dict[str, Any] = {"url": "https://i.example/lamp.jpg", "shape": "poster", "width": 500, "height": 750}


def test_a_picture_comes_with_all_that_was_said_of_it() -> None:
    row = POSTER | {
        "language": "de",
        "alt": "A lamp",
        "focal_point": [0.5, 0.25],
        "formats": {"webp": "/lamp.webp"},
    }
    first, second = images_from_rows([row])
    assert first == OwnImage(
        "https://i.example/lamp.jpg",
        ArtShape.POSTER,
        500,
        750,
        ImageFormat.JPEG,
        "de",
        False,
        "A lamp",
        (0.5, 0.25),
    )
    assert (second.url, second.format, second.alt) == ("/lamp.webp", ImageFormat.WEBP, "A lamp")
    assert (
        RowValidator("catalog").find_error({"id": "a", "kind": "movie", "name": "A", "images": [row]}) is None
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"url": "javascript:alert(1)"}, "images[1].url: 'javascript:alert(1)' cannot be used; write an https"),
        ({"formats": {"webp": "//x.example/a.webp"}}, "images[1].formats.webp: '//x.example/a.webp' cannot be used"),
        ({"url": "/lamp"}, "images[1].format: the address '/lamp' does not end in one; write one of avif, webp"),
        ({"width": 1920, "height": 1080, "url": "/b.jpg"},
         "images[1].shape: 1920 x 1080 is no poster picture; write 'landscape', or correct width and height"),
        ({"language": "de"}, "images[1].url: 'https://i.example/lamp.jpg' is there already, described differently"),
    ],
)  # fmt: skip
def test_a_broken_picture_is_named_with_its_place(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput) as refusal:
        images_from_rows([POSTER, POSTER | change])
    assert str(refusal.value).startswith(message)


def test_the_same_picture_twice_is_one_and_of_two_shapes_two() -> None:
    wide = {"url": "/b.jpg", "shape": "landscape", "width": 1920, "height": 1080, "textless": True}
    assert len(images_from_rows([POSTER, POSTER, wide, wide | {"shape": "hero"}])) == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"width": 0}, "images.0.width"),
        ({"shape": "banner"}, "images.0.shape"),
        ({"focal_point": [0.5, 1.5]}, "images.0.focal_point.1"),
        ({"focal_point": [0.5]}, "images.0.focal_point"),
        ({"href": "/x"}, "images.0"),
    ],
)
def test_the_schema_names_the_field(change: dict[str, Any], field: str) -> None:
    row = {"id": "a", "kind": "movie", "name": "A", "images": [POSTER | change]}
    fault = RowValidator("catalog").find_error(row)
    assert fault is not None
    assert fault.startswith(field)


def test_a_trailer_has_the_kind_that_its_address_ends_in() -> None:
    rows = [
        {"url": "/t/a.mp4", "duration_ms": 90_000, "language": "en"},
        {"url": "/t/a", "mime": "video/webm"},
    ]
    assert trailers_from_rows(rows) == (
        Trailer("/t/a.mp4", "video/mp4", 90_000, "en"),
        Trailer("/t/a", "video/webm"),
    )
    with pytest.raises(
        BadInput, match=r"trailers\[0\]\.mime: the address '/t/a' does not end in a kind of video"
    ):
        trailers_from_rows([{"url": "/t/a"}])
    with pytest.raises(BadInput, match=r"trailers\[1\]\.url: 'data:video/mp4,x' cannot be used"):
        trailers_from_rows([rows[0], {"url": "data:video/mp4,x"}])
