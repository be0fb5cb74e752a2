"""The store ports of a process, which the service (bff) opens."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from domain.catalog.titles import Title
from domain.errors import StoreUnavailable
from domain.ids import TitleId
from domain.page_cache.cached_page import CachedPage, CacheKey
from domain.ports import page_cache as cache_ports
from domain.ports import stores as ports
from domain.snapshots.snapshot import PageSnapshot
from resolvers.runtime.eligibility_cache import EligibilityCache


class NoPageCache:
    """Composes every page."""

    async def read(self, key: CacheKey, wait: bool = False) -> cache_ports.PageCacheRead:
        raise StoreUnavailable("redis")

    async def store(
        self, key: CacheKey, write_token: str, cached: CachedPage, snapshot: PageSnapshot
    ) -> bool:
        return False

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
    page_cache: cache_ports.PageCache = field(default_factory=NoPageCache)
    cached_titles: cache_ports.CachedTitles = field(default_factory=NoTitleCache)
    eligibility_cache: EligibilityCache = field(default_factory=EligibilityCache)
