"""Rows with their chosen cards, and their order on the page."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from domain.candidates.model import RowCandidates, Tier
from domain.candidates.selection import ScoredCandidate
from domain.catalog.titles import Title
from domain.ids import TitleId
from domain.page.first_screen import may_repeat
from domain.page.inputs import CompositionInput
from domain.page.model import Card, Row
from domain.page.play_positions import SCREEN_COLUMNS
from domain.page.row_order import OrderableRow, order_rows


@dataclass(slots=True)
class FilledRow:
    row: RowCandidates
    chosen: Sequence[ScoredCandidate]
    tier: Tier
    layout_place: tuple[int, int]
    """The designer's order: index of its spec in the layout, then of the row in the inputs."""


def order_filled_rows(filled_rows: Sequence[FilledRow], inputs: CompositionInput) -> tuple[Row, ...]:
    in_layout_order = sorted(filled_rows, key=lambda filled: filled.layout_place)
    once: set[TitleId] = set()
    if any(may_repeat(filled.row) for filled in filled_rows):
        single = [filled for filled in filled_rows if not may_repeat(filled.row)]
        once = {_show(scored, inputs) for filled in single for scored in filled.chosen}
    orderable = [
        OrderableRow(
            filled.row.spec.id,
            filled.row.spec.source,
            filled.row.spec.place,
            inputs.row_value(place, filled.row, _own_cards(filled, once, inputs)),
        )
        for place, filled in enumerate(in_layout_order)
    ]
    rows = []
    for position, index in enumerate(order_rows(orderable, inputs.layout.personal_order)):
        filled = in_layout_order[index]
        reason = filled.row.reason
        seed = inputs.titles.get(reason.seed) if reason.seed else None
        rows.append(Row(filled.row, position, _cards(filled.chosen, inputs.titles), seed, filled.tier))
    return tuple(rows)


def _show(scored: ScoredCandidate, inputs: CompositionInput) -> TitleId:
    return inputs.titles[scored[2].title_id].card_key


def _own_cards(
    filled: FilledRow, once: Container[TitleId], inputs: CompositionInput
) -> Sequence[ScoredCandidate]:
    """What the row adds to the page: of one that may repeat titles, those of its first that no other row has."""
    if not may_repeat(filled.row):
        return filled.chosen
    return [scored for scored in filled.chosen[:SCREEN_COLUMNS] if _show(scored, inputs) not in once]


def _cards(chosen: Sequence[ScoredCandidate], titles: Mapping[TitleId, Title]) -> tuple[Card, ...]:
    cards = []
    for column, (score, _, candidate) in enumerate(chosen):
        reason = candidate.reason
        seed = titles.get(reason.seed) if reason is not None and reason.seed is not None else None
        cards.append(Card(titles[candidate.title_id], candidate, column, seed, score))
    return tuple(cards)
