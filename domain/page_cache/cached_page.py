"""Composed pages that are served again without composing, and how long they are valid.

    composed --> fresh -- older than `fresh_until` --> stale: served once more while it is composed again
                   |-- a write of the profile, a new layout, data version or experiment --> miss (another key)
                   |-- a licence or schedule starts or ends, a snooze ends (`changes_at`) --> expired
                   '-- unconfirmed for a minute --> the viewer is read again: confirmed or changed

A profile's own write invalidates its pages at once (write token, domain/ports/page_cache.py). Confirming finds
changes made outside the service. Title eligibility is checked each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from domain.candidates.model import Tier
from domain.ids import ProfileId, Region, TitleId
from domain.page.model import Page
from domain.recommendations.lists import DataVersion
from domain.resilience.degradation_levels import ServiceLevel
from domain.signed_tokens import digest
from domain.viewers.activity import Activity, show_of
from domain.viewers.profiles import Account, Profile

JITTER = 0.2
"""Maximum share cut from a lifetime, so that pages composed together do not expire together."""

CLOCK_SKEW = timedelta(seconds=5)
"""Tolerated difference between the clocks of two processes."""

DEGRADED_FRESH_SECONDS = 20.0
"""For pages composed below ServiceLevel.FULL."""

E = TypeVar("E")


class CacheStatus(StrEnum):
    """How a page was served, or why a cached one was not. Values are metric labels."""

    HIT = "hit"
    STALE = "stale"
    """A hit that is composed again in the background."""
    CONFIRMED = "confirmed"
    """A hit after the viewer was read again."""
    JOINED = "joined"
    """Another request of this process composed it."""
    WAITED = "waited"
    """Another process composed it."""
    MISS = "miss"
    EXPIRED = "over"
    """Cached, but past a licence, a schedule or its age."""
    CHANGED = "changed"
    """Cached, but the viewer or the eligibility of a title changed."""
    CORRUPT = "corrupt"
    UNAVAILABLE = "unavailable"
    """The cache did not answer."""
    RECENT = "recent"
    """The cache did not answer; this process had just served the page, and its viewer is as then."""
    BYPASSED = "bypassed"
    """Not cacheable: forced variants, or the live versions are unknown."""


@dataclass(frozen=True, slots=True)
class PageCachePolicy:
    """`fresh_seconds` 0: no cache. `confirm_seconds` 0: the viewer is read for every page."""

    fresh_seconds: float = 300.0
    grace_seconds: float = 60.0
    """How long a stale page is served while it is composed again."""
    confirm_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class CacheKey:
    """`variant` digests all that decides the page besides the profile and its data."""

    profile_id: ProfileId
    variant: str


@dataclass(frozen=True, slots=True)
class CachedPage:
    """The cache entry beside a page snapshot.

    `activity` covers the page's titles only. `account` has no sticky assignments: the page contains their effect.
    `people` is the `identity_digest` of the viewer at composition (a stored key, hence the name).
    """

    snapshot_id: str
    profile: Profile
    account: Account
    activity: Activity
    version: DataVersion
    people: str
    composed_at: datetime
    confirmed_at: datetime
    fresh_until: datetime
    changes_at: datetime | None = None

    def is_expired(self, now: datetime, policy: PageCachePolicy) -> bool:
        return (
            now < self.composed_at - CLOCK_SKEW
            or now >= self.fresh_until + timedelta(seconds=policy.grace_seconds)
            or (self.changes_at is not None and now >= self.changes_at)
        )

    def is_stale(self, now: datetime) -> bool:
        return now >= self.fresh_until

    def needs_confirmation(self, now: datetime, policy: PageCachePolicy) -> bool:
        """The viewer must be read before the page is served."""
        return (
            not timedelta()
            <= now - self.confirmed_at + CLOCK_SKEW
            < self._confirmed_period(policy) + CLOCK_SKEW
        )

    def _confirmed_period(self, policy: PageCachePolicy) -> timedelta:
        return timedelta(seconds=with_jitter(policy.confirm_seconds, self.snapshot_id))


def with_jitter(seconds: float, name: str) -> float:
    """Up to JITTER less, always the same for one name."""
    return seconds * (1 - JITTER * int(digest(name)[:4], 16) / 0xFFFF)


def fresh_seconds(page: Page, policy: PageCachePolicy) -> float:
    """Pages of an overloaded service are replaced soon, yet cached: composing them per request would prolong it."""
    if page.level == ServiceLevel.FULL:
        return policy.fresh_seconds
    return min(policy.fresh_seconds, DEGRADED_FRESH_SECONDS)


def is_complete(page: Page) -> bool:
    """Nothing is missing at its service level, so it may be cached."""
    return (
        bool(page.rows)
        and not page.degradations
        and not page.forced_experiments
        and all(row.tier == Tier.FRESH for row in page.rows)
    )


def identity_digest(profile: Profile, region: Region, plan: str, activity: Activity, arms: object) -> str:
    """Equal while the viewer's data is equal.

    Impressions are left out: they change rankings by the day, and pages are composed more often.
    """
    compared = replace(activity, revision=0, impressions={})
    return digest(profile, region, plan, compared, arms)


def relevant_activity(activity: Activity, titles: Mapping[TitleId, object]) -> Activity:
    """The activity, cut to these titles."""

    def select(entries: Mapping[TitleId, E]) -> dict[TitleId, E]:
        return {title_id: entries[title_id] for title_id in entries.keys() & titles.keys()}

    watched, household = select(activity.watched), select(activity.household)
    played = [*watched.items(), *household.items()] if activity.disowned else []
    shows = {show_of(title_id, watch) for title_id, watch in played}
    return Activity(
        activity.profile_id,
        activity.revision,
        watched=watched,
        listed=select(activity.listed),
        rated=select(activity.rated),
        household=household,
        disowned={show: activity.disowned[show] for show in activity.disowned.keys() & shows},
    )
