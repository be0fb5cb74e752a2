"""The ranking of one page: scores, the cards of a row out of them, and what a row is worth to the profile.

Everything is worked out from values gathered before (domain/ranking/scoring.py), so the same profile, data and hour
give the same page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.candidates.model import Candidate, RowCandidates
from domain.candidates.selection import Scored
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import Layout, RowSource
from domain.ranking.editorial import boosts_of
from domain.ranking.impression_fatigue import row_fatigue, weights_in
from domain.ranking.resume_likelihood import resume_likelihood
from domain.ranking.row_value import TASK, UNKNOWN_FIT, fit_of, row_value
from domain.ranking.scoring import NO_BOOSTS, ScoreParts, Signals, max_source_score, parts_of, score
from domain.viewers.activity import Activity


@dataclass(frozen=True, slots=True)
class Ranking:
    """`titles` are those of the page that this profile may see."""

    layout: Layout
    titles: Mapping[TitleId, Title]
    signals: Signals
    activity: Activity

    def rank(self, proposal: RowCandidates) -> Sequence[Scored]:
        """The proposal's candidates, best first, editors' boosts included."""
        spec, now = proposal.spec, self.signals.now
        weights = weights_in(spec.source, self.layout.weights)
        boosts = boosts_of(spec.boosts, proposal.candidates, self.titles, now) if spec.boosts else NO_BOOSTS
        return score(proposal.candidates, self.titles, self.signals, weights, boosts)

    def parts(self, proposal: RowCandidates, candidate: Candidate) -> ScoreParts:
        """The terms of a candidate's score in this row; they add up to it."""
        spec, title = proposal.spec, self.titles[candidate.title_id]
        weights = weights_in(spec.source, self.layout.weights)
        rank, top = proposal.candidates.index(candidate), max_source_score(proposal.candidates)
        boosts = boosts_of(spec.boosts, [candidate], self.titles, self.signals.now)
        return parts_of(candidate, rank, title, self.signals, weights, top, boosts.get(title.id, 0.0))

    def value(self, place: int, proposal: RowCandidates, chosen: Sequence[Scored]) -> float:
        """What the row is worth to this profile; `place` is the designer's, counted from 0."""
        spec, weights = proposal.spec, self.layout.weights
        if spec.source == RowSource.CONTINUE_WATCHING:
            fit = TASK * resume_likelihood(self.activity, self.signals.now, self.signals.local.hour)
        elif proposal.ordered:
            fit = UNKNOWN_FIT
        else:
            fit = fit_of(chosen, weights.base + weights.taste)
        tired = row_fatigue(self.activity, spec.id, spec.source, self.signals.now)
        return row_value(place, fit * (1.0 - tired))
