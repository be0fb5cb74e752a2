"""Prometheus metrics of one process: the Observer of resolvers, and /metrics.

Label values are closed vocabularies, never ids. Every series starts at 0, so that rates are right from the first
event.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from domain.candidates.model import Tier
from domain.errors import StoreUnavailable, Unauthenticated
from domain.layouts.row_kinds import RowSource
from domain.page.invariants import Invariant
from domain.page.model import DegradationKind
from domain.page_cache.cached_page import CacheStatus
from domain.resilience.degradation_levels import LEVELS, ServiceLevel
from domain.snapshots.snapshot import SnapshotOutcome
from domain.viewers.profiles import Principal, Role

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
ALLOWED_ROLES = (Role.OPERATOR, Role.STAFF)
STORES = ("mongo", "elasticsearch", "redis")
PAGE_SECONDS_BUCKETS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 5.0)


class Metrics:
    """Implements domain.ports.observer.Observer, in a registry of its own."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._pages = Counter("marquee_pages", "Home pages by service level.", ["level"], registry=registry)
        self._seconds = Histogram(
            "marquee_page_seconds",
            "Time to compose a home page.",
            buckets=PAGE_SECONDS_BUCKETS,
            registry=registry,
        )
        self._level = Gauge(
            "marquee_service_level", "0 full, 1 fewer rows, 2 no re-rank, 3 cached.", registry=registry
        )
        self._rows = Counter(
            "marquee_rows",
            "Rows served, by kind and tier of the fallback chain.",
            ["kind", "tier"],
            registry=registry,
        )
        self._dropped = Counter(
            "marquee_rows_dropped", "Rows dropped for too few titles.", ["kind"], registry=registry
        )
        self._degradations = Counter(
            "marquee_degradations", "Degradations of served pages.", ["what"], registry=registry
        )
        self._violations = Counter(
            "marquee_contract_violations",
            "Served pages that broke an invariant.",
            ["invariant"],
            registry=registry,
        )
        self._snapshots = Counter(
            "marquee_pages_kept",
            "Page snapshots, by outcome of the write.",
            ["outcome"],
            registry=registry,
        )
        self._cache_statuses = Counter(
            "marquee_warm_pages", "Page cache lookups, by result.", ["warmth"], registry=registry
        )
        self._exposures = Counter(
            "marquee_exposures", "Experiment exposures.", ["experiment", "variant"], registry=registry
        )
        self._calls = Counter("marquee_store_calls", "Store calls.", ["store"], registry=registry)
        self._failures = Counter(
            "marquee_store_failures", "Failed store calls.", ["store"], registry=registry
        )
        self._calls_cut = Counter(
            "marquee_store_calls_cut", "Calls cut at the request's deadline.", ["store"], registry=registry
        )
        self._create_series()

    def register(self, collector: Collector) -> None:
        self._registry.register(collector)

    def _create_series(self) -> None:
        for level in ServiceLevel:
            self._pages.labels(level)
        for kind in RowSource:
            self._dropped.labels(kind)
            for tier in Tier:
                self._rows.labels(kind, tier)
        for what in DegradationKind:
            self._degradations.labels(what)
        for outcome in SnapshotOutcome:
            self._snapshots.labels(outcome)
        for status in CacheStatus:
            self._cache_statuses.labels(status)
        for invariant in Invariant:
            self._violations.labels(invariant)
        for store in STORES:
            self._calls.labels(store)
            self._failures.labels(store)
            self._calls_cut.labels(store)

    def page_served(self, level: ServiceLevel, seconds: float) -> None:
        self._pages.labels(level).inc()
        self._seconds.observe(seconds)
        self._level.set(LEVELS.index(level))

    def row_served(self, kind: RowSource, tier: Tier) -> None:
        self._rows.labels(kind, tier).inc()

    def row_dropped(self, kind: RowSource) -> None:
        self._dropped.labels(kind).inc()

    def page_degraded(self, kind: DegradationKind) -> None:
        self._degradations.labels(kind).inc()

    def invariant_violated(self, invariant: Invariant) -> None:
        self._violations.labels(invariant).inc()

    def snapshot_stored(self, outcome: SnapshotOutcome) -> None:
        self._snapshots.labels(outcome).inc()

    def page_cache_read(self, status: CacheStatus) -> None:
        self._cache_statuses.labels(status).inc()

    def exposure_recorded(self, experiment: str, variant: str) -> None:
        self._exposures.labels(experiment, variant).inc()

    def count_store_calls(
        self, calls: Mapping[str, int], failures: Mapping[str, int], cut: Mapping[str, int]
    ) -> None:
        """Of one request: calls by "store.verb"; failures and calls cut at the deadline by store."""
        for name, count in calls.items():
            self._calls.labels(name.partition(".")[0]).inc(count)
        for store, count in failures.items():
            self._failures.labels(store).inc(count)
        for store, count in cut.items():
            self._calls_cut.labels(store).inc(count)

    def text(self) -> bytes:
        return generate_latest(self._registry)


def metrics_route(metrics: Metrics, authenticate: Callable[[Request], Awaitable[Principal]] | None) -> Route:
    """For operators and staff; open to all when `authenticate` is None (the demo)."""

    async def page(request: Request) -> Response:
        if authenticate is not None:
            try:
                principal = await authenticate(request)
            except Unauthenticated as error:
                return PlainTextResponse(str(error), 401, headers={"www-authenticate": "Bearer"})
            except StoreUnavailable as error:
                return PlainTextResponse(str(error), 503, headers={"retry-after": "2"})
            if principal.role not in ALLOWED_ROLES:
                return PlainTextResponse("Metrics are for operators and staff.", 403)
        return Response(metrics.text(), media_type=CONTENT_TYPE, headers={"cache-control": "no-store"})

    return Route("/metrics", page)
