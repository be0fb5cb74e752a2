"""Which composition a title gets: its genres say what would suit it, its id decides."""

from __future__ import annotations

from collections.abc import Callable

from bff.web.art import abstract, figures, graphic, scenery, space
from bff.web.art.canvas import Canvas

Composition = Callable[[Canvas], None]

_BY_GENRE: dict[str, tuple[Composition, ...]] = {
    "Action": (abstract.beams, scenery.city, graphic.stripes, space.eclipse, scenery.dunes),
    "Adventure": (scenery.ridges, scenery.sea, scenery.dunes, graphic.balloons, abstract.paper),
    "Animation": (abstract.paper, graphic.meadow, graphic.balloons, space.planet, graphic.tiles),
    "Biography": (figures.portrait, figures.portrait, abstract.contours, scenery.sea, figures.spotlight),
    "Comedy": (
        graphic.tiles,
        graphic.deco,
        graphic.stripes,
        abstract.paper,
        graphic.meadow,
        graphic.balloons,
    ),
    "Crime": (abstract.blinds, scenery.city, figures.doorway, abstract.rings, figures.portrait),
    "Documentary": (abstract.contours, scenery.ridges, scenery.sea, figures.portrait, figures.leaves),
    "Drama": (figures.portrait, scenery.sea, figures.leaves, scenery.ridges, abstract.paper, figures.doorway),
    "Family": (graphic.meadow, graphic.balloons, abstract.paper, graphic.tiles, space.planet),
    "Fantasy": (space.keep, figures.arches, space.eclipse, scenery.forest, abstract.paper),
    "Film Noir": (abstract.blinds, scenery.city, figures.doorway),
    "History": (figures.arches, scenery.ridges, graphic.deco, figures.portrait, scenery.dunes),
    "Horror": (scenery.forest, figures.doorway, space.eclipse, abstract.rings, scenery.forest),
    "Music": (abstract.pulse, figures.spotlight, abstract.rings, graphic.deco, space.retro),
    "Mystery": (figures.doorway, scenery.forest, abstract.contours, figures.arches, abstract.blinds),
    "Reality": (graphic.stripes, figures.spotlight, graphic.tiles, abstract.bokeh),
    "Romance": (abstract.bokeh, figures.leaves, scenery.sea, space.eclipse, abstract.bokeh),
    "Science Fiction": (
        space.planet,
        space.retro,
        space.eclipse,
        abstract.pulse,
        abstract.beams,
        scenery.city,
    ),
    "Short": (graphic.tiles, abstract.paper, abstract.rings),
    "Sport": (graphic.stripes, abstract.beams, scenery.ridges),
    "Talk": (figures.spotlight, graphic.deco, abstract.pulse),
    "Thriller": (figures.doorway, scenery.city, abstract.rings, abstract.blinds, abstract.beams),
    "War": (scenery.ridges, abstract.beams, scenery.dunes),
    "Western": (scenery.mesa, scenery.dunes, scenery.mesa, scenery.ridges),
}
_ANY: tuple[Composition, ...] = (
    scenery.ridges,
    scenery.sea,
    figures.leaves,
    abstract.contours,
    abstract.paper,
)

TOP_LETTERED = frozenset(
    {scenery.city, scenery.sea, scenery.dunes, scenery.mesa, scenery.ridges, abstract.beams, abstract.bokeh}
    | {figures.doorway, graphic.meadow}
)
"""Compositions whose interest lies in the lower half: a poster's name may stand above it."""


def composition_for(genres: tuple[str, ...], seed: int) -> Composition:
    """Two times in three from the first genre, else from the second, so that rows of one genre vary."""
    telling = [genre for genre in genres if genre in _BY_GENRE]
    if not telling:
        return _ANY[seed % len(_ANY)]
    genre = telling[1] if len(telling) > 1 and seed % 3 == 2 else telling[0]
    choices = _BY_GENRE[genre]
    return choices[seed // 3 % len(choices)]
