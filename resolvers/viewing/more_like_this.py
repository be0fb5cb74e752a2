"""Similar titles: collaborative neighbours, blended with content similarity while they have little support."""

from __future__ import annotations

from domain.catalog.titles import Title
from domain.catalog.works import one_of_each_work
from domain.errors import NotFound, StoreUnavailable
from domain.ids import TitleId
from domain.recommendations.content_similarity import blend_neighbours, most_similar
from domain.recommendations.lists import Neighbour
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader, VersionLoaders
from resolvers.request.viewer import Viewer

MIN_NEIGHBOURS = 12
"""With so many neighbours, and MIN_SUPPORT for the best, no content similarity is blended in."""

MIN_SUPPORT = 20
POOL_GENRES = 3
MAX_TITLES = 40


async def load_similar_titles(context: Context, viewer: Viewer, seed: TitleId) -> list[Title]:
    """The closest first. Raises NotFound for an ineligible seed.

    Two store calls with enough support, else four.
    """
    loaders = await context.version_loaders()
    title_loader = TitleLoader(loaders, viewer.audience)
    neighbours = await loaders.similar.load(seed) or ()
    found = await title_loader.load([seed, *(neighbour.title_id for neighbour in neighbours)])
    if seed not in found:
        raise NotFound("There is no such title.")
    if not _has_enough_support(neighbours):
        pool = await _load_genre_pool(loaders, viewer, found[seed])
        found |= await title_loader.load(pool)
        similar = most_similar(found[seed], (found[one] for one in pool if one in found), MAX_TITLES)
        neighbours = tuple(blend_neighbours(neighbours, similar, MAX_TITLES))
    work = found[seed].card_key
    others = {
        one.title_id: found[one.title_id]
        for one in neighbours
        if one.title_id in found and found[one.title_id].card_key != work
    }
    return list(one_of_each_work(others).values())


def _has_enough_support(neighbours: tuple[Neighbour, ...]) -> bool:
    """Neighbours without support are of like content: the night has blended the list."""
    if len(neighbours) < MIN_NEIGHBOURS:
        return False
    support = [one.support for one in neighbours]
    return max(support) >= MIN_SUPPORT or min(support) == 0


async def _load_genre_pool(loaders: VersionLoaders, viewer: Viewer, seed: Title) -> list[TitleId]:
    """Popular titles of the seed's genres; empty when unreadable."""
    keys = [viewer.popular_key(genre) for genre in seed.genres[:POOL_GENRES]]
    try:
        lists = await loaders.popular.load_many(keys) if keys else []
    except StoreUnavailable:
        return []
    return list(dict.fromkeys(entry.title_id for found in lists if found for entry in found.entries))
