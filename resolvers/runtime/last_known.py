"""What this process served last: the rows of a profile, and the titles on them, for when nothing fresh can be had.

Rows are remembered as what their sources proposed, by id, and titles as raw as the catalogue gave them: whoever
serves them again filters them again. Memory is bounded; what was not served for long is forgotten first.
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
from resolvers.runtime.lru_cache import LruCache

PROFILES = 1000
ROWS = 24
"""Rows of one profile; a page seldom has more."""

CANDIDATES = 30
TITLES = 10_000
RENEWED = timedelta(minutes=10)
"""How old a remembered title may be before it is replaced by what was served just now."""

TITLE_AGE = timedelta(hours=6)
"""A title that the catalogue has not confirmed for longer is not shown from memory."""


@dataclass(frozen=True, slots=True)
class _Seen:
    title: Title
    at: datetime


class LastKnownResults:
    """One per process."""

    def __init__(self, profiles: int = PROFILES, titles: int = TITLES) -> None:
        self._rows: LruCache[ProfileId, Mapping[str, RowCandidates]] = LruCache(profiles)
        self._titles: LruCache[TitleId, _Seen] = LruCache(titles)
        self._kept_at: LruCache[ProfileId, datetime] = LruCache(profiles)

    def is_due(self, profile_id: ProfileId, now: datetime) -> bool:
        """Nothing was remembered of this profile lately."""
        kept_at = self._kept_at.get(profile_id)
        return kept_at is None or now - kept_at >= RENEWED

    def keep(
        self, profile_id: ProfileId, now: datetime, rows: Iterable[Row], titles: Mapping[TitleId, Title]
    ) -> None:
        """Remember a page that was served. Of its rows the fresh ones: a stand-in was never what was good."""
        shown = list(rows)
        self._kept_at.put(profile_id, now)
        fresh = {row.proposal.name: _kept(row.proposal) for row in shown if row.tier == Tier.FRESH}
        before = self._rows.get(profile_id) or {}
        older = {name: proposal for name, proposal in before.items() if name not in fresh}
        self._rows.put(profile_id, dict(list({**fresh, **older}.items())[:ROWS]))
        for title in _titles_of(shown, titles):
            seen = self._titles.get(title.id)
            if seen is None or now - seen.at >= RENEWED:
                self._titles.put(title.id, _Seen(title, now))

    def rows(self, profile_id: ProfileId) -> tuple[RowCandidates, ...]:
        """The last fresh proposals for this profile, the latest page's first and in its order."""
        return tuple((self._rows.get(profile_id) or {}).values())

    def titles(self, ids: Iterable[TitleId], now: datetime) -> dict[TitleId, Title]:
        """Raw titles among these that the catalogue gave lately. Filter them before anybody sees one."""
        found = ((one, self._titles.get(one)) for one in ids)
        return {one: seen.title for one, seen in found if seen is not None and now - seen.at < TITLE_AGE}


def _kept(proposal: RowCandidates) -> RowCandidates:
    """Cut to what is likely to be shown again, its repeated texts and reasons held once: there are many of them."""
    reasons: dict[Reason, Reason] = {}
    candidates = tuple(
        Candidate(
            TitleId(intern(one.title_id)),
            intern(one.source),
            reasons.setdefault(one.reason, one.reason) if one.reason else None,
            one.score,
            one.resume,
            one.also,
        )
        for one in proposal.candidates[:CANDIDATES]
    )
    return replace(proposal, candidates=candidates, freshness=FreshnessSource.FALLBACK, tier=Tier.LAST_GOOD)


def _titles_of(rows: Iterable[Row], titles: Mapping[TitleId, Title]) -> Iterable[Title]:
    """Everything that is needed to show these rows again: cards, the series of episodes, what reasons name."""
    for row in rows:
        if row.seed is not None:
            yield row.seed
        for card in row.cards:
            yield card.title
            if card.seed is not None:
                yield card.seed
            if card.title.series_id is not None and card.title.series_id in titles:
                yield titles[card.title.series_id]
