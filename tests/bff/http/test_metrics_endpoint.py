"""/metrics of a running service: page metrics appear there, for operators and staff only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from bff.app import create_app
from bff.settings import Settings
from domain.page_cache.cached_page import CacheStatus
from domain.viewers.profiles import Role

Bearer = Callable[..., dict[str, str]]
HOME = """query Home { home(profileId: "profile_ade", device: {formFactor: TV}) {
  serviceLevel degradations { what } droppedRows { kind } rows(first: 20) { nodes { kind servedFrom } } } }"""


GATES = {"marquee_admission_limit", "marquee_loop_lateness_seconds", "marquee_requests_admitted_total"}


def read(client: TestClient) -> dict[tuple[str, ...], float]:
    """(name, label values ...) -> value, of everything that is not 0 and not the concurrency limit's."""
    text = client.get("/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.value and not sample.name.endswith(("_created", "_bucket")) and sample.name not in GATES
    }


@pytest.mark.stores
def test_a_page_is_counted_by_row_level_and_store_call(settings: Settings, bearer: Bearer) -> None:
    with TestClient(create_app(settings)) as client:
        assert read(client) == {}
        answer: dict[str, Any] = client.post("/graphql", json={"query": HOME}, headers=bearer()).json()
        counted = read(client)
    home = answer["data"]["home"]
    rows = Counter((row["kind"].lower(), row["servedFrom"].lower()) for row in home["rows"]["nodes"])
    dropped = Counter(row["kind"].lower() for row in home["droppedRows"])
    calls: Counter[str] = Counter()
    for name, count in answer["extensions"]["storeCalls"].items():
        calls[name.partition(".")[0]] += count
    seconds = counted.pop(("marquee_page_seconds_sum",))
    assert 0 < seconds < 10
    # Written behind the answer, maybe after it was counted.
    counted.pop(("marquee_pages_kept_total", "saved"), None)
    assert home["degradations"] == []
    # As found: another test may have had it composed.
    assert sum(counted.pop(("marquee_warm_pages_total", warmth), 0) for warmth in CacheStatus) == 1
    assert counted == {
        ("marquee_pages_total", "full"): 1,
        ("marquee_page_seconds_count",): 1,
        **{("marquee_rows_total", kind, tier): count for (kind, tier), count in rows.items()},
        **{("marquee_rows_dropped_total", kind): count for kind, count in dropped.items()},
        **{("marquee_store_calls_total", store): count for store, count in calls.items()},
    }


def test_metrics_are_for_operators_and_staff(dark_client: TestClient, bearer: Bearer) -> None:
    assert dark_client.get("/metrics").status_code == 401
    statuses = {role: dark_client.get("/metrics", headers=bearer("home", role)).status_code for role in Role}
    assert statuses == {Role.VIEWER: 403, Role.DESIGNER: 403, Role.OPERATOR: 200, Role.STAFF: 200}


def test_metrics_are_in_prometheus_format_and_name_no_profile(
    dark_client: TestClient, bearer: Bearer
) -> None:
    answer = dark_client.get("/metrics", headers=bearer("home", Role.OPERATOR))
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert "# TYPE marquee_rows_total counter" in answer.text
    assert "profile_ade" not in answer.text
