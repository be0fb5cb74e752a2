"""The page cache: a cached page is served with one round trip; any other page is composed once for all requests.

A page is composed only from data read after its write token, and stored only while that token still holds
(domain/ports/page_cache.py). A viewer's write changes the token before it is acknowledged. So the very next page
shows the write, whichever process serves it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from domain.errors import StoreUnavailable
from domain.ids import ProfileId
from domain.layouts.request_context import PageRequest
from domain.page_cache.cached_page import (
    CachedPage,
    CacheKey,
    CacheStatus,
    is_complete,
)
from domain.ports.page_cache import PageCacheRead
from domain.signed_tokens import digest
from domain.snapshots.snapshot import take_snapshot
from domain.viewers.anonymous_sessions import is_session
from resolvers.home.cached_page import cached_viewer, to_cached_page, viewer_identity
from resolvers.home.compose import ComposedPage, compose_page
from resolvers.home.home_result import HomeRequest, HomeResult, restore_cached_page
from resolvers.request.context import Context
from resolvers.request.loaders import LIVE
from resolvers.request.signed_tracking import sign_cards
from resolvers.request.viewer import Viewer, load_viewer

FORMAT = 1
"""Raise it when cached pages must no longer be served."""

SHARED_MOMENT = timedelta(seconds=2)
"""Requests share a composed page only when their clocks are this close."""


async def read_or_compose_page(context: Context, profile_id: ProfileId, request: PageRequest) -> HomeResult:
    """Raises NotFound as `load_viewer`, BadInput and Forbidden for forced arms; never StoreUnavailable."""
    wanted = await _cacheable_request(context, profile_id, request)
    if wanted is None:
        return _composed_result(await compose_page(context, profile_id, request), CacheStatus.BYPASSED)
    # This read brings what was announced, or Redis cannot be asked.
    context.has_heard_changes = True
    try:
        reading = await context.stores.page_cache.read(wanted.cache_key)
    except StoreUnavailable:
        return await _load_recent(wanted) or await _compose(wanted, CacheStatus.UNAVAILABLE)
    # Another field of the request may have read the viewer before the token: that copy may lack a write.
    context.reset_loaders()
    return await _load_cached(wanted, reading) or await _compose_once(wanted, reading)


async def _cacheable_request(
    context: Context, profile_id: ProfileId, request: PageRequest
) -> HomeRequest | None:
    """None when the page must not be cached. Everything read here is in the process's memory."""
    stores, process = context.stores, context.process
    if context.requested_arms or not process.page_cache_policy.fresh_seconds:
        return None
    experiments = await stores.experiments.live_experiments()
    try:
        version = (await context.version_loaders()).version
        layouts = await stores.layouts.live_layouts()
    except StoreUnavailable:
        return None
    readable = await stores.data_versions.readable() if experiments.data_versions else {}
    fingerprint = process.config_fingerprints.fingerprint(layouts, experiments)
    region = context.principal.region if is_session(context.principal.account_id) else None
    client = (request.device, request.locale, request.client, request.schema)
    known = sorted(experiments.data_versions & readable.keys())
    # The caller's account is part of the key: a caller who names another account's profile cannot reach its cached
    # pages or block on composing one.
    caller = context.principal.account_id
    variant = digest(
        FORMAT, caller, client, version.version, version.index, fingerprint.digest, known, region
    )
    key = CacheKey(profile_id, variant)
    return HomeRequest(context, request, key, fingerprint, layouts, experiments)


async def _load_cached(wanted: HomeRequest, reading: PageCacheRead) -> HomeResult | None:
    """The cached page, if all of it may be served now."""
    if reading.corrupt:
        wanted.context.process.observer.page_cache_read(CacheStatus.CORRUPT)
    if reading.found is None:
        return None
    cached, snapshot = reading.found
    context, rules = wanted.context, wanted.context.process.page_cache_policy
    if cached.account.id != context.principal.account_id or cached.profile.id != wanted.cache_key.profile_id:
        return None
    if cached.is_expired(context.now, rules):
        context.process.observer.page_cache_read(CacheStatus.EXPIRED)
        return None
    viewer, cache_status = cached_viewer(cached, context.now), CacheStatus.HIT
    if cached.needs_confirmation(context.now, rules) or not _is_viewer_known(context, cached):
        confirmed = await _confirm_viewer(wanted, reading.write_token, cached)
        if confirmed is None:
            context.process.observer.page_cache_read(CacheStatus.CHANGED)
            return None
        viewer, cache_status = confirmed, CacheStatus.CONFIRMED
    if cached.is_stale(context.now):
        cache_status = CacheStatus.STALE
        context.process.background.start(_refresh(wanted, reading), "refreshing a stale page")
    return await restore_cached_page(context, cached, snapshot, viewer, cache_status)


async def _load_recent(wanted: HomeRequest) -> HomeResult | None:
    """Without the cache: the page that this process has just served, if the viewer is still exactly as then.

    The viewer is read again, so a write that any process acknowledged is never missed.
    """
    context = wanted.context
    found = context.stores.page_cache.recent(wanted.cache_key)
    if found is None or found[0].is_expired(context.now, context.process.page_cache_policy):
        return None
    cached, snapshot = found
    try:
        viewer = await load_viewer(context, wanted.cache_key.profile_id)
    except StoreUnavailable:
        return None
    if viewer_identity(viewer) != cached.people:
        return None
    return await restore_cached_page(context, cached, snapshot, viewer, CacheStatus.RECENT)


def _is_viewer_known(context: Context, cached: CachedPage) -> bool:
    """The cached viewer may be used without reading it: nothing was heard of it since, and something would be."""
    changes, policy = context.stores.changes, context.process.page_cache_policy
    lease = changes.lease_seconds(policy.confirm_seconds)
    is_leased = lease == policy.confirm_seconds or context.now - cached.confirmed_at < timedelta(
        seconds=lease
    )
    return is_leased and not changes.may_viewer_differ(
        cached.profile.id, cached.account.id, cached.confirmed_at
    )


async def _confirm_viewer(wanted: HomeRequest, write_token: str, cached: CachedPage) -> Viewer | None:
    """The viewer, read again; None when it differs from the cached one.

    While the viewer cannot be read, the cached one holds as long as it may be trusted. Raises NotFound for a profile
    that no longer exists.
    """
    context, changes = wanted.context, wanted.context.stores.changes
    try:
        viewer = await load_viewer(context, wanted.cache_key.profile_id)
    except StoreUnavailable:
        has_changed = changes.may_viewer_differ(cached.profile.id, cached.account.id, cached.confirmed_at)
        trusted = not has_changed and changes.is_trusted_since(cached.confirmed_at, context.now)
        return cached_viewer(cached, context.now) if trusted else None
    if viewer_identity(viewer) != cached.people:
        return None
    confirmed_page = replace(cached, confirmed_at=context.now)
    context.process.background.start(
        _store_confirmation(context, wanted.cache_key, write_token, confirmed_page),
        "confirming a cached page",
    )
    return viewer


async def _store_confirmation(context: Context, key: CacheKey, write_token: str, cached: CachedPage) -> None:
    try:
        await context.stores.page_cache.confirm(key, write_token, cached)
    except StoreUnavailable:
        # The next request confirms it again.
        return


async def _compose_once(wanted: HomeRequest, cache_read: PageCacheRead) -> HomeResult:
    context, process = wanted.context, wanted.context.process
    # With confirm_seconds 0 every request reads its own viewer: a fresh object in the key prevents joining.
    never_join = None if process.page_cache_policy.confirm_seconds else object()
    heard = context.stores.changes.mark().count
    key = (context.principal.account_id, wanted.cache_key, cache_read.write_token, heard, never_join)
    result, first = await process.single_flight.run(
        key,
        lambda: _wait_or_compose(wanted, cache_read),
        lambda result: _store(wanted, cache_read.write_token, result),
        process.background.start,
    )
    if first:
        return result
    if not _is_same_moment(context, result):
        return await _compose(wanted, CacheStatus.MISS)
    return replace(result, cache_status=CacheStatus.JOINED, composed=None)


def _is_same_moment(context: Context, result: HomeResult) -> bool:
    now, changes_at = context.now, result.page.changes_at
    near = abs(now - result.viewer.audience.now) < SHARED_MOMENT
    return near and (changes_at is None or now < changes_at)


async def _wait_or_compose(wanted: HomeRequest, reading: PageCacheRead) -> HomeResult:
    context = wanted.context
    if reading.busy:
        try:
            second = await context.stores.page_cache.read(wanted.cache_key, wait=True)
        except StoreUnavailable:
            second = reading
        # The second read may be newer than the key of this single-flight; it is never older.
        result = await _load_cached(wanted, second) if second.found else None
        if result is not None:
            return replace(result, cache_status=CacheStatus.WAITED)
    return await _compose(wanted, CacheStatus.MISS)


async def _compose(wanted: HomeRequest, cache_status: CacheStatus) -> HomeResult:
    # Compose from the layouts that the cache key names, whatever was published meanwhile.
    wanted.context.loaders.published_layouts.prime(LIVE, wanted.layouts)
    return _composed_result(
        await compose_page(wanted.context, wanted.cache_key.profile_id, wanted.request),
        cache_status,
    )


def _composed_result(composed: ComposedPage, cache_status: CacheStatus) -> HomeResult:
    return HomeResult(composed.viewer, composed.page, dict(composed.titles), cache_status, composed)


async def _refresh(wanted: HomeRequest, reading: PageCacheRead) -> None:
    """Compose a stale page again, in one process."""
    try:
        if not await wanted.context.stores.page_cache.claim(wanted.cache_key):
            return
    except StoreUnavailable:
        return
    context = replace(wanted.context)
    await _compose_once(replace(wanted, context=context), replace(reading, found=None, busy=False))


async def _store(wanted: HomeRequest, write_token: str, result: HomeResult) -> None:
    """Cache a composed page. An incomplete page is not cached: the next request composes again."""
    composed, context = result.composed, wanted.context
    if (
        composed is None
        or composed.version is None
        or composed.viewer.is_guest
        or not is_complete(composed.page)
    ):
        return
    if await context.stores.experiments.live_experiments() is not wanted.experiments:
        # The page may have been composed with the old experiments or with the new ones.
        return
    policy = context.process.page_cache_policy
    cached = to_cached_page(composed, composed.version, wanted.fingerprint, policy, context.now)
    sign_cards(composed.page, context.secret)
    try:
        await context.stores.page_cache.store(
            wanted.cache_key, write_token, cached, take_snapshot(composed.page, cached.profile.id)
        )
    except StoreUnavailable:
        # The store logged why. The next request composes.
        return
