"""Replays for staff: a page as it was served, the page in its place now, and the differences.

Titles are named only if the profile may see them now; others have an id and the rule that withholds them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from domain.candidates.eligibility import EligibilityResult
from domain.catalog.titles import Title
from domain.errors import NotFound
from domain.ids import ProfileId, TitleId
from domain.page.model import Page
from domain.ranking.diversity import intra_list_diversity
from domain.snapshots.diff import Change, Labels, diff_snapshots
from domain.snapshots.snapshot import PageSnapshot, RowSnapshot, restore_page, take_snapshot
from resolvers.display_text import row_title
from resolvers.home.compose import compose_page
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader
from resolvers.request.viewer import Viewer, load_viewer

NOT_KEPT = "This page was never served, or is no longer stored."


@dataclass(frozen=True, slots=True)
class PageView:
    """A page in two forms: `snapshot` has everything it showed, `page` what may be seen now."""

    snapshot: PageSnapshot
    page: Page
    filtered: EligibilityResult

    def names(self) -> dict[TitleId, Title]:
        return {title.id: title for title in self.filtered.eligible}

    def diversity(self, row: RowSnapshot) -> float | None:
        """The row's intra-list diversity, 0..1; None when fewer than two cards may be seen."""
        names = self.names()
        shown = [names[one.title_id] for one in row.candidates.candidates if one.title_id in names]
        return round(intra_list_diversity(shown), 3) if len(shown) > 1 else None

    def row_titles(self) -> dict[str, str]:
        return {row.candidates.name: row_title(row, self.page.request.locale) for row in self.page.rows}


@dataclass(slots=True)
class Replay:
    """A served page and, on demand, the page in its place now."""

    context: Context
    viewer: Viewer
    then: PageView
    _now: asyncio.Task[PageView] | None = field(default=None)

    async def now(self) -> PageView:
        """The page as it would be now, for the same device; composed once."""
        if self._now is None:
            self._now = asyncio.create_task(self._compose_now())
        return await self._now

    async def changes(self) -> list[Change]:
        now = await self.now()
        names = {**self.then.names(), **now.names()}
        labels = Labels(
            {**self.then.row_titles(), **now.row_titles()},
            {title_id: title.name for title_id, title in names.items()},
            {title_id: why.value for title_id, why in self.then.filtered.refused.items()},
        )
        return diff_snapshots(self.then.snapshot, now.snapshot, labels)

    async def _compose_now(self) -> PageView:
        profile_id = self.viewer.profile.id
        composed = await compose_page(self.context, profile_id, self.then.snapshot.request, any_account=True)
        return await _page_view(self.context, self.viewer, take_snapshot(composed.page, profile_id))


async def replay(context: Context, snapshot_id: str) -> Replay:
    """The page with this snapshot id, of any profile: for staff only.

    Raises NotFound when the snapshot or its profile no longer exists, StoreUnavailable when that cannot be known.
    """
    snapshot = await context.loaders.page_snapshot.load(snapshot_id)
    if snapshot is None:
        raise NotFound(NOT_KEPT)
    viewer = await load_viewer(context, ProfileId(snapshot.profile_id), any_account=True)
    return Replay(context, viewer, await _page_view(context, viewer, snapshot))


async def _page_view(context: Context, viewer: Viewer, snapshot: PageSnapshot) -> PageView:
    found = await TitleLoader(await context.version_loaders(), viewer.audience).load_with_refusals(
        snapshot.title_ids()
    )
    return PageView(snapshot, restore_page(snapshot, {title.id: title for title in found.eligible}), found)
