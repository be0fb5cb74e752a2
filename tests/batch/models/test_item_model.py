"""Item weights equal dense references; blocks change nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from batch.models.histories import Histories, pack_histories
from batch.models.item_model import ItemParameters, fit_item_model
from batch.models.item_weights import NoInverse, head_weights
from batch.models.sparse_rows import SparseRows, largest_of_rows

pytestmark = pytest.mark.slow  # kernels are compiled

TITLES = 30


def viewing(seed: int = 1, profiles: int = 60) -> Histories:
    random = np.random.default_rng(seed)
    chance = 1.0 / np.arange(2, TITLES + 2)
    rows = []
    for profile in range(profiles):
        chosen = random.choice(
            TITLES, size=int(random.integers(1, 9)), replace=False, p=chance / chance.sum()
        )
        rows += [(profile, title, minute) for minute, title in enumerate(chosen)]
    profile, title, instant = np.array(rows).T
    return pack_histories(
        profile, title.astype(np.int32), instant, np.ones(len(title), np.float32), 1000, TITLES
    )


def dense(matrix: SparseRows) -> np.ndarray:
    full = np.zeros((len(matrix), len(matrix)), np.float32)
    for row in range(len(matrix)):
        columns, values = matrix.row(row)
        full[row, columns] = values
    return full


def interactions(histories: Histories) -> np.ndarray:
    full = np.zeros((len(histories), TITLES))
    full[histories.owners(), histories.titles] = 1.0
    return full


def test_weights_of_the_head_are_those_of_ease() -> None:
    histories = viewing()
    model = fit_item_model(histories, TITLES, ItemParameters(ridge=3.0))
    watched = interactions(histories)
    head = int(np.flatnonzero(watched.sum(0) >= 2).max()) + 1
    assert 20 < head <= TITLES
    inverse = np.linalg.inv(watched[:, :head].T @ watched[:, :head] + 3.0 * np.eye(head))
    expected = -inverse / np.diag(inverse)[None, :]
    np.fill_diagonal(expected, 0.0)
    np.testing.assert_allclose(dense(model.weights)[:head, :head], expected, atol=2e-5)


def test_only_the_solution_is_pruned() -> None:
    random = np.random.default_rng(2)
    watched = (random.random((200, 20)) < 0.3).astype(np.float32)
    gram = watched.T @ watched
    full = dense_of(head_weights(gram.copy(), 5.0, 19))
    few = dense_of(head_weights(gram.copy(), 5.0, 4))
    assert ((few != 0).sum(0) == 4).all()
    np.testing.assert_array_equal(few[few != 0], full[few != 0])
    for column in range(20):
        assert np.abs(few[:, column]).sum() == pytest.approx(np.sort(np.abs(full[:, column]))[-4:].sum())


def dense_of(triples: tuple[np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray:
    full = np.zeros((20, 20), np.float32)
    full[triples[0], triples[1]] = triples[2]
    return full


def test_titles_of_the_tail_have_local_weights() -> None:
    histories = viewing()
    parameters = ItemParameters(ridge=2.0, head_size=10, tail_neighbours=4)
    weights = dense(fit_item_model(histories, TITLES, parameters).weights)
    watched = interactions(histories)
    gram = watched.T @ watched
    counts = np.diag(gram)
    for title in range(10, TITLES):
        cosines = gram[:10, title] / (np.sqrt(counts[:10]) + parameters.shrinkage)
        chosen = np.lexsort((np.arange(10), -cosines))[:4]
        chosen = chosen[cosines[chosen] > 0]
        local = gram[np.ix_(chosen, chosen)] + 2.0 * np.eye(len(chosen))
        expected = np.maximum(0.0, np.linalg.solve(local, gram[chosen, title]))
        np.testing.assert_allclose(weights[chosen, title], expected, atol=1e-5)
        assert (weights[title, 10:] == 0).all()


@pytest.mark.parametrize("blocks", [2, 3, 7, 40])
def test_the_number_of_blocks_changes_no_bit(blocks: int) -> None:
    histories = viewing()
    parameters = ItemParameters(head_size=18, kept_weights=6, kept_transitions=5)
    one, many = (fit_item_model(histories, TITLES, parameters, count) for count in (1, blocks))
    for first, second in ((one.weights, many.weights), (one.transitions, many.transitions)):
        assert first.starts.tobytes() == second.starts.tobytes()
        assert first.columns.tobytes() == second.columns.tobytes()
        assert first.values.tobytes() == second.values.tobytes()


def test_the_order_of_profiles_changes_no_bit() -> None:
    histories = viewing()
    shuffled = histories.take(np.random.default_rng(3).permutation(len(histories)))
    one, two = (fit_item_model(each, TITLES, ItemParameters()) for each in (histories, shuffled))
    assert one.weights.values.tobytes() == two.weights.values.tobytes()
    assert one.transitions.values.tobytes() == two.transitions.values.tobytes()


def test_transitions_are_damped_by_the_popularity_of_what_follows() -> None:
    histories = viewing()
    plain = fit_item_model(histories, TITLES, ItemParameters(transition_power=0.0)).transitions
    damped = fit_item_model(histories, TITLES, ItemParameters(transition_power=0.5)).transitions
    counts = interactions(histories).sum(0)
    np.testing.assert_allclose(dense(damped), dense(plain) / np.sqrt(counts + 5.0)[None, :], rtol=1e-5)


def test_largest_values_of_rows_give_ties_to_the_smaller_number() -> None:
    counts = np.array([[1, 3, 6, 3, 0, 0], [0, 0, 0, 0, 0, 0], [5, 1, 0, 0, 0, 0]], np.int32)
    factors = np.array([1, 1, 0.5, 1, 9, 9], np.float32)
    rows, columns, scores = largest_of_rows(counts, factors, 2)
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(0, 1), (0, 2), (2, 0), (2, 1)]
    assert scores.tolist() == [3.0, 3.0, 5.0, 1.0]


def test_a_matrix_without_factor_is_refused() -> None:
    with pytest.raises(NoInverse, match="use a greater ridge"):
        head_weights(np.array([[0, 9], [9, 0]], np.float32), 1.0, 1)


def test_no_titles_and_one_title_make_empty_models() -> None:
    nobody = viewing().take(np.zeros(0, np.int64))
    assert fit_item_model(nobody, 0, ItemParameters()).title_count == 0
    assert len(fit_item_model(nobody, 3, replace(ItemParameters(), ridge=1.0)).weights.values) == 0
