"""Ranks one page: candidate scores, and the value of a row, by which a page in personal order is sorted.

    value = prior x (1/2 + fit)          fit in 0..1, for tasks 0..2, prior = 1 / (1 + place / 8)

`fit` of a profile with a nightly list says how much of it the row shows: the mean score there of the row's first
cards, relative to the list's own first. Titles that the list lacks count 0, as do those of a chart that other rows
have. So rows of all sources compare. Without a list it is the mean score of the first cards. For a task row it is
twice the likelihood of doing the task now: a viewer who came to resume wants nothing else. The prior keeps the
designer's order at equal fit; a slow discount by place is the usual model of attention (cf. Järvelin and Kekäläinen,
"Cumulated gain-based evaluation", 2002).

The same profile, data and hour give the same page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.candidates.model import Candidate, RowCandidates
from domain.candidates.selection import ScoredCandidate
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import Layout
from domain.layouts.row_kinds import RowSource
from domain.ranking.editorial import editorial_boosts
from domain.ranking.impression_fatigue import row_fatigue, row_weights
from domain.ranking.resume_likelihood import resume_likelihood
from domain.ranking.scoring import (
    NO_BOOSTS,
    NO_PICKS,
    ScoreParts,
    Signals,
    max_source_score,
    score_candidates,
    score_parts,
)
from domain.viewers.activity import Activity

PRIOR_HALF = 8.0
"""Places after which the prior is one half."""

LISTED_PRIOR_HALF = 1000.0
"""With a nightly list the fit is measured on one scale, so the designer's order only decides between equal rows."""

CARD_WEIGHTS = (1.0, 0.8, 0.6, 0.5, 0.4)
"""Weights of a row's first cards in its fit."""

TASK = 2.0
UNKNOWN_FIT = 0.5
"""For rows without comparable scores."""

UNCOMPARED = frozenset(
    {
        RowSource.EDITORIAL,
        RowSource.MY_LIST,
        RowSource.ONBOARDING,
        RowSource.WATCH_AGAIN,
    }
)
"""Their point is not what the profile would watch next: a hand or the viewer chose the titles."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """`titles` holds those of the page that the profile may see."""

    layout: Layout
    titles: Mapping[TitleId, Title]
    signals: Signals
    activity: Activity

    def rank(self, row: RowCandidates) -> Sequence[ScoredCandidate]:
        """Scored candidates, best first, editors' boosts included."""
        spec, now = row.spec, self.signals.now
        weights = row_weights(spec.source, self.layout.weights)
        boosts = editorial_boosts(spec.boosts, row.candidates, self.titles, now) if spec.boosts else NO_BOOSTS
        return score_candidates(
            row.candidates, self.titles, self.signals, weights, boosts, self._picks_beside(row)
        )

    def _picks_beside(self, row: RowCandidates) -> Mapping[TitleId, float]:
        """Top Picks are the list itself; genre rows put picks of taste before those of popularity (rows/genre.py)."""
        keeps_own = row.spec.source in (RowSource.TOP_PICKS, RowSource.GENRE)
        return NO_PICKS if keeps_own else self.signals.picks

    def score_parts(self, row: RowCandidates, candidate: Candidate) -> ScoreParts:
        spec, title = row.spec, self.titles[candidate.title_id]
        weights = row_weights(spec.source, self.layout.weights)
        rank, top = row.candidates.index(candidate), max_source_score(row.candidates)
        boosts = editorial_boosts(spec.boosts, [candidate], self.titles, self.signals.now)
        boost, picks = boosts.get(title.id, 0.0), self._picks_beside(row)
        return score_parts(candidate, rank, title, self.signals, weights, top, boost, picks)

    def value(self, place: int, row: RowCandidates, chosen: Sequence[ScoredCandidate]) -> float:
        """Value of a row to the profile; `place` counts from 0 in the designer's order."""
        spec, weights, prior_half = row.spec, self.layout.weights, PRIOR_HALF
        if spec.source == RowSource.CONTINUE_WATCHING:
            fit = TASK * resume_likelihood(self.activity, self.signals.now, self.signals.local_time.hour)
        elif self.signals.picks and spec.source not in UNCOMPARED:
            fit, prior_half = pick_fit(chosen, self.signals.picks), LISTED_PRIOR_HALF
        elif row.ordered:
            fit = UNKNOWN_FIT
        else:
            fit = row_fit(chosen, weights.base + weights.taste)
        fatigue = row_fatigue(self.activity, spec.id, spec.source, self.signals.now)
        return row_value(place, fit * (1.0 - fatigue), prior_half)


def row_value(place: int, fit: float, prior_half: float = PRIOR_HALF) -> float:
    return (0.5 + fit) / (1 + place / prior_half)


def pick_fit(chosen: Sequence[ScoredCandidate], picks: Mapping[TitleId, float]) -> float:
    """0..1: what the first cards score in the nightly list, relative to its own first."""
    best = sorted(picks.values(), reverse=True)[: len(CARD_WEIGHTS)]
    shown = [picks.get(scored[2].title_id, 0.0) for scored in chosen[: len(CARD_WEIGHTS)]]
    most = sum(weight * score for weight, score in zip(CARD_WEIGHTS, best, strict=False))
    return min(1.0, sum(weight * score for weight, score in zip(CARD_WEIGHTS, shown, strict=False)) / most)


def row_fit(chosen: Sequence[ScoredCandidate], best: float) -> float:
    """Weighted mean score of the first cards, 0..1, relative to the highest possible score `best`."""
    if best <= 0 or not chosen:
        return 0.0
    weighted = list(zip(CARD_WEIGHTS, chosen, strict=False))
    total = sum(weight * max(0.0, scored[0]) for weight, scored in weighted)
    return min(1.0, total / (best * sum(weight for weight, _ in weighted)))
