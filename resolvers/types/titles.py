"""Titles: one interface, three kinds. Build them only from eligible titles."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import cast

import strawberry

from domain.catalog.artwork import ArtShape
from domain.catalog.maturity_ratings import maturity_label, spoken_maturity
from domain.catalog.titles import Title as DomainTitle
from domain.catalog.titles import TitleKind
from domain.ids import global_id
from domain.viewers.profiles import Audience
from resolvers.display_text import availability_label, metadata_line
from resolvers.execution import Memo, batched, pure, render_key
from resolvers.request.context import Context, ContextInfo
from resolvers.request.loaders import TitleLoader
from resolvers.types.arguments import After, First, InSeason, MinWidth, Shape, Textless
from resolvers.types.artwork import Artwork, artwork_for
from resolvers.types.connection import Connection, check_first, connect, list_id
from resolvers.types.node import Node


@strawberry.type(description="Who a title suits.")
class Maturity:
    rating: str = strawberry.field(
        description='As printed in the viewer\'s region: "PG-13"; "NR" is unrated.'
    )
    age: int | None = strawberry.field(description="Age it suits, 0 for everybody; null when unrated.")
    accessibility_label: str = strawberry.field(description='As spoken: "suitable from age 13".')


@strawberry.type(description="Until when a title can be watched here.")
class Availability:
    starts_at: datetime = strawberry.field(description="First instant it could be watched.")
    ends_at: datetime | None = strawberry.field(
        description="First instant it is gone; null for no end in sight."
    )
    label: str | None = strawberry.field(description='"Leaves in 3 days" when the end is near, else null.')


def maturity_of(title: DomainTitle, audience: Audience) -> Maturity:
    age = title.maturity_age_in(audience.region)
    return Maturity(
        rating=maturity_label(age, audience.region), age=age, accessibility_label=spoken_maturity(age)
    )


def availability_of(title: DomainTitle, audience: Audience) -> Availability | None:
    window = title.current_window(audience.region, audience.now)
    if window is None:
        return None
    label = availability_label(window.ends_at, audience.now)
    return Availability(starts_at=window.starts_at, ends_at=window.ends_at, label=label)


def shared_render_key(secret: bytes) -> Hashable:
    """For any viewer, rendered titles depend only on the secret for artwork URLs."""
    return render_key("everybody", secret)


@strawberry.interface(description="Anything that can stand on a card.")
class Title(Node):
    source: strawberry.Private[DomainTitle]
    audience: strawberry.Private[Audience]

    def render_cache(self, context: Context) -> tuple[Memo, Hashable]:
        return self.source.memo, render_key(self.audience.region, context.secret)

    def shared_render_cache(self, context: Context) -> tuple[Memo, Hashable]:
        return self.source.memo, shared_render_key(context.secret)

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
    def maturity(self) -> Maturity:
        return maturity_of(self.source, self.audience)

    @pure(render_once_per_key=True, description='Ready to draw: "2024 · PG-13 · 2h 4m · Thriller".')
    def metadata_line(self) -> str:
        return metadata_line(self.source, self.audience.region)

    @pure(description="Until when it can be watched by this viewer.")
    def availability(self) -> Availability | None:
        return availability_of(self.source, self.audience)

    @pure(render_once=True, description="A picture in this shape; there always is one.")
    def artwork(
        self,
        info: ContextInfo,
        shape: Shape = ArtShape.POSTER,
        min_width: MinWidth = 0,
        textless: Textless = False,
    ) -> Artwork:
        return artwork_for(self.source, shape, min_width, textless, info.context.secret)

    @pure(
        render_once=True,
        description="Names of the facts that were worked out because the source lacked them.",
    )
    def derived(self) -> list[str]:
        return list(self.source.derived)


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

    @pure(render_once=True, description="Season, counted from 1.")
    def season_number(self) -> int:
        return self.source.season or 1

    @pure(render_once=True, description="Place in the season, counted from 1.")
    def episode_number(self) -> int:
        return self.source.episode or 1


async def _load_episodes(
    series: Sequence[Series],
    info: ContextInfo,
    first: int = 20,
    after: str | None = None,
    season: int | None = None,
) -> list[Connection[Episode]]:
    """One store call for all series of a list, which share an audience."""
    check_first(first)
    audience = series[0].audience
    loader = TitleLoader(await info.context.version_loaders(), audience)
    found = await loader.load_episodes([one.source.id for one in series])
    connections = []
    for one in series:
        chosen = [title for title in found[one.source.id] if season is None or title.season == season]
        nodes = [cast("Episode", title_node(title, audience)) for title in chosen]
        snapshot = list_id("episodes", one.source.id, nodes)
        connections.append(connect(nodes, first, after, snapshot, info.context.secret, len(nodes)))
    return connections


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


_TYPES: dict[TitleKind, type[Movie | Series | Episode]] = {
    TitleKind.MOVIE: Movie,
    TitleKind.SERIES: Series,
    TitleKind.EPISODE: Episode,
}


def title_node(title: DomainTitle, audience: Audience) -> Title:
    return _TYPES[title.kind](id=strawberry.ID(global_id("title", title.id)), source=title, audience=audience)
