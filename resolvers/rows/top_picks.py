"""Top Picks: the nightly list of this profile; for a profile without one, what is popular in its region."""

from __future__ import annotations

from itertools import chain, zip_longest

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.errors import StoreUnavailable
from domain.layouts.model import RowSpec
from domain.recommendations.lists import Pick, PickSource
from domain.recommendations.reasons import Reason, ReasonKind, list_detail
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources

FAVOURITES = 3
"""Favourite genres that alternate on a new profile's list."""


async def fill(spec: RowSpec, viewer: Viewer, sources: Sources, want: int) -> list[RowCandidates]:
    if sources.picks_lost:
        raise StoreUnavailable("mongo")
    if sources.picks is None:
        return await _popular(spec, viewer, sources)
    hidden = viewer.excluded_ids(spec)
    picks = [pick for pick in sources.picks.picks if pick.title_id not in hidden]
    candidates = tuple(pick_candidate(pick, viewer) for pick in picks)
    is_personal = any(pick.source == PickSource.SIMILAR for pick in picks)
    reason = Reason(ReasonKind.TASTE) if is_personal else Reason(ReasonKind.POPULAR, detail=viewer.region)
    return [RowCandidates(spec, candidates, reason, FreshnessSource.BATCH, sources.picks.computed_at)]


def pick_candidate(pick: Pick, viewer: Viewer) -> Candidate:
    """The reason names the seed only while it holds: finished or liked, and not disliked since."""
    loved = viewer.loved_titles.get(pick.seed) if pick.seed else None
    reason = Reason(loved.kind, seed=pick.seed) if loved else None
    return Candidate(pick.title_id, f"top_picks:{pick.source}", reason, pick.score)


async def _popular(spec: RowSpec, viewer: Viewer, sources: Sources) -> list[RowCandidates]:
    """The region's popular titles, alternating with those of the profile's favourite genres.

    Returns the whole lists: how many titles a strict age limit leaves is unknown before they are loaded.
    """
    keys = [viewer.popular_key(genre) for genre in viewer.profile.favourite_genres[:FAVOURITES]]
    keys.append(viewer.popular_key())
    lists = [found for found in await sources.loaders.popular.load_many(keys) if found is not None]
    if not lists:
        return []
    alternating = zip_longest(*([entry.title_id for entry in found.entries] for found in lists))
    hidden = viewer.excluded_ids(spec)
    ids = [title_id for title_id in chain.from_iterable(alternating) if title_id and title_id not in hidden]
    candidates = tuple(Candidate(title_id, "popular") for title_id in dict.fromkeys(ids))
    where = lists[-1].region or viewer.region
    reason = Reason(ReasonKind.POPULAR, detail=list_detail(where, lists[-1]))
    return [RowCandidates(spec, candidates, reason, FreshnessSource.BATCH, lists[0].computed_at)]
