"""The stores a process has open, by port. The face says what it needs; the service (bff) fills it in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import TitleId
from domain.page_cache.cached_page import CachedPage, CacheKey
from domain.ports import page_cache as warm_ports
from domain.ports import stores as ports
from domain.snapshots.snapshot import PageSnapshot
from resolvers.runtime.eligibility_cache import EligibilityCache


class NothingWarm:
    """The WarmPages of a process that composes every page."""

    async def read(self, place: CacheKey, wait: bool = False) -> warm_ports.PageCacheRead:
        raise StoreUnavailable("redis")

    async def keep(self, place: CacheKey, stamp: str, warm: CachedPage, kept: PageSnapshot) -> bool:
        return False

    async def confirm(self, place: CacheKey, stamp: str, warm: CachedPage) -> bool:
        return False

    async def claim(self, place: CacheKey) -> bool:
        return False


class NothingKnown:
    """The KnownTitles of a process that asks the catalogue each time."""

    def at_hand(self, index: str, ids: Collection[TitleId]) -> Mapping[TitleId, Title | None]:
        return {}

    def epoch(self, index: str, ids: Collection[TitleId]) -> int | None:
        return None


@dataclass(frozen=True, slots=True)
class Stores:
    """Every port, opened once per process. Several may be one object."""

    accounts: ports.Accounts
    profiles: ports.Profiles
    activities: ports.Activities
    layouts: ports.Layouts
    layout_desk: ports.LayoutAdminStore
    live: ports.LiveData
    recommendations: ports.Recommendations
    trends: ports.Trends
    catalog: ports.Catalog
    episodes: ports.Episodes
    pages: ports.Pages
    experiments: ports.Experiments
    experiment_desk: ports.ExperimentAdminStore
    exposures: ports.Exposures
    faults: ports.InvariantViolations
    warm: warm_ports.PageCache = field(default_factory=NothingWarm)
    known: warm_ports.KnownTitles = field(default_factory=NothingKnown)
    permitted: EligibilityCache = field(default_factory=EligibilityCache)
