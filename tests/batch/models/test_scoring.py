"""Recommended titles equal a dense reference; what was seen is never among them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.models.blend import BlendWeights
from batch.models.histories import Histories, pack_histories
from batch.models.history_decay import Decay, history_weights
from batch.models.item_model import ItemModel, ItemParameters, fit_item_model
from batch.models.scoring import NO_TITLE, Audiences, Picks, Source, audiences_of, score_histories
from batch.models.sparse_rows import SparseRows, rows_of_triples

pytestmark = pytest.mark.slow  # kernels are compiled

TITLES, DAY = 14, 86_400_000
WEIGHTS = BlendWeights(
    similar=1.0,
    next=0.7,
    content=0.3,
    popular=0.4,
    caution=2.0,
    negative=0.5,
    similar_decay=Decay(3.0, 10.0),
    next_decay=Decay(1.0),
)
ENTRY = st.tuples(
    st.integers(0, 7),
    st.integers(0, TITLES - 1),
    st.integers(0, 9),
    st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0]),
)
ENTRIES = st.lists(ENTRY, min_size=1, max_size=70, unique_by=lambda entry: entry[:2])


def packed(entries: list[tuple[int, int, int, float]]) -> Histories:
    profiles, titles, days, strengths = np.array(sorted(entries, key=lambda row: (row[0], row[2], row[1]))).T
    return pack_histories(
        profiles.astype(np.int64),
        titles.astype(np.int32),
        days.astype(np.int64) * DAY,
        strengths.astype(np.float32),
        9 * DAY,
        TITLES,
    )


def world(histories: Histories) -> tuple[ItemModel, SparseRows, Audiences]:
    model = fit_item_model(histories, TITLES, ItemParameters(ridge=2.0))
    numbers = np.arange(TITLES, dtype=np.int32)
    content = rows_of_triples(numbers, numbers[::-1].copy(), np.full(TITLES, 0.5, np.float32), TITLES)
    popularity = np.stack([np.linspace(3.0, 0.0, TITLES), np.linspace(0.0, 1.0, TITLES)]).astype(np.float32)
    eligible = np.ones((2, TITLES), np.bool_)
    eligible[1, ::3] = False
    return model, content, audiences_of(popularity, eligible)


def scored(histories: Histories, size: int, excluded: int = 5, taste: int = 0) -> Picks:
    """Odd profiles are of the second audience; every profile has seen its history and `excluded`."""
    model, content, audiences = world(histories)
    count = len(histories)
    return score_histories(
        histories,
        (np.arange(count) % 2).astype(np.int32),
        histories.starts + np.arange(count + 1),
        np.insert(histories.titles, histories.starts[1:], excluded).astype(np.int32),
        model,
        content,
        audiences,
        WEIGHTS,
        size,
        taste,
    )


def dense(rows: SparseRows) -> np.ndarray:
    full = np.zeros((TITLES, TITLES))
    for title in range(TITLES):
        columns, values = rows.row(title)
        full[title, columns] = values
    return full


def reference(histories: Histories, profile: int, popular: float = WEIGHTS.popular) -> np.ndarray:
    """Scores of all titles; minus infinity where the profile may not get them."""
    model, content, audiences = world(histories)
    part = slice(histories.starts[profile], histories.starts[profile + 1])
    similar = history_weights(histories, WEIGHTS.similar_decay, WEIGHTS.negative)[part]
    following = history_weights(histories, WEIGHTS.next_decay)[part]
    liked = int((histories.strengths[part] >= 0.25).sum())
    scores = popular * audiences.popularity[profile % 2].astype(float)
    for share, weights, rows in (
        (WEIGHTS.similar, similar, model.weights),
        (WEIGHTS.next, following, model.transitions),
        (WEIGHTS.content, similar, content),
    ):
        heavy = np.where(np.abs(weights) < 0.01 * np.abs(weights).max(), 0.0, weights)
        sums = heavy @ dense(rows)[histories.titles[part]]
        if sums.std() > 1e-12:
            scores += share * liked / (liked + WEIGHTS.caution) * sums / sums.std()
    scores[~audiences.eligible[profile % 2]] = -np.inf
    scores[[5, *histories.titles[part]]] = -np.inf
    return scores


@settings(max_examples=40, deadline=None)
@given(ENTRIES, st.integers(1, 20))
def test_picks_are_the_best_of_the_dense_reference(
    entries: list[tuple[int, int, int, float]], size: int
) -> None:
    histories = packed(entries)
    picks = scored(histories, size)
    for profile in range(len(histories)):
        expected = reference(histories, profile)
        found = picks.titles[profile][picks.titles[profile] != NO_TITLE]
        assert len(found) == len(set(found.tolist())) == min(size, int(np.isfinite(expected).sum()))
        np.testing.assert_allclose(picks.scores[profile, : len(found)], expected[found], atol=2e-4)
        best = np.sort(expected[np.isfinite(expected)])[::-1][: len(found)]
        np.testing.assert_allclose(picks.scores[profile, : len(found)], best, atol=2e-4)


@settings(max_examples=20, deadline=None)
@given(ENTRIES)
def test_behind_the_picks_stand_the_next_best_by_taste_alone(
    entries: list[tuple[int, int, int, float]],
) -> None:
    histories = packed(entries)
    picks = scored(histories, 3, taste=4)
    assert picks.titles[:, :3].tolist() == scored(histories, 3).titles.tolist()
    for profile in range(len(histories)):
        taste = reference(histories, profile, popular=0.0)
        taste[picks.titles[profile, :3]] = -np.inf
        found = picks.titles[profile, 3:][picks.titles[profile, 3:] != NO_TITLE]
        best = np.sort(taste[taste > 1e-4])[::-1][:4]
        np.testing.assert_allclose(np.sort(taste[found])[::-1][: len(best)], best, atol=2e-4)
        assert Source.POPULAR not in picks.sources[profile, 3 : 3 + len(found)].tolist()
        assert (picks.seeds[profile, 3 : 3 + len(found)] != NO_TITLE).all()


@settings(max_examples=30, deadline=None)
@given(ENTRIES, st.permutations(list(range(8))))
def test_the_order_of_profiles_changes_no_list(
    entries: list[tuple[int, int, int, float]], order: list[int]
) -> None:
    histories = packed(entries)
    even = np.array([place for place in order if place < len(histories)], np.int64)
    model, content, audiences = world(histories)
    nothing = np.zeros(len(histories) + 1, np.int64)
    audience = np.zeros(len(histories), np.int32)
    no_titles = np.zeros(0, np.int32)
    arguments = (audience, nothing, no_titles, model, content, audiences, WEIGHTS, 6)
    straight, shuffled = (
        score_histories(histories, *arguments),
        score_histories(histories.take(even), *arguments),
    )
    assert straight.titles[even].tolist() == shuffled.titles.tolist()
    assert straight.seeds[even].tolist() == shuffled.seeds.tolist()


def test_seed_and_source_are_what_contributed_most() -> None:
    """Title 0 speaks for 3 by weight, title 1 for 4 as what follows; 6 is popular alone."""
    histories = packed([(0, 0, 1, 1.0), (0, 1, 1, 1.0), (0, 2, 1, -1.0)])
    one = np.array([0], np.int32)
    model = ItemModel(
        rows_of_triples(
            np.array([0, 2], np.int32), np.array([3, 4], np.int32), np.array([0.9, 0.2], np.float32), TITLES
        ),
        rows_of_triples(
            np.array([1, 0], np.int32), np.array([4, 4], np.int32), np.array([5.0, 1.0], np.float32), TITLES
        ),
    )
    content = rows_of_triples(
        np.array([1], np.int32), np.array([5], np.int32), np.array([1.0], np.float32), TITLES
    )
    popularity = np.zeros((1, TITLES), np.float32)
    popularity[0, 6] = 1.0
    audiences = audiences_of(popularity, np.ones((1, TITLES), np.bool_))
    starts, seen = np.array([0, 3]), np.array([0, 1, 2], np.int32)
    picks = score_histories(histories, one, starts, seen, model, content, audiences, WEIGHTS, 5)
    found = list(
        zip(picks.titles[0].tolist(), picks.sources[0].tolist(), picks.seeds[0].tolist(), strict=True)
    )
    assert found == [
        (3, Source.SIMILAR, 0),
        (4, Source.NEXT, 1),
        (5, Source.CONTENT, 1),
        (6, Source.POPULAR, NO_TITLE),
        (7, Source.POPULAR, NO_TITLE),
    ]


def test_a_profile_without_history_gets_what_is_popular_in_its_audience() -> None:
    histories = packed([(0, 3, 1, 0.0), (1, 2, 1, 1.0)])
    first = scored(histories, 4, excluded=1)
    assert first.titles[0].tolist() == [0, 2, 4, 5]
    assert set(first.sources[0].tolist()) == {Source.POPULAR}


def test_a_dislike_speaks_against_what_is_similar() -> None:
    model = ItemModel(
        rows_of_triples(
            np.array([0, 1], np.int32), np.array([3, 4], np.int32), np.array([0.5, 0.5], np.float32), TITLES
        ),
        rows_of_triples(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float32), TITLES),
    )
    audiences = audiences_of(np.zeros((1, TITLES), np.float32), np.ones((1, TITLES), np.bool_))
    histories = packed([(0, 0, 1, 1.0), (0, 1, 1, -1.0)])
    picks = score_histories(
        histories, np.zeros(1, np.int32), np.zeros(2, np.int64), np.zeros(0, np.int32), model,
        model.transitions, audiences, replace(WEIGHTS, popular=0.0), TITLES,
    )  # fmt: skip
    assert picks.titles[0, 0] == 3
    assert picks.titles[0, TITLES - 1] == 4
    assert picks.scores[0, TITLES - 1] < 0


def test_a_title_to_watch_later_may_be_recommended() -> None:
    histories = packed([(0, 0, 1, 1.0), (0, 3, 1, 0.4)])
    model, content, audiences = world(histories)
    first = np.zeros(1, np.int32)
    picks = score_histories(
        histories, first, np.array([0, 1]), first, model, content, audiences, WEIGHTS, TITLES
    )
    assert 3 in picks.titles[0]
    assert 0 not in picks.titles[0]
