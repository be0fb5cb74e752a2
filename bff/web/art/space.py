"""Compositions of the night sky."""

from __future__ import annotations

from math import cos, pi, sin

from bff.web.art.canvas import Canvas, jagged_skyline, pen
from bff.web.art.ink import mix


def planet(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(
        canvas.linear((0, ink.night, 1), (0.7, mix(ink.night, ink.accent, 0.35), 1), (1, ink.night, 1))
    )
    canvas.stars(90, 1)
    radius = chance.uniform(30, 40) * u
    canvas.circle(canvas.x, canvas.y, radius * 1.7, canvas.radial((0.4, ink.glow, 0.55), (1, ink.mid, 0)))
    light = (chance.choice((0.22, 0.7)), 0.25)
    globe = canvas.radial(
        (0, ink.light, 1), (0.3, ink.glow, 1), (0.6, ink.mid, 1), (0.85, ink.dusk, 1), (1, ink.night, 1),
        at=light, reach=0.85,
    )  # fmt: skip
    ringed = chance.random() < 0.5
    tilt = chance.choice((-18, 14, -24))
    ellipse = f'rx="{radius * 1.75:.0f}" ry="{radius * 0.36:.0f}" cx="{canvas.x:.0f}" cy="{canvas.y:.0f}"'
    spin = f'transform="rotate({tilt} {canvas.x:.0f} {canvas.y:.0f})" fill="none" stroke="{ink.light}"'
    canvas.circle(canvas.x, canvas.y, radius, globe)
    if ringed:
        half = canvas.define(
            "clipPath",
            "",
            f'<path d="M-{canvas.width} {canvas.y:.0f}H{2 * canvas.width}V{canvas.height}H-{canvas.width}z"/>',
        )
        for stroke, opacity in ((3.2, 0.35), (1.1, 0.9)):
            band = f'<ellipse {ellipse} stroke-width="{stroke * u:.1f}" clip-path="url(#{half})"/>'
            canvas.add(f'<g {spin} opacity="{opacity}">{band}</g>')
    moon = chance.uniform(3, 6) * u
    canvas.circle(
        canvas.x - radius * 1.25,
        canvas.y - radius * 0.75,
        moon,
        canvas.linear((0, ink.light, 1), (1, ink.mid, 1)),
    )
    canvas.path(jagged_skyline(canvas, canvas.height * 0.86, 9 * u, 5), ink.night)


def eclipse(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.fill(canvas.linear((0, ink.night, 1), (0.6, ink.dusk, 1), (1, ink.night, 1)))
    canvas.stars(60, 0.8)
    radius = chance.uniform(22, 29) * u
    canvas.shine(radius * 2.7, 0.95, ink.glow)
    rays = ""
    for index in range(28):
        angle, length = index / 28 * 2 * pi, radius * chance.uniform(1.2, 1.9)
        rays += pen("M", canvas.x, canvas.y, "l", cos(angle) * length, sin(angle) * length)
    canvas.line(rays, ink.light, 0.5 * u, 0.35)
    canvas.circle(canvas.x, canvas.y, radius * 1.06, ink.light)
    shift = chance.choice((-0.07, 0.07, 0)) * radius
    canvas.circle(canvas.x + shift, canvas.y + shift * 0.5, radius, mix(ink.night, ink.dusk, 0.25))
    hill = canvas.height * 0.8
    canvas.path(
        (
            pen("M", 0, hill + 14 * u, "Q", canvas.x, hill - 16 * u, canvas.width, hill + 12 * u)
            + pen("V", canvas.height, "H", 0, "z")
        ),
        canvas.linear((0, mix(ink.dusk, ink.mid, 0.3), 1), (0.5, ink.night, 1)),
    )
    canvas.person(canvas.x, hill - u, 12 * u, ink.night)


def retro_sun(canvas: Canvas) -> None:
    """A striped sun over a grid."""
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    horizon = canvas.height * 0.58
    canvas.fill(
        canvas.linear(
            (0, ink.night, 1),
            (0.4, mix(ink.night, ink.accent, 0.5), 1),
            (0.58, ink.accent, 1),
            (0.6, ink.night, 1),
        )
    )
    canvas.stars(60, 0.4)
    canvas.shine(70 * u, 0.6, ink.glow)
    radius, top = chance.uniform(25, 30) * u, horizon - 10 * u
    slots = ((top + radius * (0.12 + 0.2 * row), u * (0.9 + row * 0.7)) for row in range(5))
    bars = "".join(f'<path d="M0 {y:.0f}h{canvas.width}v{tall:.0f}h-{canvas.width}z"/>' for y, tall in slots)
    mask = canvas.define("mask", "", f'<path fill="#fff" d="M0 0H{canvas.width}V{horizon:.0f}H0z"/>{bars}')
    sun = canvas.linear((0, ink.light, 1), (1, ink.accent, 1))
    place = f'cx="{canvas.x:.0f}" cy="{top - radius * 0.25:.0f}" r="{radius:.0f}"'
    canvas.add(f'<circle {place} fill="{sun}" mask="url(#{mask})"/>')
    canvas.path(jagged_skyline(canvas, horizon + 3 * u, 13 * u, 4), mix(ink.night, ink.dusk, 0.6))
    canvas.rect(0, horizon, canvas.width, canvas.height, canvas.linear((0, ink.dusk, 1), (0.7, ink.night, 1)))
    grid = "".join(
        pen("M", canvas.x + index * 3 * u, horizon, "L", canvas.x + index * 26 * u, canvas.height)
        for index in range(-14, 15)
    )
    grid += "".join(pen("M", 0, horizon + (row**1.9) * u * 0.8, "H", canvas.width) for row in range(12))
    canvas.line(grid, ink.glow, 0.35 * u, 0.75)


def castle(canvas: Canvas) -> None:
    ink, u, chance = canvas.ink, canvas.u, canvas.chance
    canvas.sky(0.8, 0.5)
    canvas.stars(70, 0.6)
    for index in range(3):
        y = canvas.height * (0.16 + 0.09 * index)
        sweep = (
            pen("M", 0, y)
            + pen(
                "C", canvas.width * 0.3, y - 18 * u, canvas.width * 0.6, y + 22 * u, canvas.width, y - 8 * u
            )
            + pen("v", 11 * u)
            + pen("C", canvas.width * 0.6, y + 40 * u, canvas.width * 0.3, y, 0, y + 14 * u, "z")
        )
        canvas.path(sweep, canvas.linear((0, ink.accent, 0), (0.6, ink.glow, 0.5), (1, ink.accent, 0)))
    moon = chance.uniform(20, 26) * u
    canvas.shine(moon * 2.6, 0.7)
    canvas.circle(canvas.x, canvas.y + 6 * u, moon, canvas.linear((0, ink.light, 1), (1, ink.glow, 1)))
    canvas.path(jagged_skyline(canvas, canvas.height * 0.62, 16 * u, 4), ink.haze(0.42))
    base = canvas.height * 0.66
    for offset, wide, tall in ((-16, 8, 20), (-7, 7, 33), (1, 10, 25), (11, 6, 38), (18, 9, 17)):
        x, height = canvas.x + offset * u, tall * u * chance.uniform(0.85, 1.15)
        w = wide * u
        roof = pen("l", w * 0.62, -w * 1.3, "l", w * 0.62, w * 1.3)
        canvas.path(
            (
                pen("M", x, base + 20 * u, "V", base - height, "h", -w * 0.12, roof, "h", -w * 0.12)
                + pen("V", base + 20 * u, "z")
            ),
            ink.night,
        )
        canvas.rect(x + w * 0.42, base - height * 0.7, w * 0.16, w * 0.35, ink.light, 0.9)
    canvas.path(jagged_skyline(canvas, base + 6 * u, 14 * u, 4), ink.night)
