"""Caches, per audience, the titles that `domain.candidates.eligibility` accepted.

An entry is dropped when one of its titles is replaced or evicted, and when a licence starts or ends.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from domain.candidates.eligibility import ALWAYS, NEVER, verdict_period
from domain.catalog.titles import Title
from domain.ids import Region, TitleId
from domain.viewers.profiles import Audience
from resolvers.runtime.lru_cache import LruCache

MAX_AUDIENCES = 64
"""Of all data versions; regions, age limits and plans make a few dozen."""

AudienceKey = tuple[str, Region, int, bool, str]


@dataclass(slots=True)
class EligibleTitles:
    """Valid from `since` until `until`. `epoch`: as in the CachedTitles port."""

    epoch: int
    since: datetime = ALWAYS
    until: datetime = NEVER
    titles: dict[TitleId, Title] = field(default_factory=dict)

    def get_all(self, ids: Collection[TitleId], audience: Audience) -> dict[TitleId, Title] | None:
        """None unless all are cached.

        Always None for blocked titles: an episode does not show that its series is blocked.
        """
        if audience.blocked:
            return None
        titles = self.titles
        found = dict(zip(ids, map(titles.get, ids), strict=True))
        return None if None in found.values() else cast("dict[TitleId, Title]", found)

    def add(self, titles: Mapping[TitleId, Title], audience: Audience) -> None:
        since, until = verdict_period(titles.values(), audience)
        self.since, self.until = max(self.since, since), min(self.until, until)
        self.titles.update(titles)


class EligibilityCache:
    def __init__(self, capacity: int = MAX_AUDIENCES) -> None:
        self._entries: LruCache[AudienceKey, EligibleTitles] = LruCache(capacity)

    def eligible_titles(self, index: str, epoch: int, audience: Audience) -> EligibleTitles:
        """The valid entry; a new, empty one if there is none."""
        key = (index, audience.region, audience.maturity_limit, audience.kids, audience.plan)
        entry = self._entries.get(key)
        if entry is None or entry.epoch != epoch or not entry.since <= audience.now < entry.until:
            entry = EligibleTitles(epoch)
            self._entries.put(key, entry)
        return entry
