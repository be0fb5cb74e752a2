"""Similar titles on arrays: an exact reference in plain Python, accounts, new titles, the measure that is chosen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.models.content import index_content, likeness_row
from batch.models.histories import Histories, pack_histories
from batch.models.similar import (
    AGE_UNIT,
    MIN_SUPPORT,
    NEW_PLACES,
    STEP_UNIT,
    LikenessFacts,
    Measure,
    NeighbourRow,
    count_likers,
    count_pairs,
    empty_pairs,
    liked,
    rank_row,
)
from batch.models.similar_choice import choose_measure, hold_out

pytestmark = pytest.mark.slow  # kernels are compiled

DAY = 86_400_000
NOW = 2_000 * DAY
Watch = tuple[int, int, int, float]
"""Account, profile, title, days before now."""


def histories(watches: list[Watch], titles: int, strength: float = 1.0) -> Histories:
    rows = sorted(
        (account, profile, NOW - round(days * DAY), title) for account, profile, title, days in watches
    )
    columns = np.array(rows, np.int64).reshape(-1, 4)
    return pack_histories(
        columns[:, 0] * 100 + columns[:, 1],
        columns[:, 3].astype(np.int32),
        columns[:, 2],
        np.full(len(rows), strength, np.float32),
        NOW,
        titles,
        accounts=columns[:, 0],
    )


def facts(watched: Histories, features: list[list[str]], new: tuple[int, ...] = ()) -> LikenessFacts:
    marks = np.isin(np.arange(len(features)), new)
    works = np.full(len(features), -1, np.int32)
    return LikenessFacts(index_content(features), count_likers(watched, len(features)), works, marks)


def row(
    watched: Histories, known: LikenessFacts, seed: int, measure: Measure, size: int = 40
) -> NeighbourRow:
    counts = empty_pairs(np.array([seed], np.int32), known.content.titles)
    count_pairs(watched, measure, counts)
    return rank_row(counts, 0, known, measure, size)


def by_hand(watches: list[Watch], titles: int, measure: Measure) -> tuple[dict, dict]:
    """The docstring's `together` and `support`, in plain Python."""
    own: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
    for account, profile, title, days in watches:
        own[account, profile].append((-days, title))
    together: dict[tuple[int, int, int], int] = {}
    for (account, _), entries in own.items():
        instants = sorted({at for at, _ in entries})
        for at, seed in entries:
            for other_at, title in entries:
                if title != seed:
                    weight = max(1, int(AGE_UNIT * 2 ** (other_at / measure.half_life_days) + 0.5))
                    distance = instants.index(other_at) - instants.index(at)
                    value = weight * STEP_UNIT
                    if 0 < distance <= 5:
                        value += weight * measure.order * (STEP_UNIT // distance)
                    key = (account, seed, title)
                    together[key] = max(together.get(key, 0), value)
    sums, support = np.zeros((titles, titles), np.int64), np.zeros((titles, titles), np.int32)
    for (_, seed, title), value in together.items():
        sums[seed, title] += value
        support[seed, title] += 1
    return sums, support


_WATCHES = st.dictionaries(
    st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 5)), st.integers(0, 40), max_size=30
).map(lambda table: [(*key, float(days)) for key, days in table.items()])


@settings(max_examples=60, deadline=None)
@given(_WATCHES)
def test_counts_equal_the_reference_whatever_the_accounts(watches: list[Watch]) -> None:
    measure = Measure(half_life_days=30.0, order=3)
    counts = empty_pairs(np.arange(6, dtype=np.int32), 6)
    if watches:
        count_pairs(histories(watches, 6), measure, counts)
    sums, support = by_hand(watches, 6, measure)
    assert counts.together.tolist() == sums.tolist()
    assert counts.support.tolist() == support.tolist()


def test_a_new_title_has_neighbours_at_once_and_evidence_moves_to_co_watching() -> None:
    features = [["genre:Horror"], ["genre:Comedy"], ["genre:Horror"], ["genre:Comedy"]]
    watches = [(account, 0, title, float(account + title)) for account in range(8) for title in (0, 1)]
    watched = histories(watches, 4)
    known, measure = facts(watched, features), Measure(0.0, 0, 0.0, content_support=2.0)
    alone = row(watched, known, 2, measure)
    assert alone.neighbours.tolist() == [0]
    assert alone.support.tolist() == [0]
    few = histories([one for one in watches if one[0] < MIN_SUPPORT], 4)
    scores = {
        support: row(found, facts(found, features), 0, measure) for support, found in ((3, few), (8, watched))
    }
    assert scores[3].neighbours.tolist() == scores[8].neighbours.tolist() == [1, 2]
    assert scores[3].scores.tolist() == [0.6, 0.4]
    assert scores[8].scores.tolist() == [0.8, 0.2]
    assert scores[8].support.tolist() == [8, 0]


def test_pairs_of_too_few_accounts_are_content_alone_and_show_no_support() -> None:
    watched = histories(
        [(account, member, title, 1.0) for account in (0, 1) for member in (0, 1) for title in (0, 1)], 2
    )
    found = row(watched, facts(watched, [["genre:A"], ["genre:A"]]), 0, Measure())
    assert (found.neighbours.tolist(), found.support.tolist()) == ([1], [0])


def test_new_titles_of_like_content_take_the_last_places() -> None:
    titles = 60
    watches = [(account, 0, title, float(title)) for account in range(4) for title in range(50)]
    watched = histories(watches, titles)
    features = [["genre:Drama", "kind:movie"]] * titles
    found = row(watched, facts(watched, features, new=tuple(range(50, 60))), 0, Measure(), size=40)
    assert len(found.neighbours) == 40
    assert sorted(title for title in found.neighbours.tolist() if title >= 50) == [50, 51, 52, 53]
    assert NEW_PLACES == 4
    assert found.scores.tolist() == sorted(found.scores.tolist(), reverse=True)


def test_another_delivery_of_the_work_is_no_neighbour() -> None:
    watched = histories([(account, 0, title, 1.0) for account in range(5) for title in range(3)], 3)
    known = facts(watched, [["genre:A"]] * 3)
    known = replace(known, works=np.array([7, 7, -1], np.int32))
    assert row(watched, known, 0, Measure()).neighbours.tolist() == [2]


def test_likeness_is_symmetric_0_to_1_and_weighs_what_the_catalogue_has() -> None:
    index = index_content([["genre:A", "genre:B", "person:x"], ["genre:A", "person:x"], ["genre:C"], []])
    rows = np.array([likeness_row(index, title) for title in range(4)])
    assert np.allclose(rows, rows.T)
    assert rows.min() == 0.0
    assert rows.max() <= 1.0 + 1e-9
    assert rows[0, 1] > 0.5
    bare = index_content([["genre:A"], ["genre:A"]])
    assert likeness_row(bare, 0).tolist() == pytest.approx([1.0, 1.0])


def test_order_of_watching_is_learned_where_titles_follow_each_other() -> None:
    """Title n is followed by n + 1 in everybody's history, and titles 12 and 13 are watched by all, somewhere."""
    watches = [
        (account, 0, (account + step) % 12, 60.0 - 4 * step - account % 3)
        for account in range(400)
        for step in range(6)
    ]
    watches += [(account, 0, title, 60.0 - account % 23) for account in range(400) for title in (12, 13)]
    watched = histories(watches, 14)
    choice = choose_measure(watched, facts(watched, [["genre:A"]] * 14))
    assert choice.measure.order > 0
    assert choice.gain > choice.cosine
    assert choice.pairs >= 200


def test_without_a_time_to_cut_at_the_last_title_is_held_out() -> None:
    watched = histories([(account, 0, title, 9.0 - title) for account in range(30) for title in range(4)], 4)
    held = hold_out(liked(watched))
    assert held.cut_days is None
    assert set(held.targets.tolist()) == {3}
    assert set(held.seeds.tolist()) == {2}
    assert held.train.entries == 30 * 3
    assert choose_measure(histories([], 4), facts(histories([], 4), [[]] * 4)).pairs == 0
