"""Experiments as documents: read whole or refused with every reason; what is wrong between them is said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.experiments.documents import BadExperiment, book_of, experiment_of, holdout_of, problems_of
from domain.experiments.model import Experiment, ExperimentBook, ExperimentStatus, Holdout, Unit, Variant
from domain.experiments.validation import ExperimentFinding, findings, meet, shares
from domain.layouts.conditions import Condition
from domain.layouts.resolution import EMPTY_BOOK
from domain.layouts.resolution import book_of as layouts_of
from tests.domain.made_layouts import a_document, an_edition

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
    assert experiment_of(WHOLE) == Experiment(
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


def test_the_shortest_document_is_a_draft_of_everybody() -> None:
    shortest = {"experiment": "x", "variants": {"A": {"weight": 1}, "B": {"weight": 1}}}
    assert experiment_of(shortest) == Experiment(
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
        ({"segments": {"from": 0.5, "to": 0.5}}, "segments: from 0.5 to 0.5 is nobody; `to` must be greater."),
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
        ({"min_bucket_version": 5}, "min_bucket_version: is above bucket_version: everybody would be left out."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(change: dict[str, Any], problem: str) -> None:
    document = {name: value for name, value in WHOLE.items() if name not in ("_id", "revision")} | change
    assert [str(found) for found in problems_of(document)] == [problem]


def test_segments_without_a_layer_are_refused() -> None:
    plain = {"experiment": "x", "variants": {"A": {"weight": 1}, "B": {"weight": 1}}}
    found = problems_of({**plain, "segments": {"from": 0, "to": 0.5}})
    assert [str(problem) for problem in found] == ["segments: belong to a layer: name it in `layer`."]


def test_a_rotten_document_costs_itself_alone() -> None:
    book, refused = book_of(
        [WHOLE, {"_id": "x", "experiment": "x"}, {"_id": ":holdout", "share": 0.05, "phase": 2}]
    )
    assert list(book.experiments) == ["row-order"]
    assert book.holdout == Holdout(0.05, 2)
    assert [str(error) for error in refused] == ["experiment 'x': 'variants' is missing."]


def test_a_rotten_holdout_leaves_the_usual_one() -> None:
    book, refused = book_of([{"_id": ":holdout", "share": 2}])
    assert book.holdout == Holdout(0.01, 1)
    assert [str(error) for error in refused] == ["experiment 'holdout': share: must be from 0 to 1, not 2."]
    with pytest.raises(BadExperiment):
        holdout_of("half of them")
    with pytest.raises(BadExperiment, match=r"must be a mapping"):
        experiment_of(["x"])


HALVES = (Variant("A", 1), Variant("B", 1))
PATCHED = layouts_of(
    [
        an_edition(
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
    found = findings(ExperimentBook.of(experiments), PATCHED)
    return [(finding.experiment, finding.message.partition(":")[0]) for finding in found]


def test_a_clean_book_has_no_findings() -> None:
    one = Experiment("a", HALVES, layer="rows", segments=(0.0, 0.5))
    two = Experiment("b", HALVES, layer="rows", segments=(0.5, 1.0))
    assert findings(ExperimentBook.of([one, two, Experiment("c", HALVES)]), PATCHED) == ()


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
            [("a", "deals by profile, 'b' of the same layer by account")],
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
def test_what_would_spoil_the_learning_is_found(
    experiments: list[Experiment], expected: list[tuple[str, str]]
) -> None:
    assert said(*experiments) == expected


def test_experiments_that_follow_each_other_do_not_meet() -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    first = Experiment("a", HALVES, layer="rows", ends_at=noon)
    then = Experiment("b", HALVES, layer="rows", starts_at=noon)
    assert not meet(first, then)
    assert not meet(then, first)
    assert meet(Experiment("a", HALVES, layer="rows"), then)


def test_data_versions_for_devices_apart_do_not_quarrel() -> None:
    on = {
        device: Experiment(
            device, (Variant("A", 1), Variant("B", 1, "v1")), when=Condition(devices=(device,))
        )
        for device in ("tv", "web")
    }
    assert findings(ExperimentBook.of(on.values()), EMPTY_BOOK) == ()


def test_the_shares_of_all_viewers() -> None:
    one = Experiment("a", (Variant("A", 3), Variant("B", 1)), layer="rows", segments=(0.0, 0.5), coverage=0.4)
    assert shares(one) == pytest.approx({"A": 0.15, "B": 0.05})
    assert shares(Experiment("a", HALVES)) == {"A": 0.5, "B": 0.5}


def test_a_finding_says_whether_it_is_serious() -> None:
    (thin,) = findings(ExperimentBook.of([Experiment("a", (Variant("A", 1e6), Variant("B", 1)))]), PATCHED)
    assert thin == ExperimentFinding(
        "a", "variant 'B' gets 0.0001% of viewers, below the smallest share of 0.01%.", False
    )
