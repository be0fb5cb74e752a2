"""A request for a cacheable page and its result, and how a cached page becomes one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.experiments.model import ExperimentSet
from domain.ids import TitleId
from domain.layouts.request_context import PageRequest
from domain.layouts.resolution import PublishedLayouts
from domain.page.model import Page
from domain.page_cache.cached_page import CachedPage, CacheKey, CacheStatus
from domain.snapshots.snapshot import PageSnapshot, restore_page
from resolvers.home.compose import ComposedPage
from resolvers.request.context import Context
from resolvers.request.loaders import TitleLoader
from resolvers.request.viewer import Viewer
from resolvers.runtime.config_fingerprint import ConfigFingerprint


@dataclass(frozen=True, slots=True)
class HomeResult:
    """The page to answer with. `composed` is None for a cached page."""

    viewer: Viewer
    page: Page
    titles: dict[TitleId, Title]
    cache_status: CacheStatus
    composed: ComposedPage | None = None


@dataclass(frozen=True, slots=True)
class HomeRequest:
    """A request for a cacheable page, with the configuration that its key names."""

    context: Context
    request: PageRequest
    cache_key: CacheKey
    fingerprint: ConfigFingerprint
    layouts: PublishedLayouts
    experiments: ExperimentSet


async def restore_cached_page(
    context: Context, cached: CachedPage, snapshot: PageSnapshot, viewer: Viewer, cache_status: CacheStatus
) -> HomeResult | None:
    """None when a title of the page may no longer be shown, or cannot be loaded: a new page replaces it."""
    try:
        titles = await TitleLoader(context.loaders_for(cached.version), viewer.audience).load_all_or_none(
            snapshot.title_ids()
        )
    except StoreUnavailable:
        return None
    if titles is None:
        context.process.observer.page_cache_read(CacheStatus.CHANGED)
        return None
    page = replace(
        restore_page(snapshot, titles), generated_at=cached.composed_at, changes_at=cached.changes_at
    )
    return HomeResult(viewer, page, titles, cache_status)
