"""Landscapes."""

from __future__ import annotations

from bff.web.art.canvas import Canvas, hills, jagged_skyline, pen
from bff.web.art.ink import mix


def mountains(canvas: Canvas) -> None:
    ink, u = canvas.ink, canvas.u
    canvas.sky(0.7)
    canvas.shine(70 * u, 0.85)
    canvas.circle(canvas.x, canvas.y, canvas.chance.uniform(8, 15) * u, ink.light)
    top = canvas.y + 4 * u
    for layer in range(5):
        base = top + (canvas.height - top) * layer * 0.17
        colour = ink.haze(0.78 - layer * 0.19)
        paint = canvas.linear((0, colour, 1), (0.7, mix(colour, ink.night, 0.55), 1))
        canvas.path(jagged_skyline(canvas, base + 6 * u, (26 - layer * 3) * u, 4 + (layer > 1)), paint)


def sea(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    horizon = canvas.height * 0.56
    canvas.sky(0.58, 0.95)
    canvas.shine(75 * u, 0.9)
    sun = chance.uniform(13, 20) * u
    canvas.circle(canvas.x, horizon - sun * 0.35, sun, canvas.linear((0, ink.light, 1), (1, ink.glow, 1)))
    water = canvas.linear((0, mix(ink.mid, ink.dusk, 0.35), 1), (0.5, ink.dusk, 1), (1, ink.night, 1))
    canvas.rect(0, horizon, canvas.width, canvas.height, water)
    glints = ""
    for row in range(17):
        y = horizon + 2 * u + (row**1.55) * u * 0.8
        half = sun * (1.05 - row * 0.03) * chance.uniform(0.35, 1.1)
        x = canvas.x + chance.uniform(-4, 4) * u
        glints += pen("M", x - half, y, "h", 2 * half)
    paint = canvas.ink.light
    canvas.add(
        f'<path d="{glints}" stroke="{paint}" stroke-width="{u:.1f}" stroke-linecap="round" opacity=".7"/>'
    )
    if chance.random() < 0.6:
        x, y = canvas.x - chance.choice((-1, 1)) * 24 * u, horizon + 3 * u
        size = chance.uniform(0.6, 1.1) * u
        boat = pen("M", x, y, "l", -9 * size, -3 * size, "h", 20 * size, "l", -3 * size, 3 * size, "z")
        sail = pen("M", x, y - 4 * size, "v", -19 * size, "q", 9 * size, 9 * size, 8 * size, 19 * size, "z")
        canvas.path(boat + sail, ink.night)


def dunes(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.sky(0.6, 0.9)
    canvas.shine(80 * u, 0.8)
    canvas.circle(canvas.x, canvas.y, chance.uniform(14, 22) * u, ink.light, 0.92)
    top = canvas.height * 0.5
    for layer in range(4):
        base = top + (canvas.height - top) * layer * 0.24
        lit = ink.haze(0.86 - layer * 0.2)
        shade = ink.haze(0.46 - layer * 0.16)
        canvas.path(hills(canvas, base, 8 * u, 2 + layer % 2), canvas.linear((0, lit, 1), (0.75, shade, 1)))
        if layer == 1:
            for index in range(chance.choice((1, 1, 3))):
                canvas.person(canvas.x + (index * 7 - 26) * u, base + 12 * u, (11 - index) * u, ink.night)


def forest(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.sky(0.75, 0.6)
    canvas.shine(62 * u, 0.8)
    canvas.circle(canvas.x, canvas.y, chance.uniform(7, 12) * u, ink.light, 0.95)
    tree = canvas.define(
        "path", 'd="M0-100 9-74 5-75 16-48 10-50 24-20 13-22 30 6H-30L-13-22-24-20-10-50-16-48-5-75-9-74z"'
    )
    for layer in range(3):
        base = canvas.height * (0.62 + 0.15 * layer)
        colour = ink.haze(0.62 - 0.28 * layer)
        count = round(canvas.width / u / (9 + 4 * layer))
        trees = ""
        for index in range(count):
            x = (index + chance.uniform(0, 0.8)) * canvas.width / count
            size = u * chance.uniform(0.22, 0.42) * (1 + (0.4 if canvas.is_wide else 0.75) * layer)
            trees += f'<use href="#{tree}" transform="translate({x:.0f} {base:.0f})scale({size:.2f})"/>'
        canvas.add(f'<g fill="{colour}">{trees}</g>')
        fog = canvas.linear(
            (0, colour, 1), (0.5, mix(colour, ink.glow, 0.16 - 0.05 * layer), 1), (1, ink.night, 1)
        )
        canvas.rect(0, base - u, canvas.width, canvas.height, fog)


def city(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.sky(0.8, 0.75)
    canvas.stars(40, 0.4)
    canvas.shine(66 * u, 0.75)
    if chance.random() < 0.7:
        canvas.circle(canvas.x, canvas.y, chance.uniform(10, 17) * u, ink.light)
    lit = "".join(
        f'<rect x="{chance.randrange(6) * 6}" y="{chance.randrange(7) * 8}" width="3" height="4"/>'
        for _ in range(9)
    )
    scale = f'patternTransform="scale({u / 5:.2f})"'
    windows = canvas.define(
        "pattern",
        f'width="36" height="56" patternUnits="userSpaceOnUse" {scale}',
        f'<g fill="{ink.light}">{lit}</g>',
    )
    for layer in range(3):
        base = canvas.height * (0.5 + 0.1 * layer)
        data, x = pen("M", 0, canvas.height), 0.0
        while x < canvas.width:
            wide = chance.uniform(6, 13) * u * (1 + layer * 0.25)
            top = base - chance.choice((0, 4, 9, 15, 24)) * u * chance.uniform(0.7, 1.1)
            spire = pen("h", wide / 2, "v", -6 * u, "v", 6 * u, "h", wide / 2)
            data += pen("V", top) + (spire if chance.random() < 0.2 else pen("h", wide))
            x += wide
        data += pen("V", canvas.height, "z")
        canvas.path(data, canvas.linear((0, ink.haze(0.55 - 0.25 * layer), 1), (0.9, ink.night, 1)))
        if layer:
            canvas.path(data, f"url(#{windows})", 0.3 + 0.12 * (layer == 2))


def table_mountains(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.sky(0.62, 1.0)
    canvas.circle(
        canvas.x,
        canvas.y + 6 * u,
        chance.uniform(20, 28) * u,
        canvas.linear((0, ink.light, 1), (1, ink.glow, 0.4)),
    )
    ground = canvas.height * 0.6
    for layer in range(3):
        base = ground + layer * 9 * u
        colour = ink.haze(0.66 - 0.26 * layer)
        data, x = pen("M", 0, base), chance.uniform(-10, 20) * u
        while x < canvas.width:
            wide, tall = chance.uniform(14, 40) * u, chance.uniform(8, 27) * u * (1 - layer * 0.2)
            slope = tall * 0.35
            data += pen("L", x, base, "l", slope, -tall * 0.5, "v", -tall * 0.5, "h", wide) + pen(
                "v", tall * 0.5, "l", slope, tall * 0.5
            )
            x += wide + 2 * slope + chance.uniform(10, 45) * u
        canvas.path(
            pen(data, "H", canvas.width, "V", canvas.height, "H", 0, "z"),
            canvas.linear((0, colour, 1), (0.8, ink.night, 1)),
        )
    canvas.person(canvas.x - 18 * u, ground + 24 * u, 10 * u, ink.night)
