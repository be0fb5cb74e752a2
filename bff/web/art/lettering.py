"""Setting a name into a box with whatever fonts a machine has: estimate widths, balance lines, pin the long ones.

A picture cannot measure text, so widths come from the proportions common to Helvetica, Arial and Liberation
Sans, and a line that nearly fills its box carries `textLength`: with an unexpected font it is squeezed a
little, never cut.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

MAX_NAME = 84
PINNED_FROM = 0.72
"""Lines that fill at least this share of their box are pinned to their estimated width."""

_SLIM = frozenset("iIjl.,:;'’!|")
_NARROW = frozenset('frt()[]/\\-– “”"')
_BROAD = frozenset("mwMW@%—…&")


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface with a way of setting it. `breadth` scales the estimate, `tracking` is in ems."""

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
class Line:
    text: str
    pinned: float | None
    """Width to hold it to, when it nearly fills the box."""


@dataclass(frozen=True, slots=True)
class Setting:
    lines: tuple[Line, ...]
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


def set_name(name: str, face: Face, width: float, height: float, largest: float, most_lines: int) -> Setting:
    """The largest setting of `name` that fits the box, its lines as even as words allow."""
    text = name.upper() if face.capitals else name
    if len(text) > MAX_NAME:
        text = text[: MAX_NAME - 1].rstrip() + "…"
    best: tuple[float, list[str]] = (0.0, [text])
    for count in range(1, most_lines + 1):
        lines = balance(_words(text), count, face)
        widest = max(width_of(line, face) for line in lines)
        size = min(largest, width / widest, height / (len(lines) * face.leading))
        if size > best[0] * 1.02:
            best = (size, lines)
    size, lines = best
    return Setting(
        tuple(_line(line, face, size, width) for line in lines), size, size * face.leading * len(lines)
    )


def _line(text: str, face: Face, size: float, width: float) -> Line:
    estimate = width_of(text, face) * size
    latin = all(ord(character) < 0x2E80 and not _joined(character) for character in text)
    return Line(text, estimate if latin and estimate > PINNED_FROM * width else None)


def _joined(character: str) -> bool:
    """Scripts whose letters join or stack are left to the font."""
    return 0x0590 <= ord(character) <= 0x0FFF


def _words(text: str) -> list[str]:
    """Words; where a script has no spaces, its single characters."""
    words = text.split()
    if len(words) == 1 and any(unicodedata.east_asian_width(character) in "WF" for character in text):
        return list(text)
    return words or [text]


def balance(words: list[str], count: int, face: Face) -> list[str]:
    """Words in at most `count` lines whose widest is as narrow as can be."""
    glue = "" if all(len(word) == 1 for word in words) and len(words) > 3 else " "
    widths = [width_of(word, face) for word in words]
    gap = width_of(glue, face) if glue else 0.0
    low, high = max(widths), sum(widths) + gap * len(words)
    for _ in range(14):
        middle = (low + high) / 2
        if len(_fill(widths, gap, middle)) <= count:
            high = middle
        else:
            low = middle
    lines: list[str] = []
    start = 0
    for size in _fill(widths, gap, high):
        lines.append(glue.join(words[start : start + size]))
        start += size
    return lines


def _fill(widths: list[float], gap: float, limit: float) -> list[int]:
    """Words per line when each line takes what fits `limit`."""
    counts, room = [0], limit
    for width in widths:
        if counts[-1] and width > room + 1e-9:
            counts.append(0)
            room = limit
        counts[-1] += 1
        room -= width + gap
    return counts
