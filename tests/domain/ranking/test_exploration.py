"""Exploration: within its budget and slots, by chances that are written down and true, stopped for failures."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import Candidate
from domain.candidates.selection import ScoredCandidate
from domain.catalog.titles import Title
from domain.ids import ProfileId, TitleId
from domain.layouts.model import Exploration
from domain.ranking.diversity import DiversityCaps
from domain.ranking.exploration import (
    ExplorationContext,
    TrialCounts,
    draw_explored,
    has_failed,
    insert_explored,
    trial_weight,
)
from tests.domain.made import DAY, MINA, NOW, a_title
from tests.domain.ranking_world import TITLES, names, ranking, rankings

OFTEN = Exploration(0.2, 4)
KNOWN = {TitleId(f"k{n}"): a_title(f"k{n}", popularity=0.9) for n in range(20)}
RARE = {TitleId(f"r{n}"): a_title(f"r{n}", popularity=0.01) for n in range(10)}
BOTH = KNOWN | RARE
ROW = ranking(*KNOWN, *RARE, step=0.01)
explorations = st.builds(Exploration, st.floats(0, 1), st.integers(1, 12))


def chance(day: int = 0, profile: str = "mina", **trials: TrialCounts) -> ExplorationContext:
    return ExplorationContext(
        ProfileId(profile), NOW + day * DAY, {TitleId(name): trial for name, trial in trials.items()}
    )


def explored(
    free: list[ScoredCandidate],
    exploration: Exploration,
    places: int,
    chance: ExplorationContext,
    titles: Mapping[TitleId, Title] = BOTH,
) -> list[ScoredCandidate]:
    """A row of nothing but the ranking and what is explored."""
    won = draw_explored(free, titles, exploration, places, chance)
    lucky = {candidate.title_id for _, _, candidate in won}
    rest = [scored for scored in free if scored[2].title_id not in lucky]
    return insert_explored(rest[: places - len(won)], won, exploration, places)


def finders(row: list[ScoredCandidate]) -> list[str]:
    return [candidate.title_id for _, _, candidate in row if candidate.propensity is not None]


def found(day: int, profile: str = "mina", **trials: TrialCounts) -> list[Candidate]:
    row = explored(ROW, Exploration(0.1, 4), 10, chance(day, profile, **trials))
    return [candidate for _, _, candidate in row if candidate.propensity is not None]


@given(rankings, explorations, st.integers(1, 20), st.integers(0, 30))
def test_within_its_budget_and_never_before_its_first_slot(
    ranked: list[ScoredCandidate], exploration: Exploration, places: int, day: int
) -> None:
    row = explored(ranked, exploration, places, chance(day), TITLES)
    ids = [candidate.title_id for _, _, candidate in row]
    assert len(ids) == len(set(ids)) == min(places, len(ranked))
    assert set(ids) <= {candidate.title_id for _, _, candidate in ranked}
    lucky = finders(row)
    assert len(lucky) <= exploration.share * places + 1e-9
    if len(row) == places:
        assert all(ids.index(title_id) >= exploration.earliest - 1 for title_id in lucky)
    for _, _, candidate in row:
        assert candidate.propensity is None or 0 < candidate.propensity <= 1
    assert explored(ranked, exploration, places, chance(day), TITLES) == row


def test_the_rest_of_the_row_stays_as_it_is_and_its_last_cards_make_room() -> None:
    row = explored(ROW, OFTEN, 10, chance())
    lucky = finders(row)
    assert [names(row).split().index(name) + 1 for name in lucky] == OFTEN.slots(10) == [5, 9]
    assert [name for name in names(row).split() if name not in lucky] == [f"k{n}" for n in range(8)]
    assert set(lucky) <= set(RARE)
    assert draw_explored(ROW, BOTH, None, 10, chance()) == []


def test_new_titles_count_as_little_known_and_tired_ones_stay_away() -> None:
    new = {title_id: replace(title, launched_at=NOW - 3 * DAY) for title_id, title in KNOWN.items()}
    assert len(finders(explored(ROW[:20], OFTEN, 5, chance(), new))) == 1
    assert not finders(explored(ROW[:20], OFTEN, 5, chance(), KNOWN))
    tired = replace(chance(), fatigued=dict.fromkeys(RARE, 0.5))
    assert explored(ROW, OFTEN, 10, tired) == ROW[:10]


def test_a_title_that_stops_being_new_today_is_new_until_midnight() -> None:
    new = BOTH | {TitleId("k15"): replace(KNOWN[TitleId("k15")], launched_at=NOW - 30 * DAY)}
    for hour, there in ((0, True), (19, True), (21, True), (24, False)):
        at = replace(chance(), now=NOW.replace(hour=0) + timedelta(hours=hour))
        race = draw_explored(ROW[:20], new, Exploration(0.1, 1), 10, at)
        assert [candidate.title_id for _, _, candidate in race] == (["k15"] if there else [])


def test_the_same_all_day_another_the_next_and_for_each_profile_its_own() -> None:
    evening, morning = (replace(chance(), now=NOW.replace(hour=hour)) for hour in (23, 0))
    assert explored(ROW, OFTEN, 10, evening) == explored(ROW, OFTEN, 10, morning)
    assert len({found(day)[0].title_id for day in range(60)}) == 10
    assert len({found(0, f"p{n}")[0].title_id for n in range(60)}) == 10


def test_the_propensity_is_the_share_of_days_on_which_a_title_wins() -> None:
    """Titles that were shown before have other weights; over many days each wins as often as was written down."""
    trials = {"r0": TrialCounts(100, 50), "r1": TrialCounts(100, 20), "r2": TrialCounts(180, 0)}
    wins = Counter[str]()
    written: dict[str, float] = {}
    for day in range(3000):
        (winner,) = found(day, **trials)
        wins[winner.title_id] += 1
        written[winner.title_id] = winner.propensity or 0.0
    assert math.isclose(sum(written.values()), 1.0)
    assert written["r0"] / written["r1"] == pytest.approx(51 / 21)
    for title_id, propensity in written.items():
        error = math.sqrt(propensity * (1 - propensity) / 3000)
        assert abs(wins[title_id] / 3000 - propensity) < 4 * error


def test_inverse_propensity_gives_back_the_truth() -> None:
    """What the log is for: the mean worth of titles had they been shown alike, out of shows that were not."""
    trials = {f"r{n}": TrialCounts(100, 10 * n) for n in range(10)}
    worth = {f"r{n}": n / 10 for n in range(10)}
    told = [
        worth[winner.title_id] / (10 * (winner.propensity or 1.0))
        for day in range(3000)
        for winner in found(day, **trials)
    ]
    naive = statistics.fmean(worth[found(day, **trials)[0].title_id] for day in range(300))
    assert statistics.fmean(told) == pytest.approx(0.45, abs=0.03)
    assert naive > 0.55


def test_several_places_write_down_the_chance_each_had_in_its_turn() -> None:
    row = explored(ROW, Exploration(0.5, 1), 10, chance())
    chances = [candidate.propensity for _, _, candidate in row if candidate.propensity is not None]
    assert chances == pytest.approx([1 / 10, 1 / 9, 1 / 8, 1 / 7, 1 / 6])


def test_titles_are_not_lucky_together() -> None:
    """Across days, one title's winning says nothing about another's but that there is one place less."""
    days = range(600)
    won = {title_id: [float(found(day)[0].title_id == title_id) for day in days] for title_id in RARE}
    pairs = [statistics.correlation(won[one], won[two]) for one in RARE for two in RARE if one < two]
    assert statistics.fmean(pairs) == pytest.approx(-1 / 9, abs=0.02)
    assert max(map(abs, pairs)) < 1 / 9 + 0.17


@pytest.mark.parametrize(
    ("impressions", "plays", "failed"),
    [
        (199, 0, False),
        (200, 0, True),
        (200, 1, False),
        (1000, 10, True),
        (1000, 15, False),
        (10_000, 500, False),
    ],
)
def test_a_title_that_hardly_anybody_wants_is_stopped(impressions: int, plays: int, failed: bool) -> None:
    trial = TrialCounts(impressions, plays)
    assert has_failed(trial) == failed
    assert (trial_weight(trial) == 0) == failed


def test_a_failure_is_never_drawn_again_and_the_others_share_its_chance() -> None:
    failed = {f"r{n}": TrialCounts(400, 0) for n in range(9)}
    assert {found(day, **failed)[0].title_id for day in range(30)} == {"r9"}
    assert found(0, **failed)[0].propensity == 1.0
    assert not found(0, **failed, r9=TrialCounts(400, 0))
    assert chance().profile_id == MINA


def test_what_wins_keeps_within_the_caps_of_the_row() -> None:
    """One of the franchise stands there and two may: of the nine that belong to it one can win, not two."""
    titles = BOTH | {
        name: replace(title, franchise="Harbours") for name, title in RARE.items() if name != "r9"
    }
    room = DiversityCaps(2, None, {"~Harbours": 1})
    for day in range(30):
        won = [
            candidate
            for _, _, candidate in draw_explored(ROW, titles, Exploration(0.3, 1), 10, chance(day), [room])
        ]
        assert len(won) == 2
        assert "r9" in {candidate.title_id for candidate in won}
        chances = [candidate.propensity for candidate in won]
        assert chances == pytest.approx([0.1, 1 / 9] if won[0].title_id == "r9" else [0.1, 1.0])
    assert room.counts == {"~Harbours": 1}
