"""A title that nobody has watched reaches the lists of those who like its kind, where content foretells viewing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from batch.models.blend import BlendWeights
from batch.models.content import index_content
from batch.models.counting import count_titles
from batch.models.histories import Histories, pack_histories
from batch.models.item_model import fit_item_model
from batch.models.learning import learn_blend
from batch.models.popularity_prior import decayed_counts, popularity_prior
from batch.models.rare_likeness import CatalogueContent, rare_likeness
from batch.models.scoring import audiences_of, score_histories

DAY = 86_400_000
DAYS, A_DAY, KINDS, FANS = 20, 8, 4, 160
TITLES = (DAYS + 1) * A_DAY
"""Eight launch each day, of whose kinds `kind_of` tells; those of the last day nobody has watched."""


def day_of(title: int) -> int:
    return title // A_DAY


def kind_of(title: int) -> int:
    return title % KINDS


def fresh_viewing(by_kind: bool) -> Histories:
    """Each of 160 profiles watches a title on most days: of its kind and new that day, or any that has launched."""
    random = np.random.default_rng(5)
    rows = []
    for profile in range(FANS):
        for day in range(DAYS):
            if random.random() < 0.7:
                today = np.arange(day * A_DAY, (day + 1) * A_DAY)
                own = today[today % KINDS == profile % KINDS]
                title = int(random.choice(own if by_kind else np.arange((day + 1) * A_DAY)))
                rows.append((profile, day * DAY + profile, title))
    first = {(profile, title): instant for profile, instant, title in reversed(rows)}
    ordered = sorted((profile, instant, title) for (profile, title), instant in first.items())
    profiles, instants, titles = np.array(ordered).T
    return pack_histories(
        profiles, titles.astype(np.int32), instants, np.ones(len(titles), np.float32), DAYS * DAY, TITLES
    )


def described() -> CatalogueContent:
    features = [[f"genre:{kind_of(title)}"] for title in range(TITLES)]
    launched = np.array([day_of(title) * DAY for title in range(TITLES)])
    return CatalogueContent.at(DAYS * DAY, index_content(features), launched)


def new_titles_in_first_ten(histories: Histories, weights: BlendWeights) -> list[list[int]]:
    """Of each profile."""
    counts = decayed_counts(histories.titles, histories.ages, weights.half_life, TITLES)
    prior = popularity_prior(counts, weights.shape)[None, :]
    picks = score_histories(
        histories,
        np.zeros(FANS, np.int32),
        histories.starts,
        histories.titles,
        fit_item_model(histories, TITLES, weights.item_parameters()),
        rare_likeness(described().index, count_titles(histories, TITLES)),
        audiences_of(prior, np.ones((1, TITLES), np.bool_)),
        weights,
        10,
    )
    return [[title for title in row if day_of(title) == DAYS] for row in picks.titles.tolist()]


@pytest.fixture(scope="module")
def by_kind() -> Histories:
    return fresh_viewing(by_kind=True)


def test_where_kinds_foretell_what_is_watched_a_new_title_reaches_the_fans_of_its_kind(
    by_kind: Histories,
) -> None:
    weights = learn_blend(by_kind, TITLES, described()).weights
    assert weights.content > 0
    found = new_titles_in_first_ten(by_kind, weights)
    assert all(kind_of(title) == profile % KINDS for profile, row in enumerate(found) for title in row)
    assert sum(len(row) == 2 for row in found) > 0.9 * FANS
    without = new_titles_in_first_ten(by_kind, replace(weights, content=0.0))
    assert not any(without)


def test_where_kinds_foretell_nothing_no_unwatched_title_is_picked() -> None:
    histories = fresh_viewing(by_kind=False)
    weights = learn_blend(histories, TITLES, described()).weights
    assert weights.content == 0
    assert not any(new_titles_in_first_ten(histories, weights))
