"""Pictures are well formed, safe, small and deterministic."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bff.web.art.render import render
from domain.catalog.art_shapes import SIZES, ArtShape
from domain.catalog.genres import GENRES
from domain.catalog.titles import TitleKind
from domain.ids import TitleId
from tests.bff.web.art.pictures import SVG, THAW, names, words_of


@given(names, st.sampled_from(GENRES), st.sampled_from(ArtShape), st.integers(0, 500))
@settings(deadline=None, max_examples=40)
def test_any_name_gives_a_well_formed_small_picture_without_script_or_outside_reference(
    name: str, genre: str, shape: ArtShape, number: int
) -> None:
    title = replace(THAW, id=TitleId(f"t{number}"), name=name, genres=(genre,))
    svg = render(title, shape)
    root = ET.fromstring(svg)  # noqa: S314
    assert root.get("viewBox") == "0 0 {} {}".format(*SIZES[shape])
    assert len(svg.encode()) < 14_000
    assert {element.tag.removeprefix(SVG) for element in root.iter()}.isdisjoint(
        {"script", "image", "a", "style"}
    )
    assert all(not key.startswith("on") for element in root.iter() for key in element.attrib)
    assert all(
        value.startswith("#")
        for element in root.iter()
        for key, value in element.attrib.items()
        if "href" in key
    )


def test_the_usual_picture_is_under_six_kilobytes() -> None:
    sizes = [
        len(render(replace(THAW, id=TitleId(f"t{number}"), genres=(genre,)), shape).encode())
        for number in range(3)
        for genre in GENRES
        for shape in (ArtShape.POSTER, ArtShape.LANDSCAPE)
    ]
    assert sorted(sizes)[len(sizes) * 9 // 10] < 6144


def test_the_same_title_is_drawn_the_same_and_others_differ() -> None:
    assert render(THAW, ArtShape.POSTER) == render(THAW, ArtShape.POSTER)
    drawn = {
        render(replace(THAW, id=TitleId(f"t{number}")), ArtShape.POSTER, textless=True)
        for number in range(40)
    }
    assert len(drawn) >= 38, "even in one genre and one palette hardly two are alike"


def test_markup_in_a_name_stays_text() -> None:
    svg = render(replace(THAW, name='<script>"x" & y</script>', genres=("Comedy",)), ArtShape.LANDSCAPE)
    assert "<script" not in svg
    assert "".join(words_of(svg)).replace(" ", "").casefold().startswith('<script>"x"&y</script>')


def test_a_logo_is_the_name_on_nothing() -> None:
    svg = render(replace(THAW, name="The Long Thaw"), ArtShape.LOGO)
    assert "".join(words_of(svg)).replace(" ", "").casefold() == "thelongthaw"
    assert {element.tag.removeprefix(SVG) for element in ET.fromstring(svg)} == {"g"}  # noqa: S314


@pytest.mark.parametrize("shape", [ArtShape.HERO, ArtShape.POSTER])
def test_a_textless_picture_has_no_words(shape: ArtShape) -> None:
    assert words_of(render(THAW, shape, textless=True)) == []


def test_an_episode_shows_its_series_and_its_number() -> None:
    episode = replace(
        THAW, id=TitleId("e"), kind=TitleKind.EPISODE, name="Ice", series_id=THAW.id, series_name=THAW.name,
        season=2, episode=4,
    )  # fmt: skip
    said = " ".join(words_of(render(episode, ArtShape.LANDSCAPE))).casefold()
    assert "thaw" in said
    assert "season 2  ·  episode 4" in said
