"""Snapshots survive the round trip through documents, and restore only eligible titles."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates, Tier
from domain.catalog.titles import Title
from domain.ids import ProfileId, TitleId
from domain.layouts.model import CardShape, RowSpec, RowStyle
from domain.layouts.request_context import PageRequest
from domain.layouts.row_kinds import RowSource
from domain.page.model import Card, Degradation, DegradationKind, Page, Row
from domain.recommendations.reasons import Reason, ReasonKind
from domain.resilience.degradation_levels import ServiceLevel
from domain.snapshots.documents import FORMAT, page_from_document, page_to_document
from domain.snapshots.snapshot import PageSnapshot, restore_page, snapshot_id, take_snapshot
from domain.viewers.continue_watching import Resume, ResumeKind
from tests.domain.made import MINA, NOW, a_title, few_ids, instants, raw_ids, words

TITLES = {TitleId(f"t{number}"): a_title(f"t{number}") for number in range(6)}

reasons = st.builds(
    Reason, st.sampled_from(ReasonKind), st.none() | few_ids, words, st.none() | st.floats(0, 1)
)
resumes = st.builds(
    Resume,
    st.sampled_from(ResumeKind),
    few_ids,
    instants,
    st.integers(0, 9000),
    st.integers(0, 9000),
    st.none() | few_ids,
    st.booleans(),
)
scores = st.none() | st.integers(-10_000, 10_000).map(lambda value: value / 10_000)
candidates = st.builds(
    Candidate,
    title_id=few_ids,
    source=words,
    reason=st.none() | reasons,
    score=scores,
    resume=st.none() | resumes,
    other_sources=st.lists(words, max_size=2).map(tuple),
    propensity=st.none() | st.floats(0, 1),
)
specs = st.builds(
    RowSpec,
    id=raw_ids,
    source=st.sampled_from(RowSource),
    style=st.sampled_from(RowStyle),
    card_shape=st.sampled_from(CardShape),
    min_cards=st.integers(0, 3),
    max_cards=st.integers(3, 40),
    options=st.dictionaries(raw_ids, words | st.integers(), max_size=2),
    title=st.dictionaries(st.sampled_from(["en", "de"]), words, max_size=2),
    priority=st.integers(0, 3),
    repeats=st.booleans(),
)


@st.composite
def rows(draw: st.DrawFn, position: int) -> Row:
    """A row as composition makes it."""
    chosen = draw(st.lists(candidates, min_size=1, max_size=6))
    candidate_row = RowCandidates(
        spec=draw(specs),
        candidates=(*chosen, Candidate(TitleId("t5"), "further down")),
        reason=draw(reasons),
        freshness=draw(st.sampled_from(FreshnessSource)),
        computed_at=draw(instants),
        key=draw(st.just("") | raw_ids),
        repeats=draw(st.booleans()),
        tier=draw(st.sampled_from(Tier)),
        kind_override=draw(st.none() | st.sampled_from(RowSource)),
    )
    score = draw(scores)
    cards = tuple(
        Card(TITLES[one.title_id], one, column, about(one.reason), score) for column, one in enumerate(chosen)
    )
    return Row(candidate_row, position, cards, about(candidate_row.reason), draw(st.sampled_from(Tier)))


def about(reason: Reason | None) -> Title | None:
    return TITLES[reason.seed] if reason and reason.seed else None


@st.composite
def pages(draw: st.DrawFn) -> Page:
    lost = st.builds(
        Degradation, st.sampled_from(DegradationKind), words, st.none() | raw_ids, st.none() | instants
    )
    page = Page(
        snapshot_id="",
        layout_id=draw(raw_ids),
        layout_version=draw(st.integers(0, 99)),
        data_version=draw(st.none() | raw_ids),
        generated_at=draw(instants),
        rows=tuple(draw(rows(position)) for position in range(draw(st.integers(0, 3)))),
        degradations=tuple(draw(st.lists(lost, max_size=2))),
        arms=draw(st.dictionaries(raw_ids, words, max_size=2)),
        forced_experiments=draw(st.sampled_from([(), ("order",)])),
        deciding_arms=draw(st.sampled_from([{}, {"mine": "order:personal hero:B"}])),
        request=PageRequest("web", "de", draw(st.none() | st.just((4, 2)))),
        dropped_rows=draw(st.sampled_from([(), (RowSpec("mine", RowSource.MY_LIST),)])),
        level=draw(st.sampled_from(ServiceLevel)),
    )
    return replace(page, snapshot_id=snapshot_id(MINA, page))


@given(pages())
def test_a_snapshot_survives_the_round_trip_through_a_document(page: Page) -> None:
    kept = take_snapshot(page, MINA)
    assert page_from_document(json.loads(json.dumps(page_to_document(kept)))) == kept


def test_every_page_field_is_stored_or_left_out_on_purpose() -> None:
    """A new field needs a decision here and in the document. `changes_at` does not matter to a stored page."""
    kept = {field.name for field in fields(PageSnapshot)} - {"profile_id"}
    assert kept == {field.name for field in fields(Page)} - {"changes_at"}


@given(pages())
def test_restored_with_the_same_titles_it_is_the_same_page(page: Page) -> None:
    """Except for what rendering does not need: priorities and candidates that were not shown."""
    again = restore_page(take_snapshot(page, MINA), TITLES)
    assert again.snapshot_id == page.snapshot_id == snapshot_id(MINA, again)
    assert [(row.position, row.seed, row.cards) for row in again.rows] == [
        (row.position, row.seed, row.cards) for row in page.rows
    ]
    assert [row.candidates.name for row in again.rows] == [row.candidates.name for row in page.rows]
    assert replace(again, rows=()) == replace(page, rows=())


@given(pages(), st.sets(few_ids))
def test_a_title_refused_later_leaves_a_gap_and_moves_nothing(page: Page, withheld: set[TitleId]) -> None:
    titles = {title_id: title for title_id, title in TITLES.items() if title_id not in withheld}
    again = restore_page(take_snapshot(page, MINA), titles)
    expected = {
        row.position: [card for card in row.cards if card.title.id not in withheld]
        for row in page.rows
        if row.seed is None or row.seed.id not in withheld
    }
    shown = {row.position: list(row.cards) for row in again.rows}
    places = {row: [(card.column, card.title.id) for card in cards] for row, cards in shown.items()}
    assert places == {
        row: [(card.column, card.title.id) for card in cards] for row, cards in expected.items() if cards
    }
    seeds = [row.seed for row in again.rows] + [card.seed for cards in shown.values() for card in cards]
    assert not withheld & {seed.id for seed in seeds if seed}


def a_page() -> Page:
    resume = Resume(ResumeKind.CONTINUE, TitleId("t1"), NOW, 60, 7440)
    card = Card(TITLES[TitleId("t1")], Candidate(TitleId("t1"), "activity", score=0.5, resume=resume), 0)
    spec = RowSpec("continue", RowSource.CONTINUE_WATCHING)
    candidate_row = RowCandidates(
        spec, (card.candidate,), Reason(ReasonKind.CONTINUE), FreshnessSource.LIVE, NOW
    )
    return Page("", "home", 3, "v1", NOW, (Row(candidate_row, 0, (card,)),))


def with_candidate(**changes: Any) -> Page:
    page = a_page()
    [row] = page.rows
    card = row.cards[0]._replace(candidate=row.cards[0].candidate._replace(**changes))
    return replace(page, rows=(replace(row, cards=(card,)),))


def test_a_snapshot_id_begins_with_the_profile() -> None:
    ids = {snapshot_id(ProfileId(profile), a_page()) for profile in ("mina", "ade")}
    assert len({name[:6] for name in ids}) == 2
    assert {len(name) for name in ids} == {24}
    assert snapshot_id(MINA, replace(a_page(), layout_version=4))[:6] == snapshot_id(MINA, a_page())[:6]


def test_a_later_page_that_shows_the_same_has_the_same_snapshot_id() -> None:
    page = a_page()
    [row] = page.rows
    later = replace(
        with_candidate(score=0.6),
        generated_at=NOW + timedelta(minutes=5),
    )
    later = replace(
        later,
        rows=(
            replace(
                later.rows[0], candidates=replace(row.candidates, computed_at=NOW + timedelta(minutes=5))
            ),
        ),
    )
    assert snapshot_id(MINA, later) == snapshot_id(MINA, page)


@pytest.mark.parametrize(
    "other",
    [
        replace(a_page(), layout_version=4),
        replace(a_page(), data_version="v2"),
        replace(a_page(), arms={"order": "personal"}),
        replace(a_page(), forced_experiments=("order",)),
        replace(a_page(), request=PageRequest("web")),
        replace(a_page(), degradations=(Degradation(DegradationKind.ROW_UNAVAILABLE, "nothing", "chart"),)),
        with_candidate(source="elsewhere"),
        with_candidate(propensity=0.25),
        with_candidate(resume=None),
        with_candidate(resume=Resume(ResumeKind.CONTINUE, TitleId("t1"), NOW, 90, 7440)),
        with_candidate(reason=Reason(ReasonKind.TASTE)),
    ],
    ids=[
        "layout",
        "data",
        "arm",
        "forced",
        "device",
        "degradation",
        "source",
        "chance",
        "no resume",
        "position",
        "reason",
    ],
)
def test_a_page_with_a_visible_difference_has_another_snapshot_id(other: Page) -> None:
    assert snapshot_id(MINA, other) != snapshot_id(MINA, a_page())


def test_a_document_of_a_newer_format_is_expired() -> None:
    document = page_to_document(take_snapshot(a_page(), MINA))
    assert page_from_document(document | {"format": FORMAT + 1, "rows": "as they may be by then"}) is None
    assert page_from_document(document) is not None


def test_a_document_is_small() -> None:
    """A page of 16 rows x 40 cards."""
    page = a_page()
    [row] = page.rows
    plain = Candidate(TitleId("tt0111161"), "top_picks:similar", score=0.123456)
    cards = tuple(Card(TITLES[TitleId("t1")], plain, column) for column in range(40))
    full = replace(page, rows=tuple(replace(row, position=place, cards=cards) for place in range(16)))
    assert len(json.dumps(page_to_document(take_snapshot(full, MINA)), separators=(",", ":"))) < 40_000
