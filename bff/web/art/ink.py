"""Colours of one picture, worked out from a title's palette of three."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

from domain.catalog.artwork import rgb


def mix(first: str, second: str, share: float) -> str:
    """Colour between two "#rrggbb"; `share` 0 is all first, 1 all second."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    return _hex(*(one + (two - one) * share for one, two in pairs))


def turn(colour: str, degrees: float) -> str:
    """The same lightness and strength, another hue."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*rgb(colour))
    return _hex(*colorsys.hls_to_rgb((hue + degrees / 360) % 1, lightness, saturation))


def _hex(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, part))):02x}" for part in (red, green, blue))


@dataclass(frozen=True, slots=True)
class Ink:
    """`night` to `light` is the palette with two steps between; `spice` is a neighbouring hue of `mid`."""

    night: str
    dusk: str
    mid: str
    glow: str
    light: str
    spice: str

    def haze(self, depth: float) -> str:
        """What a thing looks like this far away: 0 is near and dark, 1 is lost in the glow."""
        steps = (self.night, self.dusk, self.mid, self.glow)
        place = max(0.0, min(0.999, depth)) * 3
        return mix(steps[int(place)], steps[int(place) + 1], place % 1)


def ink_of(palette: tuple[str, str, str], degrees: float) -> Ink:
    dark, middle, light = palette
    return Ink(
        night=mix(dark, "#000000", 0.25),
        dusk=mix(dark, middle, 0.4),
        mid=middle,
        glow=mix(middle, light, 0.5),
        light=light,
        spice=turn(middle, degrees),
    )
