"""What an experiment has to say on one page: only what another variant would really have made different."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.experiments.assignment import Assignments, Units, assign_variants
from domain.experiments.counterfactuals import deciding_arms, impacts, same_page
from domain.experiments.model import Experiment, ExperimentBook, Holdout, Variant
from domain.ids import AccountId, ProfileId
from domain.layouts.model import Layout, RowPlacement, RowSource, RowSpec, RowStyle, Weights
from domain.layouts.request_context import Situation
from domain.layouts.resolution import PublishedLayouts, book_of, resolve
from tests.domain.made import NOW
from tests.domain.made_layouts import a_document, a_situation, an_edition

HALVES = (Variant("A", 1), Variant("B", 1))
FIRST: Any = {"move": {"trending": {"to": 1}}}
PICKS = RowSpec("picks", RowSource.TOP_PICKS)
CHART = RowSpec("chart", RowSource.TRENDING)
NEW = RowSpec("new", RowSource.NEW_RELEASES)
LAYOUT = Layout("home", 3, (PICKS, CHART, NEW), NOW, arms={"row-order": "A"})


def layouts(**variants: Any) -> PublishedLayouts:
    weights = {"A": 1, "B": 1, "C": 1}
    declared = {key: {"weights": weights, **arms} for key, arms in variants.items()}
    return book_of([an_edition(a_document(variants=declared))])


def says(
    book: PublishedLayouts, *experiments: Experiment, forced: dict[str, str], **situation: Any
) -> list[tuple[str, list[str], list[str]]]:
    """Experiment, other variants, rows: as it is found for somebody who has these arms."""
    experiment_book = ExperimentBook.of(experiments, Holdout(share=0))
    where: Situation = a_situation(**situation)
    dealt: Assignments = assign_variants(
        experiment_book, Units(ProfileId("ade"), AccountId("home")), where, forced
    )
    where = replace(where, arms=dealt.arms)
    found = impacts(book, where, resolve(book, where).layout, dealt)
    return [
        (say.assignment.experiment.key, [other.variant for other in say.others], sorted(say.rows))
        for say in found
    ]


@pytest.mark.parametrize("mine", ["A", "B"])
def test_both_arms_say_the_same_of_a_page(mine: str) -> None:
    other = {"A": "B", "B": "A"}[mine]
    found = says(layouts(order={"B": [FIRST]}), Experiment("order", HALVES), forced={"order": mine})
    assert found == [("order", [other], ["trending"])]


def test_a_patch_for_other_devices_says_nothing_here() -> None:
    book = layouts(order={"B": [{"when": {"device": "mobile"}, **FIRST}]})
    experiment = Experiment("order", HALVES)
    assert says(book, experiment, forced={"order": "A"}) == []
    assert says(book, experiment, forced={"order": "A"}, device="mobile") == [("order", ["B"], ["trending"])]


def test_an_experiment_that_no_layout_knows_says_nothing_unless_it_names_data() -> None:
    assert says(layouts(), Experiment("order", HALVES), forced={"order": "B"}) == []
    night = Experiment("night", (Variant("A", 1), Variant("B", 1, "v1")))
    for mine, other in (("A", "B"), ("B", "A")):
        found = says(layouts(), night, forced={"night": mine})
        assert found == [("night", [other], ["because", "continue", "new", "picks", "trending"])]


def test_a_variant_that_nobody_gets_is_no_alternative() -> None:
    book = layouts(order={"B": [FIRST]})
    assert says(book, Experiment("order", (Variant("A", 1), Variant("B", 0))), forced={"order": "A"}) == []


def test_of_three_variants_each_is_compared_with_the_one_served() -> None:
    book = layouts(order={"B": [FIRST], "C": [{"remove": ["new"]}]})
    three = Experiment("order", (*HALVES, Variant("C", 1)))
    assert says(book, three, forced={"order": "A"}) == [("order", ["B", "C"], ["new", "trending"])]
    assert says(book, three, forced={"order": "C"}) == [("order", ["A", "B"], ["trending"])]


def test_another_experiment_stays_as_it_is() -> None:
    """Where one arm removes the row that the other moves, the other has nothing to say."""
    book = layouts(gone={"B": [{"remove": ["trending"]}]}, order={"B": [FIRST]})
    both = (Experiment("gone", HALVES), Experiment("order", HALVES))
    assert says(book, *both, forced={"gone": "B", "order": "B"}) == [("gone", ["A"], [])]
    assert says(book, *both, forced={"gone": "A", "order": "B"}) == [
        ("gone", ["B"], ["trending"]),
        ("order", ["A"], ["trending"]),
    ]


def test_rows_carry_the_arms_that_decided_them() -> None:
    book = layouts(
        order={"B": [FIRST]}, size={"B": [{"set": {"trending": {"max_cards": 10}, "new": {"max_cards": 9}}}]}
    )
    experiments = ExperimentBook.of(
        [Experiment("order", HALVES), Experiment("size", HALVES)], Holdout(share=0)
    )
    where = a_situation()
    dealt = assign_variants(
        experiments, Units(ProfileId("ade"), AccountId("home")), where, {"order": "B", "size": "A"}
    )
    where = replace(where, arms=dealt.arms)
    found = impacts(book, where, resolve(book, where).layout, dealt)
    assert deciding_arms(found) == {"trending": "order:B size:A", "new": "size:A"}


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"arms": {"row-order": "B"}, "version": 9}, True),
        ({"rows": (NEW, PICKS, CHART)}, False),
        ({"rows": (PICKS, replace(CHART, style=RowStyle.NUMBERED), NEW)}, False),
        ({"rows": (replace(PICKS, place=RowPlacement(pin=1)), CHART, NEW)}, False),
        ({"rows": (PICKS, NEW)}, False),
        ({"weights": Weights(taste=0.9)}, False),
        ({"stand_ins": (RowSpec("spare", RowSource.GENRE),)}, False),
    ],
    ids=["names", "order", "style", "place", "a row", "weights", "a stand-in"],
)
def test_layouts_ask_for_the_same_page_when_they_say_the_same(change: dict[str, Any], same: bool) -> None:
    other = replace(LAYOUT, **change)
    assert same_page(LAYOUT, other) is same_page(other, LAYOUT) is same


def test_a_row_that_shows_for_one_variant_alone_is_that_experiments() -> None:
    document = a_document()
    document["rows"]["new"]["when"] = {"arm": {"order": "B"}}
    document["overrides"] = [
        {"when": {"arm": {"order": ["A", "B"]}, "device": "tv"}, "set": {"picks": {"max_cards": 9}}}
    ]
    book = book_of([an_edition(document)])
    experiment = Experiment("order", HALVES)
    assert says(book, experiment, forced={"order": "B"}) == [("order", ["A"], ["new", "picks"])]
    assert says(book, experiment, forced={"order": "A"}, device="web") == [("order", ["B"], [])]


def test_a_change_of_the_whole_page_decides_every_row() -> None:
    book = layouts(order={"B": [{"page": {"weights": {"taste": 0.9}}}]})
    found = says(book, Experiment("order", HALVES), forced={"order": "A"})
    assert found == [("order", ["B"], ["because", "continue", "new", "picks", "trending"])]
