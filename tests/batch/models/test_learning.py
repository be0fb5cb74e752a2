"""The blend follows what the histories teach, by cuts inside them."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from batch.models.blend import BadWeights, BlendWeights, blend_from_document, blend_to_document
from batch.models.histories import Histories, pack_histories
from batch.models.learning import learn_blend
from batch.models.rare_likeness import no_content
from batch.models.validation_cuts import choose_cuts, cut_by_time, cut_last_title, sample_profiles

pytestmark = pytest.mark.slow  # kernels are compiled

TITLES, DAY = 40, 86_400_000


def chain_viewing(profiles: int, length: int = 8) -> Histories:
    """Everyone goes from title to title in one circle: what follows is certain, and all are equally popular."""
    places = [(profile, step) for profile in range(profiles) for step in range(length)]
    return packed([(profile, (profile * 7 + step) % TITLES, step, 1.0) for profile, step in places])


def trend_viewing(profiles: int) -> Histories:
    """Half of all viewings are of what is new this week, the others of anything: only popularity tells what comes."""
    random = np.random.default_rng(4)
    watched: dict[tuple[int, int], int] = {}
    for profile in range(profiles):
        for day in sorted(random.choice(40, 8, replace=False).tolist()):
            news = 29 + min(10, max(0, int(day + random.integers(-3, 4)) // 4))
            title = news if random.random() < 0.5 else int(random.integers(0, 29))
            watched.setdefault((profile, title), day)
    return packed([(profile, title, day, 1.0) for (profile, title), day in watched.items()])


def packed(rows: list[tuple[int, int, int, float]]) -> Histories:
    ordered = np.array(sorted(rows, key=lambda row: (row[0], row[2], row[1])))
    profile, title, day, strength = ordered.T
    return pack_histories(
        profile.astype(np.int64), title.astype(np.int32), day.astype(np.int64) * DAY,
        strength.astype(np.float32), int(day.max()) * DAY, TITLES,
    )  # fmt: skip


def test_where_titles_follow_each_other_transitions_win() -> None:
    learned = learn_blend(chain_viewing(400), TITLES)
    assert learned.how == "2 cuts by time"
    assert learned.ndcg > 0.9
    assert learned.alone["next"] > 2 * learned.alone["popular"]


def test_where_only_news_count_popularity_wins_with_a_short_half_life() -> None:
    learned = learn_blend(trend_viewing(500), TITLES)
    assert learned.weights.half_life <= 8.0
    assert learned.alone["popular"] > learned.alone["similar"]
    assert learned.ndcg + learned.recall / 4.0 >= max(learned.alone.values())


@pytest.mark.parametrize("trials", [0, 7])
def test_learning_that_is_stopped_keeps_the_defaults_and_says_so(trials: int) -> None:
    asked = iter(range(1000))
    learned = learn_blend(chain_viewing(200), TITLES, is_over=lambda: next(asked) >= trials)
    assert (learned.weights, learned.is_cut_short) == (BlendWeights(), True)
    assert learned.how == "defaults: the run window ended before all was tried"


def test_equal_histories_teach_equal_blends() -> None:
    one, two = (learn_blend(chain_viewing(80), TITLES) for _ in range(2))
    assert one == two


def test_few_profiles_learn_from_last_titles_and_fewer_from_nothing() -> None:
    assert learn_blend(chain_viewing(30), TITLES).how == "5 cuts by last title"
    nobody = learn_blend(chain_viewing(8), TITLES)
    assert nobody.weights == BlendWeights()
    assert nobody.how == "defaults: too few profiles with four titles to learn from"


@pytest.mark.parametrize(("profiles", "cuts"), [(100, 5), (900, 4), (2000, 2)])
def test_last_titles_are_cut_off_until_there_are_three_thousand_viewers(profiles: int, cuts: int) -> None:
    """All at one instant: no cut by time."""
    rows = [(one, (one * 7 + step) % TITLES, 0, 1.0) for one in range(profiles) for step in range(8)]
    how, found = choose_cuts(packed(rows), no_content(TITLES))
    assert (how, len(found)) == ("last title", cuts)


def test_a_time_cut_counts_ages_from_the_cut_and_asks_for_unknown_titles() -> None:
    first = [(0, 1, 0, 1.0), (0, 2, 1, 1.0), (0, 3, 2, 1.0), (0, 4, 8, 1.0)]
    cut = cut_by_time(packed([*first, (1, 4, 1, 1.0), (1, 3, 9, 1.0)]), 2 / 3, 1.0, no_content(TITLES))
    assert cut is not None
    assert cut.known.titles.tolist() == [1, 2, 3, 4]
    assert cut.known.ages.round(3).tolist() == [4.0, 3.0, 2.0, 3.0]
    assert (cut.viewers.tolist(), cut.target_starts.tolist(), cut.targets.tolist()) == ([0], [0, 1], [4])


def test_the_last_liked_title_is_cut_off_with_what_came_later() -> None:
    first = [(0, 1, 0, 1.0), (0, 2, 1, 1.0), (0, 5, 2, 1.0), (0, 3, 3, 1.0), (0, 4, 4, -1.0)]
    cut = cut_last_title(packed([*first, (1, 3, 0, 1.0), (1, 6, 1, 1.0)]), 0, no_content(TITLES))
    assert cut is not None
    assert (cut.known.titles.tolist(), cut.viewers.tolist(), cut.targets.tolist()) == ([1, 2, 5, 3], [0], [3])


def test_a_sample_of_profiles_is_bounded_and_the_same_each_time() -> None:
    histories = chain_viewing(100)
    sample = sample_profiles(histories, 240)
    assert sample.entries == 240
    assert sample.accounts.tolist() == sample_profiles(histories, 240).accounts.tolist()
    assert sample_profiles(histories, 10_000) is histories
    assert choose_cuts(sample, no_content(TITLES))[0] == "last title"


def test_a_blend_is_stored_as_json_and_read_back() -> None:
    blend = replace(BlendWeights(), half_life=math.inf, ties=False)
    text = json.dumps(blend_to_document(blend), allow_nan=False)
    assert blend_from_document(json.loads(text)) == blend
    assert blend_from_document(json.loads(text) | {"unknown": 1}) == blend


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"popular": "much"}, "popular: 'much' is no number; learn the blend again"),
        ({"next_decay": 3}, "next_decay: 3 has no `rank` and `age`"),
        ({"shape": "round"}, "shape: 'round' is not a valid Shape"),
    ],
)
def test_a_stored_blend_that_is_wrong_is_named(change: dict[str, object], message: str) -> None:
    with pytest.raises(BadWeights, match=message):
        blend_from_document(blend_to_document(BlendWeights()) | change)
    incomplete = blend_to_document(BlendWeights())
    del incomplete["ridge"]
    with pytest.raises(BadWeights, match="ridge: is missing"):
        blend_from_document(incomplete)
