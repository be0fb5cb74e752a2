"""Genre rows: the most watched of the genres this profile likes most, one row each.

Options: `genre` fixes the genre; without it, `rows` genres are chosen: what the profile says and shows it
likes, then the service's staples.
"""

from __future__ import annotations

from domain.candidates import Candidate, FreshnessSource, Proposal
from domain.errors import StoreUnavailable
from domain.genres import genre_slug
from domain.ids import TitleId
from domain.layouts import MAX_ROWS, RowSpec
from domain.reasons import Reason, ReasonKind
from domain.recommendations import PopularKey
from resolvers.rows.source import Sources, browse_query
from resolvers.viewer import Viewer

STAPLES = ("Comedy", "Drama", "Action", "Documentary", "Family")
KIDS_STAPLES = ("Family", "Animation", "Adventure", "Fantasy", "Comedy")


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[Proposal]:
    genres = chosen_genres(spec, viewer, sources)
    lists = await _listed(genres, viewer, sources, want)
    hidden = viewer.hidden(spec)
    published_at = sources.loaders.version.published_at
    return [
        Proposal(
            spec,
            tuple(
                Candidate(title_id, f"browse:{genre_slug(genre)}")
                for title_id in [title_id for title_id in found if title_id not in hidden][:want]
            ),
            Reason(ReasonKind.GENRE, detail=genre),
            FreshnessSource.BATCH,
            published_at,
            key=genre_slug(genre),
        )
        for genre, found in zip(genres, lists, strict=True)
        if found
    ]


async def _listed(
    genres: list[str], viewer: Viewer, sources: Sources, want: int
) -> list[tuple[TitleId, ...] | None]:
    """From the catalogue, which knows the viewer's limits; else from the night shift's regional lists."""
    try:
        queries = [browse_query(viewer, want, genre) for genre in genres]
        return await sources.loaders.browse.load_many(queries)
    except StoreUnavailable:
        keys = [PopularKey(viewer.region, genre) for genre in genres]
        found = await sources.loaders.popular.load_many(keys)
        return [tuple(entry.title_id for entry in ranked.entries) if ranked else None for ranked in found]


def chosen_genres(spec: RowSpec, viewer: Viewer, sources: Sources) -> list[str]:
    """Genres of this spec's rows, best first, each once."""
    fixed = spec.text("genre", "")
    if fixed:
        return [fixed]
    shown = sources.picks.genres if sources.picks else ()
    staples = KIDS_STAPLES if viewer.profile.kids else STAPLES
    ranked = dict.fromkeys((*viewer.profile.favourite_genres, *shown, *staples))
    return list(ranked)[: min(spec.number("rows", 3), MAX_ROWS)]
