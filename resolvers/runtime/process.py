"""What lives as long as the process and is shared by its requests: work that goes on behind an answer, what was
served last, the pages that ship with the service, since when something is amiss, and who counts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from domain.page.fallback_page import StaticPages
from domain.page.outages import Outages
from domain.page_cache.cached_page import PageCachePolicy
from domain.ports.observer import Observer, Silent
from domain.ports.stores import ShippedPages
from domain.resilience.degradation_levels import Load
from resolvers.runtime.background import Background
from resolvers.runtime.config_fingerprint import ConfigFingerprints
from resolvers.runtime.last_known import LastKnownResults
from resolvers.runtime.single_flight import SingleFlight


class NoShippedPages:
    """The ShippedPages of a process without the file."""

    def pages(self) -> StaticPages | None:
        return None


@dataclass(slots=True)
class Process:
    """One per process; every request's Context holds it. `outages` and `load` are values, put in anew."""

    background: Background = field(default_factory=Background)
    observer: Observer = field(default_factory=Silent)
    shipped: ShippedPages = field(default_factory=NoShippedPages)
    last_good: LastKnownResults = field(default_factory=LastKnownResults)
    outages: Outages = field(default_factory=dict)
    load: Load = field(default_factory=Load)
    clock: Callable[[], float] = time.monotonic
    contract_share: float = 1.0
    """Share of requests whose pages are held against their contract (resolvers/home/invariant_checks.py)."""
    rung_seconds: float = 0.3
    """How long a rung of the ladder is waited for. Its read goes on and may serve the next page."""
    warm: PageCachePolicy = field(default_factory=PageCachePolicy)
    flights: SingleFlight = field(default_factory=SingleFlight)
    """Pages being made."""
    editions: ConfigFingerprints = field(default_factory=ConfigFingerprints)
    demo: bool = False
    """Anybody may look behind the stage: arms may be forced with any token."""
