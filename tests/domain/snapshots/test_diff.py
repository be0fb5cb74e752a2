"""Differences between snapshots: minimal, and complete."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, Tier
from domain.ids import TitleId
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import RowSource
from domain.recommendations.reasons import Reason, ReasonKind
from domain.snapshots.diff import ChangeKind, Labels, diff_snapshots
from domain.snapshots.snapshot import PageSnapshot, RowSnapshot
from tests.domain.made import MINA, NOW

LABELS = Labels({"picks": "Top Picks for You"}, {TitleId("m1"): "Amber Harbour"})


def a_row(position: int, name: str, ids: str, tier: Tier = Tier.FRESH) -> RowSnapshot:
    """ "m1 m2" are the cards, first to last."""
    candidates = tuple(Candidate(TitleId(title_id), "test") for title_id in ids.split())
    spec = RowSpec(name, RowSource.TOP_PICKS)
    candidate_row = RowCandidates(spec, candidates, Reason(ReasonKind.TASTE), FreshnessSource.BATCH, NOW)
    return RowSnapshot(
        candidate_row, position, tier, tuple(range(len(candidates))), (None,) * len(candidates)
    )


def a_page(**rows: str) -> PageSnapshot:
    made = tuple(a_row(position, name, ids) for position, (name, ids) in enumerate(rows.items()))
    return PageSnapshot("", "home", 3, "v1", NOW, MINA, made)


BEFORE = a_page(picks="m1 m2 m3 m4", chart="m5 m6", new="m7 m8")


@pytest.mark.parametrize(
    ("after", "sentences"),
    [
        (BEFORE, []),
        (
            replace(BEFORE, layout_version=4, data_version="v2", arms={"order": "personal"}),
            [
                "The layout was home 3 and is home 4.",
                "The data version was v1 and is v2.",
                "Experiment order was none and is personal.",
            ],
        ),
        (
            a_page(chart="m5 m6", new="m7 m8"),
            ["Row “Top Picks for You” is gone; it stood in place 1 with 4 titles."],
        ),
        (
            a_page(picks="m1 m2 m3 m4", hero="m9", chart="m5 m6", new="m7 m8"),
            ["Row hero is new, in place 2 with 1 title."],
        ),
        (
            a_page(chart="m5 m6", new="m7 m8", picks="m1 m2 m3 m4"),
            ["Row “Top Picks for You” moved from place 1 to 3."],
        ),
        (
            a_page(picks="m9 m1 m2 m3 m4", chart="m5 m6", new="m7 m8"),
            ["m9 is new in “Top Picks for You”, place 1."],
        ),
        (
            a_page(picks="m2 m3 m4", chart="m5 m6", new="m7 m8"),
            ["Amber Harbour is gone from “Top Picks for You”; it stood in place 1."],
        ),
        (
            a_page(picks="m2 m3 m4 m1", chart="m5 m6", new="m7 m8"),
            ["Amber Harbour moved in “Top Picks for You” from place 1 to 4."],
        ),
        (
            a_page(picks="m2 m3 m4", chart="m5 m1 m6", new="m7 m8"),
            ["Amber Harbour moved from “Top Picks for You” to chart, place 2."],
        ),
        (
            replace(BEFORE, rows=(BEFORE.rows[0], a_row(1, "chart", "m5 m6", Tier.GLOBAL), BEFORE.rows[2])),
            ["Row chart was served from fresh and is from global."],
        ),
        (
            a_page(new="m8 m7", chart="m6 m9"),
            [
                "Row new moved from place 3 to 1.",
                "Row “Top Picks for You” is gone; it stood in place 1 with 4 titles.",
                "m8 moved in new from place 2 to 1.",
                "m9 is new in chart, place 2.",
                "m5 is gone from chart; it stood in place 1.",
            ],
        ),
    ],
    ids=[
        "nothing", "made from", "row gone", "row new", "row moved", "card new", "card gone", "card moved",
        "card to another row", "lower rung", "much at once",
    ],
)  # fmt: skip
def test_changes_in_sentences(after: PageSnapshot, sentences: list[str]) -> None:
    assert [change.text for change in diff_snapshots(BEFORE, after, LABELS)] == sentences


def test_a_card_can_move_and_keep_its_place_number() -> None:
    changes = diff_snapshots(BEFORE, a_page(picks="m2 m9 m10 m4 m3", chart="m5 m6", new="m7 m8"), Labels())
    assert [change.text for change in changes if change.kind == ChangeKind.CARD_MOVED] == [
        "m4 moved in picks among its neighbours and still has place 4."
    ]


def test_a_card_that_is_no_longer_eligible_is_gone_with_the_reason() -> None:
    labels = Labels(refusals={TitleId("m6"): "licence_over"})
    [change] = diff_snapshots(BEFORE, a_page(picks="m1 m2 m3 m4", chart="m5", new="m7 m8"), labels)
    assert (
        change.text == "m6 is gone from chart; it stood in place 2. It may no longer be seen: licence_over."
    )


names = st.permutations(["a", "b", "c", "d"]).flatmap(
    lambda names: st.integers(0, 4).map(lambda count: names[:count])
)
titles = st.permutations([f"m{number}" for number in range(12)])


@st.composite
def pages(draw: st.DrawFn) -> PageSnapshot:
    """Up to four rows of three of twelve titles, without repeats."""
    order = draw(titles)
    rows = {
        name: " ".join(order[place * 3 : place * 3 + draw(st.integers(1, 3))])
        for place, name in enumerate(draw(names))
    }
    return a_page(**rows)


@given(pages(), pages())
def test_only_different_pages_have_changes(before: PageSnapshot, after: PageSnapshot) -> None:
    assert diff_snapshots(before, before, Labels()) == []
    shown = [
        [(row.candidates.name, row.candidates.candidates) for row in page.rows] for page in (before, after)
    ]
    assert (diff_snapshots(before, after, Labels()) == []) is (shown[0] == shown[1])


@given(pages(), pages())
def test_all_new_and_gone_rows_and_cards_are_reported(before: PageSnapshot, after: PageSnapshot) -> None:
    changes = diff_snapshots(before, after, Labels())
    old, new = ({row.candidates.name for row in page.rows} for page in (before, after))
    assert {change.row for change in changes if change.kind == ChangeKind.ROW_ADDED} == new - old
    assert {change.row for change in changes if change.kind == ChangeKind.ROW_REMOVED} == old - new
    was, now = (
        {
            (row.candidates.name, one.title_id)
            for row in page.rows
            if row.candidates.name in old & new
            for one in row.candidates.candidates
        }
        for page in (before, after)
    )
    come = {
        (change.row, change.title_id)
        for change in changes
        if change.kind in (ChangeKind.CARD_ADDED, ChangeKind.CARD_MOVED)
    }
    assert now - was <= come <= now


@given(st.permutations(range(7)), st.permutations(range(7)))
def test_everything_not_reported_as_moved_is_in_the_same_order(before: list[int], after: list[int]) -> None:
    one, two = (a_page(**{f"r{number}": "m1" for number in order}) for order in (before, after))
    moved = {
        change.row for change in diff_snapshots(one, two, Labels()) if change.kind == ChangeKind.ROW_MOVED
    }
    kept = [[name for number in order if (name := f"r{number}") not in moved] for order in (before, after)]
    assert kept[0] == kept[1]
