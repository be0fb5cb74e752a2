"""Metrics, read as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families

from bff.http.metrics import Metrics
from domain.candidates.model import Tier
from domain.layouts.row_kinds import RowSource
from domain.page.invariants import Invariant
from domain.page.model import DegradationKind
from domain.resilience.degradation_levels import ServiceLevel


def samples(metrics: Metrics) -> dict[str, float]:
    """name{label="value",...} -> value, without the instants of creation."""
    return {
        sample.name + _labels(sample.labels): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
        if not sample.name.endswith("_created")
    }


def _labels(labels: Mapping[str, str]) -> str:
    return "".join(f"{{{name}={value}}}" for name, value in labels.items())


def counted(metrics: Metrics) -> dict[str, float]:
    """What is not 0, histogram buckets left out."""
    return {name: value for name, value in samples(metrics).items() if value and "_bucket" not in name}


def test_every_series_of_a_closed_vocabulary_stands_at_zero_from_the_start() -> None:
    begun = samples(Metrics())
    assert set(begun.values()) == {0.0}
    assert sum("marquee_rows_total" in name for name in begun) == len(RowSource) * len(Tier)
    assert sum("marquee_degradations_total" in name for name in begun) == len(DegradationKind)
    assert sum("marquee_pages_total" in name for name in begun) == len(ServiceLevel)
    assert begun["marquee_store_failures_total{store=redis}"] == 0


def test_what_happens_is_counted_once() -> None:
    metrics = Metrics()
    metrics.row_served(RowSource.TRENDING, Tier.REGIONAL)
    metrics.row_served(RowSource.TRENDING, Tier.REGIONAL)
    metrics.row_served(RowSource.TOP_PICKS, Tier.FRESH)
    metrics.row_dropped(RowSource.GENRE)
    metrics.page_degraded(DegradationKind.ROW_UNAVAILABLE)
    metrics.invariant_violated(Invariant.NO_REPEATS)
    metrics.exposure_recorded("hero", "tall")
    metrics.page_served(ServiceLevel.NO_RERANK, 0.25)
    metrics.count_store_calls(
        {"mongo.profiles": 1, "mongo.accounts": 2, "redis.trends": 1}, {"redis": 1}, {"mongo": 1}
    )
    assert counted(metrics) == {
        "marquee_rows_total{kind=trending}{tier=regional}": 2,
        "marquee_rows_total{kind=top_picks}{tier=fresh}": 1,
        "marquee_rows_dropped_total{kind=genre}": 1,
        "marquee_degradations_total{what=row_unavailable}": 1,
        "marquee_contract_violations_total{invariant=no_repeats}": 1,
        "marquee_exposures_total{experiment=hero}{variant=tall}": 1,
        "marquee_pages_total{level=no_rerank}": 1,
        "marquee_service_level": 2,
        "marquee_page_seconds_count": 1,
        "marquee_page_seconds_sum": 0.25,
        "marquee_store_calls_total{store=mongo}": 3,
        "marquee_store_calls_total{store=redis}": 1,
        "marquee_store_failures_total{store=redis}": 1,
        "marquee_store_calls_cut_total{store=mongo}": 1,
    }


def test_two_processes_in_one_interpreter_do_not_share_counters() -> None:
    one, other = Metrics(), Metrics()
    one.invariant_violated(Invariant.NO_REPEATS)
    assert counted(other) == {}
