"""Titles that an audience may see, remembered together: a page whose titles are all among them asks of none.

Only the memory of the choke point: what is in here was admitted by `domain.candidates.eligibility`, as the
object that the process
knows now, for a region, age limit and plan. All of it goes when a title is replaced or forgotten, and when a licence
of one of them turns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from domain.candidates.eligibility import ALWAYS, NEVER, span
from domain.catalog.titles import Title
from domain.ids import Region, TitleId
from domain.viewers.profiles import Audience
from resolvers.runtime.lru_cache import LruCache

AUDIENCES = 64
"""Of all data versions together: regions, age limits and plans make a few dozen."""

Key = tuple[str, Region, int, bool, str]


@dataclass(slots=True)
class AudienceKey:
    """What one audience may see, from `since` to `until`, as of one state of the titles in memory."""

    epoch: int
    since: datetime = ALWAYS
    until: datetime = NEVER
    titles: dict[TitleId, Title] = field(default_factory=dict)

    def all(self, ids: Collection[TitleId], audience: Audience) -> dict[TitleId, Title] | None:
        """These titles, if every one is remembered; by look-ups alone. Never for whom something is blocked: a
        series may be, and its episodes do not say so."""
        if audience.blocked:
            return None
        titles = self.titles
        found = dict(zip(ids, map(titles.get, ids), strict=True))
        return None if None in found.values() else cast("dict[TitleId, Title]", found)

    def add(self, titles: Mapping[TitleId, Title], audience: Audience) -> None:
        since, until = span(titles.values(), audience)
        self.since, self.until = max(self.since, since), min(self.until, until)
        self.titles.update(titles)


class EligibilityCache:
    """One per process."""

    def __init__(self, audiences: int = AUDIENCES) -> None:
        self._views: LruCache[Key, AudienceKey] = LruCache(audiences)

    def view(self, index: str, epoch: int, audience: Audience) -> AudienceKey:
        """What is remembered for this audience, right at this moment; empty when it was something else before."""
        key = (index, audience.region, audience.maturity_limit, audience.kids, audience.plan)
        view = self._views.get(key)
        if view is None or view.epoch != epoch or not view.since <= audience.now < view.until:
            view = AudienceKey(epoch)
            self._views.put(key, view)
        return view
