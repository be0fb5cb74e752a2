"""Snapshots of served pages: stored after the response, loaded by snapshot id.

A snapshot belongs to one profile: to any other it does not exist. Titles that its own profile may no longer see
are withheld when it is restored.
"""

from __future__ import annotations

from domain.errors import StoreUnavailable
from domain.page.model import Page
from domain.snapshots.snapshot import PageSnapshot, SnapshotOutcome, restore_page
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader
from resolvers.request.viewer import Viewer


def store_snapshot(context: Context, viewer: Viewer, page: Page) -> None:
    """Store a page that is about to be served. Never fails and never waits: it is written after the response."""
    pages, process = context.stores.snapshots, context.process
    if page.rows and pages.cache(page, viewer.profile.id):
        started = process.background.start(_save(context, page.snapshot_id), "saving a page")
        if not started:
            process.observer.snapshot_stored(SnapshotOutcome.DROPPED)


async def _save(context: Context, snapshot_id: str) -> None:
    outcome = SnapshotOutcome.SAVED
    try:
        await context.stores.snapshots.save(snapshot_id)
    except StoreUnavailable:
        # The store logged why. This process still has the page, and saves it when it is served again.
        outcome = SnapshotOutcome.NOT_SAVED
    context.process.observer.snapshot_stored(outcome)


async def load_served_page(context: Context, viewer: Viewer, snapshot_id: str) -> Page | None:
    """The page with this snapshot id, as this viewer may see it now; None when there is none."""
    snapshot = await _load_snapshot(context, viewer, snapshot_id)
    return None if snapshot is None else await _restore_page(context, viewer, snapshot)


async def load_served_row(context: Context, viewer: Viewer, snapshot_id: str, row_name: str) -> Page | None:
    """As `load_served_page`, with one row only; None as well when the page has no such row."""
    snapshot = await _load_snapshot(context, viewer, snapshot_id)
    if snapshot is None or not snapshot.with_only_row(row_name).rows:
        return None
    return await _restore_page(context, viewer, snapshot.with_only_row(row_name))


async def _load_snapshot(context: Context, viewer: Viewer, snapshot_id: str) -> PageSnapshot | None:
    try:
        snapshot = await context.loaders.page_snapshot.load(snapshot_id)
    except StoreUnavailable:
        return None
    return snapshot if snapshot is not None and snapshot.profile_id == viewer.profile.id else None


async def _restore_page(context: Context, viewer: Viewer, snapshot: PageSnapshot) -> Page | None:
    """None as well when titles cannot be loaded: a newly composed page serves the client better."""
    try:
        titles = await TitleLoader(await context.version_loaders(), viewer.audience).load(
            snapshot.title_ids()
        )
    except StoreUnavailable:
        return None
    return restore_page(snapshot, titles)
