"""Each gate on facts: what it catches, and that small, first and legitimate versions pass."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from batch.pipeline.gates.checks import judge
from batch.pipeline.gates.facts import Evaluation, GateInput, ListFacts, LiveComparison, VersionFacts, World
from batch.pipeline.gates.model import GateId, GateResult, Level, Waiver, blocking
from batch.pipeline.gates.records import describe_blocking
from batch.pipeline.gates.thresholds import GATES
from batch.pipeline.gates.verdicts import wilson_low

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LISTS = ListFacts(
    profiles=1000,
    median_items=50.0,
    first_title="t1",
    first_title_lists=40,
    titles_used=800,
    items=50_000,
    kids_lists=100,
)
ROWS = {"top_picks": 1000, "similar_titles": 900, "popular_titles": 40, "trending": 60, "catalog": 1000}
SHARED = {
    "similar_titles": ListFacts(
        900, median_items=40.0, first_title="t1", first_title_lists=9, titles_used=900, items=36_000
    ),
    "popular_titles": ListFacts(200, median_items=80.0, first_title="t2", first_title_lists=30, items=16_000),
    "trending": ListFacts(200, median_items=60.0, first_title="t3", first_title_lists=30, items=12_000),
}
GOOD = VersionFacts(
    "20261120-2", ROWS, LISTS, 0, 5.0, (1000,) * 29, Evaluation(0.09, 0.085, 0.08, 500), shared=SHARED
)
WORLD = World(profiles=1000, titles=1000)
SHARED_OVERLAP = {
    "similar_titles": LiveComparison(900, 7000, 9000),
    "popular_titles": LiveComparison(200, 1900, 2000),
}
FACTS = GateInput(
    GOOD, replace(GOOD, version="20261120-1"), LiveComparison(1000, 7000, 10_000), WORLD, SHARED_OVERLAP
)


def staged(**changes: Any) -> GateInput:
    return replace(FACTS, staged=replace(GOOD, **changes))


def lists(**changes: Any) -> GateInput:
    return staged(lists=replace(LISTS, **changes))


def shared(dataset: str, **changes: Any) -> GateInput:
    return staged(shared={**SHARED, dataset: replace(SHARED[dataset], **changes)})


def blocked(facts: GateInput) -> list[str]:
    return [result.id.value for result in blocking(judge(facts))]


def result(facts: GateInput, gate: GateId) -> GateResult:
    return next(one for one in judge(facts) if one.id == gate)


BAD_OUTPUTS = {
    "empty lists": (lists(empty=900, median_items=0.0, titles_used=10, items=100), {"empty_lists", "median_items",
                                                                                   "catalogue_share"}),
    "90 % fewer rows": (staged(rows={**ROWS, "top_picks": 100}), {"row_count"}),
    "lists for a tenth": (lists(missing=900), {"coverage", "first_title"}),
    "all one title": (lists(first_title_lists=1000, titles_used=50, median_items=1.0),
                      {"first_title", "catalogue_share", "median_items"}),
    "adult titles for kids": (lists(too_mature=1), {"kids_maturity"}),
    "titles without a licence": (lists(unavailable=5000), {"unavailable"}),
    "popularity collapse": (lists(titles_used=50), {"catalogue_share"}),
    "a title twice": (lists(broken=1), {"integrity"}),
    "lists of another day": (replace(FACTS, comparison=LiveComparison(1000, 300, 10_000)), {"overlap"}),
    "a hole in the events": (staged(event_days=(100, *(1000,) * 28)), {"event_volume"}),
    "events that stopped": (staged(input_age_hours=60.0), {"input_age"}),
    "worse than popularity": (staged(evaluation=Evaluation(0.07, 0.065, 0.08, 500)), {"evaluation"}),
}  # fmt: skip


BAD_CONTENTS: dict[str, tuple[dict[str, Any], str]] = {
    "empty lists": ({"empty": 100}, "empty_lists"),
    "lists cut short": ({"median_items": 1.0}, "median_items"),
    "all one title": ({"first_title_lists": 200, "profiles": 200}, "first_title"),
    "titles that nobody knows": ({"unavailable": 5000}, "unavailable"),
    "a title twice": ({"broken": 1}, "integrity"),
}


@pytest.mark.parametrize("dataset", SHARED)
@pytest.mark.parametrize("name", BAD_CONTENTS)
def test_a_bad_output_of_a_shared_dataset_is_blocked_and_named(name: str, dataset: str) -> None:
    changes, gate = BAD_CONTENTS[name]
    facts = shared(dataset, **changes)
    assert blocked(facts) == [gate]
    assert dataset in result(facts, GateId(gate)).says


@pytest.mark.parametrize("dataset", SHARED)
def test_what_is_live_already_is_not_judged_by_what_changed_around_it_but_stays_safe(dataset: str) -> None:
    for name, (changes, gate) in BAD_CONTENTS.items():
        unchanged = replace(shared(dataset, **changes), unchanged=frozenset({dataset}))
        assert blocked(unchanged) == ([gate] if name == "a title twice" else []), name
    picks = replace(lists(missing=900), unchanged=frozenset({"top_picks"}))
    assert blocked(picks) == []
    adult = replace(shared(dataset, too_mature=1), unchanged=frozenset({dataset}))
    assert blocked(adult) == ["kids_maturity"]


def test_similar_titles_of_another_catalogue_are_blocked_and_charts_may_change() -> None:
    other = {**SHARED_OVERLAP, "similar_titles": LiveComparison(900, 100, 9000)}
    assert blocked(replace(FACTS, shared_comparisons=other)) == ["overlap"]
    assert (
        "900 lists of similar_titles" in result(replace(FACTS, shared_comparisons=other), GateId.OVERLAP).says
    )
    assert blocked(shared("similar_titles", titles_used=100)) == ["catalogue_share"]
    assert blocked(shared("trending", titles_used=1)) == []


@pytest.mark.parametrize("name", BAD_OUTPUTS)
def test_a_bad_output_is_blocked_by_name(name: str) -> None:
    facts, gates = BAD_OUTPUTS[name]
    assert set(blocked(facts)) == gates


def test_every_gate_blocks_some_bad_output() -> None:
    assert {gate for _, gates in BAD_OUTPUTS.values() for gate in gates} == {gate.value for gate in GateId}


def test_a_good_version_passes_every_gate() -> None:
    assert {one.level for one in judge(FACTS)} == {Level.OK}
    assert [one.id for one in judge(FACTS)] == list(GATES) == list(GateId)


@pytest.mark.parametrize("name", BAD_OUTPUTS)
def test_a_first_publication_is_blocked_by_what_is_wrong_in_itself_alone(name: str) -> None:
    facts, gates = BAD_OUTPUTS[name]
    absolute = {"coverage", "kids_maturity", "integrity"}
    assert set(blocked(replace(facts, live=None, comparison=LiveComparison()))) == gates & absolute


def test_the_first_publication_of_six_people_passes() -> None:
    """Short lists of a small catalogue, one of them empty, all beginning with the same title."""
    tiny = ListFacts(6, 1, 1, 0, 3.0, "t1", 5, 4, 15, 0, 1, 0)
    facts = GateInput(
        VersionFacts("1", {"top_picks": 5}, tiny, 0, 90.0, (3, 0)), None, LiveComparison(), World(6, 30)
    )
    assert blocked(facts) == []


def test_the_second_publication_of_six_people_passes() -> None:
    before = VersionFacts("1", {"top_picks": 6, "trending": 4}, ListFacts(6, 0, 0, 0, 9.0, "t1", 1, 20, 54))
    after = VersionFacts("2", {"top_picks": 5, "trending": 1}, ListFacts(6, 1, 1, 0, 8.0, "t2", 5, 12, 40))
    assert blocked(GateInput(after, before, LiveComparison(5, 1, 50), World(6, 30))) == []


def test_people_and_titles_that_left_are_no_lost_rows() -> None:
    fewer = staged(rows={**ROWS, "top_picks": 400, "similar_titles": 300, "catalog": 350})
    assert blocked(replace(fewer, world=World(profiles=400, titles=350))) == []
    assert blocked(replace(fewer, world=World(profiles=800, titles=350))) == ["row_count"]


def test_lists_of_an_hour_may_be_few_at_night() -> None:
    assert blocked(staged(rows={**ROWS, "trending": 10})) == []
    assert result(staged(rows={**ROWS, "trending": 10}), GateId.ROW_COUNT).level == Level.WARN


def test_what_is_usual_in_the_live_version_does_not_block() -> None:
    """A market without licences has empty lists every night, and a hit leads many lists."""
    usual = replace(LISTS, empty=200, first_title_lists=400, median_items=6.0)
    assert blocked(replace(FACTS, staged=replace(GOOD, lists=usual), live=replace(GOOD, lists=usual))) == []


def test_a_data_set_that_was_imported_once_is_old_and_only_warns() -> None:
    old = replace(staged(input_age_hours=50_000.0), live=replace(GOOD, input_age_hours=49_000.0))
    assert (blocked(old), result(old, GateId.INPUT_AGE).level) == ([], Level.WARN)


def test_an_interval_that_reaches_below_popularity_warns() -> None:
    close = staged(evaluation=Evaluation(0.081, 0.079, 0.08, 500))
    assert result(close, GateId.EVALUATION).level == Level.WARN
    assert result(staged(evaluation=Evaluation(0.01, 0.0, 0.08, 99)), GateId.EVALUATION).level == Level.OPEN


def test_more_events_than_usual_warn_and_a_young_service_is_not_judged() -> None:
    assert result(staged(event_days=(9000, *(1000,) * 28)), GateId.EVENT_VOLUME).level == Level.WARN
    assert result(staged(event_days=(0, *(1000,) * 13)), GateId.EVENT_VOLUME).level == Level.OPEN
    assert result(staged(event_days=(0, *(3,) * 28)), GateId.EVENT_VOLUME).level == Level.OK


def test_a_waiver_lets_its_gate_pass_until_it_expires_and_never_the_kids_gate() -> None:
    bad = lists(too_mature=1, unavailable=5000)
    waivers = [
        Waiver(gate, "mina", "known", NOW, NOW + timedelta(hours=24))
        for gate in (GateId.UNAVAILABLE, GateId.KIDS_MATURITY)
    ]
    found = {one.id: one for one in judge(bad, waivers, NOW)}
    assert found[GateId.UNAVAILABLE].waived_by == "mina"
    assert [one.id for one in blocking(list(found.values()))] == ["kids_maturity"]
    assert len(blocking(judge(bad, waivers, NOW + timedelta(hours=25)))) == 2


def test_the_message_names_the_gate_both_numbers_and_what_to_type() -> None:
    says = describe_blocking(judge(lists(unavailable=5000)), "run-1")
    assert says == (
        "unavailable: 5,000 of 50,000 titles are not licensed where the viewer is (value 10 %, limit 0.5 %, "
        "live 0 %). The data is kept and the pointer has not moved. Look: marquee gates check run-1. If it is right "
        'all the same: marquee gates waive unavailable --run run-1 --reason "..." --expires 24h, then marquee data '
        "publish run-1."
    )
    assert "waive" not in describe_blocking(judge(lists(too_mature=2)), "run-1")


@example(0, 3)
@example(0, 6)
@given(st.integers(0, 500), st.integers(1, 500))
def test_the_lower_bound_is_a_share_below_the_measured_one(bad: int, more: int) -> None:
    total = bad + more
    low = wilson_low(bad, total)
    assert 0.0 <= low <= bad / total
    assert wilson_low(bad * 10, total * 10) >= low


def test_the_documentation_has_the_limits() -> None:
    text = Path("docs/operating-batch.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]* \| ([^|]*) \|", text, re.MULTILINE))
    for gate in GATES.values():
        warn = f", warn {gate.warn:g}" if gate.warn else ""
        assert rows[gate.id.value].strip() == f"{gate.block:g} {gate.unit}{warn}"
