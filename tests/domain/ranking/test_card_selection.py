"""Rows of a page: every promise of a row holds at once, and the same request gets the same page."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.candidates.selection import ScoredCandidate
from domain.ids import ProfileId, TitleId
from domain.layouts.model import Boost, Caps, Exploration, Layout, Pin, Quota, Rotation, RowSpec
from domain.layouts.row_kinds import RowSource
from domain.page.composition import compose
from domain.page.inputs import CompositionInput
from domain.page.model import Row
from domain.ranking.card_selection import (
    MAX_BAND_CARDS,
    MAX_BAND_SPREAD,
    CardSelector,
    page_diversity_caps,
    rotate_cards,
)
from domain.ranking.editorial import active_pins, add_pinned_candidates
from domain.ranking.page_ranking import Ranking
from domain.ranking.scoring import ranking_signals
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.activity import Activity
from domain.viewers.impressions import add_impressions
from tests.domain.made import DAY, HOUR, MINA, NOW
from tests.domain.ranking_world import GENRES, TITLES, lists, names, ranking, rankings

CHANCE = random.Random(11)
SOON = NOW + DAY
NO_ACTIVITY = Activity(MINA)


def a_spec(number: int) -> RowSpec:
    """A row that asks for anything that can be asked of a row."""
    pins = tuple(
        Pin(CHANCE.choice(list(TITLES)), CHANCE.randrange(1, 9), CHANCE.choice([NOW, SOON]))
        for _ in range(CHANCE.choice([0, 0, 1, 2]))
    )
    return RowSpec(
        f"row{number}",
        RowSource.TOP_PICKS,
        min_cards=1,
        max_cards=CHANCE.randrange(4, 12),
        pins=pins,
        boosts=(Boost(f"genre = {CHANCE.choice(GENRES)}", CHANCE.uniform(-1, 1), SOON),),
        quotas=(Quota("year > 2000", 0.2), Quota("popularity < 0.3", 0.2))[: CHANCE.randrange(3)],
        caps=Caps(CHANCE.choice([None, 1, 2]), CHANCE.choice([None, 0.4, 0.7]), CHANCE.choice([0.0, 0.3])),
        exploration=CHANCE.choice([None, Exploration(0.2, 3), Exploration(0.3, 1)]),
        rotation=CHANCE.choice(list(Rotation)),
        repeats=CHANCE.random() < 0.2,
    )


def a_layout() -> Layout:
    caps = Caps(CHANCE.choice([None, 3]), CHANCE.choice([None, 0.5]))
    return Layout("home", 1, tuple(a_spec(n) for n in range(3)), NOW, CHANCE.random() < 0.5, caps=caps)


layouts = st.sampled_from([a_layout() for _ in range(200)])
proposed = st.lists(lists, min_size=3, max_size=3)


def page(layout: Layout, found: list[list[Candidate]], activity: Activity = NO_ACTIVITY) -> tuple[Row, ...]:
    rows = [
        RowCandidates(
            spec,
            tuple(add_pinned_candidates(candidates, spec.pins, NOW)),
            Reason(ReasonKind.TASTE),
            FreshnessSource.BATCH,
            NOW,
        )
        for spec, candidates in zip(layout.rows, found, strict=True)
    ]
    return compose(a_composition_input(layout, rows, activity)).rows


def a_composition_input(
    layout: Layout, rows: list[RowCandidates], activity: Activity = NO_ACTIVITY
) -> CompositionInput:
    signals = ranking_signals(activity, TITLES, None, NOW)
    ranking = Ranking(layout, TITLES, signals, activity)
    selector = CardSelector(MINA, TITLES, signals, page_caps=page_diversity_caps(layout))
    return CompositionInput(
        layout,
        rows,
        TITLES,
        rank=ranking.rank,
        select_cards=selector.select_cards,
        row_value=ranking.value,
        on_row_added=selector.count_towards_page_caps,
    )


@given(layouts, proposed)
def test_the_same_request_gets_the_same_page_again(layout: Layout, found: list[list[Candidate]]) -> None:
    assert page(layout, found) == page(layout, found)


@given(layouts, proposed)
def test_no_row_is_too_long_or_breaks_its_caps_and_only_pins_may(
    layout: Layout, found: list[list[Candidate]]
) -> None:
    for row in page(layout, found):
        spec, cards = row.candidates.spec, row.cards
        pinned = active_pins(spec.pins, NOW)
        assert len(cards) <= spec.max_cards
        free = [card.title for card in cards if card.title.id not in pinned]
        families = Counter(title.franchise for title in free if title.franchise)
        genres = Counter(genre for title in free for genre in title.genres)
        if spec.caps.franchise is not None:
            assert all(count <= spec.caps.franchise for count in families.values())
        if spec.caps.genre_share is not None:
            most = max(1, int(spec.caps.genre_share * spec.max_cards + 1e-9))
            assert all(count <= most for count in genres.values())


@given(layouts, proposed)
def test_the_page_keeps_its_caps_over_all_rows(layout: Layout, found: list[list[Candidate]]) -> None:
    rows = page(layout, found)
    pinned = {title_id for spec in layout.rows for title_id in active_pins(spec.pins, NOW)}
    titles = [card.title for row in rows for card in row.cards if card.title.id not in pinned]
    if layout.caps.franchise is not None:
        families = Counter(title.franchise for title in titles if title.franchise)
        assert all(count <= layout.caps.franchise for count in families.values())
    if layout.caps.genre_share is not None:
        most = int(layout.caps.genre_share * sum(spec.max_cards for spec in layout.rows) + 1e-9)
        assert all(count <= most for count in Counter(g for title in titles for g in title.genres).values())


@given(layouts, proposed)
def test_pins_stand_in_their_slots(layout: Layout, found: list[list[Candidate]]) -> None:
    rows = page(layout, found)
    for row in rows:
        ids = [card.title.id for card in row.cards]
        there = {one: slot for one, slot in active_pins(row.candidates.spec.pins, NOW).items() if one in ids}
        slots = list(there.values())
        if len(set(slots)) == len(slots) and max(slots, default=0) <= len(ids):
            assert all(ids[slot - 1] == title_id for title_id, slot in there.items())
        elsewhere = {card.title.id for other in rows if other is not row for card in other.cards}
        for title_id in active_pins(row.candidates.spec.pins, NOW):
            assert title_id in ids or title_id in elsewhere


@given(layouts, proposed)
def test_exploration_stays_within_its_budget_and_out_of_the_first_slots(
    layout: Layout, found: list[list[Candidate]]
) -> None:
    for row in page(layout, found):
        explored = [card for card in row.cards if card.candidate.propensity is not None]
        exploration = row.candidates.spec.exploration
        if exploration is None:
            assert not explored
            continue
        assert len(explored) <= len(exploration.slots(row.candidates.spec.max_cards))
        if len(row.cards) == row.candidates.spec.max_cards:
            assert all(card.column >= exploration.earliest - 1 for card in explored)


@given(layouts, proposed)
def test_a_quota_is_met_when_caps_and_pins_leave_it_be(layout: Layout, found: list[list[Candidate]]) -> None:
    """Exploration takes its places too, and still every row has as many as there are, or as are wanted."""
    quota = Quota("popularity < 0.3", 0.4)
    rows = tuple(
        replace(spec, caps=Caps(diversity=0.3), pins=(), quotas=(quota,), repeats=True)
        for spec in layout.rows
    )
    for row in page(replace(layout, rows=rows, caps=Caps()), found):
        need = ceil(0.4 * row.candidates.spec.max_cards - 1e-9)
        there = sum(TITLES[candidate.title_id].popularity < 0.3 for candidate in row.candidates.candidates)
        kept = sum(card.title.popularity < 0.3 for card in row.cards)
        assert kept >= min(need, there, len(row.cards))


def row_candidates(spec: RowSpec, *names: str, ordered: bool = False) -> RowCandidates:
    candidates = add_pinned_candidates([Candidate(TitleId(name), "x") for name in names], spec.pins, NOW)
    return RowCandidates(
        spec, tuple(candidates), Reason(ReasonKind.TASTE), FreshnessSource.BATCH, NOW, ordered=ordered
    )


def test_a_chart_keeps_its_order_and_still_takes_pins() -> None:
    pins = (Pin(TitleId("t9"), 2, SOON),)
    spec = RowSpec(
        "chart", RowSource.TRENDING, max_cards=3, pins=pins, caps=Caps(franchise=1), rotation=Rotation.HOUR
    )
    chart = row_candidates(spec, "t2", "t6", "t10", "t14", ordered=True)
    (row,) = compose(a_composition_input(Layout("home", 1, (spec,), NOW), [chart])).rows
    assert [card.title.id for card in row.cards] == ["t2", "t9", "t6"]


def test_what_was_seen_for_days_and_not_played_moves_back_and_its_row_down() -> None:
    memory: dict[int, dict[str, int]] = {}
    for age in range(1, 12):
        add_impressions(memory, ["t2", "~one"], NOW - age * DAY)
    tired = Activity(MINA, 1, impressions=memory)
    specs = tuple(RowSpec(name, RowSource.TOP_PICKS, min_cards=1) for name in ("one", "two"))
    layout = Layout("home", 1, specs, NOW, personal_order=True)
    found = [[Candidate(TitleId(name), "x") for name in row] for row in (("t2", "t7"), ("t11", "t16"))]
    fresh, later = page(layout, found), page(layout, found, tired)
    assert [row.candidates.spec.id for row in fresh] == ["one", "two"]
    assert [row.candidates.spec.id for row in later] == ["two", "one"]
    assert [card.title.id for card in later[1].cards] == ["t7", "t2"]
    assert page(layout, found, tired) == later


def test_a_boost_raises_a_title_within_its_row() -> None:
    spec = RowSpec("row", RowSource.TOP_PICKS, boosts=(Boost("genre = Comedy", 1.0, SOON),))
    found = ("t1", "t6", "t2", "t5")
    for boosted, order in ((replace(spec, boosts=()), "t1 t2 t5 t6"), (spec, "t5 t1 t2 t6")):
        (row,) = compose(
            a_composition_input(Layout("home", 1, (boosted,), NOW), [row_candidates(boosted, *found)])
        ).rows
        assert " ".join(card.title.id for card in row.cards) == order


def test_nothing_moves_within_the_day_though_the_row_explores_and_turns() -> None:
    spec = RowSpec(
        "row", RowSource.TOP_PICKS, max_cards=12, exploration=Exploration(0.2, 4), rotation=Rotation.DAY
    )
    signals = ranking_signals(NO_ACTIVITY, TITLES, None, NOW)
    ranked = Ranking(Layout("home", 1, (spec,), NOW), TITLES, signals, NO_ACTIVITY).rank(
        row_candidates(spec, *TITLES)
    )

    def order(at: datetime) -> tuple[str, ...]:
        selector = CardSelector(MINA, TITLES, replace(signals, now=at))
        return tuple(one[2].title_id for one in selector.select_cards(row_candidates(spec, *TITLES), ranked))

    morning = NOW.replace(hour=0, minute=0)
    assert len({order(morning + minutes * HOUR / 60) for minutes in range(0, 1440, 37)}) == 1
    assert len({order(morning + days * DAY) for days in range(10)}) == 10


dials = st.sampled_from([Rotation.DAY, Rotation.HOUR])


@given(rankings)
def test_without_the_dial_nothing_moves(row: list[ScoredCandidate]) -> None:
    assert rotate_cards(row, Rotation.NONE, MINA, "row", NOW) is row


@given(rankings, dials, st.integers(0, 400))
def test_the_same_cards_moved_a_little_and_never_past_a_clearly_better_one(
    row: list[ScoredCandidate], dial: Rotation, hours: int
) -> None:
    turned = rotate_cards(row, dial, MINA, "row", NOW + hours * HOUR)
    assert sorted(turned, key=id) == sorted(row, key=id)
    for place, scored in enumerate(turned):
        assert abs(place - row.index(scored)) < MAX_BAND_CARDS
        assert all(scored[0] - earlier[0] <= MAX_BAND_SPREAD for earlier in turned[:place])


@given(rankings, dials)
def test_it_can_be_repeated(row: list[ScoredCandidate], dial: Rotation) -> None:
    assert rotate_cards(row, dial, MINA, "row", NOW) == rotate_cards(list(row), dial, MINA, "row", NOW)


def test_it_turns_with_the_hour_or_the_day_and_stands_still_between() -> None:
    row = ranking(*(f"t{n}" for n in range(20)), step=0.001)
    start = NOW.replace(hour=0, minute=0)

    def orders(dial: Rotation, step: timedelta, count: int) -> int:
        return len(
            {names(list(rotate_cards(row, dial, MINA, "row", start + n * step))) for n in range(count)}
        )

    assert orders(Rotation.HOUR, timedelta(minutes=1), 60) == 1
    assert orders(Rotation.HOUR, HOUR, 24) == 24
    assert orders(Rotation.DAY, HOUR, 24) == 1
    assert orders(Rotation.DAY, DAY, 10) == 10


def test_rows_and_profiles_turn_each_in_its_own_way() -> None:
    row = ranking(*(f"t{n}" for n in range(20)), step=0.001)
    own = names(list(rotate_cards(row, Rotation.DAY, MINA, "row", NOW)))
    assert names(list(rotate_cards(row, Rotation.DAY, ProfileId("ade"), "row", NOW))) != own
    assert names(list(rotate_cards(row, Rotation.DAY, MINA, "other", NOW))) != own


def test_every_card_of_a_band_comes_first_about_equally_often() -> None:
    row = ranking(*"abcde", step=0.001)
    first = [names(list(rotate_cards(row, Rotation.DAY, MINA, "row", NOW + n * DAY)))[0] for n in range(1000)]
    assert all(150 < first.count(name) < 250 for name in "abcde")
