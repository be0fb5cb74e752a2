"""Assignments: vectors, layers, holdout, sticky variants, restarts, forced arms."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.experiments.assignment import Assignments, UnitIds, assign_variants, parse_arms
from domain.experiments.model import Experiment, ExperimentSet, ExperimentStatus, Holdout, Unit, Variant
from domain.ids import AccountId, ProfileId
from domain.layouts.conditions import Condition
from domain.layouts.request_context import TargetingContext
from domain.viewers.profiles import StickyAssignment
from tests.domain.made import DAY, DE, NOW, raw_ids

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "experiments.json").read_text("utf-8"))
HALVES = (Variant("A", 50), Variant("B", 50))
NOBODY_HELD_OUT = Holdout(share=0)
CROWD = 20_000


def a_situation(**changes: Any) -> TargetingContext:
    return replace(TargetingContext("tv", DE, False, 18, "standard", 30, 12, NOW), **changes)


def units(name: str, account: str | None = None) -> UnitIds:
    return UnitIds(ProfileId(name), AccountId(account or name))


def a_set(*experiments: Experiment, holdout: Holdout = NOBODY_HELD_OUT) -> ExperimentSet:
    return ExperimentSet.of(experiments, holdout)


def crowd(one: ExperimentSet) -> list[Assignments]:
    return [assign_variants(one, units(f"p{number}"), a_situation()) for number in range(CROWD)]


def shares(people: list[Assignments], key: str) -> Counter[str | None]:
    return Counter(found.arms.get(key) for found in people)


@pytest.mark.parametrize(
    "vector", VECTORS["assignments"], ids=lambda vector: f"{vector['key']}:{vector['unit']}"
)
def test_published_assignments(vector: dict[str, Any]) -> None:
    experiment = Experiment(
        key=vector["key"],
        phase=vector["phase"],
        variants=tuple(Variant(key, weight) for key, weight in vector["weights"].items()),
        coverage=vector["coverage"],
        layer=vector["layer"],
        segments=tuple(vector["segments"]),
    )
    found = assign_variants(a_set(experiment), units(vector["unit"]), a_situation())
    assert found.arms.get(vector["key"]) == vector["variant"]


def test_assigned_shares_match_weights_and_coverage() -> None:
    uneven = (Variant("off", 70), Variant("small", 20), Variant("large", 10))
    counts = shares(crowd(a_set(Experiment("hero", uneven, coverage=0.5))), "hero")
    expected = {None: 0.5, "off": 0.35, "small": 0.1, "large": 0.05}
    assert {variant: round(count / CROWD, 2) for variant, count in counts.items()} == expected


def test_two_experiments_assign_independently() -> None:
    people = crowd(a_set(Experiment("row-order", HALVES), Experiment("hero", HALVES)))
    cells = Counter((found.arms["row-order"], found.arms["hero"]) for found in people)
    chi = sum((count - CROWD / 4) ** 2 / (CROWD / 4) for count in cells.values())
    assert len(cells) == 4
    assert chi < 16.266  # three degrees of freedom, once in a thousand


def test_experiments_of_one_layer_never_meet_and_share_it_by_segments() -> None:
    one = Experiment("one", HALVES, layer="home", segments=(0.0, 0.6))
    two = Experiment("two", HALVES, layer="home", segments=(0.6, 0.9))
    people = crowd(a_set(one, two))
    counts = Counter(tuple(found.arms) for found in people)
    assert {keys: round(count / CROWD, 2) for keys, count in counts.items()} == {
        ("one",): 0.6,
        ("two",): 0.3,
        (): 0.1,
    }


def test_variant_and_layer_are_assigned_independently() -> None:
    """A unit in the lower half of a layer is not mostly in the first variant."""
    counts = shares(crowd(a_set(Experiment("one", HALVES, layer="home", segments=(0.0, 0.5)))), "one")
    in_a, in_b = counts["A"], counts["B"]
    assert (in_a - in_b) ** 2 / (in_a + in_b) < 10.828


def test_overlapping_segments_still_give_one_experiment_per_layer() -> None:
    overlapping = [Experiment(key, HALVES, layer="home", segments=(0.0, 0.8)) for key in ("a", "b")]
    assert {len(found.all) for found in crowd(a_set(*overlapping))[:2000]} == {0, 1}


def test_one_account_in_a_hundred_takes_part_in_nothing() -> None:
    experiments = (Experiment("row-order", HALVES), Experiment("hero", HALVES, unit=Unit.ACCOUNT))
    people = crowd(a_set(*experiments, holdout=Holdout()))
    held = [found for found in people if found.is_held_out]
    assert 0.008 < len(held) / CROWD < 0.012
    assert {found.all for found in held} == {()}
    assert {len(found.all) for found in people if not found.is_held_out} == {2}


def test_the_profiles_of_an_account_share_its_assignments() -> None:
    by_account = a_set(Experiment("hero", HALVES, unit=Unit.ACCOUNT), Experiment("row-order", HALVES))
    found = [
        assign_variants(by_account, units(f"p{number}", "home"), a_situation()).arms for number in range(50)
    ]
    assert len({arms["hero"] for arms in found}) == 1
    assert {arms["row-order"] for arms in found} == {"A", "B"}


def test_a_restart_assigns_all_units_again() -> None:
    first, second = (crowd(a_set(Experiment("row-order", HALVES, phase=phase))) for phase in (1, 2))
    moved = sum(a.arms != b.arms for a, b in zip(first, second, strict=True))
    assert 0.48 < moved / CROWD < 0.52


def test_a_sticky_variant_survives_changed_weights_and_coverage() -> None:
    experiment = Experiment("row-order", HALVES)
    shown = assign_variants(a_set(experiment), units("ade"), a_situation()).arms["row-order"]
    assert shown == "B"
    changed = replace(experiment, variants=(Variant("A", 100), Variant("B", 0)), coverage=0.01)
    kept = {"row-order": StickyAssignment("B", 1)}
    found = assign_variants(a_set(changed), units("ade"), a_situation(), sticky=kept)
    assert found.arms == {"row-order": "B"}
    assert assign_variants(a_set(changed), units("ade"), a_situation()).arms == {}
    assert (
        assign_variants(a_set(replace(changed, sticky=False)), units("ade"), a_situation(), sticky=kept).arms
        == {}
    )


@pytest.mark.parametrize(
    ("change", "sticky", "expected"),
    [
        ({}, StickyAssignment("A", 1), "A"),
        ({"phase": 2}, StickyAssignment("B", 1), "A"),
        ({"bucket_version": 1}, StickyAssignment("A", 1), "B"),
        ({"bucket_version": 1}, StickyAssignment("A", 1, 1), "A"),
        ({"bucket_version": 1, "min_bucket_version": 1}, StickyAssignment("A", 1), None),
        ({}, StickyAssignment("gone", 1), "B"),
    ],
    ids=["kept", "restarted", "bucketed anew", "kept since", "saw what was broken", "its variant is gone"],
)
def test_when_a_sticky_assignment_counts(
    change: dict[str, Any], sticky: StickyAssignment, expected: str | None
) -> None:
    """Ade's hash says B in phase 1 and A in phase 2."""
    experiment = replace(Experiment("row-order", HALVES), **change)
    found = assign_variants(a_set(experiment), units("ade"), a_situation(), sticky={"row-order": sticky})
    assert found.arms.get("row-order") == expected


def test_a_sticky_variant_keeps_its_layer() -> None:
    one = Experiment("one", HALVES, layer="home", segments=(0.0, 0.1))
    two = Experiment("two", HALVES, layer="home", segments=(0.1, 1.0))
    assert list(assign_variants(a_set(one, two), units("ade"), a_situation()).arms) == ["two"]
    found = assign_variants(
        a_set(one, two), units("ade"), a_situation(), sticky={"one": StickyAssignment("A", 1)}
    )
    assert found.arms == {"one": "A"}


def test_forced_arms_win_over_everything_and_are_marked() -> None:
    draft = Experiment("draft", HALVES, status=ExperimentStatus.DRAFT, layer="home")
    one = Experiment("one", HALVES, layer="home", segments=(0.0, 1.0))
    other = Experiment("other", HALVES)
    everybody_out = a_set(draft, one, other, holdout=Holdout(share=1))
    found = assign_variants(everybody_out, units("ade"), a_situation(), forced={"draft": "B"})
    assert (found.arms, found.has_forced, found.all[0].is_forced) == ({"draft": "B"}, True, True)
    beside = assign_variants(a_set(draft, one, other), units("ade"), a_situation(), forced={"draft": "B"})
    assert sorted(beside.arms) == ["draft", "other"]


@pytest.mark.parametrize(
    ("forced", "message"),
    [
        ({"row-ordr": "A"}, "There is no experiment 'row-ordr'. Did you mean 'row-order'?"),
        ({"row-order": "C"}, "Experiment 'row-order' has no variant 'C'; it has A, B."),
    ],
)
def test_a_forced_arm_that_does_not_exist_is_refused(forced: dict[str, str], message: str) -> None:
    with pytest.raises(BadInput) as refused:
        assign_variants(a_set(Experiment("row-order", HALVES)), units("ade"), a_situation(), forced=forced)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, 1),
        ({"status": ExperimentStatus.DRAFT}, 0),
        ({"status": ExperimentStatus.STOPPED}, 0),
        ({"starts_at": NOW}, 1),
        ({"starts_at": NOW + DAY}, 0),
        ({"ends_at": NOW}, 0),
        ({"ends_at": NOW + DAY}, 1),
    ],
)
def test_only_running_experiments_assign(change: dict[str, Any], expected: int) -> None:
    experiment = replace(Experiment("row-order", HALVES), **change)
    assert len(assign_variants(a_set(experiment), units("ade"), a_situation()).all) == expected


def test_the_first_variant_that_names_a_data_version_decides_it() -> None:
    night = (Variant("A", 0), Variant("B", 1, data_version="20261121-1"))
    later = (Variant("A", 0), Variant("B", 1, data_version="20261122-1"))
    found = assign_variants(
        a_set(Experiment("z", later), Experiment("a", night)), units("ade"), a_situation()
    )
    assert found.data_version == "20261121-1"
    assert assign_variants(a_set(), units("ade"), a_situation()).data_version is None


@pytest.mark.parametrize(
    ("text", "arms"),
    [
        ("", {}),
        ("row-order=B", {"row-order": "B"}),
        (" row-order = B ,hero=A,", {"row-order": "B", "hero": "A"}),
    ],
)
def test_arms_as_a_designer_writes_them(text: str, arms: dict[str, str]) -> None:
    assert parse_arms(text) == arms


@pytest.mark.parametrize(
    "text",
    ["row-order", "=B", "row-order=", "a=A,a=B", "a b=A", "a.b=A", ",".join(f"x{n}=A" for n in range(21))],
)
def test_arms_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(BadInput, match="Write arms like row-order=B, hero=A"):
        parse_arms(text)


def test_only_requests_that_match_the_condition_take_part() -> None:
    on_tv = Experiment("row-order", HALVES, when=Condition(devices=("tv",)), layer="rows")
    kept = {"row-order": StickyAssignment("B", 1)}
    assert assign_variants(a_set(on_tv), units("ade"), a_situation()).arms == {"row-order": "B"}
    assert assign_variants(a_set(on_tv), units("ade"), a_situation(device="web"), sticky=kept).arms == {}
    forced = assign_variants(a_set(on_tv), units("ade"), a_situation(device="web"), forced={"row-order": "A"})
    assert forced.arms == {"row-order": "A"}


def test_a_sticky_variant_keeps_its_layer_even_where_the_condition_fails() -> None:
    on_tv = Experiment("a", HALVES, when=Condition(devices=("tv",)), layer="rows", segments=(0.5, 1.0))
    other = Experiment("b", HALVES, layer="rows", segments=(0.0, 0.5))
    kept = {"a": StickyAssignment("B", 1)}
    assert (
        assign_variants(a_set(on_tv, other), units("ade"), a_situation(device="web"), sticky=kept).arms == {}
    )
    assert list(assign_variants(a_set(on_tv, other), units("ade"), a_situation(device="web")).arms) == ["b"]


@given(
    st.lists(
        st.builds(
            Experiment,
            key=st.sampled_from(["a", "b", "c", "d"]),
            variants=st.just(HALVES),
            layer=st.sampled_from(["", "home", "hero"]),
            segments=st.tuples(st.sampled_from([0.0, 0.3]), st.sampled_from([0.5, 1.0])),
            coverage=st.sampled_from([0.0, 0.5, 1.0]),
            unit=st.sampled_from(Unit),
        ),
        max_size=6,
    ),
    raw_ids,
    st.dictionaries(
        st.sampled_from(["a", "b", "c", "d"]), st.builds(StickyAssignment, st.sampled_from("AB"), st.just(1))
    ),
)
def test_a_layer_never_has_two_assignments(
    experiments: list[Experiment], name: str, sticky: dict[str, StickyAssignment]
) -> None:
    one = a_set(*experiments)
    found = assign_variants(one, units(name), a_situation(), sticky=sticky)
    layers = [assignment.experiment.layer_name for assignment in found.all]
    assert len(layers) == len(set(layers))
    assert found == assign_variants(one, units(name), a_situation(), sticky=sticky)
