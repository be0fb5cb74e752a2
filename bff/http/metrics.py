"""What happens in one process, counted for Prometheus; the Observer of resolvers, and the page at /metrics.

Labels hold closed vocabularies only: no id of a profile, title or account is ever one. Every series exists from
the start, at 0, so that a rate is right from the first event on.
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
from domain.layouts.model import RowSource
from domain.page.invariants import Invariant
from domain.page.model import DegradationKind
from domain.page_cache.cached_page import CacheStatus
from domain.resilience.degradation_levels import LEVELS, ServiceLevel
from domain.snapshots.snapshot import SnapshotOutcome
from domain.viewers.profiles import Principal, Role

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
READERS = (Role.OPERATOR, Role.STAFF)
STORES = ("mongo", "elasticsearch", "redis")
SECONDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 5.0)


class Metrics:
    """Counters of one process, in a registry of their own. Implements domain.observing.Observer."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._pages = Counter("marquee_pages", "Home pages by service level.", ["level"], registry=registry)
        self._seconds = Histogram(
            "marquee_page_seconds", "Time to compose a home page.", buckets=SECONDS, registry=registry
        )
        self._level = Gauge(
            "marquee_service_level", "0 full, 1 fewer rows, 2 no re-rank, 3 cached.", registry=registry
        )
        self._rows = Counter(
            "marquee_rows",
            "Rows served, by kind and rung of the ladder.",
            ["kind", "tier"],
            registry=registry,
        )
        self._dropped = Counter(
            "marquee_rows_dropped", "Rows left out for want of titles.", ["kind"], registry=registry
        )
        self._degradations = Counter(
            "marquee_degradations", "What pages had to do without.", ["what"], registry=registry
        )
        self._violations = Counter(
            "marquee_contract_violations",
            "Served pages that broke an invariant.",
            ["invariant"],
            registry=registry,
        )
        self._kept = Counter(
            "marquee_pages_kept",
            "Pages written for paging and replay, or not.",
            ["outcome"],
            registry=registry,
        )
        self._warm = Counter(
            "marquee_warm_pages", "How pages came to be served.", ["warmth"], registry=registry
        )
        self._exposures = Counter(
            "marquee_exposures", "Experiment exposures.", ["experiment", "variant"], registry=registry
        )
        self._calls = Counter("marquee_store_calls", "Calls of stores.", ["store"], registry=registry)
        self._failures = Counter("marquee_store_failures", "Calls that failed.", ["store"], registry=registry)
        self._cut = Counter(
            "marquee_store_calls_cut", "Calls given up at a request's deadline.", ["store"], registry=registry
        )
        self._begin()

    def register(self, collector: Collector) -> None:
        """Also tell what somebody else counts."""
        self._registry.register(collector)

    def _begin(self) -> None:
        for level in ServiceLevel:
            self._pages.labels(level)
        for kind in RowSource:
            self._dropped.labels(kind)
            for tier in Tier:
                self._rows.labels(kind, tier)
        for what in DegradationKind:
            self._degradations.labels(what)
        for keeping in SnapshotOutcome:
            self._kept.labels(keeping)
        for warmth in CacheStatus:
            self._warm.labels(warmth)
        for invariant in Invariant:
            self._violations.labels(invariant)
        for store in STORES:
            self._calls.labels(store)
            self._failures.labels(store)
            self._cut.labels(store)

    def page_served(self, level: ServiceLevel, seconds: float) -> None:
        self._pages.labels(level).inc()
        self._seconds.observe(seconds)
        self._level.set(LEVELS.index(level))

    def row_served(self, kind: RowSource, tier: Tier) -> None:
        self._rows.labels(kind, tier).inc()

    def row_dropped(self, kind: RowSource) -> None:
        self._dropped.labels(kind).inc()

    def degraded(self, what: DegradationKind) -> None:
        self._degradations.labels(what).inc()

    def violated(self, invariant: Invariant) -> None:
        self._violations.labels(invariant).inc()

    def page_kept(self, keeping: SnapshotOutcome) -> None:
        self._kept.labels(keeping).inc()

    def warmed(self, warmth: CacheStatus) -> None:
        self._warm.labels(warmth).inc()

    def exposed(self, experiment: str, variant: str) -> None:
        self._exposures.labels(experiment, variant).inc()

    def stores_called(
        self, calls: Mapping[str, int], failures: Mapping[str, int], cut: Mapping[str, int]
    ) -> None:
        """What one request asked of the stores: calls by "store.verb"; by store those that failed, and those that
        its deadline cut."""
        for name, count in calls.items():
            self._calls.labels(name.partition(".")[0]).inc(count)
        for store, count in failures.items():
            self._failures.labels(store).inc(count)
        for store, count in cut.items():
            self._cut.labels(store).inc(count)

    def text(self) -> bytes:
        """All of it in Prometheus' text format, version 0.0.4."""
        return generate_latest(self._registry)


def metrics_route(metrics: Metrics, authenticate: Callable[[Request], Awaitable[Principal]] | None) -> Route:
    """/metrics, for operators and staff; for everybody when `authenticate` is None (the demo)."""

    async def page(request: Request) -> Response:
        if authenticate is not None:
            try:
                principal = await authenticate(request)
            except Unauthenticated as error:
                return PlainTextResponse(str(error), 401, headers={"www-authenticate": "Bearer"})
            except StoreUnavailable as error:
                return PlainTextResponse(str(error), 503, headers={"retry-after": "2"})
            if principal.role not in READERS:
                return PlainTextResponse("Metrics are for operators and staff.", 403)
        return Response(metrics.text(), media_type=CONTENT_TYPE, headers={"cache-control": "no-store"})

    return Route("/metrics", page)
