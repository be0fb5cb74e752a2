"""Compositions without a scene."""

from __future__ import annotations

from math import cos, pi, sin

from bff.web.art.canvas import Canvas, Point, pen, polyline, smooth, wedge
from bff.web.art.ink import mix


def rings(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(
        canvas.linear((0, ink.dusk, 1), (0.55, mix(ink.night, ink.accent, 0.3), 1), (1, ink.night, 1))
    )
    canvas.shine(85 * u, 0.5, ink.glow)
    gap, drift = chance.uniform(3.2, 4.6) * u, chance.uniform(-1.3, 1.3) * u
    for index in range(16, 0, -1):
        colour = mix(ink.light, ink.mid, index / 16)
        stroke = u * chance.choice((0.3, 0.6, 1.5))
        canvas.ring(
            canvas.x + drift * index,
            canvas.y + drift * index * 0.6,
            gap * index,
            colour,
            stroke,
            1 - index * 0.045,
        )
    canvas.circle(canvas.x, canvas.y, gap * 1.6, ink.light)
    canvas.circle(canvas.x, canvas.y, gap * 0.5, ink.night)


def sound_waves(canvas: Canvas) -> None:
    """Lines that rise near the focal point."""
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(canvas.linear((0, ink.night, 1), (1, mix(ink.night, ink.dusk, 0.8), 1)))
    canvas.shine(70 * u, 0.4, ink.mid)
    left, right = canvas.x - 38 * u, canvas.x + 38 * u
    for row in range(15):
        y = canvas.y - 20 * u + row * 4 * u
        points: list[Point] = [(left, y)]
        for step in range(1, 16):
            place = step / 16
            lift = max(0.0, sin(place * pi)) ** 3 * chance.uniform(0.1, 1) * 15 * u
            points.append((left + (right - left) * place, y - lift))
        points += [(right, y), (right, y)]
        colour = mix(ink.light, ink.accent, row / 16)
        canvas.add(
            f'<path d="M{smooth(points)}" fill="{ink.night}" stroke="{colour}" stroke-width="{0.55 * u:.1f}"/>'
        )


def cut_paper(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(canvas.linear((0, ink.light, 1), (1, ink.glow, 1)))
    canvas.circle(canvas.x, canvas.y, 11 * u, mix(ink.light, "#ffffff", 0.6))
    holes = 'fill-rule="evenodd"'
    shades = (0.92, 0.72, 0.54, 0.36, 0.2)
    for index, shade in enumerate(shades):
        hole = _blob(canvas, canvas.x, canvas.y + 3 * u, (19 + 12.5 * index) * u, 0.16)
        sheet = pen("M", 0, 0, "H", canvas.width, "V", canvas.height, "H", 0, "z", hole)
        colour = mix(ink.haze(shade), ink.accent, 0.3 if index % 2 else 0)
        canvas.add(
            f'<path d="{sheet}" opacity=".28" {holes} transform="translate({0.6 * u:.0f} {1.6 * u:.0f})"/>'
        )
        canvas.add(f'<path d="{sheet}" {holes} fill="{colour}"/>')
    canvas.person(canvas.x + chance.choice((-6, 5)) * u, canvas.y + 19 * u, 13 * u, ink.night)


def _blob(canvas: Canvas, x: float, y: float, radius: float, wobble: float) -> str:
    points: list[Point] = []
    for index in range(9):
        angle, far = index / 9 * 2 * pi, radius * canvas.chance.uniform(1 - wobble, 1 + wobble)
        points.append((x + cos(angle) * far * (1.25 if canvas.is_wide else 0.92), y + sin(angle) * far))
    closed = [*points, points[0], points[1]]
    start = ((points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2)
    return "M" + smooth([start, *closed[1:]]) + "z"


def blurred_lights(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(
        canvas.linear((0, mix(ink.night, ink.accent, 0.35), 1), (0.5, ink.dusk, 1), (1, ink.night, 1))
    )
    canvas.shine(75 * u, 0.55, ink.glow)
    for _ in range(26):
        spread = chance.gauss(0, 0.3)
        x, y = canvas.x + spread * canvas.width, canvas.height * chance.uniform(0.04, 0.62)
        radius, colour = (
            chance.uniform(2.5, 10) * u,
            chance.choice((ink.light, ink.glow, ink.accent, ink.mid)),
        )
        canvas.circle(x, y, radius, colour, chance.uniform(0.12, 0.5))
        if chance.random() < 0.4:
            canvas.ring(x, y, radius, colour, 0.4 * u, 0.5)
    foot = canvas.height * 0.72
    canvas.path(
        pen("M", 0, foot - 2 * u, "H", canvas.width, "V", canvas.height, "H", 0, "z"),
        canvas.linear((0, ink.night, 0), (0.25, ink.night, 1)),
    )
    canvas.person(canvas.x - 4.5 * u, foot, 27 * u, ink.night)
    canvas.person(canvas.x + 5 * u, foot, 25 * u, ink.night)


def light_beams(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(canvas.linear((0, mix(ink.night, ink.accent, 0.4), 1), (0.6, ink.mid, 1), (1, ink.night, 1)))
    reach = canvas.width + canvas.height
    rays, angle = "", 0.0
    while angle < 2 * pi:
        wide = chance.uniform(0.03, 0.13)
        rays += wedge(canvas.x, canvas.y, angle, angle + wide, reach)
        angle += wide + chance.uniform(0.05, 0.18)
    canvas.path(rays, canvas.radial((0, ink.light, 0.9), (0.35, ink.glow, 0.4), (1, ink.mid, 0)))
    canvas.shine(46 * u, 1)
    foot = canvas.height * 0.72
    canvas.path(
        pen("M", 0, foot - 3 * u, "H", canvas.width, "V", canvas.height, "H", 0, "z"),
        canvas.linear((0, ink.night, 0), (0.2, ink.night, 1)),
    )
    for index in range(chance.choice((1, 1, 3))):
        canvas.person(canvas.x + (0, -13, 12)[index] * u, foot, (34, 27, 28)[index] * u, ink.night)


def window_blinds(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(canvas.linear((0, ink.night, 1), (1, mix(ink.night, ink.dusk, 0.5), 1)))
    lean = chance.choice((-14, -10, 11, 15)) * u
    paint = canvas.radial(
        (0, ink.light, 0.95), (0.45, ink.glow, 0.8), (1, ink.mid, 0), at=(0.5, 0.4), reach=0.62
    )
    slats, half = "", 36 * u
    for row in range(11):
        y = canvas.y - 30 * u + row * 6.6 * u
        slats += pen("M", canvas.x - half, y, "l", 2 * half, lean, "v", 3.6 * u, "l", -2 * half, -lean, "z")
    canvas.path(slats, paint)
    x, y = canvas.x + chance.choice((-9, 8)) * u, canvas.y + 6 * u
    s = u * 1.25
    hat = pen("M", x - 15 * s, y, "q", 15 * s, -4 * s, 30 * s, 0, "q", -3 * s, 3 * s, -6 * s, 2.4 * s)
    face = (
        pen("q", 0.5 * s, 12 * s, -5 * s, 15 * s, "v", 4 * s)
        + pen("q", 20 * s, 4 * s, 24 * s, 18 * s, "V", canvas.height, "H", x - 28 * s)
        + pen("V", y + 39 * s, "q", 4 * s, -14 * s, 23 * s, -18 * s, "v", -4 * s)
        + pen("q", -6 * s, -3 * s, -5 * s, -15 * s, "z")
    )
    crown = pen("M", x - 9 * s, y, "q", 0, -14 * s, 4 * s, -13 * s, "q", 5 * s, 3 * s, 10 * s, 0) + pen(
        "q", 4 * s, 0, 4 * s, 13 * s, "z"
    )
    canvas.path(hat + face + crown, mix(ink.night, "#000000", 0.4))


def contour_lines(canvas: Canvas) -> None:
    """As on a map, around a summit."""
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(canvas.linear((0, ink.dusk, 1), (1, ink.night, 1)))
    canvas.shine(80 * u, 0.5, ink.glow)
    waves = [
        (harmonic, chance.uniform(0.04, 0.2) / harmonic, chance.uniform(0, 2 * pi))
        for harmonic in (1, 2, 3, 5)
    ]
    for level in range(1, 13):
        points: list[Point] = []
        for step in range(16):
            angle = step / 14 * 2 * pi
            bend = 1 + sum(
                size * sin(harmonic * angle + phase + level * 0.09) for harmonic, size, phase in waves
            )
            far = level * 6.2 * u * bend
            points.append((canvas.x + cos(angle) * far, canvas.y + sin(angle) * far))
        middle = ((points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2)
        colour = mix(ink.light, ink.mid, level / 13)
        canvas.line(
            "M" + smooth([middle, *points[1:]]),
            colour,
            u * (0.9 if level % 4 == 1 else 0.35),
            1 - level * 0.04,
        )
    summit = [
        (canvas.x, canvas.y - 3 * u),
        (canvas.x + 2.6 * u, canvas.y + 1.8 * u),
        (canvas.x - 2.6 * u, canvas.y + 1.8 * u),
    ]
    canvas.path(polyline(summit) + "z", ink.light)
