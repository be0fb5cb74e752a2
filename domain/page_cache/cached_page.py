"""Warm pages: a composed page that may be served again without composing, and how long that is right.

    composed --> fresh -- older than `fresh_until` --> stale: served once more while it is composed anew
                   |-- a write of the viewer's, another layout, data version or experiment --> not found any more
                   |-- a licence, a schedule, a snooze turns (`changes_at`) --> over, to the moment
                   '-- unconfirmed for a minute --> who is watching is read again, and it goes on or is over

What a viewer does is never hidden: their writes move the place where the page is kept (warm_ports.py). What changes
outside the service is found when the page is confirmed. Which titles may be shown is asked each time all the same.
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
from domain.viewers.activity import Activity
from domain.viewers.profiles import Account, Profile

JITTER = 0.2
"""Share by which lives are cut, each differently, so that what was made in one second is not over in one second."""

SKEW = timedelta(seconds=5)
"""How far the clocks of two processes may differ."""

LESS_SECONDS = 20.0
"""How long a page with less than everything is fresh."""

E = TypeVar("E")


class CacheStatus(StrEnum):
    """How a page came to be served."""

    HIT = "hit"
    STALE = "stale"
    """A hit that was old; a new one is being made."""
    CONFIRMED = "confirmed"
    """A hit after its people were read again."""
    JOINED = "joined"
    """Another request of this process was making it."""
    WAITED = "waited"
    """Another process was making it."""
    MISS = "miss"
    OVER = "over"
    """Kept, but a licence, a schedule or its age ended it."""
    CHANGED = "changed"
    """Kept, but its people, or what may be shown to them, are not what they were."""
    CORRUPT = "corrupt"
    UNAVAILABLE = "unavailable"
    """Whoever keeps warm pages did not answer."""
    BYPASSED = "bypassed"
    """Not to be kept: arms chosen by hand, or nobody knows what is live."""


@dataclass(frozen=True, slots=True)
class PageCachePolicy:
    """Seconds. `fresh` 0: no page is served warm. `confirm` 0: people are read for every page."""

    fresh: float = 300.0
    grace: float = 60.0
    """How long an old page is served while a new one is made."""
    confirm: float = 60.0


@dataclass(frozen=True, slots=True)
class CacheKey:
    """Where a page is kept: whose it is, and `variant`, a digest of all else that decides it but the people."""

    profile_id: ProfileId
    variant: str


@dataclass(frozen=True, slots=True)
class CachedPage:
    """What it takes to show a kept page to the profile it was made for.

    `activity` knows the page's titles only. `account` has no arms: what they decided is in the page. `people` stands
    for all that was known of the people, so that it can be told whether that is still so.
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

    def is_over(self, now: datetime, rules: PageCachePolicy) -> bool:
        """It must not be served any more."""
        return (
            now < self.composed_at - SKEW
            or now >= self.fresh_until + timedelta(seconds=rules.grace)
            or (self.changes_at is not None and now >= self.changes_at)
        )

    def is_stale(self, now: datetime) -> bool:
        return now >= self.fresh_until

    def is_unconfirmed(self, now: datetime, rules: PageCachePolicy) -> bool:
        """Its people must be read before it is served."""
        return not timedelta() <= now - self.confirmed_at + SKEW < self._confirmed_for(rules) + SKEW

    def _confirmed_for(self, rules: PageCachePolicy) -> timedelta:
        return timedelta(seconds=cut(rules.confirm, self.snapshot_id))


def cut(seconds: float, name: str) -> float:
    """Somewhat less, always the same for one name."""
    return seconds * (1 - JITTER * int(digest(name)[:4], 16) / 0xFFFF)


def fresh_for(page: Page, rules: PageCachePolicy) -> float:
    """Seconds. What was composed while the service was overloaded is replaced soon: but it is kept, or the very pages
    that overload it would be composed again for every request, and it would not come out of it."""
    usual = page.level == ServiceLevel.FULL
    return rules.fresh if usual else min(rules.fresh, LESS_SECONDS)


def is_whole(page: Page) -> bool:
    """All there is to be of it at its level: worth being served again."""
    return (
        bool(page.rows)
        and not page.degradations
        and not page.forced
        and all(row.tier == Tier.FRESH for row in page.rows)
    )


def identity_digest(profile: Profile, region: Region, plan: str, activity: Activity, arms: object) -> str:
    """Equal while nothing is different about who is watching.

    Not what they were shown: that tells rankings, day by day, and a page is composed anew more often than that.
    """
    did = replace(activity, revision=0, shown={})
    return digest(profile, region, plan, did, arms)


def relevant_activity(activity: Activity, titles: Mapping[TitleId, object]) -> Activity:
    """What of an activity says something of these titles."""

    def of(entries: Mapping[TitleId, E]) -> dict[TitleId, E]:
        return {title_id: entries[title_id] for title_id in entries.keys() & titles.keys()}

    return Activity(
        activity.profile_id,
        activity.revision,
        watched=of(activity.watched),
        listed=of(activity.listed),
        rated=of(activity.rated),
        household=of(activity.household),
    )
