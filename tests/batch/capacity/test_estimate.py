"""Sums of the calculator, by hand, and how they grow."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from batch.capacity.constants import constants, measured
from batch.capacity.estimate import CapacityEstimate, Demand, NodeShape, estimate_capacity
from batch.commands.capacity import capacity

DEMAND = Demand(profiles=1_000_000, titles=10_000)


def estimate(demand: Demand, node: NodeShape | None = None) -> CapacityEstimate:
    return estimate_capacity(demand, node or NodeShape(), 64, 4.0)


def part(found: CapacityEstimate, name: str) -> tuple[int, int, int]:
    [one] = [one for one in found.parts if (one.store, one.part) == tuple(name.split("/"))]
    return one.documents, one.data_bytes, one.index_bytes


def test_lists_of_all_versions_are_counted_with_their_indexes() -> None:
    documents, data, index = part(estimate(DEMAND), "MongoDB/top_picks")
    assert documents == 4 * DEMAND.profiles
    assert data == documents * (measured("top_picks_base") + 80 * measured("top_picks_item"))
    assert index == documents * (24 + 11 + 2 * measured("index_entry"))


def test_replicas_and_the_scarcest_resource_decide_on_nodes() -> None:
    found = {one.store: one for one in estimate(DEMAND, NodeShape(memory=10**12, disk=10**10)).stores}
    assert (found["MongoDB"].copies, found["MongoDB"].limit) == (3, "disk")
    assert found["MongoDB"].nodes == -(-found["MongoDB"].bytes * 3 // 7_000_000_000)
    assert (found["Elasticsearch"].nodes, found["Elasticsearch"].limit) == (2, "copies")
    small = {one.store: one for one in estimate(DEMAND, NodeShape(memory=10**9)).stores}
    assert small["Redis"].limit == "memory"


def test_pages_in_redis_follow_requests_and_never_exceed_profiles() -> None:
    few = part(estimate(replace(DEMAND, requests_a_second=1.0)), "Redis/pages")[0]
    many = part(estimate(replace(DEMAND, requests_a_second=1e9)), "Redis/pages")[0]
    assert (few, many) == (1200, DEMAND.profiles)


@given(
    st.builds(
        Demand,
        profiles=st.integers(1, 10**10),
        titles=st.integers(1, 10**7),
        rows=st.integers(1, 100),
        history=st.integers(1, 10**4),
        requests_a_second=st.floats(0.1, 1e6),
    ),
    st.sampled_from(["profiles", "titles", "rows", "history"]),
)
def test_more_of_anything_never_needs_less(demand: Demand, field: str) -> None:
    less = estimate(demand)
    more = estimate(replace(demand, **{field: getattr(demand, field) * 2}))
    assert more.stored_bytes >= less.stored_bytes
    assert all(b.nodes >= a.nodes >= a.copies for a, b in zip(less.stores, more.stores, strict=True))
    assert more.night.core_hours >= less.night.core_hours
    assert more.dominant in more.parts


def test_the_table_says_what_dominates() -> None:
    result = CliRunner().invoke(capacity, ["--profiles", "200M", "--titles", "50k", "--rps", "20k"])
    assert result.exit_code == 0, result.output
    assert "800,000,000" in result.output
    assert "of all stored bytes are MongoDB's" in result.output.splitlines()[-1]
    assert "decided by" in result.output


def test_json_has_the_estimate_and_its_constants() -> None:
    result = CliRunner().invoke(capacity, ["--profiles", "1M", "--titles", "10k", "--json"])
    content = json.loads(result.output)
    assert content["demand"]["profiles"] == 1_000_000
    assert content["stored_bytes"] == sum(one["bytes"] * one["copies"] for one in content["stores"])
    assert content["constants"]["top_picks_item"]["unit"] == "bytes"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--profiles", "200X", "--titles", "1k"], "'200X' is no amount: write 200000000 or 200M"),
        (["--profiles", "0", "--titles", "1k"], "must be a whole number of at least 1"),
        (["--profiles", "1M", "--titles", "1k", "--rps", "0"], "must be above 0"),
        (["--profiles", "1M", "--titles", "1k", "--window", "-1"], "'-1' is no amount"),
        (["--titles", "1k"], "Missing option '--profiles'"),
    ],
)
def test_bad_input_ends_with_2_and_says_what_to_write(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(capacity, arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_every_constant_says_how_it_was_measured() -> None:
    assert all(one.value > 0 and one.unit and len(one.how) > 10 for one in constants().values())
