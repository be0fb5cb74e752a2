"""An experiment has an impact only where another variant gives a different page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.experiments.assignment import Assignments, UnitIds, assign_variants
from domain.experiments.counterfactuals import deciding_arms, impacts, is_same_page
from domain.experiments.model import Experiment, ExperimentSet, Holdout, Variant
from domain.ids import AccountId, ProfileId
from domain.layouts.model import Layout, RowPlacement, RowSpec, RowStyle, Weights
from domain.layouts.request_context import TargetingContext
from domain.layouts.resolution import PublishedLayouts, decode_layouts, resolve
from domain.layouts.row_kinds import RowSource
from tests.domain.made import NOW
from tests.domain.made_layouts import a_context, a_document, a_layout_version

HALVES = (Variant("A", 1), Variant("B", 1))
FIRST: Any = {"move": {"trending": {"to": 1}}}
PICKS = RowSpec("picks", RowSource.TOP_PICKS)
CHART = RowSpec("chart", RowSource.TRENDING)
NEW = RowSpec("new", RowSource.NEW_RELEASES)
LAYOUT = Layout("home", 3, (PICKS, CHART, NEW), NOW)


def layouts(**variants: Any) -> PublishedLayouts:
    weights = {"A": 1, "B": 1, "C": 1}
    declared = {key: {"weights": weights, **arms} for key, arms in variants.items()}
    return decode_layouts([a_layout_version(a_document(variants=declared))])


def impacts_for(
    published: PublishedLayouts, *experiments: Experiment, forced: dict[str, str], **situation: Any
) -> list[tuple[str, list[str], list[str]]]:
    """(experiment, other variants, rows) of each impact with these arms."""
    experiment_set = ExperimentSet.of(experiments, Holdout(share=0))
    where: TargetingContext = a_context(**situation)
    assignments: Assignments = assign_variants(
        experiment_set, UnitIds(ProfileId("ade"), AccountId("home")), where, forced
    )
    where = replace(where, arms=assignments.arms)
    found = impacts(published, where, resolve(published, where).layout, assignments)
    return [
        (say.assignment.experiment.key, [other.variant for other in say.others], sorted(say.rows))
        for say in found
    ]


@pytest.mark.parametrize("mine", ["A", "B"])
def test_an_impact_is_found_from_either_arm(mine: str) -> None:
    other = {"A": "B", "B": "A"}[mine]
    found = impacts_for(layouts(order={"B": [FIRST]}), Experiment("order", HALVES), forced={"order": mine})
    assert found == [("order", [other], ["trending"])]


def test_a_patch_for_other_devices_has_no_impact() -> None:
    published = layouts(order={"B": [{"when": {"device": "mobile"}, **FIRST}]})
    experiment = Experiment("order", HALVES)
    assert impacts_for(published, experiment, forced={"order": "A"}) == []
    assert impacts_for(published, experiment, forced={"order": "A"}, device="mobile") == [
        ("order", ["B"], ["trending"])
    ]


def test_an_experiment_without_patches_has_no_impact_unless_it_names_a_data_version() -> None:
    assert impacts_for(layouts(), Experiment("order", HALVES), forced={"order": "B"}) == []
    night = Experiment("night", (Variant("A", 1), Variant("B", 1, "v1")))
    for mine, other in (("A", "B"), ("B", "A")):
        found = impacts_for(layouts(), night, forced={"night": mine})
        assert found == [("night", [other], ["because", "continue", "new", "picks", "trending"])]


def test_a_variant_of_weight_zero_has_no_impact() -> None:
    published = layouts(order={"B": [FIRST]})
    assert (
        impacts_for(published, Experiment("order", (Variant("A", 1), Variant("B", 0))), forced={"order": "A"})
        == []
    )


def test_of_three_variants_each_is_compared_with_the_one_served() -> None:
    published = layouts(order={"B": [FIRST], "C": [{"remove": ["new"]}]})
    three = Experiment("order", (*HALVES, Variant("C", 1)))
    assert impacts_for(published, three, forced={"order": "A"}) == [
        ("order", ["B", "C"], ["new", "trending"])
    ]
    assert impacts_for(published, three, forced={"order": "C"}) == [("order", ["A", "B"], ["trending"])]


def test_another_experiment_stays_as_it_is() -> None:
    """Where one arm removes the row that the other moves, the other has no impact."""
    published = layouts(gone={"B": [{"remove": ["trending"]}]}, order={"B": [FIRST]})
    both = (Experiment("gone", HALVES), Experiment("order", HALVES))
    assert impacts_for(published, *both, forced={"gone": "B", "order": "B"}) == [("gone", ["A"], [])]
    assert impacts_for(published, *both, forced={"gone": "A", "order": "B"}) == [
        ("gone", ["B"], ["trending"]),
        ("order", ["A"], ["trending"]),
    ]


def test_rows_name_their_deciding_arms() -> None:
    published = layouts(
        order={"B": [FIRST]}, size={"B": [{"set": {"trending": {"max_cards": 10}, "new": {"max_cards": 9}}}]}
    )
    experiments = ExperimentSet.of(
        [Experiment("order", HALVES), Experiment("size", HALVES)], Holdout(share=0)
    )
    where = a_context()
    assignments = assign_variants(
        experiments, UnitIds(ProfileId("ade"), AccountId("home")), where, {"order": "B", "size": "A"}
    )
    where = replace(where, arms=assignments.arms)
    found = impacts(published, where, resolve(published, where).layout, assignments)
    assert deciding_arms(found) == {"trending": "order:B size:A", "new": "size:A"}


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"id": "tv", "version": 9}, True),
        ({"rows": (NEW, PICKS, CHART)}, False),
        ({"rows": (PICKS, replace(CHART, style=RowStyle.NUMBERED), NEW)}, False),
        ({"rows": (replace(PICKS, place=RowPlacement(pin=1)), CHART, NEW)}, False),
        ({"rows": (PICKS, NEW)}, False),
        ({"weights": Weights(taste=0.9)}, False),
        ({"stand_ins": (RowSpec("spare", RowSource.GENRE),)}, False),
    ],
    ids=["names", "order", "style", "place", "a row", "weights", "a stand-in"],
)
def test_layouts_with_equal_page_fields_ask_for_the_same_page(change: dict[str, Any], same: bool) -> None:
    other = replace(LAYOUT, **change)
    assert is_same_page(LAYOUT, other) is is_same_page(other, LAYOUT) is same


def test_a_row_of_one_variant_alone_is_affected() -> None:
    document = a_document()
    document["rows"]["new"]["when"] = {"arm": {"order": "B"}}
    document["overrides"] = [
        {"when": {"arm": {"order": ["A", "B"]}, "device": "tv"}, "set": {"picks": {"max_cards": 9}}}
    ]
    published = decode_layouts([a_layout_version(document)])
    experiment = Experiment("order", HALVES)
    assert impacts_for(published, experiment, forced={"order": "B"}) == [("order", ["A"], ["new", "picks"])]
    assert impacts_for(published, experiment, forced={"order": "A"}, device="web") == [("order", ["B"], [])]


def test_a_change_of_the_whole_page_affects_every_row() -> None:
    published = layouts(order={"B": [{"page": {"weights": {"taste": 0.9}}}]})
    found = impacts_for(published, Experiment("order", HALVES), forced={"order": "A"})
    assert found == [("order", ["B"], ["because", "continue", "new", "picks", "trending"])]
