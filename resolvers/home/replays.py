"""A page as it was served, for staff: what stood where and why, how it would look now, and what became of it.

Titles are named as its profile may see them now; of the others there is the id and the rule that withholds them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from domain.candidates.eligibility import Filtered
from domain.catalog.titles import Title
from domain.errors import NotFound
from domain.ids import ProfileId, TitleId, global_id
from domain.page.model import Page
from domain.ranking.diversity import intra_list_diversity
from domain.snapshots.diff import Change, Labels, diff
from domain.snapshots.snapshot import PageSnapshot, RowSnapshot, kept_page, restore
from resolvers.display_text import row_title
from resolvers.home.compose import compose_page
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader
from resolvers.request.viewer import Viewer, viewer_of

NOT_KEPT = "This page is not kept (any more), or was never served."


@dataclass(frozen=True, slots=True)
class Look:
    """A page with what it takes to tell of it. `page` shows what may be seen now, `kept` all that stood there."""

    kept: PageSnapshot
    page: Page
    titles: Filtered

    def names(self) -> dict[TitleId, Title]:
        return {title.id: title for title in self.titles.kept}

    def diversity(self, row: RowSnapshot) -> float | None:
        """How unlike each other the row's cards are, 0..1; None when fewer than two may be seen."""
        names = self.names()
        shown = [names[one.title_id] for one in row.proposal.candidates if one.title_id in names]
        return round(intra_list_diversity(shown), 3) if len(shown) > 1 else None

    def row_titles(self) -> dict[str, str]:
        return {row.proposal.name: row_title(row, self.page.request.locale) for row in self.page.rows}


@dataclass(slots=True)
class Replay:
    """A page that was served, and, when it is asked for, the page in its place now."""

    context: Context
    viewer: Viewer
    then: Look
    _now: asyncio.Task[Look] | None = field(default=None)

    async def now(self) -> Look:
        """How it would look now, for the same device. Composed once, however often it is asked for."""
        if self._now is None:
            self._now = asyncio.create_task(self._composed())
        return await self._now

    async def changes(self) -> list[Change]:
        now = await self.now()
        names = {**self.then.names(), **now.names()}
        labels = Labels(
            {**self.then.row_titles(), **now.row_titles()},
            {title_id: title.name for title_id, title in names.items()},
            {title_id: why.value for title_id, why in self.then.titles.removed.items()},
        )
        return diff(self.then.kept, now.kept, labels)

    async def _composed(self) -> Look:
        profile_id = self.viewer.profile.id
        made = await compose_page(
            self.context, global_id("profile", profile_id), self.then.kept.request, any_account=True
        )
        return await _look(self.context, self.viewer, kept_page(made.page, profile_id))


async def replay(context: Context, snapshot_id: str) -> Replay:
    """The page that was served under this id, whosever it was: for staff alone.

    Raises NotFound when it is not kept or its profile is gone, StoreUnavailable when that cannot be known.
    """
    kept = await context.loaders.kept_page.load(snapshot_id)
    if kept is None:
        raise NotFound(NOT_KEPT)
    viewer = await viewer_of(context, global_id("profile", ProfileId(kept.profile_id)), any_account=True)
    return Replay(context, viewer, await _look(context, viewer, kept))


async def _look(context: Context, viewer: Viewer, kept: PageSnapshot) -> Look:
    found = await TitleLoader(await context.pinned(), viewer.audience).load_with_refusals(
        kept.wanted_titles()
    )
    return Look(kept, restore(kept, {title.id: title for title in found.kept}), found)
