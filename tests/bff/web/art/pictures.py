"""A title to draw, and the text of a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime

from hypothesis import strategies as st

from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId

SVG = "{http://www.w3.org/2000/svg}"
THAW = Title(
    id=TitleId("tt-1"),
    kind=TitleKind.SERIES,
    name="The Long Thaw",
    year=2024,
    synopsis="",
    genres=("Drama", "Crime"),
    cast=("Ana Torvald", "Jon Bellweather"),
    language="en",
    runtime_seconds=2700,
    maturity_age=12,
    windows=(),
    launched_at=datetime(2026, 1, 1, tzinfo=UTC),
    palette=("#101020", "#804020", "#f0c080"),
)
names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=90).filter(str.strip)


def words_of(svg: str) -> list[str]:
    return [text.text or "" for text in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314  # our own output
