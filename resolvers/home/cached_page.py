"""A composed page in the form that the cache stores, and the viewer that a cached page is served to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.page_cache.cached_page import (
    CachedPage,
    PageCachePolicy,
    fresh_seconds,
    identity_digest,
    relevant_activity,
    with_jitter,
)
from domain.page_cache.expiry import earliest_after, first_snooze_end
from domain.recommendations.lists import DataVersion
from domain.viewers.anonymous_sessions import is_session
from domain.viewers.profiles import Account, audience_for
from resolvers.home.compose import ComposedPage
from resolvers.request.viewer import Viewer
from resolvers.runtime.config_fingerprint import ConfigFingerprint

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_cached_page(
    composed: ComposedPage,
    version: DataVersion,
    fingerprint: ConfigFingerprint,
    policy: PageCachePolicy,
    now: datetime,
) -> CachedPage:
    """The page with its viewer, its freshness, and the next instant at which it changes."""
    viewer, page = composed.viewer, composed.page
    profile = viewer.profile
    config_change = fingerprint.expiry.next_change(now, viewer.region, profile.created_at)
    fresh = with_jitter(fresh_seconds(page, policy), f"{page.snapshot_id}{now}")
    titles = {card.title.id: card.title for row in page.rows for card in row.cards}
    snooze_end = first_snooze_end(viewer.activity, now)
    return CachedPage(
        snapshot_id=page.snapshot_id,
        profile=profile,
        account=Account(profile.account_id, viewer.region, viewer.plan, profile.created_at),
        activity=relevant_activity(viewer.activity, titles),
        version=version,
        people=viewer_identity(viewer),
        composed_at=now,
        confirmed_at=now,
        fresh_until=now + timedelta(seconds=fresh),
        changes_at=earliest_after(now, (page.changes_at, config_change, snooze_end)),
    )


def cached_viewer(cached: CachedPage, now: datetime) -> Viewer:
    audience = audience_for(cached.profile, cached.account, now)
    return Viewer(cached.profile, cached.activity, audience, plan=cached.account.plan)


def viewer_identity(viewer: Viewer) -> str:
    """A digest of everything about the viewer that decides the page."""
    profile = viewer.profile
    if is_session(profile.id):
        # A session has no stored profile: each request creates one, with its own creation time.
        profile = replace(profile, created_at=EPOCH)
    return identity_digest(profile, viewer.region, viewer.plan, viewer.activity, viewer.sticky)
