"""The port for counting what happens to pages (bff/http/metrics.py implements it)."""

from __future__ import annotations

from typing import Protocol

from domain.candidates.model import Tier
from domain.layouts.row_kinds import RowSource
from domain.page.invariants import Invariant
from domain.page.model import DegradationKind
from domain.page_cache.cached_page import CacheStatus
from domain.resilience.degradation_levels import ServiceLevel
from domain.snapshots.snapshot import SnapshotOutcome


class Observer(Protocol):
    """Methods return at once and never raise."""

    def page_served(self, level: ServiceLevel, seconds: float) -> None: ...

    def row_served(self, kind: RowSource, tier: Tier) -> None: ...

    def row_dropped(self, kind: RowSource) -> None:
        """A row of the layout was composed and dropped: too few titles, or none."""
        ...

    def page_degraded(self, kind: DegradationKind) -> None: ...

    def invariant_violated(self, invariant: Invariant) -> None:
        """Once per page and invariant."""
        ...

    def snapshot_stored(self, outcome: SnapshotOutcome) -> None:
        """Not called for snapshots that are stored already."""
        ...

    def exposure_recorded(self, experiment: str, variant: str) -> None: ...

    def page_cache_read(self, status: CacheStatus) -> None:
        """Once per served page, and again for what was found before it (EXPIRED, then MISS)."""
        ...


class NullObserver:
    """Counts nothing; for tests and tools."""

    def page_served(self, level: ServiceLevel, seconds: float) -> None:
        pass

    def row_served(self, kind: RowSource, tier: Tier) -> None:
        pass

    def row_dropped(self, kind: RowSource) -> None:
        pass

    def page_degraded(self, kind: DegradationKind) -> None:
        pass

    def invariant_violated(self, invariant: Invariant) -> None:
        pass

    def snapshot_stored(self, outcome: SnapshotOutcome) -> None:
        pass

    def exposure_recorded(self, experiment: str, variant: str) -> None:
        pass

    def page_cache_read(self, status: CacheStatus) -> None:
        pass
