"""Compositions around a figure or an object."""

from __future__ import annotations

from bff.web.art.canvas import Canvas, jagged_skyline, pen
from bff.web.art.ink import mix


def portrait(canvas: Canvas) -> None:
    """Another scene fills the silhouette."""
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    top = mix(ink.dusk, ink.accent, 0.5)
    canvas.fill(canvas.linear((0, top, 1), (0.6, ink.dusk, 1), (1, ink.night, 1)))
    canvas.circle(canvas.x, canvas.y, 33 * u, canvas.linear((0, ink.light, 1), (1, ink.mid, 1)))
    x, y, s = canvas.x, canvas.y, u * 1.15
    clip = canvas.define("clipPath", "", _bust(x, y, s, chance.choice(("short", "bob", "bun", "long"))))
    inside = canvas.linear(
        (0, ink.night, 1),
        (0.36, mix(ink.night, ink.accent, 0.5), 1),
        (0.66, mix(ink.mid, ink.accent, 0.4), 1),
        (0.8, ink.night, 1),
    )
    outside, canvas.marks = canvas.marks, []
    canvas.fill(inside)
    canvas.path(jagged_skyline(canvas, y + 38 * s, 14 * u, 4), mix(ink.night, ink.mid, 0.55))
    canvas.path(jagged_skyline(canvas, y + 48 * s, 12 * u, 4), mix(ink.night, ink.dusk, 0.5))
    canvas.marks = [*outside, f'<g clip-path="url(#{clip})">{"".join(canvas.marks)}</g>']


def _bust(x: float, y: float, s: float, hair: str) -> str:
    """`x`, `y`: the centre of the head."""
    shoulders = pen("M", x - 4.6 * s, y + 6 * s, "v", 13 * s, "q", -4 * s, 5 * s, -17 * s, 8 * s) + pen(
        "q", -13 * s, 4 * s, -15 * s, 20 * s, "v", 60 * s, "h", 73.2 * s, "v", -60 * s
    )
    shoulders += pen(
        "q", -2 * s, -16 * s, -15 * s, -20 * s, "q", -13 * s, -3 * s, -17 * s, -8 * s, "v", -13 * s, "z"
    )
    shapes = _oval(x, y, 9.2 * s, 12 * s) + f'<path d="{shoulders}"/>'
    if hair == "short":
        return shapes + _oval(x, y - 4.5 * s, 10.2 * s, 9.5 * s)
    if hair == "bun":
        return shapes + _oval(x, y - 3.5 * s, 10.4 * s, 10.5 * s) + _oval(x + s, y - 16 * s, 5 * s, 4.6 * s)
    length, flare = (11, 13) if hair == "bob" else (27, 14.5)
    fall = pen("M", x - 10.6 * s, y - 4 * s, "Q", x - 10 * s, y - 15.5 * s, x, y - 15.5 * s)
    fall += pen("Q", x + 10 * s, y - 15.5 * s, x + 10.6 * s, y - 4 * s, "L", x + flare * s, y + length * s)
    fall += pen("Q", x, y + (length + 4) * s, x - flare * s, y + length * s, "z")
    return f'{shapes}<path d="{fall}"/>'


def _oval(x: float, y: float, across: float, down: float) -> str:
    return f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{across:.0f}" ry="{down:.0f}"/>'


def bright_doorway(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(
        canvas.linear(
            (0, ink.night, 1),
            (0.65, mix(ink.night, ink.dusk, 0.9), 1),
            (0.66, mix(ink.night, ink.dusk, 0.5), 1),
            (1, ink.night, 1),
        )
    )
    floor, half, tall = canvas.height * 0.66, chance.uniform(8, 12) * u, chance.uniform(40, 50) * u
    canvas.circle(
        canvas.x,
        floor - tall * 0.5,
        62 * u,
        canvas.radial((0, ink.glow, 0.6), (0.5, ink.mid, 0.2), (1, ink.mid, 0)),
    )
    spill = canvas.linear((0, ink.light, 0.95), (0.6, ink.mid, 0.4), (1, ink.mid, 0))
    skew = chance.choice((-16, 14)) * u
    canvas.path(
        (
            pen("M", canvas.x - half, floor, "h", 2 * half)
            + pen("L", canvas.x + half * 3 + skew, canvas.height, "H", canvas.x - half * 3 + skew)
            + pen("z")
        ),
        spill,
    )
    canvas.rect(
        canvas.x - half,
        floor - tall,
        2 * half,
        tall,
        canvas.linear((0, ink.light, 1), (1, mix(ink.light, "#ffffff", 0.5), 1)),
    )
    shadow = pen("M", canvas.x - 2.6 * u, floor, "h", 5 * u) + pen(
        "L", canvas.x + 8 * u + skew * 0.8, canvas.height, "h", -15 * u, "z"
    )
    canvas.path(shadow, canvas.linear((0, ink.night, 0.9), (1, ink.night, 0.3)))
    canvas.person(canvas.x, floor + u, 24 * u, mix(ink.night, "#000000", 0.5))


def arches(canvas: Canvas) -> None:
    ink, u = canvas.ink, canvas.u
    canvas.fill(mix(ink.night, ink.dusk, 0.4))
    floor, lean = canvas.height * 0.72, canvas.chance.uniform(-2.5, 2.5) * u
    for index in range(7):
        half, top = (48 - index * 6) * u * (1.5 if canvas.is_wide else 1), canvas.y - (34 - index * 5.4) * u
        bottom = floor + (6 - index) * 6 * u
        shade = ink.haze(index / 7 + 0.1)
        paint = (
            canvas.linear((0, mix(shade, ink.light, 0.05 * index), 1), (1, mix(shade, ink.night, 0.45), 1))
            if index < 6
            else ink.light
        )
        x = canvas.x + lean * (6 - index)
        arch = pen("M", x - half, bottom, "V", top + half, "A", half, half, 0, 0, 1, x + half, top + half)
        canvas.path(arch + pen("V", bottom, "z"), paint)
    canvas.shine(45 * u, 0.7)
    paint = canvas.linear((0, ink.mid, 0.0), (0.4, ink.dusk, 0.8), (1, ink.night, 1))
    canvas.rect(0, floor - 4 * u, canvas.width, canvas.height, paint)
    canvas.person(canvas.x, floor + 3 * u, 15 * u, ink.night)


def leaves(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(canvas.linear((0, mix(ink.mid, ink.accent, 0.5), 1), (0.6, ink.dusk, 1), (1, ink.night, 1)))
    canvas.shine(70 * u, 0.6, ink.glow)
    canvas.circle(canvas.x, canvas.y, 25 * u, canvas.linear((0, ink.light, 1), (1, ink.glow, 1)))
    sprig = canvas.define("path", f'd="{_sprig(u)}"')
    low = canvas.height * 0.74
    corners = ((0, 0, 52), (canvas.width, 0, 128), (0, low, -40), (canvas.width, low, 220))
    for x, y, angle in corners:
        for depth, colour in enumerate(
            (mix(ink.mid, ink.glow, 0.25), mix(ink.mid, ink.night, 0.5), ink.night)
        ):
            turn, size = angle + (depth - 1) * 27 + chance.uniform(-9, 9), 1.15 - depth * 0.17
            place = f"translate({x:.0f} {y:.0f})rotate({turn:.0f})scale({size:.2f})"
            canvas.add(f'<use href="#{sprig}" transform="{place}" fill="{colour}"/>')


def _sprig(u: float) -> str:
    """A stem along the x axis with pairs of pointed leaves."""
    data = pen("M", 0, -0.5 * u, "L", 56 * u, 0, "L", 0, 0.8 * u, "z")
    for step in range(1, 9):
        x, size = step * 6.4 * u, (19 - step * 1.5) * u
        for side in (-1, 1):
            tip = (x + size * 0.78, side * size * 0.62)
            one, two = (x + size * 0.2, side * size * 0.52), (x + size * 0.66, side * size * 0.1)
            data += pen("M", x, 0, "Q", *one, *tip, "Q", *two, x, 0, "z")
    x = 56 * u
    return data + pen(
        "M", x - 3 * u, 0, "Q", x + 2 * u, -3 * u, x + 8 * u, 0, "Q", x + 2 * u, 3 * u, x - 3 * u, 0, "z"
    )


def stage(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(
        canvas.linear((0, ink.night, 1), (0.5, mix(ink.night, ink.accent, 0.5), 1), (1, ink.night, 1))
    )
    floor = canvas.height * 0.7
    for offset, colour in ((-38, ink.accent), (36, ink.mid), (chance.uniform(-8, 8), ink.light)):
        top = canvas.x + offset * u
        beam = canvas.linear((0, colour, 0.85), (0.72, colour, 0.12), (1, colour, 0))
        canvas.path(
            (
                pen("M", top - 2 * u, -9, "h", 4 * u, "L", canvas.x + 25 * u, floor + 5 * u)
                + pen("H", canvas.x - 25 * u, "z")
            ),
            beam,
        )
    canvas.add(f'<g fill="{ink.light}" opacity=".55">{_oval(canvas.x, floor, 34 * u, 6 * u)}</g>')
    x = canvas.x
    canvas.line(
        pen("M", x, floor, "V", floor - 34 * u, "M", x - 7 * u, floor, "h", 14 * u), ink.night, 1.2 * u
    )
    canvas.add(f'<g fill="{ink.night}">{_oval(x, floor - 39 * u, 3.4 * u, 6 * u)}</g>')
    seats = range(round(canvas.width / u / 9) + 1)
    crowd = "".join(
        _oval(
            (seat * 9 + chance.uniform(0, 5)) * u,
            canvas.height * 0.83 + chance.uniform(0, 5) * u,
            5 * u,
            6 * u,
        )
        for seat in seats
    )
    stalls = pen("M", 0, canvas.height * 0.85, "H", canvas.width, "V", canvas.height, "H", 0, "z")
    canvas.add(f'<g fill="{mix(ink.night, "#000000", 0.5)}">{crowd}<path d="{stalls}"/></g>')
