"""Pins, quotas, boosts and page caps on whole pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.candidates.model import QuotaFloor, RowCandidates
from domain.candidates.watched_filter import watched_ids
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import Boost, Caps, Exploration, Layout, Pin, Quota, Rotation, Weights
from domain.page.composition import Composition, compose
from domain.ranking.card_selection import CardSelector, page_diversity_caps
from domain.ranking.editorial import add_pinned_candidates
from domain.ranking.page_ranking import Ranking
from domain.ranking.scoring import ranking_signals
from domain.viewers.activity import Activity, Rating
from tests.domain.made import DAY, MINA, NOW, a_title, a_watch
from tests.domain.page.test_composition import composition_input, row_candidates, shown

GENRES = ("Drama", "Comedy", "Crime")
WORLD: dict[TitleId, Title] = {
    title.id: title
    for title in (
        a_title(
            f"m{number}",
            genres=(GENRES[number % 3],),
            franchise="Saga" if number % 4 == 0 else None,
            popularity=1 - number / 40 if number < 25 else 0.0,
        )
        for number in range(30)
    )
}
NO_ACTIVITY = Activity(MINA)
SOURCE_ALONE = Weights(taste=0, trending=0, newness=0, context=0, fatigue=0, dislike=0)


def made(
    candidate_rows: list[RowCandidates], caps: Caps | None = None, activity: Activity = NO_ACTIVITY
) -> Composition:
    candidate_rows = [
        replace(each, candidates=tuple(add_pinned_candidates(each.candidates, each.spec.pins, NOW)))
        for each in candidate_rows
    ]
    plain = composition_input(candidate_rows, WORLD)
    known = dict.fromkeys(watched_ids(activity) | activity.disliked_ids(), "known")
    on_page: Layout = replace(plain.layout, caps=caps or Caps(), weights=SOURCE_ALONE)
    signals = ranking_signals(activity, WORLD, None, NOW)
    ranking = Ranking(on_page, WORLD, signals, activity)
    arranging = CardSelector(MINA, WORLD, signals, page_caps=page_diversity_caps(on_page))
    return compose(
        replace(
            plain,
            layout=on_page,
            rank=ranking.rank,
            select_cards=arranging.select_cards,
            pinned_titles=arranging.pinned_titles,
            on_row_added=arranging.count_towards_page_caps,
            refusals=lambda _: known,
        )
    )


def ruled(name: str, *numbers: int, most: int = 5, **rules: Any) -> RowCandidates:
    row = row_candidates(name, *(f"m{number}" for number in numbers), most=most)
    candidates = tuple(
        candidate._replace(score=1 - place / 100) for place, candidate in enumerate(row.candidates)
    )
    return replace(row, candidates=candidates, spec=replace(row.spec, **rules))


def pin(number: int, slot: int, days: int = 1) -> Pin:
    return Pin(TitleId(f"m{number}"), slot, NOW + days * DAY)


def test_a_pinned_title_stands_in_its_slot_and_no_row_above_takes_it() -> None:
    above = ruled("above", 1, 2, 3, most=3)
    below = ruled("below", 5, 6, 7, most=3, pins=(pin(2, 2),))
    assert shown(made([above, below]).rows) == {"above": ["m1", "m3"], "below": ["m5", "m2", "m6"]}


def test_an_expired_pin_or_one_of_a_disliked_or_watched_title_has_no_effect() -> None:
    row = ruled("row", 5, 6, pins=(pin(1, 1, days=-1), pin(2, 1), pin(3, 1)))
    activity = Activity(
        MINA,
        rated={TitleId("m2"): Rating(NOW, -1.0)},
        watched={TitleId("m3"): a_watch(DAY, 7440, 7440, done=True)},
    )
    assert shown(made([row], activity=activity).rows) == {"row": ["m5", "m6"]}


def test_a_quota_is_kept_and_a_boost_moves_matching_titles() -> None:
    row = ruled("row", 1, 4, 7, 10, 2, most=4, quotas=(Quota("genre = 'Crime'", 0.25),))
    assert shown(made([row]).rows) == {"row": ["m1", "m4", "m7", "m2"]}
    boosted = ruled("row", 1, 4, 2, most=3, boosts=(Boost("genre = 'Crime'", 0.5, NOW + DAY),))
    assert shown(made([boosted]).rows) == {"row": ["m2", "m1", "m4"]}
    ended = ruled("row", 1, 4, 2, most=3, boosts=(Boost("genre = 'Crime'", 0.5, NOW),))
    assert shown(made([ended]).rows) == {"row": ["m1", "m4", "m2"]}


def test_page_caps_count_over_all_rows() -> None:
    first, second = ruled("first", 0, 4, 1), ruled("second", 8, 12, 2)
    rows = made([first, second], caps=Caps(franchise=3)).rows
    assert shown(rows) == {"first": ["m0", "m4", "m1"], "second": ["m8", "m2"]}


def test_a_dropped_row_does_not_count_towards_page_caps() -> None:
    gone = ruled("gone", 0, 4, min_cards=5)
    rows = made([gone, ruled("row", 8, 12)], caps=Caps(franchise=2)).rows
    assert shown(rows) == {"row": ["m8", "m12"]}


def test_the_floors_of_a_blended_row_are_kept_whatever_the_scores() -> None:
    row = ruled("row", *range(1, 12), most=4)
    portion = frozenset({TitleId("m10"), TitleId("m11")})
    assert shown(made([replace(row, floors=(QuotaFloor(portion, 1),))]).rows) == {
        "row": ["m1", "m2", "m3", "m10"]
    }


def test_exploration_marks_chosen_titles_with_their_propensity() -> None:
    row = ruled("row", *range(30), most=10, exploration=Exploration(0.2, earliest=4))
    cards = made([row]).rows[0].cards
    chosen = [card for card in cards if card.candidate.propensity is not None]
    assert len(chosen) == 2
    assert all(card.column >= 3 and 0 < (card.candidate.propensity or 0) <= 1 for card in chosen)
    assert made([row]).rows[0].cards == cards


some_pins = st.lists(st.builds(pin, st.integers(0, 29), st.integers(1, 6)), max_size=2).map(tuple)
some_caps = st.builds(
    Caps, st.none() | st.integers(1, 3), st.sampled_from([None, 0.3, 1.0]), st.sampled_from([0.0, 0.5])
)


@st.composite
def pages(draw: st.DrawFn) -> list[RowCandidates]:
    numbers = st.lists(st.integers(0, 29), min_size=1, max_size=20, unique=True)
    return [
        ruled(
            f"row{index}",
            *draw(numbers),
            most=draw(st.integers(1, 6)),
            pins=draw(some_pins),
            quotas=draw(st.sampled_from([(), (Quota("genre = 'Crime'", 0.2),), (Quota("genre = 'Crime'", 0.5),)])),
            caps=draw(some_caps),
            exploration=draw(st.none() | st.just(Exploration(0.3, 2))),
            rotation=draw(st.sampled_from(list(Rotation))),
        )
        for index in range(draw(st.integers(1, 4)))
    ]  # fmt: skip


@settings(max_examples=150)
@given(pages(), st.none() | st.integers(1, 6))
def test_whatever_the_rules_no_title_repeats_and_composition_is_deterministic(
    candidate_rows: list[RowCandidates], franchise: int | None
) -> None:
    page = made(candidate_rows, caps=Caps(franchise=franchise))
    assert made(candidate_rows, caps=Caps(franchise=franchise)) == page
    cards = [card.title.id for row in page.rows for card in row.cards]
    assert len(cards) == len(set(cards))
    for row in page.rows:
        spec = row.candidates.spec
        assert spec.min_cards <= len(row.cards) <= spec.max_cards
        assert [card.column for card in row.cards] == list(range(len(row.cards)))
