"""Artwork as the API describes it."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalog.art_shapes import SIZES, ArtShape
from domain.catalog.artwork import art_fingerprint, focal_point, title_artwork
from domain.catalog.thumbhash import Mixture
from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId
from tests.domain.made import art_path

SECRET = b"s" * 32
THAW = Title(
    id=TitleId("tt-1"),
    kind=TitleKind.SERIES,
    name="The Long Thaw",
    year=2024,
    synopsis="",
    genres=("Drama", "Crime"),
    cast=("Ana Torvald",),
    language="en",
    runtime_seconds=2700,
    maturity_age=12,
    windows=(),
    launched_at=datetime(2026, 1, 1, tzinfo=UTC),
    palette=("#101020", "#804020", "#f0c080"),
)
EPISODE = replace(
    THAW,
    id=TitleId("tt-1-e4"),
    kind=TitleKind.EPISODE,
    name="Ice",
    series_id=THAW.id,
    series_name=THAW.name,
    season=2,
    episode=4,
)
colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("shape", "ratio"),
    [("hero", 21 / 9), ("landscape", 16 / 9), ("poster", 2 / 3), ("square", 1.0), ("four_three", 4 / 3)],
)
def test_every_shape_has_its_ratio(shape: str, ratio: float) -> None:
    art = title_artwork(THAW, ArtShape(shape), SECRET)
    assert art.aspect_ratio == round(ratio, 4)
    assert (art.width, art.height) == SIZES[ArtShape(shape)]


def test_an_address_names_shape_and_title_and_ends_in_a_signature_and_a_fingerprint() -> None:
    path = art_path(THAW, ArtShape.POSTER, SECRET)
    assert re.fullmatch(r"/art/poster/tt-1-[A-Za-z0-9_-]{22}\.svg\?v=[0-9a-f]{10}", path)
    assert art_path(THAW, ArtShape.POSTER, SECRET) == path


def test_secret_shape_text_and_title_each_change_the_address() -> None:
    paths = {
        art_path(THAW, ArtShape.POSTER, SECRET),
        art_path(THAW, ArtShape.POSTER, b"t" * 32),
        art_path(THAW, ArtShape.SQUARE, SECRET),
        art_path(THAW, ArtShape.POSTER, SECRET, textless=True),
        art_path(EPISODE, ArtShape.POSTER, SECRET),
    }
    assert len({re.sub(r".*-([\w-]{22})\.svg.*", r"\1", path) for path in paths}) == 5


@pytest.mark.parametrize(
    ("change", "drawn"),
    [
        ({"name": "The Short Thaw"}, True),
        ({"palette": ("#000000", "#111111", "#222222")}, True),
        ({"genres": ("Crime",)}, True),
        ({"synopsis": "Snow."}, False),
        ({"popularity": 0.9}, False),
    ],
)
def test_the_fingerprint_changes_with_what_is_drawn_and_nothing_else(
    change: dict[str, object], drawn: bool
) -> None:
    assert (art_fingerprint(replace(THAW, **change)) != art_fingerprint(THAW)) is drawn


def test_a_hero_never_carries_text_and_other_shapes_do_unless_asked_not_to() -> None:
    assert not title_artwork(THAW, ArtShape.HERO, SECRET).has_title_text
    assert title_artwork(THAW, ArtShape.POSTER, SECRET).has_title_text
    assert not title_artwork(THAW, ArtShape.POSTER, SECRET, textless=True).has_title_text


def test_alt_text_says_what_it_is_a_picture_of() -> None:
    assert title_artwork(THAW, ArtShape.POSTER, SECRET).alt == "Poster of The Long Thaw, drama series"
    assert (
        title_artwork(EPISODE, ArtShape.LANDSCAPE, SECRET).alt
        == "Picture of The Long Thaw: Ice, drama episode"
    )
    assert (
        title_artwork(replace(THAW, genres=()), ArtShape.SQUARE, SECRET).alt
        == "Cover of The Long Thaw, series"
    )


def test_episodes_share_the_focal_point_of_their_series() -> None:
    assert [focal_point(EPISODE, shape) for shape in ArtShape] == [
        focal_point(THAW, shape) for shape in ArtShape
    ]


@settings(deadline=None, max_examples=40)
@given(
    st.text("abc019-_", min_size=1, max_size=20),
    st.sampled_from(ArtShape),
    st.tuples(colours, colours, colours),
)
def test_art_is_never_missing_and_its_focal_point_lies_inside(
    title_id: str, shape: ArtShape, palette: tuple[str, str, str]
) -> None:
    art = title_artwork(replace(THAW, id=TitleId(title_id), palette=palette), shape, SECRET)
    assert 17 <= len(base64.b64decode(art.placeholder, validate=True)) <= 25
    assert all(0.2 < share < 0.85 for share in art.focal_point)
    assert art.dominant_color == palette[1]


def test_a_placeholder_of_one_colour_decodes_to_that_colour() -> None:
    data = base64.b64decode(Mixture([[1.0] * 16], 4, 4).thumbhash([(0.8, 0.4, 0.2)]))
    header = int.from_bytes(data[:3], "little")
    light, yellow, red = (header & 63) / 63, (header >> 6 & 63) / 31.5 - 1, (header >> 12 & 63) / 31.5 - 1
    blue = light - 2 / 3 * yellow
    assert (3 * light - blue + red) / 2 == pytest.approx(0.8, abs=0.03)
    assert blue == pytest.approx(0.2, abs=0.03)
    assert header >> 18 == 0, "no detail and no alpha channel"


def test_a_placeholder_knows_which_way_the_picture_lies() -> None:
    made = (Mixture([[1.0] * 32], *size).thumbhash([(0.1, 0.2, 0.3)]) for size in ((8, 4), (4, 8)))
    wide, tall = map(base64.b64decode, made)
    assert (wide[4] >> 7, wide[3] & 7) == (1, 4)
    assert (tall[4] >> 7, tall[3] & 7) == (0, 4)


shares = st.integers(0, 16).map(lambda sixteenths: sixteenths / 16)
palettes = st.lists(st.tuples(shares, shares, shares), min_size=3, max_size=3)


@given(palettes, st.lists(st.tuples(shares, shares, shares), min_size=20, max_size=20))
def test_a_mixture_is_the_picture_of_its_mixed_pixels(
    palette: list[tuple[float, float, float]], weights: list[tuple[float, float, float]]
) -> None:
    """Held against the same picture as a mixture of twenty colours, each of which is all of one pixel."""
    parts = [tuple(share / (sum(pixel) or 1) for share in pixel) for pixel in weights]
    pixels = [
        tuple(
            sum(share * colour[channel] for share, colour in zip(pixel, palette, strict=True))
            for channel in range(3)
        )
        for pixel in parts
    ]
    each = [[float(at == own) for at in range(20)] for own in range(20)]
    mixed = _numbers(Mixture(list(zip(*parts, strict=True)), 5, 4).thumbhash(palette))
    direct = _numbers(Mixture(each, 5, 4).thumbhash(pixels))
    assert all(abs(one - other) <= 1 for one, other in zip(mixed, direct, strict=True))


def _numbers(thumbhash: str) -> list[int]:
    """Everything that a ThumbHash says, in whole steps."""
    data = base64.b64decode(thumbhash)
    header = int.from_bytes(data[:5], "little")
    fields = [
        header >> low & (1 << width) - 1
        for low, width in ((0, 6), (6, 6), (12, 6), (18, 5), (24, 3), (27, 6), (33, 6))
    ]
    return fields + [nibble for byte in data[5:] for nibble in (byte & 15, byte >> 4)]
