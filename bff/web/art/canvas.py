"""What compositions draw on: size, colours, seeded randomness and shared shapes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, sin

from bff.web.art.ink import Ink, mix

Point = tuple[float, float]
Stop = tuple[float, str, float]
"""Offset 0..1, colour, opacity."""


@dataclass(slots=True)
class Canvas:
    """`x`, `y`: the focal point. `u`: the unit of lengths, a hundredth of the shorter side."""

    width: int
    height: int
    x: float
    y: float
    ink: Ink
    chance: random.Random
    definitions: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    @property
    def u(self) -> float:
        return min(self.width, self.height) / 100

    @property
    def is_wide(self) -> bool:
        return self.width > self.height

    def add(self, mark: str) -> None:
        self.marks.append(mark)

    def define(self, tag: str, attributes: str = "", inner: str = "") -> str:
        """Returns the element's id."""
        name = f"d{len(self.definitions)}"
        self.definitions.append(f'<{tag} id="{name}" {attributes}>{inner}</{tag}>')
        return name

    def linear(self, *stops: Stop, across: bool = False) -> str:
        """A gradient from top to bottom, or from left to right."""
        direction = "" if across else 'x2="0" y2="1"'
        return f"url(#{self.define('linearGradient', direction, _stops(stops))})"

    def radial(self, *stops: Stop, at: Point = (0.5, 0.5), reach: float = 0.5) -> str:
        place = f'cx="{at[0]:.2f}" cy="{at[1]:.2f}" r="{reach:.2f}"'
        return f"url(#{self.define('radialGradient', place, _stops(stops))})"

    def fill(self, paint: str, opacity: float = 1.0) -> None:
        self.rect(0, 0, self.width, self.height, paint, opacity)

    def sky(self, low: float = 1.0, strength: float = 0.8) -> None:
        """`low`: height of the horizon as a share of the picture."""
        ink = self.ink
        horizon = mix(ink.mid, ink.glow, strength)
        zenith = mix(ink.night, ink.dusk, 0.7)
        middle = mix(ink.dusk, ink.accent, 0.7)
        self.fill(self.linear((0, zenith, 1), (0.42 * low, middle, 1), (low, horizon, 1)))

    def shine(self, radius: float, strength: float = 0.9, colour: str | None = None) -> None:
        tint = colour or self.ink.light
        paint = self.radial((0, tint, strength), (0.35, tint, strength * 0.4), (1, tint, 0))
        self.circle(self.x, self.y, radius, paint)

    def circle(self, x: float, y: float, radius: float, paint: str, opacity: float = 1.0) -> None:
        self.add(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="{paint}"{_opacity(opacity)}/>')

    def ring(
        self, x: float, y: float, radius: float, paint: str, stroke: float, opacity: float = 1.0
    ) -> None:
        self.add(
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="none" stroke="{paint}" '
            f'stroke-width="{stroke:.1f}"{_opacity(opacity)}/>'
        )

    def rect(self, x: float, y: float, width: float, height: float, paint: str, opacity: float = 1.0) -> None:
        self.add(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" '
            f'fill="{paint}"{_opacity(opacity)}/>'
        )

    def path(self, data: str, paint: str, opacity: float = 1.0) -> None:
        self.add(f'<path d="{data}" fill="{paint}"{_opacity(opacity)}/>')

    def line(self, data: str, paint: str, stroke: float, opacity: float = 1.0) -> None:
        self.add(
            f'<path d="{data}" fill="none" stroke="{paint}" stroke-width="{stroke:.1f}"{_opacity(opacity)}/>'
        )

    def stars(self, count: int, depth: float = 0.6) -> None:
        """`depth`: the share of the height that has stars."""
        for opacity, share, stroke in ((0.5, 0.7, 0.35), (0.95, 0.3, 0.75)):
            dots = "".join(
                f"M{self.chance.uniform(0, self.width):.0f} {self.chance.uniform(0, self.height * depth):.0f}h0"
                for _ in range(round(count * share))
            )
            self.add(
                f'<path d="{dots}" stroke="{self.ink.light}" stroke-width="{self.u * stroke:.1f}" '
                f'stroke-linecap="round" opacity="{opacity}"/>'
            )

    def person(self, x: float, foot: float, tall: float, paint: str) -> None:
        self.add(
            f'<path transform="translate({x:.0f} {foot:.0f}) scale({tall / 100:.3f})" fill="{paint}" '
            'd="M0-100a6.5 7.4 0 1 1-.1 0zM-4-86c-6 2-10 4-11 11l-2 27q0 3 3 3l3-21 1 20 1 44q0 2 3 2h3q2 0 2-2l1-38 '
            '1 38q0 2 2 2h3q3 0 3-2l1-44 1-20 3 21q3 0 3-3l-2-27c-1-7-5-9-11-11z"/>'
        )


def pen(*parts: str | float) -> str:
    """Short path data: `pen("M", 3.2, -4, "h", 5)` -> "M3-4h5"."""
    data = ""
    for part in parts:
        text = part if isinstance(part, str) else f"{part:.0f}"
        data += f" {text}" if data and data[-1].isdigit() and text[0].isdigit() else text
    return data


def wedge(x: float, y: float, start: float, end: float, reach: float) -> str:
    """Angles in radians."""
    one = (x + cos(start) * reach, y + sin(start) * reach)
    two = (x + cos(end) * reach, y + sin(end) * reach)
    return pen("M", x, y, "L", *one, *two, "z")


def jagged_skyline(canvas: Canvas, base: float, swing: float, steps: int) -> str:
    """A closed path down to the bottom: midpoint displacement over `2 ** steps` spans."""
    heights = [canvas.chance.uniform(-0.4, 0.4), canvas.chance.uniform(-0.4, 0.4)]
    spread = 1.0
    for _ in range(steps):
        finer: list[float] = []
        for left, right in pairwise(heights):
            finer += [left, (left + right) / 2 + canvas.chance.uniform(-spread, spread) * 0.5]
        heights = [*finer, heights[-1]]
        spread *= 0.55
    width = canvas.width / (len(heights) - 1)
    points = [(index * width, base - height * swing) for index, height in enumerate(heights)]
    return f"M0 {canvas.height}" + polyline(points, "L") + f"L{canvas.width} {canvas.height}z"


def hills(canvas: Canvas, base: float, swing: float, bumps: int) -> str:
    """A closed path down to the bottom."""
    step = canvas.width / bumps
    points = [
        ((index - 0.5) * step, base + canvas.chance.uniform(-1, 1) * swing * (1 if index % 2 else 0.4))
        for index in range(bumps + 2)
    ]
    return f"M{smooth(points)}L{canvas.width} {canvas.height}H0z"


def smooth(points: Sequence[Point]) -> str:
    """A curve through the midpoints, without the leading command letter."""
    parts = [pen(*points[0])]
    for one, two in pairwise(points):
        parts.append(pen("Q", *one, (one[0] + two[0]) / 2, (one[1] + two[1]) / 2))
    return "".join(parts)


def polyline(points: Iterable[Point], first: str = "M") -> str:
    joined = " ".join(f"{x:.0f} {y:.0f}" for x, y in points)
    return first + joined


def _stops(stops: Iterable[Stop]) -> str:
    return "".join(
        f'<stop offset="{offset:.2f}" stop-color="{colour}"'
        + (f' stop-opacity="{opacity:.2f}"/>' if opacity < 1 else "/>")
        for offset, colour, opacity in stops
    )


def _opacity(opacity: float) -> str:
    return "" if opacity >= 1 else f' opacity="{opacity:.2f}"'
