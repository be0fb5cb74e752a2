"""What a page is composed from. Functions bring the scores (domain/ranking/page_ranking.py, card_selection.py), so
that composition knows only the steps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from domain.candidates.model import RowCandidates
from domain.candidates.selection import ScoredCandidate
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.layouts.model import Layout

RankCandidates = Callable[[RowCandidates], Sequence[ScoredCandidate]]
"""Best first."""

SelectCards = Callable[[RowCandidates, Sequence[ScoredCandidate]], Sequence[ScoredCandidate]]
"""At most `max_cards`, in order."""

RowValue = Callable[[int, RowCandidates, Sequence[ScoredCandidate]], float]
"""The number is the row's place in the designer's order."""

OnRowAdded = Callable[[RowCandidates, Sequence[ScoredCandidate]], None]
"""Called for each row that is added, so that caps over the whole page count its cards."""

RowRefusals = Callable[[RowCandidates], Mapping[TitleId, str]]
"""Eligible titles that do not belong in the row -> why."""

PinnedTitles = Callable[[RowCandidates], Sequence[TitleId]]
"""No other row may take them."""


def source_order(row: RowCandidates) -> list[ScoredCandidate]:
    return [(candidate.score or 0.0, rank, candidate) for rank, candidate in enumerate(row.candidates)]


def rank_once(rank: RankCandidates) -> RankCandidates:
    """Remembers what it ranked: the first screen is chosen before the page is composed (first_screen.py)."""
    known: dict[tuple[str, int], Sequence[ScoredCandidate]] = {}

    def ranked(row: RowCandidates) -> Sequence[ScoredCandidate]:
        key = row.name, id(row.candidates)
        if key not in known:
            known[key] = rank(row)
        return known[key]

    return ranked


def first_cards(row: RowCandidates, available: Sequence[ScoredCandidate]) -> Sequence[ScoredCandidate]:
    return available[: row.spec.max_cards]


def equal_value(place: int, row: RowCandidates, chosen: Sequence[ScoredCandidate]) -> float:
    return 0.0


def ignore_row(row: RowCandidates, chosen: Sequence[ScoredCandidate]) -> None:
    pass


def no_pinned_titles(row: RowCandidates) -> Sequence[TitleId]:
    return ()


def no_refusals(row: RowCandidates) -> Mapping[TitleId, str]:
    return {}


@dataclass(frozen=True, slots=True)
class CompositionInput:
    """`rows` are in layout order, with the stand-ins. `fallback_rows`, best tier first, replace rows of the same
    spec. `filler_rows` join last, until the layout's promise is met. `titles` are the eligible ones.

    `plans_screen`: the first screen is chosen before the rest, which needs values of rows that compare.
    """

    layout: Layout
    rows: Sequence[RowCandidates]
    titles: Mapping[TitleId, Title]
    fallback_rows: Sequence[RowCandidates] = ()
    filler_rows: Sequence[RowCandidates] = ()
    failed_specs: Collection[str] = ()
    rank: RankCandidates = source_order
    select_cards: SelectCards = first_cards
    row_value: RowValue = equal_value
    refusals: RowRefusals = no_refusals
    on_row_added: OnRowAdded = ignore_row
    pinned_titles: PinnedTitles = no_pinned_titles
    plans_screen: bool = True
