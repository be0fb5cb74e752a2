"""What the ranking of a page needs besides its candidates, gathered in the same waves as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.catalog.regions import local_time
from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import TitleId
from domain.layouts.model import Layout
from domain.layouts.request_context import PageRequest
from domain.page.inputs import CompositionInput
from domain.page.row_filters import refuser
from domain.ranking.card_selection import CardSelector, page_room
from domain.ranking.genre_affinity import latest_shows
from domain.ranking.negative_feedback import dislike_penalties, dislikes_that_count
from domain.ranking.page_ranking import Ranking
from domain.ranking.scoring import signals_of, trending_scores
from domain.recommendations.lists import Neighbour
from resolvers.home.gather import SourceResults
from resolvers.request.viewer import Viewer
from resolvers.rows.source import Sources

Neighbours = Mapping[TitleId, Sequence[Neighbour]]


async def neighbours_of_dislikes(viewer: Viewer, sources: Sources | None) -> Neighbours:
    """Titles like those this profile disliked. Asked for in wave 2, it shares the rows' own call.

    Empty when they cannot be read: the page is none the worse for ranking without them.
    """
    disliked = dislikes_that_count(viewer.activity, viewer.audience.now)
    if sources is None or not disliked:
        return {}
    try:
        found = await sources.loaders.similar.load_many(disliked)
    except StoreUnavailable:
        return {}
    return {title_id: each for title_id, each in zip(disliked, found, strict=True) if each}


def shows_behind_the_taste(viewer: Viewer) -> list[TitleId]:
    """Titles whose genres say what this profile likes: fetched along with the page's own."""
    return list(latest_shows(viewer.activity, viewer.audience.now))


def ranked_menu(
    layout: Layout,
    request: PageRequest,
    viewer: Viewer,
    sources: Sources | None,
    gathered: SourceResults,
    neighbours: Neighbours,
    titles: Mapping[TitleId, Title],
) -> tuple[CompositionInput, Ranking]:
    """The menu of a page ranked for its viewer, and the ranking itself, which can explain its scores."""
    now = viewer.audience.now
    signals = signals_of(
        viewer.activity,
        titles,
        sources.picks if sources else None,
        now,
        local=local_time(now, viewer.region),
        device=request.device,
        favourites=viewer.profile.favourite_genres,
        trending=trending_scores(proposal.candidates for proposal in gathered.proposals),
        dislike=dislike_penalties(viewer.activity, neighbours, now),
    )
    ranking = Ranking(layout, titles, signals, viewer.activity)
    arranging = CardSelector(viewer.profile.id, titles, signals, page=page_room(layout))
    menu = CompositionInput(
        layout,
        gathered.proposals,
        titles,
        rank=ranking.rank,
        arrange=arranging.arrange,
        value=ranking.value,
        refuse=refuser(viewer.activity, titles, now, viewer.region),
        kept=arranging.keep,
        claims=arranging.claims,
    )
    return menu, ranking
