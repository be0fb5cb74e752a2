"""Rows and titles that this process served last, for fallback rows. Callers must filter both again.

A title is used only while its facts may be trusted: not once a change of it was heard, and not for longer than
resolvers/runtime/known_changes.py says while nothing is heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from sys import intern

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, Tier
from domain.catalog.titles import Title
from domain.ids import ProfileId, TitleId
from domain.page.model import Row
from domain.recommendations.reasons import Reason
from resolvers.runtime.known_changes import KnownChanges, Mark
from resolvers.runtime.lru_cache import LruCache

MAX_PROFILES = 1000
MAX_ROWS = 24
"""Per profile."""

MAX_CANDIDATES = 30
MAX_TITLES = 10_000
REFRESH_AFTER = timedelta(minutes=10)
"""Age at which a served title replaces the cached one."""


@dataclass(frozen=True, slots=True)
class _CachedTitle:
    title: Title
    at: datetime
    mark: Mark


class LastKnownResults:
    """`changes`: what the stores of this process hear."""

    def __init__(
        self,
        profiles: int = MAX_PROFILES,
        titles: int = MAX_TITLES,
        changes: KnownChanges | None = None,
    ) -> None:
        self.changes = changes or KnownChanges()
        self._rows: LruCache[ProfileId, Mapping[str, RowCandidates]] = LruCache(profiles)
        self._titles: LruCache[TitleId, _CachedTitle] = LruCache(titles)
        self._stored_at: LruCache[ProfileId, datetime] = LruCache(profiles)

    def is_refresh_due(self, profile_id: ProfileId, now: datetime) -> bool:
        """No page was stored within REFRESH_AFTER."""
        stored_at = self._stored_at.get(profile_id)
        return stored_at is None or now - stored_at >= REFRESH_AFTER

    def forget(self, profile_id: ProfileId) -> None:
        """A departed profile. Titles are nobody's."""
        self._rows.drop(profile_id)
        self._stored_at.drop(profile_id)

    def store(
        self,
        profile_id: ProfileId,
        now: datetime,
        rows: Iterable[Row],
        titles: Mapping[TitleId, Title],
        mark: Mark | None = None,
    ) -> None:
        """Store a page's titles and fresh rows; a fallback row must not replace a fresh one.

        `mark`: from before the titles were loaded, None for titles that come from a memory, which age on.
        """
        served_rows = list(rows)
        self._stored_at.put(profile_id, now)
        fresh = {
            row.candidates.name: _compact(row.candidates) for row in served_rows if row.tier == Tier.FRESH
        }
        previous = self._rows.get(profile_id) or {}
        older = {name: row for name, row in previous.items() if name not in fresh}
        self._rows.put(profile_id, dict(list({**fresh, **older}.items())[:MAX_ROWS]))
        if mark is None:
            return
        for title in _titles_on(served_rows, titles):
            cached = self._titles.get(title.id)
            if cached is None or now - cached.at >= REFRESH_AFTER or not self._is_current(cached):
                self._titles.put(title.id, _CachedTitle(title, now, mark))

    def rows(self, profile_id: ProfileId) -> tuple[RowCandidates, ...]:
        """The latest page's first, in its order."""
        return tuple((self._rows.get(profile_id) or {}).values())

    def titles(self, ids: Iterable[TitleId]) -> dict[TitleId, Title]:
        """Those that may be trusted."""
        found = ((one, self._titles.get(one)) for one in ids)
        return {
            one: cached.title
            for one, cached in found
            if cached is not None and self._is_current(cached) and self.changes.is_trusted(cached.mark)
        }

    def _is_current(self, cached: _CachedTitle) -> bool:
        return self.changes.is_title_current(cached.title.id, cached.mark)


def _compact(row: RowCandidates) -> RowCandidates:
    """Cut, with repeated texts and reasons interned to save memory."""
    reasons: dict[Reason, Reason] = {}
    candidates = tuple(
        Candidate(
            TitleId(intern(one.title_id)),
            intern(one.source),
            reasons.setdefault(one.reason, one.reason) if one.reason else None,
            one.score,
            one.resume,
            one.other_sources,
        )
        for one in row.candidates[:MAX_CANDIDATES]
    )
    return replace(row, candidates=candidates, freshness=FreshnessSource.FALLBACK, tier=Tier.LAST_GOOD)


def _titles_on(rows: Iterable[Row], titles: Mapping[TitleId, Title]) -> Iterable[Title]:
    """Titles of cards, series and reasons."""
    for row in rows:
        if row.seed is not None:
            yield row.seed
        for card in row.cards:
            yield card.title
            if card.seed is not None:
                yield card.seed
            if card.title.series_id is not None and card.title.series_id in titles:
                yield titles[card.title.series_id]
