"""A tiny poster of a title from its three colours, drawn once a page and used wherever the title stands."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from batch.reports.html.elements import escape
from batch.reports.parts import SamplePage, SampleTitle

WIDTH, HEIGHT = 60, 84
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_GREY = "#64748b"


def poster_symbols(pages: Iterable[SamplePage]) -> tuple[str, Mapping[str, str]]:
    """(an invisible SVG with all posters, symbol name by title)."""
    titles = {
        one.title_id: one for page in pages for row in (*page.before, *page.after) for one in row.titles
    }
    names = {title_id: f"art{number}" for number, title_id in enumerate(sorted(titles))}
    drawn = "".join(_symbol(names[title_id], titles[title_id]) for title_id in sorted(titles))
    return f'<svg width="0" height="0" aria-hidden="true" class="defs">{drawn}</svg>', names


def _symbol(name: str, title: SampleTitle) -> str:
    """Shapes follow the id, so that a title looks the same in every report."""
    dark, middle, light = (_safe(title.palette, place) for place in range(3))
    seed = hashlib.sha256(title.title_id.encode()).digest()
    x, y, radius = seed[0] % 40 + 10, seed[1] % 40 + 14, seed[2] % 14 + 14
    horizon = 50 + seed[3] % 20
    tilt = seed[4] % 24 - 12
    return (
        f'<symbol id="{name}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{dark}"/>'
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{light}" opacity=".85"/>'
        f'<path d="M0 {horizon + tilt}Q30 {horizon - 14} 60 {horizon - tilt}V{HEIGHT}H0Z" fill="{middle}"/>'
        f'<path d="M0 {horizon + 16 - tilt}Q30 {horizon + 6} 60 {horizon + 18 + tilt}V{HEIGHT}H0Z" fill="{dark}"'
        ' opacity=".7"/>'
        f'<text x="6" y="76" font-size="17" font-weight="700" fill="#fff">{escape(_initial(title.name))}</text>'
        "</symbol>"
    )


def _safe(palette: tuple[str, ...], place: int) -> str:
    """A palette is data: only colours get into the page."""
    colour = palette[place] if place < len(palette) else _GREY
    return colour if _COLOUR.fullmatch(colour) else _GREY


def _initial(name: str) -> str:
    return name.strip()[:1].upper()
