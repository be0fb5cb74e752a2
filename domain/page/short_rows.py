"""Rows that have too few titles: which of them may be filled up from elsewhere, and what may stand in for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.candidates.model import RowCandidates
from domain.layouts.model import RowSpec
from domain.recommendations.reasons import ReasonKind

WIDENED = frozenset({ReasonKind.TASTE, ReasonKind.POPULAR})
"""Rows whose name stays true when popular titles join them. "Because you watched", a genre, a list or a chart
say something of every title in them, so they are never filled up with others."""


@dataclass(frozen=True, slots=True)
class ShortRow:
    """A row that a lower rung of the ladder could help: by spec id, or None for the page as a whole."""

    spec_id: str | None
    failed: bool


def may_widen(proposal: RowCandidates) -> bool:
    return proposal.reason.kind in WIDENED and not proposal.ordered


def stand_in_for(spec: RowSpec, proposals: Sequence[RowCandidates]) -> Iterable[RowCandidates]:
    """The proposals of the row that this one names to stand in for it."""
    return (proposal for proposal in proposals if proposal.spec.id == spec.stand_in)
