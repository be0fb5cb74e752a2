"""Titles as clients see them: one interface, three kinds. Built only from titles that passed the filters."""

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
from resolvers.execution import Memo, batched, one_of, pure
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
    age = title.age_in(audience.region)
    return Maturity(
        rating=maturity_label(age, audience.region), age=age, accessibility_label=spoken_maturity(age)
    )


def availability_of(title: DomainTitle, audience: Audience) -> Availability | None:
    window = title.window(audience.region, audience.now)
    if window is None:
        return None
    label = availability_label(window.ends_at, audience.now)
    return Availability(starts_at=window.starts_at, ends_at=window.ends_at, label=label)


def for_everybody(secret: bytes) -> Hashable:
    """What rendered titles depend on besides themselves, whoever looks: what addresses of pictures are signed by."""
    return one_of("everybody", secret)


@strawberry.interface(description="Anything that can stand on a card.")
class Title(Node):
    source: strawberry.Private[DomainTitle]
    audience: strawberry.Private[Audience]

    def rendered_with(self, context: Context) -> tuple[Memo, Hashable]:
        return self.source.memo, one_of(self.audience.region, context.secret)

    def rendered_for_everybody(self, context: Context) -> tuple[Memo, Hashable]:
        return self.source.memo, for_everybody(context.secret)

    @pure(for_everybody=True, description="Its name.")
    def name(self) -> str:
        return self.source.name

    @pure(for_everybody=True, description="Year of first release; null when not known.")
    def year(self) -> int | None:
        return self.source.year

    @pure(for_everybody=True, description="What it is about, in a few sentences; may be empty.")
    def synopsis(self) -> str:
        return self.source.synopsis

    @pure(
        for_everybody=True,
        description="Address of the article the synopsis is taken from: name it where you show it.",
    )
    def synopsis_source(self) -> str | None:
        return self.source.synopsis_source

    @pure(for_everybody=True, description="Genres, the most telling first.")
    def genres(self) -> list[str]:
        return list(self.source.genres)

    @pure(for_everybody=True, description="Leading people, in billing order.")
    def cast(self) -> list[str]:
        return list(self.source.cast)

    @pure(for_everybody=True, description="Original language (BCP 47).")
    def language(self) -> str:
        return self.source.language

    @pure(for_everybody=True, description="Languages it can be heard in (BCP 47).")
    def audio_languages(self) -> list[str]:
        return list(self.source.audio_languages)

    @pure(
        for_everybody=True,
        description="Length in seconds; of a series, of a usual episode; null when not known.",
    )
    def runtime_seconds(self) -> int | None:
        return self.source.runtime_seconds

    @pure(
        for_everybody=True,
        description="Where the credits begin, in seconds: from there on it counts as watched. Null when not known.",
    )
    def credits_seconds(self) -> int | None:
        return self.source.credits_seconds

    @pure(of_snapshot=True, description="Who it suits.")
    def maturity(self) -> Maturity:
        return maturity_of(self.source, self.audience)

    @pure(of_snapshot=True, description='Ready to draw: "2024 · PG-13 · 2h 4m · Thriller".')
    def metadata_line(self) -> str:
        return metadata_line(self.source, self.audience.region)

    @pure(description="Until when it can be watched by this viewer.")
    def availability(self) -> Availability | None:
        return availability_of(self.source, self.audience)

    @pure(for_everybody=True, description="A picture in this shape; there always is one.")
    def artwork(
        self,
        info: ContextInfo,
        shape: Shape = ArtShape.POSTER,
        min_width: MinWidth = 0,
        textless: Textless = False,
    ) -> Artwork:
        return artwork_for(self.source, shape, min_width, textless, info.context.secret)

    @pure(
        for_everybody=True,
        description="Names of the facts that were worked out because the source lacked them.",
    )
    def derived(self) -> list[str]:
        return list(self.source.derived)


@strawberry.type(description="A film.")
class Movie(Title):
    @pure(for_everybody=True, description="The franchise it belongs to, if any.")
    def franchise(self) -> str | None:
        return self.source.franchise


@strawberry.type(description="One episode of a series.")
class Episode(Title):
    @pure(for_everybody=True, description="Id of the series.")
    def series_id(self) -> strawberry.ID:
        return strawberry.ID(global_id("title", self.source.show_id))

    @pure(for_everybody=True, description="Name of the series.")
    def series_name(self) -> str:
        return self.source.series_name or ""

    @pure(for_everybody=True, description="Season, counted from 1.")
    def season_number(self) -> int:
        return self.source.season or 1

    @pure(for_everybody=True, description="Place in the season, counted from 1.")
    def episode_number(self) -> int:
        return self.source.episode or 1


async def _episodes_of(
    series: Sequence[Series],
    info: ContextInfo,
    first: int = 20,
    after: str | None = None,
    season: int | None = None,
) -> list[Connection[Episode]]:
    """Those of each series of one list, which all are shown to the same audience, by one call of the store."""
    check_first(first)
    audience = series[0].audience
    shelf = TitleLoader(await info.context.pinned(), audience)
    found = await shelf.episodes([one.source.id for one in series])
    connections = []
    for one in series:
        chosen = [title for title in found[one.source.id] if season is None or title.season == season]
        nodes = [cast("Episode", title_node(title, audience)) for title in chosen]
        snapshot = list_id("episodes", one.source.id, nodes)
        connections.append(connect(nodes, first, after, snapshot, info.context.secret, len(nodes)))
    return connections


@strawberry.type(description="A series of episodes.")
class Series(Title):
    @pure(for_everybody=True, description="The franchise it belongs to, if any.")
    def franchise(self) -> str | None:
        return self.source.franchise

    @pure(for_everybody=True, description="How many seasons there are.")
    def season_count(self) -> int | None:
        return self.source.season_count

    @pure(for_everybody=True, description="How many episodes there are, over all seasons.")
    def episode_count(self) -> int | None:
        return self.source.episode_count

    @strawberry.field(
        description="Episodes in watching order; null while they cannot be read.",
        metadata=batched(_episodes_of),
    )
    async def episodes(
        self, info: ContextInfo, first: First = 20, after: After = None, season: InSeason = None
    ) -> Connection[Episode] | None:
        [found] = await _episodes_of([self], info, first, after, season)
        return found


_TYPES: dict[TitleKind, type[Movie | Series | Episode]] = {
    TitleKind.MOVIE: Movie,
    TitleKind.SERIES: Series,
    TitleKind.EPISODE: Episode,
}


def title_node(title: DomainTitle, audience: Audience) -> Title:
    """The GraphQL type of a permitted title."""
    return _TYPES[title.kind](id=strawberry.ID(global_id("title", title.id)), source=title, audience=audience)
