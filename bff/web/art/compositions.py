"""Selects a title's composition from its genres and its seed."""

from __future__ import annotations

from collections.abc import Callable

from bff.web.art import abstract, figures, graphic, scenery, space
from bff.web.art.canvas import Canvas

Composition = Callable[[Canvas], None]

_BY_GENRE: dict[str, tuple[Composition, ...]] = {
    "Action": (abstract.light_beams, scenery.city, graphic.stripes, space.eclipse, scenery.dunes),
    "Adventure": (scenery.mountains, scenery.sea, scenery.dunes, graphic.balloons, abstract.cut_paper),
    "Animation": (abstract.cut_paper, graphic.meadow, graphic.balloons, space.planet, graphic.tiles),
    "Biography": (figures.portrait, figures.portrait, abstract.contour_lines, scenery.sea, figures.stage),
    "Comedy": (
        graphic.tiles,
        graphic.art_deco,
        graphic.stripes,
        abstract.cut_paper,
        graphic.meadow,
        graphic.balloons,
    ),
    "Crime": (abstract.window_blinds, scenery.city, figures.bright_doorway, abstract.rings, figures.portrait),
    "Documentary": (abstract.contour_lines, scenery.mountains, scenery.sea, figures.portrait, figures.leaves),
    "Drama": (
        figures.portrait,
        scenery.sea,
        figures.leaves,
        scenery.mountains,
        abstract.cut_paper,
        figures.bright_doorway,
    ),
    "Family": (graphic.meadow, graphic.balloons, abstract.cut_paper, graphic.tiles, space.planet),
    "Fantasy": (space.castle, figures.arches, space.eclipse, scenery.forest, abstract.cut_paper),
    "Film Noir": (abstract.window_blinds, scenery.city, figures.bright_doorway),
    "History": (figures.arches, scenery.mountains, graphic.art_deco, figures.portrait, scenery.dunes),
    "Horror": (scenery.forest, figures.bright_doorway, space.eclipse, abstract.rings, scenery.forest),
    "Music": (abstract.sound_waves, figures.stage, abstract.rings, graphic.art_deco, space.retro_sun),
    "Mystery": (
        figures.bright_doorway,
        scenery.forest,
        abstract.contour_lines,
        figures.arches,
        abstract.window_blinds,
    ),
    "Reality": (graphic.stripes, figures.stage, graphic.tiles, abstract.blurred_lights),
    "Romance": (abstract.blurred_lights, figures.leaves, scenery.sea, space.eclipse, abstract.blurred_lights),
    "Science Fiction": (
        space.planet,
        space.retro_sun,
        space.eclipse,
        abstract.sound_waves,
        abstract.light_beams,
        scenery.city,
    ),
    "Short": (graphic.tiles, abstract.cut_paper, abstract.rings),
    "Sport": (graphic.stripes, abstract.light_beams, scenery.mountains),
    "Talk": (figures.stage, graphic.art_deco, abstract.sound_waves),
    "Thriller": (
        figures.bright_doorway,
        scenery.city,
        abstract.rings,
        abstract.window_blinds,
        abstract.light_beams,
    ),
    "War": (scenery.mountains, abstract.light_beams, scenery.dunes),
    "Western": (scenery.table_mountains, scenery.dunes, scenery.table_mountains, scenery.mountains),
}
_ANY: tuple[Composition, ...] = (
    scenery.mountains,
    scenery.sea,
    figures.leaves,
    abstract.contour_lines,
    abstract.cut_paper,
)

TOP_LETTERED = frozenset(
    {
        scenery.city,
        scenery.sea,
        scenery.dunes,
        scenery.table_mountains,
        scenery.mountains,
        abstract.light_beams,
        abstract.blurred_lights,
    }
    | {figures.bright_doorway, graphic.meadow}
)
"""Compositions with an empty upper half, where a poster's name fits."""


def choose_composition(genres: tuple[str, ...], seed: int) -> Composition:
    """The second genre decides in one of three cases, so that rows of one genre vary."""
    known = [genre for genre in genres if genre in _BY_GENRE]
    if not known:
        return _ANY[seed % len(_ANY)]
    genre = known[1] if len(known) > 1 and seed % 3 == 2 else known[0]
    choices = _BY_GENRE[genre]
    return choices[seed // 3 % len(choices)]
