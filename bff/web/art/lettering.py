"""Fits a name into a box without knowing the fonts.

Widths are estimated from Helvetica, Arial and Liberation Sans. A line that nearly fills the box has a `textLength`,
so that another font is squeezed, not cut.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

MAX_NAME = 84
PINNED_FROM = 0.72
"""Lines that fill this share of the box get a `textLength`."""

_SLIM = frozenset("iIjl.,:;'’!|")
_NARROW = frozenset('frt()[]/\\-– “”"')
_BROAD = frozenset("mwMW@%—…&")


@dataclass(frozen=True, slots=True)
class Face:
    """`breadth` scales width estimates, `tracking` is in ems."""

    family: str
    weight: int
    breadth: float
    leading: float
    tracking: float = 0.0
    capitals: bool = False
    italic: bool = False


GOTHIC = Face(
    "Oswald,'Roboto Condensed','Avenir Next Condensed','Liberation Sans Narrow','Arial Narrow',sans-serif",
    700, 0.9, 1.0, 0.0, capitals=True,
)  # fmt: skip
SERIF = Face("Didot,'Bodoni MT','Playfair Display','Liberation Serif',Georgia,serif", 700, 0.95, 1.02)
ELEGANT = Face(
    "Didot,'Bodoni MT','Hoefler Text','Liberation Serif',Georgia,serif", 400, 0.95, 1.04, 0.0, italic=True
)
ROMAN = Face("Optima,'Trajan Pro','Liberation Serif',Georgia,serif", 400, 1.0, 1.12, 0.08, capitals=True)
WIDE = Face(
    "'Avenir Next',Futura,'Century Gothic','Liberation Sans',Arial,sans-serif",
    400,
    1.0,
    1.22,
    0.2,
    capitals=True,
)
POSTER = Face("'Helvetica Neue','Liberation Sans',Arial,sans-serif", 800, 1.06, 0.98, -0.02)

SMALL = "'Avenir Next','Helvetica Neue','Liberation Sans',Arial,sans-serif"

FACES: dict[str, tuple[Face, ...]] = {
    "Action": (GOTHIC, POSTER),
    "Adventure": (ROMAN, GOTHIC),
    "Animation": (POSTER,),
    "Biography": (SERIF, WIDE),
    "Comedy": (POSTER, GOTHIC),
    "Crime": (GOTHIC, WIDE),
    "Documentary": (WIDE, POSTER),
    "Drama": (SERIF, WIDE, ELEGANT),
    "Family": (POSTER,),
    "Fantasy": (ROMAN, SERIF),
    "Film Noir": (SERIF, GOTHIC),
    "History": (ROMAN, SERIF),
    "Horror": (GOTHIC, SERIF),
    "Music": (WIDE, POSTER),
    "Mystery": (SERIF, WIDE),
    "Romance": (ELEGANT, SERIF),
    "Science Fiction": (WIDE, GOTHIC),
    "Thriller": (GOTHIC, WIDE),
    "War": (GOTHIC, ROMAN),
    "Western": (SERIF, GOTHIC),
}


@dataclass(frozen=True, slots=True)
class TextLine:
    text: str
    pinned_width: float | None
    """The `textLength`, if any."""


@dataclass(frozen=True, slots=True)
class FittedName:
    lines: tuple[TextLine, ...]
    size: float
    height: float


def width_of(text: str, face: Face) -> float:
    """Estimated width in ems."""
    return sum(_advance(character) for character in text) * face.breadth + face.tracking * len(text)


def _advance(character: str) -> float:
    if character in _SLIM:
        return 0.29
    if character in _NARROW:
        return 0.36
    if character in _BROAD:
        return 0.9
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character.isupper():
        return 0.7
    return 0.57 if character.isdigit() or character.islower() else 0.66


def fit_name(
    name: str, face: Face, width: float, height: float, largest: float, most_lines: int
) -> FittedName:
    """The largest size that fits the box."""
    text = name.upper() if face.capitals else name
    if len(text) > MAX_NAME:
        text = text[: MAX_NAME - 1].rstrip() + "…"
    best: tuple[float, list[str]] = (0.0, [text])
    for count in range(1, most_lines + 1):
        lines = balance_lines(_words(text), count, face)
        widest = max(width_of(line, face) for line in lines)
        size = min(largest, width / widest, height / (len(lines) * face.leading))
        if size > best[0] * 1.02:
            best = (size, lines)
    size, lines = best
    return FittedName(
        tuple(_line(line, face, size, width) for line in lines), size, size * face.leading * len(lines)
    )


def _line(text: str, face: Face, size: float, width: float) -> TextLine:
    estimate = width_of(text, face) * size
    latin = all(ord(character) < 0x2E80 and not _is_complex_script(character) for character in text)
    return TextLine(text, estimate if latin and estimate > PINNED_FROM * width else None)


def _is_complex_script(character: str) -> bool:
    """Only the font knows the width of joined or stacked letters."""
    return 0x0590 <= ord(character) <= 0x0FFF


def _words(text: str) -> list[str]:
    """For a script without spaces, single characters."""
    words = text.split()
    if len(words) == 1 and any(unicodedata.east_asian_width(character) in "WF" for character in text):
        return list(text)
    return words or [text]


def balance_lines(words: list[str], count: int, face: Face) -> list[str]:
    """At most `count` lines with the narrowest possible widest line."""
    glue = "" if all(len(word) == 1 for word in words) and len(words) > 3 else " "
    widths = [width_of(word, face) for word in words]
    gap = width_of(glue, face) if glue else 0.0
    low, high = max(widths), sum(widths) + gap * len(words)
    for _ in range(14):
        middle = (low + high) / 2
        if len(_words_per_line(widths, gap, middle)) <= count:
            high = middle
        else:
            low = middle
    lines: list[str] = []
    start = 0
    for size in _words_per_line(widths, gap, high):
        lines.append(glue.join(words[start : start + size]))
        start += size
    return lines


def _words_per_line(widths: list[float], gap: float, limit: float) -> list[int]:
    counts, room = [0], limit
    for width in widths:
        if counts[-1] and width > room + 1e-9:
            counts.append(0)
            room = limit
        counts[-1] += 1
        room -= width + gap
    return counts
