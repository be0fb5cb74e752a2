"""Rows that came out empty say why: no candidates, an outage, or what took the titles away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.eligibility import Refusal
from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.candidates.trace import TraceEvent, TraceStage
from domain.ids import TitleId
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import RowSource
from domain.page.completeness import LOSSES, missing_parts
from domain.page.empty_rows import RowEvidence, empty_row_reasons
from domain.page.model import Degradation, DegradationKind, PageHead
from domain.recommendations.reasons import Reason, ReasonKind
from domain.resilience.degradation_levels import ServiceLevel
from tests.domain.made import NOW, a_title

SPEC = RowSpec("picks", RowSource.TOP_PICKS, min_cards=3)


def candidates(*ids: str, spec: RowSpec = SPEC) -> RowCandidates:
    made = tuple(Candidate(TitleId(each), "made") for each in ids)
    return RowCandidates(spec, made, Reason(ReasonKind.TASTE), FreshnessSource.BATCH, NOW)


def why(evidence: RowEvidence) -> str:
    return empty_row_reasons([SPEC], evidence)["picks"]


def test_a_source_without_titles_and_one_without_an_answer_are_told_apart() -> None:
    assert why(RowEvidence([], {}, {})) == "its source proposed no titles"
    assert why(RowEvidence([candidates()], {}, {})) == "its source proposed no titles"
    assert why(RowEvidence([], {"picks": "unavailable"}, {})) == "a store did not answer"
    assert why(RowEvidence([], {"picks": "late"}, {})) == "a store answered too late"


def test_each_title_is_counted_once_with_what_took_it_away() -> None:
    titles = {TitleId(each): a_title(each) for each in ("m1", "m2", "m3", "m4")}
    row = candidates("m1", "m2", "m3", "m4", "gone", "us1", "old")
    events = [
        TraceEvent(row.name, TitleId("m1"), TraceStage.RULE, "watched"),
        TraceEvent(row.name, TitleId("m1"), TraceStage.RULE, "watched"),
        TraceEvent(row.name, TitleId("m2"), TraceStage.RULE, "its rule says"),
        TraceEvent(row.name, TitleId("m4"), TraceStage.ROW, "1 of at least 3 titles"),
    ]
    refusals = {TitleId("us1"): Refusal.NOT_IN_REGION, TitleId("old"): Refusal.LICENCE_OVER}
    evidence = RowEvidence([row], {}, titles, refusals, events, {TitleId("m3")})
    told = why(evidence)
    assert told.startswith("7 titles proposed, 1 left, at least 3 needed: ")
    assert sorted(told.partition(": ")[2].split(", ")) == [
        "1 in other rows", "1 not in the catalogue", "1 refused by the row's filter", "1 watched by the viewer",
        "1 with a licence that is over", "1 without a licence here",
    ]  # fmt: skip


def test_a_row_that_gave_way_says_to_what() -> None:
    row = candidates("m1")
    event = TraceEvent(
        row.name, TitleId("m1"), TraceStage.ROW, "another row is about that title or its franchise"
    )
    evidence = RowEvidence([row], {}, {TitleId("m1"): a_title("m1")}, trace=[event])
    assert why(evidence) == "another row is about that title or its franchise"


@given(st.lists(st.sampled_from(Refusal), min_size=1, max_size=9))
def test_the_counts_of_causes_add_up(refusals: list[Refusal]) -> None:
    ids = [TitleId(f"m{number}") for number in range(len(refusals))]
    told = why(RowEvidence([candidates(*ids)], {}, {}, dict(zip(ids, refusals, strict=True))))
    counts = [int(part.split()[0]) for part in told.partition(": ")[2].split(", ")]
    assert (sum(counts), told.split(" left")[0].split()[-1]) == (len(refusals), "0")


def a_head(*kinds: DegradationKind, level: ServiceLevel = ServiceLevel.FULL) -> PageHead:
    losses = tuple(Degradation(kind, "something else", "picks") for kind in kinds)
    return PageHead("s", "home", 1, None, NOW, degradations=losses, level=level)


def test_a_page_lacks_what_an_outage_took_and_what_a_busy_service_left_out() -> None:
    assert missing_parts(a_head()) == ()
    assert missing_parts(a_head(DegradationKind.SHIPPED_PAGE_MISSING)) == ()
    assert missing_parts(a_head(DegradationKind.ROW_LATE)) == ("a store answered too late for row picks",)
    assert set(DegradationKind) - set(LOSSES) == {DegradationKind.SHIPPED_PAGE_MISSING}
    for level in set(ServiceLevel) - {ServiceLevel.FULL}:
        assert missing_parts(a_head(level=level)) == (
            f"the service was busy and composed a simpler page ({level.name.lower()})",
        )
