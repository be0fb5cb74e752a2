"""What the service asks of its stores, said in the product's words.

Every read takes many keys and returns a dict: a key without an answer is absent, never an error, so one
loader class serves all stores. A store that does not answer raises StoreUnavailable. Adapters stand in
bff/stores and search/catalog.py; nothing inside knows a driver.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.catalog.titles import Title, TitleKind
from domain.experiments.exposures import Exposure
from domain.experiments.model import ExperimentBook
from domain.filter_rules.compiler import Rule
from domain.ids import AccountId, ProfileId, Region, TitleId
from domain.layouts.resolution import PublishedLayouts
from domain.layouts.versions import Draft, LayoutVersion, VersionConflict
from domain.page.fallback_page import StaticPages
from domain.page.model import Page
from domain.recommendations.lists import DataVersion, Neighbour, PopularKey, RankedList, TopPicks, TrendKey
from domain.snapshots.invariant_violations import RecordedViolation
from domain.snapshots.snapshot import PageSnapshot
from domain.viewers.activity import Activity, Changes
from domain.viewers.events import Event
from domain.viewers.profiles import Account, Audience, Preferences, Profile


@dataclass(frozen=True, slots=True)
class BrowseQuery:
    """Titles of a region by genre and kind. `newest` orders by launch, else by popularity.

    With `leaving_days` only those whose last licence here ends within so many days, the soonest first.

    Audience fields repeat what `domain.candidates.eligibility` will check again, so that the lists come back full.
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
    """Movies and series that a filter rule is true of: how many, and the most watched of them."""

    count: int
    first: tuple[TitleId, ...]


class Accounts(Protocol):
    async def accounts(self, ids: Sequence[AccountId]) -> Mapping[AccountId, Account]: ...


class Profiles(Protocol):
    async def profiles(self, ids: Sequence[ProfileId]) -> Mapping[ProfileId, Profile]: ...

    async def profiles_of(self, ids: Sequence[AccountId]) -> Mapping[AccountId, tuple[Profile, ...]]: ...

    async def prefer(self, profile_id: ProfileId, preferences: Preferences) -> None:
        """Keep what the profile says it likes, durably, before returning."""
        ...


class Activities(Protocol):
    async def activities(self, ids: Sequence[ProfileId]) -> Mapping[ProfileId, Activity]: ...

    async def record(self, profile_id: ProfileId, events: Sequence[Event], changes: Changes) -> Recorded:
        """Keep the events and merge their changes, durably, before returning.

        Of an event that is known already, what was kept counts and not what is sent now: the same id twice
        is one event, whatever it says the second time.
        """
        ...

    async def adopt(self, session: ProfileId, profile_id: ProfileId) -> Recorded:
        """Merge what a session did into a profile's activity and give it the session's events, durably; then
        forget the session. Again, or after a crash half way, the result is the same."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """`duplicates`: event ids that were known already. `revision`: the activity's, after `changes`."""

    revision: int
    duplicates: frozenset[str]
    changes: Changes


class Layouts(Protocol):
    async def live_layouts(self) -> PublishedLayouts:
        """Every published layout that can be used, in one call however many there are."""
        ...


class LayoutAdminStore(Protocol):
    """Layouts as designers see them: what is live, what was, and what is being worked on."""

    async def editions(self) -> Mapping[str, LayoutVersion]:
        """The live edition of each layout, usable or not."""
        ...

    async def history(self, layout: str) -> tuple[LayoutVersion, ...]:
        """What was live, newest first, the live edition included; empty for a layout never published."""
        ...

    async def publish(self, edition: LayoutVersion, expected: int) -> LayoutVersion | VersionConflict:
        """Make it live if `expected` is the live version (0: never published), else say whose version is.

        What went live is kept for ever, with the edition it took the place of.
        """
        ...

    async def drafts(self) -> tuple[Draft, ...]:
        """Newest first."""
        ...

    async def save_draft(self, draft: Draft) -> None:
        """A draft of the same id is replaced."""
        ...

    async def discard_draft(self, draft_id: str) -> bool:
        """False when there was none."""
        ...


class LiveData(Protocol):
    async def live(self) -> DataVersion | None:
        """The published data version, at most a second old; None before the first publish."""
        ...

    async def versions(self) -> Mapping[str, DataVersion]:
        """Every version that can be read now, live or not, some seconds old at most; none while nobody knows."""
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
    """Raw titles: only resolvers/request/loaders.py calls this, because it applies
    `domain.candidates.eligibility.admit`."""

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


class Pages(Protocol):
    """Pages as they were served, for as long as somebody may scroll on in them or ask about them."""

    def remember(self, page: Page, profile_id: ProfileId) -> bool:
        """Have the page at hand for the next request of this process. True: it should be saved, too."""
        ...

    async def save(self, snapshot_id: str) -> None:
        """Write a remembered page where every process finds it. A page is written once, then only renewed."""
        ...

    async def pages(self, snapshot_ids: Sequence[str]) -> Mapping[str, PageSnapshot]:
        """Those that are kept still. What is no snapshot id is absent like any other."""
        ...

    def every(self) -> AsyncIterator[PageSnapshot]:
        """All that are kept, each once, in no order: for the archive."""
        ...


class InvariantViolations(Protocol):
    """Samples of pages that broke their contract: the latest few of each invariant."""

    async def report(self, faults: Sequence[RecordedViolation]) -> None: ...

    async def faults(self) -> Sequence[RecordedViolation]:
        """The latest first."""
        ...


class ShippedPages(Protocol):
    def pages(self) -> StaticPages | None:
        """The pages that the last night wrote to a file; None when there is no file that can be read."""
        ...


class Experiments(Protocol):
    async def book(self) -> ExperimentBook:
        """Every experiment, some seconds old at most; the last ones known, or none, while the store is down."""
        ...


class ExperimentAdminStore(Protocol):
    """Experiments as designers see them: documents in the shape of domain/experiments/schema.py."""

    async def documents(self) -> Mapping[str, Mapping[str, Any]]:
        """By key, with the `revision` that `save` expects; the holdout among them."""
        ...

    async def save(self, key: str, document: Mapping[str, Any], expected: int) -> bool:
        """Keep it if `expected` is its revision (0: it is new); False when somebody was faster."""
        ...


class Exposures(Protocol):
    def wants(self, exposure_id: str, variant: str) -> bool:
        """Is it worth finding out whether this exposure made a difference? False: it is known."""
        ...

    def note(self, exposure: Exposure) -> bool:
        """Write it down behind the page. The same one twice is one. False: it was known, or too many wait."""
        ...
