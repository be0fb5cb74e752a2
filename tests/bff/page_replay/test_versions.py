"""A replay reads a version that has not seen the future, or says why it cannot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bff.page_replay.versions import choose_version
from bff.stores.mongo.runs import RunFacts, run_facts
from domain.errors import BadInput
from domain.recommendations.lists import DataVersion
from domain.timestamps import to_millis

T = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def run(version: str, as_of: datetime) -> RunFacts:
    return RunFacts(f"run-{version}", "nightly", version, version[:10], "succeeded", as_of)


RUNS = [run("v1", T - DAY), run("v2", T + DAY)]
READABLE = {one.version: DataVersion(one.version, "index", one.run_id, "", T) for one in RUNS}


def test_without_a_name_the_newest_that_has_not_seen_the_instant_is_read() -> None:
    assert choose_version(READABLE, RUNS, None, T) == (READABLE["v1"], T)


def test_without_an_instant_the_replay_stands_where_the_versions_data_ends() -> None:
    assert choose_version(READABLE, RUNS, None, None) == (READABLE["v2"], T + DAY)
    assert choose_version(READABLE, RUNS, "run-v1", None) == (READABLE["v1"], T - DAY)


def test_a_version_that_has_seen_the_future_is_refused() -> None:
    with pytest.raises(
        BadInput, match=r"--version: the lists of v2 have seen viewing up to 2026-11-21T12:00Z"
    ):
        choose_version(READABLE, RUNS, "v2", T)


def test_an_unknown_version_and_an_instant_before_all_are_refused() -> None:
    with pytest.raises(BadInput, match=r"no readable version 'v9'. Use one of: v1, v2."):
        choose_version(READABLE, RUNS, "v9", T)
    with pytest.raises(BadInput, match=r"The oldest has seen viewing up to 2026-11-19T12:00Z."):
        choose_version(READABLE, RUNS, None, T - 2 * DAY)


def test_a_run_that_recorded_less_counts_from_its_start() -> None:
    facts = run_facts(
        {"_id": "r", "job": "nightly", "version": "v", "logical_date": "2026-11-20", "status": "succeeded",
         "started_at": to_millis(T)}
    )  # fmt: skip
    assert (facts.as_of, facts.git_revision, facts.inputs) == (T, "", ())
