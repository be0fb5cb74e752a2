"""Pages as they were served: kept behind the answer, found again by snapshot id.

A page belongs to the profile it was made for. To anybody else it is as if it had never been, and what its own
profile may no longer see is withheld when it is shown again.
"""

from __future__ import annotations

from domain.errors import StoreUnavailable
from domain.page.model import Page
from domain.snapshots.snapshot import PageSnapshot, SnapshotOutcome, restore
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader
from resolvers.request.viewer import Viewer


def keep(context: Context, viewer: Viewer, page: Page) -> None:
    """Keep a page that is about to be served. Takes no time and never fails: it is written behind the answer."""
    pages, process = context.stores.pages, context.process
    if page.rows and pages.remember(page, viewer.profile.id):
        begun = process.background.start(_saved(context, page.snapshot_id), "saving a page")
        if not begun:
            process.observer.page_kept(SnapshotOutcome.DROPPED)


async def _saved(context: Context, snapshot_id: str) -> None:
    keeping = SnapshotOutcome.SAVED
    try:
        await context.stores.pages.save(snapshot_id)
    except StoreUnavailable:
        # The store's own log says why. The page stays at hand here, and is saved when it is served again.
        keeping = SnapshotOutcome.NOT_SAVED
    context.process.observer.page_kept(keeping)


async def served_page(context: Context, viewer: Viewer, snapshot_id: str) -> Page | None:
    """The page that was served under this id, as this viewer may see it now; None when it is not kept."""
    kept = await _kept(context, viewer, snapshot_id)
    return None if kept is None else await _shown(context, viewer, kept)


async def served_row(context: Context, viewer: Viewer, snapshot_id: str, row_name: str) -> Page | None:
    """The page that was served under this id with one row alone; None when it is not kept or has no such row."""
    kept = await _kept(context, viewer, snapshot_id)
    if kept is None or not kept.only(row_name).rows:
        return None
    return await _shown(context, viewer, kept.only(row_name))


async def _kept(context: Context, viewer: Viewer, snapshot_id: str) -> PageSnapshot | None:
    try:
        kept = await context.loaders.kept_page.load(snapshot_id)
    except StoreUnavailable:
        return None
    return kept if kept is not None and kept.profile_id == viewer.profile.id else None


async def _shown(context: Context, viewer: Viewer, kept: PageSnapshot) -> Page | None:
    """None as well when no title can be had: a client is better off with the page as it is made now."""
    try:
        titles = await TitleLoader(await context.pinned(), viewer.audience).titles(kept.wanted_titles())
    except StoreUnavailable:
        return None
    return restore(kept, titles)
