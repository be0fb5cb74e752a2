"""The words on a picture: name, kind and genre, cast, and the ground that keeps them legible."""

from __future__ import annotations

from html import escape

from bff.web.art.canvas import Canvas
from bff.web.art.lettering import FACES, POSTER, SERIF, SMALL, Face, Setting, set_name
from domain.catalog.titles import Title, TitleKind

LONG_NAME = 22
"""Longer names are not letterspaced: they would come out too small."""


def letter(canvas: Canvas, title: Title, seed: int, may_stand_high: bool) -> None:
    """Letter the canvas. Posters whose interest lies low may carry their name at the top."""
    name, face = _named(title, seed)
    if canvas.wide:
        _letter_wide(canvas, title, name, face)
    elif may_stand_high and seed // 5 % 2 and canvas.height > canvas.width:
        _letter_high(canvas, title, name, face)
    else:
        _letter_low(canvas, title, name, face)


def letter_alone(canvas: Canvas, title: Title, seed: int) -> None:
    """The name as its pictures write it, at the left foot of nothing: to lay over a backdrop."""
    name, face = _named(title, seed)
    setting = set_name(name, face, canvas.width, canvas.height, canvas.height * 0.5, 3)
    _name(canvas, setting, face, 0, canvas.height - setting.height, "start")


def _named(title: Title, seed: int) -> tuple[str, Face]:
    """What is written, and in which face: the same on all pictures of a title."""
    genre = next((genre for genre in title.genres if genre in FACES), None)
    name = title.series_name or title.name
    faces = FACES[genre] if genre else (SERIF, POSTER)
    face = faces[seed // 11 % len(faces)]
    return name, SERIF if len(name) > LONG_NAME and face.tracking > 0 else face


def _letter_low(canvas: Canvas, title: Title, name: str, face: Face) -> None:
    """Centred at the foot: name, rule, genre; the cast small at the top."""
    u, middle, night = canvas.u, canvas.width / 2, canvas.ink.night
    setting = set_name(name, face, canvas.width * 0.86, canvas.height * 0.25, 18 * u, 4)
    foot = canvas.height - 15.5 * u
    top = (foot - setting.height) / canvas.height
    canvas.fill(
        canvas.linear((top - 0.16, night, 0), (top + 0.03, night, 0.7), (min(0.95, top + 0.2), night, 0.96))
    )
    _name(canvas, setting, face, middle, foot - setting.height, "middle")
    canvas.line(f"M{middle - 6 * u:.0f} {foot + 3.2 * u:.0f}h{12 * u:.0f}", canvas.ink.glow, 0.5 * u)
    _small(canvas, _hint(title), middle, foot + 8.6 * u, 3.7 * u, "middle", canvas.ink.glow)
    if title.cast and canvas.height > canvas.width:
        _small(canvas, "  ·  ".join(title.cast[:2]), middle, 7 * u, 3.1 * u, "middle", canvas.ink.light)


def _letter_high(canvas: Canvas, title: Title, name: str, face: Face) -> None:
    """Centred at the top, genre at the very foot: the scene keeps its ground."""
    u, middle, night = canvas.u, canvas.width / 2, canvas.ink.night
    setting = set_name(name, face, canvas.width * 0.86, canvas.height * 0.19, 17 * u, 3)
    canvas.fill(canvas.linear((0, night, 0.8), (0.16, night, 0.55), (0.36, night, 0)))
    canvas.fill(canvas.linear((0.8, night, 0), (1, night, 0.9)))
    _name(canvas, setting, face, middle, 8 * u, "middle")
    _small(canvas, _hint(title), middle, canvas.height - 7 * u, 3.7 * u, "middle", canvas.ink.glow)


def _letter_wide(canvas: Canvas, title: Title, name: str, face: Face) -> None:
    """At the left foot, clear of the light."""
    u, left, night = canvas.u, 6.5 * canvas.u, canvas.ink.night
    setting = set_name(name, face, canvas.width * 0.52, canvas.height * 0.46, 17 * u, 3)
    foot = canvas.height - 19 * u
    canvas.fill(canvas.linear((0, night, 0.8), (0.36, night, 0.42), (0.66, night, 0), across=True))
    canvas.fill(canvas.linear((0.55, night, 0), (1, night, 0.7)))
    _name(canvas, setting, face, left, foot - setting.height, "start")
    _small(canvas, _hint(title), left + 0.4 * u, foot + 6.4 * u, 4.2 * u, "start", canvas.ink.glow)


def _hint(title: Title) -> str:
    """What it is: "Crime · Series", "Season 2 · Episode 4", or the genres of a movie."""
    if title.kind is TitleKind.EPISODE and title.season is not None:
        return f"Season {title.season}  ·  Episode {title.episode}"
    genres = list(title.genres[: 1 if title.kind is TitleKind.SERIES else 2])
    if title.kind is TitleKind.SERIES:
        genres.append("Series")
    return "  ·  ".join(genres)


def _name(canvas: Canvas, setting: Setting, face: Face, x: float, top: float, anchor: str) -> None:
    style = f'font-family="{face.family}" font-weight="{face.weight}" font-size="{setting.size:.1f}"'
    if face.italic:
        style += ' font-style="italic"'
    if face.tracking:
        style += f' letter-spacing="{face.tracking}em"'
    rows = []
    for index, line in enumerate(setting.lines):
        pin = f' textLength="{line.pinned:.0f}" lengthAdjust="spacingAndGlyphs"' if line.pinned else ""
        y = top + setting.size * face.leading * (index + 0.82)
        rows.append(f'<text x="{x:.0f}" y="{y:.0f}"{pin}>{escape(line.text)}</text>')
    canvas.add(f'<g {style} text-anchor="{anchor}" fill="{canvas.ink.light}">{"".join(rows)}</g>')


def _small(canvas: Canvas, text: str, x: float, y: float, size: float, anchor: str, colour: str) -> None:
    """Letterspaced capitals, made smaller when they would not fit."""
    if not text:
        return
    room = canvas.width * 0.88
    wide = len(text) * size * 0.86
    fitted = size if wide <= room else size * room / wide
    canvas.add(
        f'<text x="{x:.0f}" y="{y:.0f}" font-family="{SMALL}" font-weight="600" font-size="{fitted:.1f}" '
        f'letter-spacing=".16em" text-anchor="{anchor}" fill="{colour}">{escape(text.upper())}</text>'
    )
