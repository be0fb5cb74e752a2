"""State that all requests of a process share."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from domain.ids import ProfileId, TitleId
from domain.page.fallback_page import FallbackPages
from domain.page.model import Degradation
from domain.page.outages import OutageKey, Outages, record_outages
from domain.page_cache.cached_page import PageCachePolicy
from domain.ports.observer import NullObserver, Observer
from domain.ports.stores import ShippedPages
from domain.resilience.degradation_levels import Load
from resolvers.runtime.background import Background
from resolvers.runtime.config_fingerprint import ConfigFingerprints
from resolvers.runtime.last_known import LastKnownResults
from resolvers.runtime.single_flight import SingleFlight


class NoShippedPages:
    def pages(self) -> FallbackPages | None:
        return None


@dataclass(slots=True)
class Process:
    """`outages` and `load` are immutable and get replaced."""

    background: Background = field(default_factory=Background)
    observer: Observer = field(default_factory=NullObserver)
    shipped_pages: ShippedPages = field(default_factory=NoShippedPages)
    blocked_by_parents: Callable[[ProfileId], Collection[TitleId] | None] = lambda _: ()
    """Titles that some profile has blocked: what guests do not see. None: those of this profile are unknown."""
    last_known: LastKnownResults = field(default_factory=LastKnownResults)
    outages: Outages = field(default_factory=dict)
    load: Load = field(default_factory=Load)
    clock: Callable[[], float] = time.monotonic
    invariant_check_share: float = 1.0
    """Share of requests whose pages are checked (resolvers/home/after_serving.py)."""
    fallback_timeout_seconds: float = 0.3
    """A read that times out goes on and may serve the next page."""
    page_cache_policy: PageCachePolicy = field(default_factory=PageCachePolicy)
    single_flight: SingleFlight = field(default_factory=SingleFlight)
    """Of page compositions."""
    config_fingerprints: ConfigFingerprints = field(default_factory=ConfigFingerprints)
    public_url: str = ""
    """Before the paths of pictures and trailers; "" leaves them relative."""
    demo: bool = False
    """Any token may force experiment variants."""

    def with_outage_start(self, degradations: Sequence[Degradation], now: datetime) -> list[Degradation]:
        """The degradations, each with the instant at which this process first met it."""
        if not degradations:
            return []
        keys = [OutageKey(each.what, each.row_id) for each in degradations]
        self.outages = record_outages(self.outages, keys, now)
        return [
            replace(each, since=self.outages[key].since) for each, key in zip(degradations, keys, strict=True)
        ]
