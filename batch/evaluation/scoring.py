"""Lists of models at cuts -> rows of the table. A user is judged by the mean over its cuts, and drawn once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from batch.evaluation import breadth
from batch.evaluation.intervals import DIGITS, bootstrap_means, intervals_of_means
from batch.evaluation.metrics import METRICS, Hits, Lists, Values, find_hits, score_hits
from batch.evaluation.slices import ViewerFacts, slices_of
from batch.evaluation.world import WorldAtCut
from batch.models.histories import Integers
from domain.evaluation.table import CANDIDATE, EVERYBODY, POPULARITY, TITLE_LEVEL, Difference, Score


@dataclass(frozen=True, slots=True)
class PastContest:
    """The lists of each model at one cut, by name: a row a viewer."""

    world: WorldAtCut
    lists: Mapping[str, Lists]

    def hits(self, model: str) -> Hits:
        return find_hits(self.lists[model], self.world.cut.targets)


@dataclass(frozen=True, slots=True)
class UserValues:
    """`values[model]` is (users, METRICS)."""

    facts: ViewerFacts
    values: dict[str, Values]

    def __len__(self) -> int:
        return len(self.facts.known_titles)


def user_values(contests: Sequence[PastContest]) -> UserValues:
    """Facts of a user are those at its first cut."""
    members = [one.world.cut.members[one.world.cut.viewers] for one in contests]
    users, first, owners = np.unique(np.concatenate(members), return_index=True, return_inverse=True)
    times = np.bincount(owners, minlength=len(users))[:, None]
    values = {}
    for model in contests[0].lists:
        rows = np.concatenate(
            [score_hits(one.hits(model), one.world.cut.targets.counts()) for one in contests]
        )
        sums = np.stack([np.bincount(owners, column, minlength=len(users)) for column in rows.T], axis=1)
        values[model] = sums / times
    return UserValues(_facts_at([one.world.viewer_facts() for one in contests], first), values)


def _facts_at(parts: Sequence[ViewerFacts], places: Integers) -> ViewerFacts:
    return ViewerFacts(
        np.concatenate([one.known_titles for one in parts])[places],
        np.concatenate([one.days_since_first for one in parts])[places],
        np.concatenate([one.kids for one in parts])[places],
        np.concatenate([one.regions for one in parts])[places],
    )


def rows_of(contests: Sequence[PastContest]) -> tuple[list[Score], list[Difference]]:
    """Of all slices, everybody first."""
    users = user_values(contests)
    scores: list[Score] = []
    differences: list[Difference] = []
    for name, mask in slices_of(users.facts).items():
        chosen = UserSlice(name, users, mask)
        scores += chosen.scores()
        differences += chosen.differences()
        if name == EVERYBODY:
            scores += breadth_scores(contests, len(users))
    return scores, differences


@dataclass(frozen=True, slots=True)
class UserSlice:
    name: str
    users: UserValues
    mask: NDArray[np.bool_]

    def scores(self) -> list[Score]:
        count = int(self.mask.sum())
        found = []
        for model, values in self.users.values.items():
            own = values[self.mask]
            bounds = intervals_of_means(own.mean(axis=0), bootstrap_means(own))
            found += [
                Score(TITLE_LEVEL, self.name, model, metric, one.value, one.low, one.high, count)
                for metric, one in zip(METRICS, bounds, strict=True)
            ]
        return found

    def differences(self) -> list[Difference]:
        """Of the candidate and each other model; none without a candidate."""
        count = int(self.mask.sum())
        candidate = self.users.values.get(CANDIDATE)
        found: list[Difference] = []
        for model, values in self.users.values.items():
            if candidate is None or model == CANDIDATE:
                continue
            own = (candidate - values)[self.mask]
            bounds = intervals_of_means(own.mean(axis=0), bootstrap_means(own))
            found += [
                Difference(TITLE_LEVEL, self.name, model, metric, one.value, one.low, one.high, count)
                for metric, one in zip(METRICS, bounds, strict=True)
            ]
        return found


def breadth_scores(contests: Sequence[PastContest], users: int) -> list[Score]:
    """The mean over the cuts, each weighing by its viewers."""
    weights = np.array([len(one.world.choice) for one in contests], np.float64)
    found = []
    for model in contests[0].lists:
        values = np.array([_breadth(one, model) for one in contests])
        means = np.round(np.average(values, axis=0, weights=weights), DIGITS).tolist()
        found += [
            Score(TITLE_LEVEL, EVERYBODY, model, metric, value, None, None, users)
            for metric, value in zip(breadth.BREADTH, means, strict=True)
        ]
    return found


def _breadth(contest: PastContest, model: str) -> tuple[float, ...]:
    world, lists = contest.world, contest.lists[model]
    eligible = world.choice.reachable()
    return (
        breadth.coverage(lists, eligible),
        breadth.gini(lists, eligible),
        breadth.novelty(lists, world.cut.likers, len(world.cut.known)),
        breadth.diversity(lists, world.genres),
        breadth.serendipity(lists, contest.hits(model), contest.lists[POPULARITY]),
    )
