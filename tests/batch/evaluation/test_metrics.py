"""Values by hand, against ir-measures, and what holds for any lists."""

from __future__ import annotations

import math

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.evaluation.metrics import (
    METRICS,
    NO_TITLE,
    Lists,
    Targets,
    average_precision,
    find_hits,
    hit_rate,
    ndcg,
    recall,
    reciprocal_rank,
    score_hits,
)

TITLES = 30


def targets_of(*rows: list[int]) -> Targets:
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return Targets(starts, np.array([one for row in rows for one in row], np.int32))


def lists_of(*rows: list[int], size: int = 20) -> Lists:
    return np.array([row + [NO_TITLE] * (size - len(row)) for row in rows], np.int32)


def test_values_by_hand() -> None:
    targets = targets_of([3, 7, 9], [1], [4, 5])
    lists = lists_of([3, 0, 7], [2, 0, 1], [8, 9])
    hits, counts = find_hits(lists, targets), targets.counts()
    assert hits[:, :3].tolist() == [[True, False, True], [False, False, True], [False, False, False]]
    ideal = 1 + 1 / math.log2(3) + 1 / 2
    assert ndcg(hits, counts, 10).tolist() == pytest.approx([(1 + 1 / 2) / ideal, 1 / 2, 0], abs=1e-15)
    assert recall(hits, counts, 20).tolist() == [2 / 3, 1.0, 0.0]
    assert average_precision(hits, counts, 10).tolist() == pytest.approx([(1 + 2 / 3) / 3, 1 / 3, 0])
    assert hit_rate(hits, 10).tolist() == [1.0, 1.0, 0.0]
    assert reciprocal_rank(hits).tolist() == [1.0, 1 / 3, 0.0]


def test_only_the_first_k_count() -> None:
    targets = targets_of([19])
    hits = find_hits(lists_of(list(range(20))), targets)
    assert score_hits(hits, targets.counts()).tolist() == [[0.0, 1.0, 0.0, 0.0, 1 / 20]]


def test_a_perfect_list_is_worth_one_even_where_targets_outnumber_places() -> None:
    targets = targets_of(list(range(25)), [0])
    lists = lists_of(list(range(20)), [0])
    values = score_hits(find_hits(lists, targets), targets.counts())
    assert values.tolist() == [[1.0, 20 / 25, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0, 1.0]]


def test_an_empty_list_hits_nothing() -> None:
    targets = targets_of([0], [2])
    assert score_hits(find_hits(lists_of([], []), targets), targets.counts()).tolist() == [[0.0] * 5] * 2


rankings = st.lists(
    st.tuples(
        st.lists(st.integers(0, TITLES - 1), max_size=20, unique=True),
        st.lists(st.integers(0, TITLES - 1), min_size=1, max_size=15, unique=True),
    ),
    min_size=1,
    max_size=6,
)


@given(rankings)
def test_all_metrics_equal_those_of_ir_measures(rows: list[tuple[list[int], list[int]]]) -> None:
    targets, lists = targets_of(*(row[1] for row in rows)), lists_of(*(row[0] for row in rows))
    ours = score_hits(find_hits(lists, targets), targets.counts())
    # AP@10 there divides by all targets, and here by those that ten places can hold.
    ours[:, 2] *= np.minimum(targets.counts(), 10) / targets.counts()
    measures = [
        ir_measures.nDCG @ 10,
        ir_measures.R @ 20,
        ir_measures.AP @ 10,
        ir_measures.Success @ 10,
        ir_measures.RR,
    ]
    wanted = [ir_measures.Qrel(str(u), str(t), 1) for u, row in enumerate(rows) for t in row[1]]
    # Whole scores far apart: scores are compared there as 32-bit floats, and ties by the text of the id.
    ranked = [
        ir_measures.ScoredDoc(str(u), str(t), 100.0 - place)
        for u, row in enumerate(rows)
        for place, t in enumerate(row[0])
    ]
    theirs = np.zeros_like(ours)
    for one in ir_measures.iter_calc(measures, wanted, ranked):
        theirs[int(one.query_id), measures.index(one.measure)] = one.value
    assert ours == pytest.approx(theirs, abs=1e-9)


@given(rankings)
def test_values_are_shares_and_a_hit_that_moves_up_is_worth_no_less(
    rows: list[tuple[list[int], list[int]]],
) -> None:
    targets, lists = targets_of(*(row[1] for row in rows)), lists_of(*(row[0] for row in rows))
    hits, counts = find_hits(lists, targets), targets.counts()
    values = score_hits(hits, counts)
    assert ((values >= 0) & (values <= 1)).all()
    first = np.sort(hits, axis=1)[:, ::-1]
    assert (score_hits(first, counts) >= values - 1e-12).all()
    assert values.shape == (len(rows), len(METRICS))


@given(rankings, st.permutations(range(TITLES)))
def test_renamed_titles_change_nothing(rows: list[tuple[list[int], list[int]]], names: list[int]) -> None:
    def values(rename: list[int]) -> list[list[float]]:
        targets = targets_of(*([rename[t] for t in row[1]] for row in rows))
        lists = lists_of(*([rename[t] for t in row[0]] for row in rows))
        found: list[list[float]] = score_hits(find_hits(lists, targets), targets.counts()).tolist()
        return found

    assert values(names) == values(list(range(TITLES)))
