"""Ports of the service's stores. Adapters are in bff/stores and search/catalog.py.

A read takes many keys and returns a dict without the missing ones, so that one loader class serves all stores. A
store that does not answer raises StoreUnavailable.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.catalog.titles import Title, TitleKind
from domain.experiments.exposures import Exposure
from domain.experiments.model import ExperimentSet
from domain.filter_rules.compiler import Rule
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.layouts.resolution import PublishedLayouts
from domain.layouts.versions import Draft, DraftConflict, LayoutVersion, VersionConflict
from domain.page.fallback_page import FallbackPages
from domain.page.model import Page
from domain.recommendations.lists import DataVersion, Neighbour, PopularKey, RankedList, TopPicks, TrendKey
from domain.snapshots.invariant_violations import RecordedViolation
from domain.snapshots.snapshot import PageSnapshot
from domain.viewers.activity import Activity, Changes
from domain.viewers.events import Event
from domain.viewers.profiles import Account, Audience, Preferences, Profile


@dataclass(frozen=True, slots=True)
class BrowseQuery:
    """Titles of a region by genre and kind, the most popular or (`newest`) the latest launched first.

    `leaving_days`: only titles that leave the region within so many calendar days, the soonest first.
    `domain.candidates.eligibility` checks the audience fields again; here they keep the lists full.
    """

    region: Region
    maturity_limit: int
    kids: bool
    genre: str | None = None
    kind: TitleKind | None = None
    newest: bool = False
    size: int = 40
    plan: str = ""
    leaving_days: int | None = None
    rule: str = ""
    """Only titles that match this filter rule, if it can be read."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Free text over names, people, franchises and genres; 1 to 200 characters."""

    text: str
    audience: Audience
    genre: str | None = None
    kind: TitleKind | None = None
    size: int = 100


@dataclass(frozen=True, slots=True)
class RuleMatches:
    """How many movies and series match a filter rule, and the most watched of them."""

    count: int
    first: tuple[TitleId, ...]


class Accounts(Protocol):
    async def accounts(self, ids: Sequence[AccountId]) -> Mapping[AccountId, Account]: ...


class Profiles(Protocol):
    async def profiles(self, ids: Sequence[ProfileId]) -> Mapping[ProfileId, Profile]: ...

    async def profiles_by_account(
        self, ids: Sequence[AccountId]
    ) -> Mapping[AccountId, tuple[Profile, ...]]: ...

    async def save_preferences(self, profile_id: ProfileId, preferences: Preferences) -> None:
        """Durable on return. Raises ProfileDeparted when the profile has left meanwhile."""
        ...


class Activities(Protocol):
    async def activities(self, ids: Sequence[ProfileId]) -> Mapping[ProfileId, Activity]: ...

    async def record(self, profile_id: ProfileId, events: Sequence[Event], changes: Changes) -> RecordResult:
        """Store the events and merge their changes, durably. A known event id is ignored, whatever its content.

        Raises ProfileDeparted for an erased profile; then nothing is kept.
        """
        ...

    async def merge_session(self, session: ProfileId, profile_id: ProfileId) -> RecordResult:
        """Move a session's activity and events to a profile, durably, and delete the session. Idempotent.

        What is written into the session meanwhile or later goes to the profile, too. `moved_to` is the profile
        that has the session: the first it was merged into.
        """
        ...


@dataclass(frozen=True, slots=True)
class RecordResult:
    """`duplicates`: known event ids. `revision`: of the activity after `changes`.

    `moved_to`: the profile that has them, when the one they were recorded for has been merged into it.
    """

    revision: int
    duplicates: frozenset[str]
    changes: Changes
    moved_to: ProfileId | None = None


class Layouts(Protocol):
    async def live_layouts(self) -> PublishedLayouts:
        """All valid published layouts, in one call."""
        ...


class LayoutAdminStore(Protocol):
    """Live layouts, history and drafts, for designers."""

    async def live_versions(self) -> Mapping[str, LayoutVersion]:
        """The live version of each layout, valid or not."""
        ...

    async def history(self, layout: str) -> tuple[LayoutVersion, ...]:
        """Published versions, newest first, the live one included."""
        ...

    async def publish(self, version: LayoutVersion, expected: int) -> LayoutVersion | VersionConflict:
        """Make it live if `expected` is the live version (0: none), else return the conflict. History keeps both."""
        ...

    async def drafts(self) -> tuple[Draft, ...]:
        """Newest first."""
        ...

    async def save_draft(self, draft: Draft, expected: int = 0) -> Draft | DraftConflict:
        """Store it as the revision after `expected` (0: as a new draft), if that is the stored one."""
        ...

    async def discard_draft(self, draft_id: str, expected: int | None = None) -> bool | DraftConflict:
        """False: there was none. `expected`: only if it is the stored revision."""
        ...


class DataVersions(Protocol):
    async def live(self) -> DataVersion | None:
        """The live data version, at most a second old; None before the first publish."""
        ...

    async def readable(self) -> Mapping[str, DataVersion]:
        """All readable versions, live or not, at most some seconds old; empty while unknown."""
        ...


class Recommendations(Protocol):
    async def top_picks(self, version: str, ids: Sequence[ProfileId]) -> Mapping[ProfileId, TopPicks]: ...

    async def similar(
        self, version: str, ids: Sequence[TitleId]
    ) -> Mapping[TitleId, tuple[Neighbour, ...]]: ...

    async def popular(self, version: str, keys: Sequence[PopularKey]) -> Mapping[PopularKey, RankedList]: ...


class Trends(Protocol):
    async def trends(self, version: str, keys: Sequence[TrendKey]) -> Mapping[TrendKey, RankedList]: ...


class Catalog(Protocol):
    """Raw titles. Only resolvers/request/loaders.py calls this: it filters by `domain.candidates.eligibility`."""

    async def titles(self, index: str, ids: Sequence[TitleId]) -> Mapping[TitleId, Title]: ...

    async def browse(
        self, index: str, queries: Sequence[BrowseQuery]
    ) -> Mapping[BrowseQuery, tuple[TitleId, ...]]: ...

    async def search(self, index: str, query: SearchQuery) -> tuple[TitleId, ...]: ...

    async def matching(
        self, index: str, rule: Rule, now: datetime, region: Region, size: int
    ) -> RuleMatches: ...


class Episodes(Protocol):
    async def episodes(self, ids: Sequence[TitleId]) -> Mapping[TitleId, tuple[Title, ...]]:
        """Raw episodes of each series, in watching order."""
        ...


class PageSnapshots(Protocol):
    """Served pages, kept for paging and explanations."""

    def cache(self, page: Page, profile_id: ProfileId) -> bool:
        """Cache the page in this process. True: `save` it, too."""
        ...

    async def save(self, snapshot_id: str) -> None:
        """Write a cached page where all processes find it. A known page only gets a new expiry."""
        ...

    async def snapshots(self, snapshot_ids: Sequence[str]) -> Mapping[str, PageSnapshot]:
        """Without expired and unknown ids."""
        ...

    def all_snapshots(self) -> AsyncIterator[PageSnapshot]:
        """All stored snapshots, in no order, for the archive."""
        ...


class InvariantViolations(Protocol):
    """The latest few sampled pages that violated each invariant."""

    async def report(self, violations: Sequence[RecordedViolation]) -> None: ...

    async def latest(self) -> Sequence[RecordedViolation]:
        """Latest first."""
        ...


class ShippedPages(Protocol):
    def pages(self) -> FallbackPages | None:
        """The fallback pages from the last nightly run's file; None without a readable file."""
        ...


class Experiments(Protocol):
    async def live_experiments(self) -> ExperimentSet:
        """All experiments, at most some seconds old; the last known ones, or none, while the store is down."""
        ...


class ExperimentAdminStore(Protocol):
    """Experiment documents (domain/experiments/schema.py), for designers."""

    async def documents(self) -> Mapping[str, Mapping[str, Any]]:
        """By key, with the `revision` that `save` expects; includes the holdout."""
        ...

    async def save(self, key: str, document: Mapping[str, Any], expected: int) -> bool:
        """Save if `expected` is the stored revision (0: none stored), else return False."""
        ...


class Exposures(Protocol):
    def is_new(self, exposure_id: str, variant: str) -> bool:
        """False: it is recorded already; else check whether this exposure made a difference."""
        ...

    def record(self, exposure: Exposure) -> bool:
        """Write it in the background, once. False: it is recorded already, or too many wait."""
        ...
