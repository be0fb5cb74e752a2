"""What a page is composed from: the proposals, and how to rank, arrange, refuse and value them.

These functions are arguments, so that composing knows the steps and nothing of scores:
domain/ranking/page_ranking.py and
domain/ranking/card_selection.py bring the real ones, and a page in a hurry goes without.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.candidates.model import RowCandidates
from domain.candidates.selection import Scored
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import Layout

Rank = Callable[[RowCandidates], Sequence[Scored]]
"""Candidates of a proposal, best first."""

Arrange = Callable[[RowCandidates, Sequence[Scored]], Sequence[Scored]]
"""The cards of a row, in order, out of the candidates that are free: at most the row's `max_cards`."""

Value = Callable[[int, RowCandidates, Sequence[Scored]], float]
"""How much a filled row should matter to this profile; the number is its place in the designer's order."""

Kept = Callable[[RowCandidates, Sequence[Scored]], None]
"""Told of every row that stands, as soon as it does: rows below may have to leave room for what it shows."""

Refuse = Callable[[RowCandidates], Mapping[TitleId, str]]
"""Titles that may be shown but not in this row, with why: watched, disliked, refused by the row's own rule."""


Claims = Callable[[RowCandidates], Sequence[TitleId]]
"""Titles that belong to this row whichever other row wants them: an editor pinned them."""


def as_proposed(proposal: RowCandidates) -> list[Scored]:
    """The source's own order: for rows that are about it, and for pages in a hurry."""
    return [(candidate.score or 0.0, rank, candidate) for rank, candidate in enumerate(proposal.candidates)]


def the_first(proposal: RowCandidates, free: Sequence[Scored]) -> Sequence[Scored]:
    return free[: proposal.spec.max_cards]


def alike(place: int, proposal: RowCandidates, chosen: Sequence[Scored]) -> float:
    return 0.0


def unheeded(proposal: RowCandidates, chosen: Sequence[Scored]) -> None:
    """For pages whose rows need not know of each other."""


def claim_none(proposal: RowCandidates) -> Sequence[TitleId]:
    return ()


def refuse_none(proposal: RowCandidates) -> Mapping[TitleId, str]:
    return {}


@dataclass(frozen=True, slots=True)
class CompositionInput:
    """What a page is composed from.

    `proposals` stand in the layout's order, those of its stand-ins among them. `reserves` are proposals from
    lower rungs of the fallback ladder, best rung first, for the specs they carry. `floor` are whole rows that
    join at the end while the page has fewer rows than the layout promises. `titles` holds only what this
    profile may see, so the rest cannot appear. `failed` names specs whose source did not answer.
    """

    layout: Layout
    proposals: Sequence[RowCandidates]
    titles: Mapping[TitleId, Title]
    reserves: Sequence[RowCandidates] = ()
    floor: Sequence[RowCandidates] = ()
    failed: Collection[str] = ()
    rank: Rank = as_proposed
    arrange: Arrange = the_first
    value: Value = alike
    refuse: Refuse = refuse_none
    kept: Kept = unheeded
    claims: Claims = claim_none
