"""More like this: what people who liked a title liked too, and while few have watched it, what it resembles."""

from __future__ import annotations

from domain.catalog.titles import Title
from domain.errors import NotFound, StoreUnavailable
from domain.ids import TitleId
from domain.recommendations.content_similarity import blended, resembling
from domain.recommendations.lists import Neighbour, PopularKey
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader, VersionLoaders
from resolvers.request.viewer import Viewer

ENOUGH = 12
"""Neighbours, with `SUPPORT` profiles behind the best of them, from which co-watching speaks alone."""

SUPPORT = 20
POOL_GENRES = 3
WANT = 40


async def titles_like(context: Context, viewer: Viewer, seed: TitleId) -> list[Title]:
    """Titles this viewer may see, the closest first. Raises NotFound when it may not see the seed itself.

    Two store calls for a title that many watched, four for one that few did.
    """
    loaders = await context.pinned()
    shelf = TitleLoader(loaders, viewer.audience)
    neighbours = await loaders.similar.load(seed) or ()
    found = await shelf.titles([seed, *(neighbour.title_id for neighbour in neighbours)])
    if seed not in found:
        raise NotFound("There is no such title.")
    if not _says_enough(neighbours):
        pool = await _pool(loaders, viewer, found[seed])
        found |= await shelf.titles(pool)
        alike = resembling(found[seed], (found[one] for one in pool if one in found), WANT)
        neighbours = tuple(blended(neighbours, alike, WANT))
    return [found[one.title_id] for one in neighbours if one.title_id in found and one.title_id != seed]


def _says_enough(neighbours: tuple[Neighbour, ...]) -> bool:
    return len(neighbours) >= ENOUGH and max(one.support for one in neighbours) >= SUPPORT


async def _pool(loaders: VersionLoaders, viewer: Viewer, seed: Title) -> list[TitleId]:
    """What the region watches of the seed's genres; nothing when that cannot be read."""
    keys = [PopularKey(viewer.region, genre) for genre in seed.genres[:POOL_GENRES]]
    try:
        lists = await loaders.popular.load_many(keys) if keys else []
    except StoreUnavailable:
        return []
    return list(dict.fromkeys(entry.title_id for found in lists if found for entry in found.entries))
