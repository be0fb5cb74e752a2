"""What ranking needs besides the candidates, read in the same waves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.catalog.regions import local_time
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import TitleId
from domain.layouts.model import Layout
from domain.layouts.request_context import PageRequest
from domain.page.inputs import CompositionInput
from domain.page.row_filters import build_row_filter
from domain.ranking.card_selection import CardSelector, page_diversity_caps
from domain.ranking.genre_affinity import recent_show_weights
from domain.ranking.negative_feedback import active_dislikes, dislike_penalties
from domain.ranking.page_ranking import Ranking
from domain.ranking.scoring import ranking_signals, trending_scores
from domain.recommendations.lists import Neighbour
from resolvers.home.gather import SourceResults
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources

Neighbours = Mapping[TitleId, Sequence[Neighbour]]


async def neighbours_of_dislikes(viewer: Viewer, sources: Sources | None) -> Neighbours:
    """Titles similar to those this profile disliked, read in the same store call as the rows' own lists.

    Empty when they cannot be read: ranking works without them.
    """
    disliked = active_dislikes(viewer.activity, viewer.audience.now)
    if sources is None or not disliked:
        return {}
    try:
        found = await sources.loaders.similar.load_many(disliked)
    except StoreUnavailable:
        return {}
    return {title_id: each for title_id, each in zip(disliked, found, strict=True) if each}


def taste_title_ids(viewer: Viewer) -> list[TitleId]:
    """Titles whose genres show the profile's taste: loaded with the page's own."""
    return list(recent_show_weights(viewer.activity, viewer.audience.now))


def ranked_composition_input(
    layout: Layout,
    request: PageRequest,
    viewer: Viewer,
    sources: Sources | None,
    results: SourceResults,
    neighbours: Neighbours,
    titles: Mapping[TitleId, Title],
) -> tuple[CompositionInput, Ranking]:
    """The composition input with ranking for this viewer, and the ranking itself, which explains scores."""
    now = viewer.audience.now
    signals = ranking_signals(
        viewer.activity,
        titles,
        sources.picks if sources else None,
        now,
        local=local_time(now, viewer.region),
        device=request.device,
        favourites=viewer.profile.favourite_genres,
        trending=trending_scores(row.candidates for row in results.row_candidates),
        dislike=dislike_penalties(viewer.activity, neighbours, now),
    )
    ranking = Ranking(layout, titles, signals, viewer.activity)
    selector = CardSelector(viewer.profile.id, titles, signals, page_caps=page_diversity_caps(layout))
    composition_input = CompositionInput(
        layout,
        results.row_candidates,
        titles,
        rank=ranking.rank,
        select_cards=selector.select_cards,
        row_value=ranking.value,
        refusals=build_row_filter(viewer.activity, titles, now, viewer.region),
        on_row_added=selector.count_towards_page_caps,
        pinned_titles=selector.pinned_titles,
        plans_screen=bool(signals.picks),
    )
    return composition_input, ranking
