"""Seasons of a series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import strawberry

from domain.catalog.titles import Title, season_number
from domain.ids import TitleId
from domain.signed_tokens import digest
from domain.viewers.profiles import Audience
from resolvers.display_text import season_label
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader
from resolvers.types.connection import Connection, connect


@strawberry.type(description="A season of a series, as far as this viewer may see it.")
class Season:
    number: int = strawberry.field(
        description="Pass it as `episodes(season:)`. 0 holds the specials; daily shows count years: 2026."
    )
    label: str = strawberry.field(description='Ready to draw: "Season 2", "Specials", "2026".')
    episode_count: int = strawberry.field(description="Its episodes that this viewer may see.")


def seasons_of(episodes: Iterable[Title]) -> list[Season]:
    """By number, specials last: some of them stand among other seasons in watching order."""
    counts = Counter(season_number(title) for title in episodes)
    return [
        Season(number=number, label=season_label(number), episode_count=counts[number])
        for number in sorted(counts, key=lambda number: (number == 0, number))
    ]


async def load_season(
    context: Context, audience: Audience, series: Sequence[TitleId], season: int | None
) -> dict[TitleId, list[Title]]:
    """Their episodes, of this season or of all. One store call. Raises StoreUnavailable."""
    found = await TitleLoader(await context.version_loaders(), audience).load_episodes(series)
    return {
        one: [title for title in titles if season is None or season_number(title) == season]
        for one, titles in found.items()
    }


async def season_pages(
    context: Context, audience: Audience, series: Sequence[TitleId], first: int, after: str | None
) -> list[Connection[Season]]:
    """One store call for all `series`, in their order. Raises BadInput, PageExpired, StoreUnavailable."""
    found = await load_season(context, audience, series, None)
    pages = []
    for one in series:
        seasons = seasons_of(found[one])
        snapshot = digest("seasons", one, [season.number for season in seasons])
        pages.append(connect(seasons, first, after, snapshot, context.secret, len(seasons)))
    return pages
