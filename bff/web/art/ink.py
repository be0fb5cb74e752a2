"""A picture's colours, from its title's palette of three."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

from domain.catalog.artwork import rgb


def mix(first: str, second: str, share: float) -> str:
    """The colour between two "#rrggbb"; `share` of `second`, 0..1."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    return _hex(*(one + (two - one) * share for one, two in pairs))


def shift_hue(colour: str, degrees: float) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*rgb(colour))
    return _hex(*colorsys.hls_to_rgb((hue + degrees / 360) % 1, lightness, saturation))


def _hex(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, part))):02x}" for part in (red, green, blue))


@dataclass(frozen=True, slots=True)
class Ink:
    """From dark to light; `accent` is `mid` in another hue."""

    night: str
    dusk: str
    mid: str
    glow: str
    light: str
    accent: str

    def haze(self, depth: float) -> str:
        """The colour at a distance: 0 near and dark, 1 far and bright."""
        steps = (self.night, self.dusk, self.mid, self.glow)
        position = max(0.0, min(0.999, depth)) * 3
        return mix(steps[int(position)], steps[int(position) + 1], position % 1)


def ink_from_palette(palette: tuple[str, str, str], degrees: float) -> Ink:
    dark, middle, light = palette
    return Ink(
        night=mix(dark, "#000000", 0.25),
        dusk=mix(dark, middle, 0.4),
        mid=middle,
        glow=mix(middle, light, 0.5),
        light=light,
        accent=shift_hue(middle, degrees),
    )
