"""Who is told what happens to pages, so that it can be counted; who counts stands outside (bff/http/metrics.py)."""

from __future__ import annotations

from typing import Protocol

from domain.candidates.model import Tier
from domain.layouts.model import RowSource
from domain.page.invariants import Invariant
from domain.page.model import DegradationKind
from domain.page_cache.cached_page import CacheStatus
from domain.resilience.degradation_levels import ServiceLevel
from domain.snapshots.snapshot import SnapshotOutcome


class Observer(Protocol):
    """Told what happens, so that it can be counted. Takes no time and never fails."""

    def page_served(self, level: ServiceLevel, seconds: float) -> None: ...

    def row_served(self, kind: RowSource, tier: Tier) -> None: ...

    def row_dropped(self, kind: RowSource) -> None:
        """A row of the layout was tried and left out: too few titles, or none."""
        ...

    def degraded(self, what: DegradationKind) -> None: ...

    def violated(self, invariant: Invariant) -> None:
        """A served page broke it; told once for each page and invariant."""
        ...

    def page_kept(self, keeping: SnapshotOutcome) -> None:
        """Told of pages that were to be written: not of those that lie there already."""
        ...

    def exposed(self, experiment: str, variant: str) -> None: ...

    def warmed(self, warmth: CacheStatus) -> None:
        """Told once for each page that is served, and further for what was found on the way to it."""
        ...


class Silent:
    """The Observer that counts nothing, for tests and tools."""

    def page_served(self, level: ServiceLevel, seconds: float) -> None:
        pass

    def row_served(self, kind: RowSource, tier: Tier) -> None:
        pass

    def row_dropped(self, kind: RowSource) -> None:
        pass

    def degraded(self, what: DegradationKind) -> None:
        pass

    def violated(self, invariant: Invariant) -> None:
        pass

    def page_kept(self, keeping: SnapshotOutcome) -> None:
        pass

    def exposed(self, experiment: str, variant: str) -> None:
        pass

    def warmed(self, warmth: CacheStatus) -> None:
        pass
