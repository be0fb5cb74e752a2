"""Draws the text of a picture over darkened areas: name, kind and genre, cast."""

from __future__ import annotations

from html import escape

from bff.web.art.canvas import Canvas
from bff.web.art.lettering import FACES, POSTER, SERIF, SMALL, Face, FittedName, fit_name
from domain.catalog.titles import Title, TitleKind

LONG_NAME = 22
"""Longer names have no letter spacing, which would make them too small."""


def draw_lettering(canvas: Canvas, title: Title, seed: int, may_stand_high: bool) -> None:
    """`may_stand_high`: a poster's name may be at the top."""
    name, face = _name_and_face(title, seed)
    if canvas.is_wide:
        _draw_wide(canvas, title, name, face)
    elif may_stand_high and seed // 5 % 2 and canvas.height > canvas.width:
        _draw_high(canvas, title, name, face)
    else:
        _draw_low(canvas, title, name, face)


def draw_logo(canvas: Canvas, title: Title, seed: int) -> None:
    """Only the name, at the bottom left, to place over a backdrop."""
    name, face = _name_and_face(title, seed)
    setting = fit_name(name, face, canvas.width, canvas.height, canvas.height * 0.5, 3)
    _draw_name(canvas, setting, face, 0, canvas.height - setting.height, "start")


def _name_and_face(title: Title, seed: int) -> tuple[str, Face]:
    """The same for all pictures of a title."""
    genre = next((genre for genre in title.genres if genre in FACES), None)
    name = title.series_name or title.name
    faces = FACES[genre] if genre else (SERIF, POSTER)
    face = faces[seed // 11 % len(faces)]
    return name, SERIF if len(name) > LONG_NAME and face.tracking > 0 else face


def _draw_low(canvas: Canvas, title: Title, name: str, face: Face) -> None:
    """Cast at the top, the rest at the bottom."""
    u, middle, night = canvas.u, canvas.width / 2, canvas.ink.night
    setting = fit_name(name, face, canvas.width * 0.86, canvas.height * 0.25, 18 * u, 4)
    foot = canvas.height - 15.5 * u
    top = (foot - setting.height) / canvas.height
    canvas.fill(
        canvas.linear((top - 0.16, night, 0), (top + 0.03, night, 0.7), (min(0.95, top + 0.2), night, 0.96))
    )
    _draw_name(canvas, setting, face, middle, foot - setting.height, "middle")
    canvas.line(f"M{middle - 6 * u:.0f} {foot + 3.2 * u:.0f}h{12 * u:.0f}", canvas.ink.glow, 0.5 * u)
    _draw_small(canvas, _subtitle(title), middle, foot + 8.6 * u, 3.7 * u, "middle", canvas.ink.glow)
    if title.cast and canvas.height > canvas.width:
        _draw_small(canvas, "  ·  ".join(title.cast[:2]), middle, 7 * u, 3.1 * u, "middle", canvas.ink.light)


def _draw_high(canvas: Canvas, title: Title, name: str, face: Face) -> None:
    """Name at the top, genre at the bottom."""
    u, middle, night = canvas.u, canvas.width / 2, canvas.ink.night
    setting = fit_name(name, face, canvas.width * 0.86, canvas.height * 0.19, 17 * u, 3)
    canvas.fill(canvas.linear((0, night, 0.8), (0.16, night, 0.55), (0.36, night, 0)))
    canvas.fill(canvas.linear((0.8, night, 0), (1, night, 0.9)))
    _draw_name(canvas, setting, face, middle, 8 * u, "middle")
    _draw_small(canvas, _subtitle(title), middle, canvas.height - 7 * u, 3.7 * u, "middle", canvas.ink.glow)


def _draw_wide(canvas: Canvas, title: Title, name: str, face: Face) -> None:
    u, left, night = canvas.u, 6.5 * canvas.u, canvas.ink.night
    setting = fit_name(name, face, canvas.width * 0.52, canvas.height * 0.46, 17 * u, 3)
    foot = canvas.height - 19 * u
    canvas.fill(canvas.linear((0, night, 0.8), (0.36, night, 0.42), (0.66, night, 0), across=True))
    canvas.fill(canvas.linear((0.55, night, 0), (1, night, 0.7)))
    _draw_name(canvas, setting, face, left, foot - setting.height, "start")
    _draw_small(canvas, _subtitle(title), left + 0.4 * u, foot + 6.4 * u, 4.2 * u, "start", canvas.ink.glow)


def _subtitle(title: Title) -> str:
    """Such as "Crime · Series" or "Season 2 · Episode 4"."""
    if title.kind is TitleKind.EPISODE and title.air_date is not None and title.episode is None:
        return f"{title.air_date.day} {title.air_date:%B %Y}"
    if title.kind is TitleKind.EPISODE and title.season is not None:
        last = f"–{title.last_episode}" if title.last_episode else ""
        return f"Season {title.season}  ·  Episode {title.episode}{last}"
    genres = list(title.genres[: 1 if title.kind is TitleKind.SERIES else 2])
    if title.kind is TitleKind.SERIES:
        genres.append("Series")
    return "  ·  ".join(genres)


def _draw_name(canvas: Canvas, setting: FittedName, face: Face, x: float, top: float, anchor: str) -> None:
    style = f'font-family="{face.family}" font-weight="{face.weight}" font-size="{setting.size:.1f}"'
    if face.italic:
        style += ' font-style="italic"'
    if face.tracking:
        style += f' letter-spacing="{face.tracking}em"'
    rows = []
    for index, line in enumerate(setting.lines):
        pin = (
            f' textLength="{line.pinned_width:.0f}" lengthAdjust="spacingAndGlyphs"'
            if line.pinned_width
            else ""
        )
        y = top + setting.size * face.leading * (index + 0.82)
        rows.append(f'<text x="{x:.0f}" y="{y:.0f}"{pin}>{escape(line.text)}</text>')
    canvas.add(f'<g {style} text-anchor="{anchor}" fill="{canvas.ink.light}">{"".join(rows)}</g>')


def _draw_small(canvas: Canvas, text: str, x: float, y: float, size: float, anchor: str, colour: str) -> None:
    """Spaced capitals, scaled down to fit."""
    if not text:
        return
    room = canvas.width * 0.88
    wide = len(text) * size * 0.86
    fitted = size if wide <= room else size * room / wide
    canvas.add(
        f'<text x="{x:.0f}" y="{y:.0f}" font-family="{SMALL}" font-weight="600" font-size="{fitted:.1f}" '
        f'letter-spacing=".16em" text-anchor="{anchor}" fill="{colour}">{escape(text.upper())}</text>'
    )
