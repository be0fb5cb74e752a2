"""What a row source works with, and the shape of `fill`.

`fill` returns row candidates for one row of a layout: none (nothing to continue), one, or several ("Because you
watched X", "... Y"). It loads lists of ids only; titles come later, for the whole page in one call.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from domain.candidates.model import RowCandidates
from domain.catalog.titles import TitleKind
from domain.filter_rules.compiler import BadRule, compile_rule
from domain.ids import TitleId
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import RowSource
from domain.ports.stores import BrowseQuery
from domain.recommendations.lists import TopPicks
from resolvers.request.loaders import TitleLoader, VersionLoaders
from resolvers.request.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Sources:
    """`picks` is None for a profile without nightly picks, and while they cannot be read (`picks_lost`).

    `row_sources` are those of the layout's rows.
    """

    loaders: VersionLoaders
    title_loader: TitleLoader
    picks: TopPicks | None
    now: datetime
    picks_lost: bool = False
    row_sources: frozenset[RowSource] = frozenset()


BROWSE_STEP = 50
MAX_BROWSED = 2000
"""Of one query: what is wanted, and what this viewer has watched or may not see, which comes off."""

Listed: TypeAlias = tuple[list[TitleId], bool]

Fill: TypeAlias = Callable[[RowSpec, Viewer, Sources, int], Awaitable[list[RowCandidates]]]
"""(spec, viewer, sources, want) -> row candidates. `want` counts candidates: more than are shown, because filters and
the rows above take some away. A source that has more says so (`RowCandidates.more`); when its row is short, or
is not full and has a filter rule or is a list of the viewer's own, it is asked once more for `READ_ON`."""

READ_ON = 1000


def browse_query(
    spec: RowSpec,
    viewer: Viewer,
    want: int,
    genre: str | None = None,
    kind: TitleKind | None = None,
    newest: bool = False,
    leaving_days: int | None = None,
) -> BrowseQuery:
    """A query for `want` titles that are new to this viewer, match the row's rule, and are within region and limits.

    Sizes are rounded up, so that different viewers often ask the same query and caches can answer it.
    """
    audience = viewer.audience
    size = -(-(want + len(viewer.avoided_ids) + len(audience.blocked)) // BROWSE_STEP) * BROWSE_STEP
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
        _readable_rule(spec.filter),
    )


def browsed(query: BrowseQuery, found: Sequence[TitleId], hidden: Container[TitleId], want: int) -> Listed:
    """The first `want` titles that are not hidden, and whether there may be more."""
    unseen = [title_id for title_id in found if title_id not in hidden]
    return unseen[:want], len(unseen) > want or query.size <= len(found) < MAX_BROWSED


def _readable_rule(text: str) -> str:
    """A rule that cannot be read costs its own row (domain/page/row_filters.py), not the query of all rows."""
    try:
        return str(compile_rule(text)) if text else ""
    except BadRule:
        return ""
