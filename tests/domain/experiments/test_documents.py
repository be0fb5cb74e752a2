"""Experiment documents are read or refused with every problem; conflicts are found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.experiments.documents import (
    BadExperiment,
    experiment_from_document,
    experiment_problems,
    experiments_from_documents,
    holdout_from_document,
)
from domain.experiments.model import Experiment, ExperimentSet, ExperimentStatus, Holdout, Unit, Variant
from domain.experiments.validation import ExperimentFinding, can_overlap, check_experiments, variant_shares
from domain.layouts.conditions import Condition
from domain.layouts.resolution import NO_LAYOUTS
from domain.layouts.resolution import decode_layouts as layouts_of
from tests.domain.made_layouts import a_document, a_layout_version

WHOLE = {
    "_id": "row-order",
    "revision": 3,
    "experiment": "row-order",
    "hypothesis": "People want to see what is new first.",
    "status": "running",
    "phase": 2,
    "unit": "account",
    "layout": "home",
    "layer": "rows",
    "segments": {"from": 0, "to": 0.5},
    "coverage": 0.8,
    "when": {"device": "tv", "kids": False},
    "from": "2026-11-01T00:00:00Z",
    "to": "2026-12-01T00:00:00+01:00",
    "variants": {"A": {"weight": 50}, "B": {"weight": 50, "data_version": "20261121-1"}},
    "sticky": False,
    "bucket_version": 4,
    "min_bucket_version": 3,
    "notes": [{"at": "2026-11-01T00:00:00Z", "what": "started", "by": "mina", "why": "because"}],
}


def test_every_field_is_read() -> None:
    assert experiment_from_document(WHOLE) == Experiment(
        key="row-order",
        variants=(Variant("A", 50.0), Variant("B", 50.0, "20261121-1")),
        status=ExperimentStatus.RUNNING,
        phase=2,
        unit=Unit.ACCOUNT,
        layout="home",
        layer="rows",
        segments=(0.0, 0.5),
        coverage=0.8,
        when=Condition(devices=("tv",), kids=False),
        starts_at=datetime(2026, 11, 1, tzinfo=UTC),
        ends_at=datetime(2026, 11, 30, 23, tzinfo=UTC),
        sticky=False,
        bucket_version=4,
        min_bucket_version=3,
        hypothesis="People want to see what is new first.",
    )


def test_the_shortest_document_is_a_draft_for_all_units() -> None:
    shortest = {"experiment": "x", "variants": {"A": {"weight": 1}, "B": {"weight": 1}}}
    assert experiment_from_document(shortest) == Experiment(
        "x", (Variant("A", 1.0), Variant("B", 1.0)), status=ExperimentStatus.DRAFT
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"variations": {}}, "variations: 'variations' is not known here. Did you mean 'variants'?"),
        ({"coverage": 80}, "coverage: must be from 0 to 1, not 80."),
        (
            {"status": "runing"},
            "status: 'runing' is not known; use draft, running or stopped. Did you mean 'running'?",
        ),
        ({"variants": {"A": {"weight": 1}}}, "variants: needs a control and at least one other variant."),
        (
            {"variants": {"A": {"weight": 0}, "B": {"weight": 0}}},
            "variants: at least one variant needs a weight above 0.",
        ),
        ({"segments": {"from": 0.5, "to": 0.5}}, "segments: from 0.5 to 0.5 is empty; `to` must be greater."),
        (
            {"when": {"arm": {"y": "A"}}},
            "when.arm: an experiment cannot depend on another one; put both into one layer.",
        ),
        (
            {"from": "2026-13-01T00:00:00Z"},
            "from: '2026-13-01T00:00:00Z' is not an instant; write it like 2026-11-22T20:15:00Z.",
        ),
        (
            {"from": "2026-12-24T00:00:00Z"},
            "to: it ends at 2026-12-01T00:00:00+01:00, before it starts at 2026-12-24T00:00:00Z.",
        ),
        ({"min_bucket_version": 5}, "min_bucket_version: is above bucket_version: every unit would be left out."),
    ],
)  # fmt: skip
def test_problems_name_their_place(change: dict[str, Any], problem: str) -> None:
    document = {name: value for name, value in WHOLE.items() if name not in ("_id", "revision")} | change
    assert [str(found) for found in experiment_problems(document)] == [problem]


def test_segments_without_a_layer_are_refused() -> None:
    plain = {"experiment": "x", "variants": {"A": {"weight": 1}, "B": {"weight": 1}}}
    found = experiment_problems({**plain, "segments": {"from": 0, "to": 0.5}})
    assert [str(problem) for problem in found] == ["segments: belong to a layer: name it in `layer`."]


def test_an_invalid_document_costs_only_itself() -> None:
    book, refused = experiments_from_documents(
        [WHOLE, {"_id": "x", "experiment": "x"}, {"_id": ":holdout", "share": 0.05, "phase": 2}]
    )
    assert list(book.by_key) == ["row-order"]
    assert book.holdout == Holdout(0.05, 2)
    assert [str(error) for error in refused] == [
        "experiment 'x': 'variants' is missing. Write it like {variants: {A: {weight: 50}, B: {weight: 50}}}."
    ]


def test_an_invalid_holdout_leaves_the_default() -> None:
    book, refused = experiments_from_documents([{"_id": ":holdout", "share": 2}])
    assert book.holdout == Holdout(0.01, 1)
    assert [str(error) for error in refused] == ["experiment 'holdout': share: must be from 0 to 1, not 2."]
    with pytest.raises(BadExperiment):
        holdout_from_document("half of them")
    with pytest.raises(BadExperiment, match=r"must be written like \{experiment: row-order, variants: "):
        experiment_from_document(["x"])


HALVES = (Variant("A", 1), Variant("B", 1))
PATCHED = layouts_of(
    [
        a_layout_version(
            a_document(
                variants={
                    key: {"weights": {"A": 1, "B": 1}, "B": [{"move": {"trending": {"to": 1}}}]}
                    for key in "abc"
                }
            )
        )
    ]
)


def said(*experiments: Experiment) -> list[tuple[str, str]]:
    found = check_experiments(ExperimentSet.of(experiments), PATCHED)
    return [(finding.experiment, finding.message.partition(":")[0]) for finding in found]


def test_valid_experiments_have_no_findings() -> None:
    one = Experiment("a", HALVES, layer="rows", segments=(0.0, 0.5))
    two = Experiment("b", HALVES, layer="rows", segments=(0.5, 1.0))
    assert check_experiments(ExperimentSet.of([one, two, Experiment("c", HALVES)]), PATCHED) == ()


@pytest.mark.parametrize(
    ("experiments", "expected"),
    [
        (
            [
                Experiment("a", HALVES, layer="rows", segments=(0.0, 0.6)),
                Experiment("b", HALVES, layer="rows", segments=(0.5, 1.0)),
            ],
            [("a", "its segments of layer 'rows' overlap those of 'b'")],
        ),
        (
            [
                Experiment("a", HALVES, layer="rows", segments=(0.0, 0.5)),
                Experiment("b", HALVES, layer="rows", segments=(0.5, 1.0), unit=Unit.ACCOUNT),
            ],
            [("a", "assigns by profile, 'b' of the same layer by account")],
        ),
        (
            [Experiment(key, (Variant("A", 1), Variant("B", 1, "v1"))) for key in ("a", "b")],
            [("a", "names a data version, and so does 'b'")],
        ),
        ([Experiment("x", HALVES)], [("x", "variant 'B' changes nothing")]),
        ([Experiment("x", (Variant("A", 1), Variant("B", 1, "v1")))], []),
        ([Experiment("x", (Variant("A", 1), Variant("B", 0)))], []),
        ([Experiment("x", HALVES, status=ExperimentStatus.STOPPED)], []),
        (
            [Experiment("a", (Variant("A", 1), Variant("C", 0)))],
            [("a", "the layout has a variant 'B' that the experiment does not know")],
        ),
        (
            [Experiment("a", (Variant("A", 1e6), Variant("B", 1)))],
            [("a", "variant 'B' gets 0.0001% of viewers, below the smallest share of 0.01%.")],
        ),
    ],
    ids=["overlap", "units", "data versions", "no patch", "data alone", "no weight", "over", "undeclared", "thin"],
)  # fmt: skip
def test_conflicts_are_found(experiments: list[Experiment], expected: list[tuple[str, str]]) -> None:
    assert said(*experiments) == expected


def test_consecutive_experiments_do_not_overlap() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    first = Experiment("a", HALVES, layer="rows", ends_at=noon)
    then = Experiment("b", HALVES, layer="rows", starts_at=noon)
    assert not can_overlap(first, then)
    assert not can_overlap(then, first)
    assert can_overlap(Experiment("a", HALVES, layer="rows"), then)


def test_data_versions_for_different_devices_do_not_conflict() -> None:
    on = {
        device: Experiment(
            device, (Variant("A", 1), Variant("B", 1, "v1")), when=Condition(devices=(device,))
        )
        for device in ("tv", "web")
    }
    assert check_experiments(ExperimentSet.of(on.values()), NO_LAYOUTS) == ()


def test_the_shares_of_all_viewers() -> None:
    one = Experiment("a", (Variant("A", 3), Variant("B", 1)), layer="rows", segments=(0.0, 0.5), coverage=0.4)
    assert variant_shares(one) == pytest.approx({"A": 0.15, "B": 0.05})
    assert variant_shares(Experiment("a", HALVES)) == {"A": 0.5, "B": 0.5}


def test_a_finding_says_whether_it_is_serious() -> None:
    (thin,) = check_experiments(
        ExperimentSet.of([Experiment("a", (Variant("A", 1e6), Variant("B", 1)))]), PATCHED
    )
    assert thin == ExperimentFinding(
        "a", "variant 'B' gets 0.0001% of viewers, below the smallest share of 0.01%.", False
    )
