"""Compositions of flat, bright shapes, for comedy, families and sport."""

from __future__ import annotations

from math import cos, pi, sin

from bff.web.art.canvas import Canvas, hills, pen, wedge
from bff.web.art.ink import mix


def art_deco(canvas: Canvas) -> None:
    """A fan of rays over stepped arcs."""
    ink, u = canvas.ink, canvas.u
    canvas.fill(
        canvas.linear((0, mix(ink.night, ink.accent, 0.45), 1), (0.6, ink.dusk, 1), (1, ink.night, 1))
    )
    base = canvas.height * 0.66
    reach = canvas.width + canvas.height
    count = canvas.chance.choice((18, 22, 26, 32))
    rays = "".join(
        wedge(canvas.x, base, pi + index / count * pi, pi + (index + 1) / count * pi, reach)
        for index in range(0, count, 2)
    )
    canvas.path(rays, canvas.radial((0, ink.glow, 0.75), (1, ink.mid, 0.12)))
    step = canvas.chance.uniform(5.2, 7.2) * u
    for index in range(6, 0, -1):
        radius = index * step
        paint = mix(ink.mid, ink.night, index / 7) if index % 2 else mix(ink.glow, ink.mid, index / 7)
        arc = pen("M", canvas.x - radius, base, "a", radius, radius, 0, 0, 1, 2 * radius, 0)
        canvas.add(f'<path d="{arc}z" fill="{paint}" stroke="{ink.light}" stroke-width="{0.4 * u:.1f}"/>')
    canvas.rect(0, base, canvas.width, canvas.height, ink.night)
    lines = "".join(pen("M", 0, base + (index * 1.6) * u, "H", canvas.width) for index in range(3))
    canvas.line(lines, ink.light, 0.4 * u, 0.8)


def tiles(canvas: Canvas) -> None:
    """Quarter circles."""
    ink, chance = canvas.ink, canvas.chance
    side = min(canvas.width, canvas.height) / (4 if canvas.is_wide else 3)
    colours = (ink.mid, ink.light, ink.accent, ink.dusk, ink.glow)
    canvas.fill(ink.dusk)
    rows, columns = round(canvas.height / side + 0.49), round(canvas.width / side + 0.49)
    s, half = side, side / 2
    for row in range(rows):
        for column in range(columns):
            x, y = column * side, row * side
            ground, figure = chance.sample(colours, 2)
            canvas.rect(x, y, side + 1, side + 1, ground)
            match chance.randrange(5):
                case 0:
                    canvas.circle(x + side / 2, y + side / 2, side * 0.34, figure)
                case 1:
                    canvas.path(pen("M", x, y, "h", s, "a", s, s, 0, 0, 1, -s, s, "z"), figure)
                case 2:
                    canvas.path(pen("M", x, y + side, "v", -s, "a", s, s, 0, 0, 1, s, s, "z"), figure)
                case 3:
                    dome = pen("a", half, half, 0, 0, 1, s, 0, "z")
                    canvas.path(pen("M", x, y + s) + dome + pen("M", x, y + half) + dome, figure)
                case _:
                    canvas.path(pen("M", x + side, y + side, "h", -s, "a", s, s, 0, 0, 1, s, -s, "z"), figure)


def stripes(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(canvas.linear((0, ink.mid, 1), (1, ink.dusk, 1)))
    lean = canvas.height * chance.choice((0.35, 0.5)) * chance.choice((-1, 1))
    colours = (ink.light, ink.accent, ink.night, ink.glow)
    x = -abs(lean) - 5 * u
    while x < canvas.width + abs(lean):
        wide = chance.choice((1.4, 3, 7, 12)) * u
        colour = chance.choice(colours)
        canvas.path(pen("M", x, 0, "h", wide, "l", lean, canvas.height, "h", -wide, "z"), colour, 0.85)
        x += wide + chance.choice((5, 9, 16)) * u
    radius = chance.uniform(20, 27) * u
    canvas.circle(
        canvas.x, canvas.y, radius, canvas.linear((0, ink.light, 1), (1, mix(ink.light, ink.mid, 0.55), 1))
    )
    cut = "".join(
        pen("M", canvas.x - radius, canvas.y + (index * 5 - 2) * u, "h", 2 * radius) for index in range(1, 5)
    )
    canvas.line(cut, ink.night, 1.4 * u)


def balloons(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(canvas.linear((0, ink.mid, 1), (0.5, ink.glow, 1), (0.75, ink.light, 1)))
    canvas.circle(canvas.x + 14 * u, canvas.y + 8 * u, 12 * u, mix(ink.light, "#ffffff", 0.7), 0.85)
    spots = ((0, 0, 1.0), (-27, 15, 0.55), (26, -12, 0.42))
    for index, (dx, dy, size) in enumerate(spots):
        x, y, r = canvas.x + dx * u, canvas.y + dy * u, 16 * u * size
        skin = (ink.accent, ink.light, ink.night)[index]
        band = (ink.light, ink.accent, ink.glow)[index]
        shape = pen("M", x - r, y, "a", r, r, 0, 0, 1, 2 * r, 0, "q", 0, r * 0.75, -r * 0.7, r * 1.3) + pen(
            "h", -r * 0.6, "q", -r * 0.7, -r * 0.55, -r * 0.7, -r * 1.3, "z"
        )
        canvas.path(shape, skin)
        canvas.path(
            (
                pen("M", x, y - r, "q", r * 0.9, r, r * 0.18, r * 2.3, "h", -r * 0.36)
                + pen("q", -r * 0.72, -r * 1.3, r * 0.18, -r * 2.3, "z")
            ),
            band,
            0.9,
        )
        canvas.rect(x - r * 0.2, y + r * 1.5, r * 0.4, r * 0.3, ink.night)
    for layer in range(3):
        base = canvas.height * (0.62 + layer * 0.11)
        colour = mix(ink.mid, ink.night, 0.12 + layer * 0.32)
        canvas.path(hills(canvas, base, 6 * u, 3 + chance.randrange(2)), colour)


def meadow(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(canvas.linear((0, mix(ink.mid, ink.accent, 0.3), 1), (0.55, ink.light, 1)))
    radius = chance.uniform(14, 19) * u
    rays = "".join(
        (
            pen("M", canvas.x, canvas.y)
            + pen("l", cos(index / 8 * pi) * radius * 1.75, sin(index / 8 * pi) * radius * 1.75)
        )
        for index in range(16)
    )
    canvas.line(rays, ink.light, 1.6 * u, 0.8)
    canvas.circle(canvas.x, canvas.y, radius, mix(ink.light, "#ffffff", 0.5))
    for layer in range(4):
        base = canvas.height * (0.5 + layer * 0.12)
        colour = mix(mix(ink.mid, ink.accent, 0.5 * (layer % 2)), ink.night, 0.1 + layer * 0.22)
        canvas.path(hills(canvas, base, 7 * u, 2 + layer % 2), colour)
        for _ in range(3 if layer < 3 else 0):
            x, tall = chance.uniform(0.05, 0.95) * canvas.width, chance.uniform(6, 11) * u * (1 + layer * 0.2)
            canvas.rect(x - 0.4 * u, base - tall * 0.6, 0.9 * u, tall, ink.night)
            canvas.circle(x, base - tall * 0.7, tall * 0.42, mix(colour, ink.night, 0.35))
