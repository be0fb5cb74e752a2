"""Genre rows for the genres that this profile likes most: its own picks of the genre, then the most watched titles.

Picks of popularity alone are not its own; behind the others stand the next best by its taste.

Options: `genre` fixes the genre. Without it, `rows` genres are chosen: those that the profile named or watches, then
the service's staples.
"""

from __future__ import annotations

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, Tier
from domain.catalog.genres import genre_slug
from domain.errors import StoreUnavailable
from domain.ids import TitleId
from domain.layouts.model import MAX_ROWS_PER_SPEC, RowSpec
from domain.recommendations.lists import PickSource
from domain.recommendations.reasons import Reason, ReasonKind
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources, browse_query
from resolvers.rows.top_picks import pick_candidate

STAPLES = ("Comedy", "Drama", "Action", "Documentary", "Family")
KIDS_STAPLES = ("Family", "Animation", "Adventure", "Fantasy", "Comedy")


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    genres = row_genres(spec, viewer, sources)
    lists, tier = await _load_genre_lists(genres, spec, viewer, sources, want)
    freshness = FreshnessSource.BATCH if tier == Tier.FRESH else FreshnessSource.FALLBACK
    hidden = viewer.excluded_ids(spec)
    published_at = sources.loaders.version.published_at
    rows = []
    for genre, found in zip(genres, lists, strict=True):
        listed = [
            one for one in _candidates(genre, found or (), viewer, sources) if one.title_id not in hidden
        ]
        row = RowCandidates(
            spec,
            tuple(listed[:want]),
            Reason(ReasonKind.GENRE, detail=genre),
            freshness,
            published_at,
            key=genre_slug(genre),
            tier=tier,
            more=len(listed) > want or len(found or ()) >= browse_query(spec, viewer, want).size,
        )
        if found:
            rows.append(row)
    return rows


def _candidates(genre: str, listed: tuple[TitleId, ...], viewer: Viewer, sources: Sources) -> list[Candidate]:
    """Drops the picks' scores: they are not comparable with listed titles."""
    picks = (*sources.picks.picks, *sources.picks.taste) if sources.picks else ()
    own = {
        pick.title_id: pick_candidate(pick, viewer)._replace(score=None)
        for pick in picks
        if pick.source == PickSource.SIMILAR and genre in pick.genres
    }
    source = f"browse:{genre_slug(genre)}"
    return [*own.values(), *(Candidate(title_id, source) for title_id in listed if title_id not in own)]


async def _load_genre_lists(
    genres: list[str], spec: RowSpec, viewer: Viewer, sources: Sources, want: int
) -> tuple[list[tuple[TitleId, ...] | None], Tier]:
    """Titles by genre from the catalogue, or from the nightly regional lists when it is down.

    The fallback is here and not in the fallback chain because the chain makes one row and these are several.
    """
    try:
        queries = [browse_query(spec, viewer, want, genre) for genre in genres]
        return await sources.loaders.browse.load_many(queries), Tier.FRESH
    except StoreUnavailable:
        keys = [viewer.popular_key(genre) for genre in genres]
        found = await sources.loaders.popular.load_many(keys)
        lists = [tuple(entry.title_id for entry in ranked.entries) if ranked else None for ranked in found]
        return lists, Tier.REGIONAL


def row_genres(spec: RowSpec, viewer: Viewer, sources: Sources) -> list[str]:
    """The genres of this spec's rows, best first."""
    fixed = spec.text_option("genre", "")
    if fixed:
        return [fixed]
    shown = sources.picks.genres if sources.picks else ()
    staples = KIDS_STAPLES if viewer.profile.kids else STAPLES
    ranked = dict.fromkeys((*viewer.profile.favourite_genres, *shown, *staples))
    return list(ranked)[: min(spec.number_option("rows", 3), MAX_ROWS_PER_SPEC)]
