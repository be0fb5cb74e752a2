"""When an exposure counts: another layout was possible, another page would have been shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.experiments.assignment import UnitIds, assign_variants
from domain.experiments.exposures import assignment_exposure_id, build_exposure, pages_differ
from domain.experiments.model import Experiment, ExperimentSet, Holdout, Unit, Variant
from domain.ids import AccountId, ProfileId, TitleId
from domain.layouts.model import Layout, Promise, RowSpec
from domain.layouts.request_context import TargetingContext
from domain.layouts.row_kinds import RowSource
from domain.page.composition import compose
from domain.page.inputs import CompositionInput
from domain.page.model import Page, Row
from domain.recommendations.reasons import Reason, ReasonKind
from tests.domain.made import DE, NOW, a_title

TITLES = {TitleId(f"m{number}"): a_title(f"m{number}") for number in range(9)}
PICKS = RowSpec("picks", RowSource.TOP_PICKS)
CHART = RowSpec("chart", RowSource.TRENDING)
LAYOUT = Layout("home", 3, (PICKS, CHART), NOW, promise=Promise(min_rows=0))


def rows(layout: Layout, *lists: tuple[str, ...], **changes: Any) -> tuple[Row, ...]:
    candidate_rows = [
        RowCandidates(
            spec,
            tuple(Candidate(TitleId(name), "test", **changes) for name in names),
            Reason(ReasonKind.TASTE),
            FreshnessSource.BATCH,
            NOW,
        )
        for spec, names in zip(layout.rows, lists, strict=True)
    ]
    return compose(CompositionInput(layout, candidate_rows, TITLES)).rows


SERVED = rows(LAYOUT, ("m1", "m2", "m3"), ("m4", "m5", "m6"))


def changed(**changes: Any) -> Layout:
    return replace(LAYOUT, **changes)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (rows(LAYOUT, ("m1", "m2", "m3"), ("m4", "m5", "m6"), score=0.7), False),
        (rows(LAYOUT, ("m1", "m2", "m3"), ("m4", "m6", "m5")), True),
        (rows(LAYOUT, ("m1", "m2", "m3"), ("m4", "m5", "m6"), reason=Reason(ReasonKind.TRENDING)), True),
        (rows(LAYOUT, ("m1", "m2", "m3"), ("m4", "m5", "m7")), True),
        (rows(changed(rows=(CHART, PICKS)), ("m4", "m5", "m6"), ("m1", "m2", "m3")), True),
        (
            rows(
                changed(rows=(replace(PICKS, title={"en": "For you"}), CHART)),
                ("m1", "m2", "m3"),
                ("m4", "m5", "m6"),
            ),
            True,
        ),
        (
            rows(changed(rows=(replace(PICKS, max_cards=30), CHART)), ("m1", "m2", "m3"), ("m4", "m5", "m6")),
            False,
        ),
        (rows(changed(rows=(PICKS,)), ("m1", "m2", "m3")), True),
        ((), True),
    ],
    ids=[
        "scores",
        "card order",
        "reason",
        "a card",
        "row order",
        "title",
        "room nobody filled",
        "a row",
        "all",
    ],
)
def test_pages_differ_when_viewers_see_a_difference(other: tuple[Row, ...], expected: bool) -> None:
    assert pages_differ(SERVED, other) is expected
    assert pages_differ(other, SERVED) is expected


def test_an_exposure_belongs_to_a_unit_a_phase_and_a_page() -> None:
    experiment = Experiment(
        "hero", (Variant("A", 0), Variant("B", 1)), unit=Unit.ACCOUNT, phase=4, bucket_version=2, sticky=False
    )
    situation = TargetingContext("tv", DE, False, 18, "standard", 1, 1, NOW)
    book = ExperimentSet.of([experiment], Holdout(share=0))
    (assignment,) = assign_variants(book, UnitIds(ProfileId("ade"), AccountId("home")), situation).all
    page = Page("snap", "home", 3, "20261122-1", NOW, SERVED)
    found = build_exposure(assignment, page, ProfileId("ade"), AccountId("home"), ["A"])
    assert found.id == assignment_exposure_id(assignment) == "hero:4:account:home"
    assert (found.variant, found.page_id, found.at, found.bucket_version) == ("B", "snap", NOW, 2)
    assert (found.sticky, found.differs, found.differs_from) == (False, True, ("A",))
    assert not replace(found, differs_from=()).differs
