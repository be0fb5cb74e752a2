"""Titles: one interface, three kinds, and what a profile did with one. Build them only from eligible titles."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import cast

import strawberry

from domain.catalog.art_shapes import ArtShape
from domain.catalog.titles import Title as DomainTitle
from domain.catalog.titles import TitleKind, season_number
from domain.ids import global_id
from domain.viewers.profiles import Audience
from resolvers.display_text import metadata_line
from resolvers.execution import Memo, batched, pure, render_key
from resolvers.request.context import Context, ContextInfo
from resolvers.request.viewer import Viewer
from resolvers.types import title_parts as parts
from resolvers.types.arguments import (
    After,
    ArtFormats,
    ArtLanguage,
    First,
    InSeason,
    MinWidth,
    Shape,
    Textless,
    TrailerLanguage,
)
from resolvers.types.artwork import ArtRequest, Artwork, artwork_for
from resolvers.types.connection import Connection, connect, list_id, page_size
from resolvers.types.node import Node
from resolvers.types.previews import Preview, preview_of
from resolvers.types.seasons import Season, load_season, season_pages
from resolvers.types.viewing_state import ViewingState
from resolvers.viewing.title_progress import load_play_points


@strawberry.interface(description="Anything that can stand on a card.")
class Title(Node):
    source: strawberry.Private[DomainTitle]
    audience: strawberry.Private[Audience]
    viewer: strawberry.Private[Viewer | None] = None
    density: strawberry.Private[float] = 1.0

    def render_cache(self, context: Context) -> tuple[Memo, Hashable]:
        return self.source.memo, render_key(self.audience.region, context.secret, self.density)

    def shared_render_cache(self, context: Context) -> tuple[Memo, Hashable]:
        return self.source.memo, parts.shared_render_key(context.secret, self.density)

    @pure(render_once=True, description="Its name.")
    def name(self) -> str:
        return self.source.name

    @pure(render_once=True, description="Year of first release; null when not known.")
    def year(self) -> int | None:
        return self.source.year

    @pure(render_once=True, description="What it is about, in a few sentences; may be empty.")
    def synopsis(self) -> str:
        return self.source.synopsis

    @pure(
        render_once=True,
        description="Address of the article the synopsis is taken from: name it where you show it.",
    )
    def synopsis_source(self) -> str | None:
        return self.source.synopsis_source

    @pure(render_once=True, description="Genres, the most telling first.")
    def genres(self) -> list[str]:
        return list(self.source.genres)

    @pure(render_once=True, description="Leading people, in billing order.")
    def cast(self) -> list[str]:
        return list(self.source.cast)

    @pure(render_once=True, description="Original language (BCP 47).")
    def language(self) -> str:
        return self.source.language

    @pure(render_once=True, description="Languages it can be heard in (BCP 47).")
    def audio_languages(self) -> list[str]:
        return list(self.source.audio_languages)

    @pure(
        render_once=True,
        description="Length in seconds; of a series, of a usual episode; null when not known.",
    )
    def runtime_seconds(self) -> int | None:
        return self.source.runtime_seconds

    @pure(
        render_once=True,
        description="Where the credits begin, in seconds: from there on it counts as watched. Null when not known.",
    )
    def credits_seconds(self) -> int | None:
        return self.source.credits_seconds

    @pure(render_once_per_key=True, description="Who it suits.")
    def maturity(self) -> parts.Maturity:
        return parts.maturity_of(self.source, self.audience)

    @pure(render_once_per_key=True, description='Ready to draw: "2024 · PG-13 · 2h 4m · Thriller".')
    def metadata_line(self) -> str:
        return metadata_line(self.source, self.audience.region)

    @pure(description="Until when it can be watched by this viewer.")
    def availability(self) -> parts.Availability | None:
        return parts.availability_of(self.source, self.audience)

    @pure(render_once=True, description="A picture in this shape; there always is one.")
    def artwork(
        self,
        info: ContextInfo,
        shape: Shape = ArtShape.POSTER,
        min_width: MinWidth = 0,
        textless: Textless = False,
        language: ArtLanguage = None,
        formats: ArtFormats = None,
    ) -> Artwork:
        request = ArtRequest(shape, min_width, textless, language, tuple(formats or ()), self.density)
        return artwork_for(self.source, request, info.context)

    @pure(render_once=True, description="A trailer of the operator's own; null when there is none.")
    def preview(self, info: ContextInfo, language: TrailerLanguage = None) -> Preview | None:
        return preview_of(self.source, language, info.context)

    @pure(
        render_once=True,
        description="Names of the facts that were worked out because the source lacked them.",
    )
    def derived(self) -> list[str]:
        return list(self.source.derived)

    @pure(
        description="What the profile that asks did with it; the same node wherever the title is shown. Null where "
        "no profile asks."
    )
    def state(self) -> TitleState | None:
        return state_node(self.source, self.viewer) if self.viewer else None


@strawberry.type(description="A film.")
class Movie(Title):
    @pure(render_once=True, description="The franchise it belongs to, if any.")
    def franchise(self) -> str | None:
        return self.source.franchise


@strawberry.type(description="One episode of a series.")
class Episode(Title):
    @pure(render_once=True, description="Id of the series.")
    def series_id(self) -> strawberry.ID:
        return strawberry.ID(global_id("title", self.source.show_id))

    @pure(render_once=True, description="Name of the series.")
    def series_name(self) -> str:
        return self.source.series_name or ""

    @pure(
        render_once=True, description="Season: 0 holds the specials. Without one the year it aired, else 1."
    )
    def season_number(self) -> int:
        return season_number(self.source)

    @pure(render_once=True, description="Number in the season, from 0 or 1. 1 for an episode without one.")
    def episode_number(self) -> int:
        return 1 if self.source.episode is None else self.source.episode

    @pure(render_once=True, description="How it is numbered, ready to draw.")
    def numbering(self) -> parts.EpisodeNumbering:
        return parts.numbering_of(self.source)

    @pure(
        render_once=True,
        description="Of a special: the episode before which it is watched; null when it stands outside the seasons.",
    )
    def airs_before(self) -> parts.EpisodePlace | None:
        return parts.episode_place(self.source.airs_before)


async def _load_episodes(
    series: Sequence[Series],
    info: ContextInfo,
    first: int | None = 20,
    after: str | None = None,
    season: int | None = None,
) -> list[Connection[Episode]]:
    """One store call for all series of a list, which share an audience."""
    size = page_size(first, 20)
    audience, viewer = series[0].audience, series[0].viewer
    ids = [one.source.id for one in series]
    found = await load_season(info.context, audience, ids, season)
    connections = []
    for one in series:
        nodes = [
            cast("Episode", title_node(title, audience, viewer, one.density))
            for title in found[one.source.id]
        ]
        snapshot = list_id("episodes", one.source.id, nodes)
        connections.append(connect(nodes, size, after, snapshot, info.context.secret, len(nodes)))
    return connections


async def _load_seasons(
    series: Sequence[Series], info: ContextInfo, first: int | None = 20, after: str | None = None
) -> list[Connection[Season]]:
    ids, audience = [one.source.id for one in series], series[0].audience
    return await season_pages(info.context, audience, ids, page_size(first, 20), after)


@strawberry.type(description="A series of episodes.")
class Series(Title):
    @pure(render_once=True, description="The franchise it belongs to, if any.")
    def franchise(self) -> str | None:
        return self.source.franchise

    @pure(render_once=True, description="How many seasons there are.")
    def season_count(self) -> int | None:
        return self.source.season_count

    @pure(render_once=True, description="How many episodes there are, over all seasons.")
    def episode_count(self) -> int | None:
        return self.source.episode_count

    @strawberry.field(
        description="Episodes in watching order; null while they cannot be read.",
        metadata=batched(_load_episodes),
    )
    async def episodes(
        self, info: ContextInfo, first: First = 20, after: After = None, season: InSeason = None
    ) -> Connection[Episode] | None:
        [found] = await _load_episodes([self], info, first, after, season)
        return found

    @strawberry.field(
        description="Its seasons in watching order, specials last; null while they cannot be read.",
        metadata=batched(_load_seasons),
    )
    async def seasons(
        self, info: ContextInfo, first: First = 20, after: After = None
    ) -> Connection[Season] | None:
        [found] = await _load_seasons([self], info, first, after)
        return found


async def _load_next_episodes(states: Sequence[TitleState], info: ContextInfo) -> list[Episode | None]:
    """The states of a list share a viewer."""
    viewer = states[0].viewer
    points = await load_play_points(info.context, viewer, [one.source for one in states])
    return [
        cast("Episode", title_node(point.title, viewer.audience, viewer))
        if point.title and one.source.kind == TitleKind.SERIES
        else None
        for one, point in zip(states, points, strict=True)
    ]


@strawberry.type(
    description="What one profile did with one title: the same node wherever the title is shown."
)
class TitleState(ViewingState):
    @pure(description="The title.")
    def title(self) -> Title:
        return title_node(self.source, self.viewer.audience, self.viewer)

    @strawberry.field(
        description="The episode that playing a series begins: where `resume` carries on, else the first. Null for "
        "movies and episodes, and while no episode may be shown.",
        metadata=batched(_load_next_episodes),
    )
    async def next_episode(self, info: ContextInfo) -> Episode | None:
        [found] = await _load_next_episodes([self], info)
        return found


_TYPES: dict[TitleKind, type[Movie | Series | Episode]] = {
    TitleKind.MOVIE: Movie,
    TitleKind.SERIES: Series,
    TitleKind.EPISODE: Episode,
}


def title_node(
    title: DomainTitle, audience: Audience, viewer: Viewer | None = None, density: float = 1.0
) -> Title:
    """`viewer`: the profile that asks, for its `state`. `density`: device pixels per layout pixel, for pictures."""
    identity = strawberry.ID(global_id("title", title.id))
    return _TYPES[title.kind](id=identity, source=title, audience=audience, viewer=viewer, density=density)


def state_node(title: DomainTitle, viewer: Viewer) -> TitleState:
    """Of an eligible title."""
    identity = strawberry.ID(global_id("state", viewer.profile.id, title.id))
    return TitleState(id=identity, source=title, viewer=viewer)
