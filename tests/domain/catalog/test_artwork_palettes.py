"""Palettes: curated, dark to light, readable, and the same for the same title."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.artwork_palettes import MOODS, mood_of, palette_for
from domain.catalog.genres import GENRES

ALL = [palette for palettes in MOODS.values() for palette in palettes]


def luminance(colour: str) -> float:
    """Relative luminance, 0..1 (WCAG 2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_there_are_48_different_ones() -> None:
    assert len(ALL) == len(set(ALL)) == 48


@pytest.mark.parametrize("palette", ALL)
def test_each_runs_from_dark_to_light_and_is_readable(palette: tuple[str, str, str]) -> None:
    assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in palette)
    dark, middle, light = map(luminance, palette)
    assert dark < 0.012 < middle < light
    assert (light + 0.05) / (dark + 0.05) >= 7


@given(st.text(max_size=20), st.lists(st.sampled_from(GENRES), max_size=4))
def test_a_title_keeps_its_palette(key: str, genres: list[str]) -> None:
    assert palette_for(key, genres) == palette_for(key, list(genres))
    assert palette_for(key, genres) in (MOODS[mood_of(genres)] if mood_of(genres) else ALL)  # type: ignore[index]


def test_moods_follow_genres() -> None:
    assert [mood_of([genre]) for genre in ("Horror", "Family", "Science Fiction", "Romance")] == [
        "dread", "play", "beyond", "heart",
    ]  # fmt: skip
    assert mood_of(["Drama"]) is None
    assert len({palette_for(f"tt{number}", ["Drama"]) for number in range(300)}) == 18
