"""The first screen of a page: what it holds is decided before the rest.

A row keeps its titles from the rows below. If it did so with all its cards, the seventh to twentieth title of the row
on top, which nobody sees without scrolling, would be missing from the first cards of the rows below it. So the first
screen is chosen first, of the rows' first cards alone: row after row, the one that is worth most with the cards that
no row before has, or the next in the layout's order where that order holds. The page is then composed whole, and each
row leaves these titles to the rows that show them there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass

from domain.candidates.model import RowCandidates
from domain.candidates.selection import ScoredCandidate, available_candidates
from domain.ids import TitleId
from domain.page.inputs import CompositionInput, source_order
from domain.page.play_positions import SCREEN_COLUMNS, SCREEN_ROWS


@dataclass(frozen=True, slots=True)
class ScreenPlace:
    """`row` is the name of the row that shows a title on the first screen."""

    row: str
    priority: int


def first_screen(inputs: CompositionInput) -> dict[TitleId, ScreenPlace]:
    """Show -> where the first screen has it."""
    places: dict[TitleId, ScreenPlace] = {}
    shown: set[TitleId] = set()
    rows = _rows_for_screen(inputs)
    for _ in range(SCREEN_ROWS):
        found: tuple[float, int, Sequence[ScoredCandidate]] | None = None
        for place, row in enumerate(rows):
            if row is None:
                continue
            cards = _first_cards(row, inputs, shown)
            if not cards or (len(cards) < row.spec.min_cards and not may_repeat(row)):
                continue
            value = inputs.row_value(place, row, cards) if inputs.layout.personal_order else 0.0
            if found is None or value > found[0]:
                found = value, place, cards
            if not inputs.layout.personal_order:
                break
        if found is None:
            break
        _, place, cards = found
        if (row := rows[place]) is not None:
            for _, _, candidate in cards[:SCREEN_COLUMNS]:
                show = inputs.titles[candidate.title_id].card_key
                shown.add(show)
                if not may_repeat(row):
                    places.setdefault(show, ScreenPlace(row.name, row.spec.priority))
        rows[place] = None
    return places


def may_repeat(row: RowCandidates) -> bool:
    """Titles of other rows."""
    return row.repeats or row.spec.repeats


def _rows_for_screen(inputs: CompositionInput) -> list[RowCandidates | None]:
    """Those that may stand there, but for spare rows."""
    stand_ins = {spec.id for spec in inputs.layout.stand_ins}
    counts = Counter[str]()
    rows: list[RowCandidates | None] = []
    for row in inputs.rows:
        counts[row.spec.id] += 1
        is_spare = row.max_rows is not None and counts[row.spec.id] > row.max_rows
        if row.spec.id not in stand_ins and row.spec.place.earliest <= SCREEN_ROWS and not is_spare:
            rows.append(row)
    return rows


def _first_cards(
    row: RowCandidates, inputs: CompositionInput, taken: Container[TitleId]
) -> Sequence[ScoredCandidate]:
    """What the row would add to the screen: of one that may repeat titles, the new ones among its first."""
    ranked: Sequence[ScoredCandidate] = source_order(row) if row.ordered else inputs.rank(row)
    if refused := inputs.refusals(row):
        ranked = [scored for scored in ranked if scored[2].title_id not in refused]
    wanted = max(SCREEN_COLUMNS, row.spec.min_cards)
    if not may_repeat(row):
        return available_candidates(ranked, inputs.titles, taken, wanted)
    shown = available_candidates(ranked, inputs.titles, (), wanted)
    return [scored for scored in shown if inputs.titles[scored[2].title_id].card_key not in taken]
