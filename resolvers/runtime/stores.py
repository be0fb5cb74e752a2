"""The store ports of a process, which the service (bff) opens."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from domain.catalog.titles import Title
from domain.errors import BadInput, StoreUnavailable
from domain.ids import ProfileId, TitleId
from domain.page_cache.cached_page import CachedPage, CacheKey
from domain.ports import page_cache as cache_ports
from domain.ports import stores as ports
from domain.ports.profile_departures import ProfileDepartures
from domain.ports.visibility import Announcements
from domain.serialization import Document
from domain.snapshots.snapshot import PageSnapshot
from domain.viewers.departures import Departure
from domain.viewers.profiles import Profile
from domain.viewers.removal import Removal
from domain.visibility.changes import VisibilityChange
from resolvers.runtime.eligibility_cache import EligibilityCache
from resolvers.runtime.known_changes import KnownChanges

NOBODY_LEAVES = "The sandbox's profiles are nobody's: they cannot be erased, merged or exported."


class NoPageCache:
    """Composes every page."""

    async def read(self, key: CacheKey, wait: bool = False) -> cache_ports.PageCacheRead:
        raise StoreUnavailable("redis")

    async def store(
        self, key: CacheKey, write_token: str, cached: CachedPage, snapshot: PageSnapshot
    ) -> bool:
        return False

    def recent(self, key: CacheKey) -> tuple[CachedPage, PageSnapshot] | None:
        return None

    async def confirm(self, key: CacheKey, write_token: str, cached: CachedPage) -> bool:
        return False

    async def claim(self, key: CacheKey) -> bool:
        return False


class NoTitleCache:
    """Always asks the catalogue."""

    def cached(self, index: str, ids: Collection[TitleId]) -> Mapping[TitleId, Title | None]:
        return {}

    def epoch(self, index: str, ids: Collection[TitleId]) -> int | None:
        return None


class NoDepartures:
    """Nobody leaves."""

    async def departure(self, profile_id: ProfileId) -> Departure | None:
        return None

    async def erase(self, profile: Profile, even_last: bool = False) -> Removal:
        raise BadInput(NOBODY_LEAVES)

    async def merge(self, profile: Profile, into: ProfileId) -> Removal:
        raise BadInput(NOBODY_LEAVES)

    async def finish(self, departure: Departure) -> Removal:
        raise BadInput(NOBODY_LEAVES)

    async def export(self, profile: Profile) -> Document:
        raise BadInput(NOBODY_LEAVES)


class NoAnnouncements:
    """Nobody announces anything."""

    async def catch_up(self) -> None:
        pass

    async def announce(self, change: VisibilityChange) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Stores:
    """One object may fill several ports."""

    accounts: ports.Accounts
    profiles: ports.Profiles
    activities: ports.Activities
    layouts: ports.Layouts
    layout_admin: ports.LayoutAdminStore
    data_versions: ports.DataVersions
    recommendations: ports.Recommendations
    trends: ports.Trends
    catalog: ports.Catalog
    episodes: ports.Episodes
    snapshots: ports.PageSnapshots
    experiments: ports.Experiments
    experiment_admin: ports.ExperimentAdminStore
    exposures: ports.Exposures
    violations: ports.InvariantViolations
    departures: ProfileDepartures = field(default_factory=NoDepartures)
    page_cache: cache_ports.PageCache = field(default_factory=NoPageCache)
    cached_titles: cache_ports.CachedTitles = field(default_factory=NoTitleCache)
    eligibility_cache: EligibilityCache = field(default_factory=EligibilityCache)
    announcements: Announcements = field(default_factory=NoAnnouncements)
    changes: KnownChanges = field(default_factory=KnownChanges)
    """What `announcements` brought; one for the stores and the process."""
