"""What a row source works with, and the shape of `fill`.

`fill` returns row candidates for one row of a layout: none (nothing to continue), one, or several ("Because you
watched X", "... Y"). It loads lists of ids only; titles come later, for the whole page in one call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from domain.candidates.model import RowCandidates
from domain.catalog.titles import TitleKind
from domain.layouts.model import RowSpec
from domain.ports.stores import BrowseQuery
from domain.recommendations.lists import TopPicks
from resolvers.request.loaders import TitleLoader, VersionLoaders
from resolvers.request.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Sources:
    """`picks` is None for a profile without nightly picks, and while they cannot be read (`picks_lost`)."""

    loaders: VersionLoaders
    title_loader: TitleLoader
    picks: TopPicks | None
    now: datetime
    picks_lost: bool = False


BROWSE_STEP = 50
MAX_BROWSED = 200

Fill: TypeAlias = Callable[[RowSpec, Viewer, Sources, int], Awaitable[list[RowCandidates]]]
"""(spec, viewer, sources, want) -> row candidates. `want` counts candidates: more than are shown, because filters and
the rows above take some away."""


def browse_query(
    viewer: Viewer,
    want: int,
    genre: str | None = None,
    kind: TitleKind | None = None,
    newest: bool = False,
    leaving_days: int | None = None,
) -> BrowseQuery:
    """A query for `want` titles that are new to this viewer, within its region, plan and limits.

    Sizes are rounded up, so that different viewers often ask the same query and caches can answer it.
    """
    audience = viewer.audience
    size = -(-(want + len(viewer.avoided_ids)) // BROWSE_STEP) * BROWSE_STEP
    return BrowseQuery(
        audience.region,
        audience.maturity_limit,
        audience.kids,
        genre,
        kind,
        newest,
        min(size, MAX_BROWSED),
        audience.plan,
        leaving_days,
    )
