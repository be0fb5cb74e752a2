"""What a row source gets to work with, and the shape all of them have.

`fill` proposes proposals for one entry of a layout: none (nothing to continue), one, or several ("Because you
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
    """`picks` is None for a profile that the night shift does not know yet, and while `picks_lost` says that
    nobody can know."""

    loaders: VersionLoaders
    shelf: TitleLoader
    picks: TopPicks | None
    now: datetime
    picks_lost: bool = False


BROWSE_STEP = 50
MOST_BROWSED = 200

Fill: TypeAlias = Callable[[RowSpec, Viewer, Sources, int], Awaitable[list[RowCandidates]]]
"""(spec, viewer, sources, want) -> proposals. `want` is how many candidates to propose: more than are shown,
because filters and the rows above take some away."""


def browse_query(
    viewer: Viewer,
    want: int,
    genre: str | None = None,
    kind: TitleKind | None = None,
    newest: bool = False,
    leaving_days: int | None = None,
) -> BrowseQuery:
    """A catalogue list for this viewer's region, plan and limits, with `want` titles left that are new to the viewer.

    Rounded up, so that the queries of different viewers are often equal and caches can answer them.
    """
    audience = viewer.audience
    size = -(-(want + len(viewer.avoided)) // BROWSE_STEP) * BROWSE_STEP
    return BrowseQuery(
        audience.region,
        audience.maturity_limit,
        audience.kids,
        genre,
        kind,
        newest,
        min(size, MOST_BROWSED),
        audience.plan,
        leaving_days,
    )
