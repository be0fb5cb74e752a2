"""Titles that other rows leave alone: those pinned to a row, and those that a row shows on the first screen."""

from __future__ import annotations

from collections.abc import Mapping

from domain.candidates.model import RowCandidates
from domain.ids import TitleId
from domain.page.first_screen import ScreenPlace
from domain.page.inputs import CompositionInput


class Reservations:
    """Mutable: made for one composition."""

    def __init__(self, inputs: CompositionInput, screen: Mapping[TitleId, ScreenPlace]) -> None:
        self._titles = inputs.titles
        self._row_of_pin = _rows_of_pins(inputs)
        self._screen = {show: place for show, place in screen.items() if show not in self._row_of_pin}

    def of(self, row: RowCandidates) -> frozenset[TitleId]:
        """Shows of the first screen that are kept for this row."""
        return frozenset(show for show, place in self._screen.items() if place.row == row.name)

    def of_others(self, row: RowCandidates) -> dict[TitleId, str]:
        """Show -> the row that it is kept for. A first screen gives way to rows of a higher priority and to pins."""
        own = {self._titles[pin.title_id].card_key for pin in row.spec.pins if pin.title_id in self._titles}
        kept = {
            show: place.row
            for show, place in self._screen.items()
            if place.row != row.name and place.priority >= row.spec.priority and show not in own
        }
        return kept | {show: name for show, name in self._row_of_pin.items() if name != row.name}

    def release(self, row: RowCandidates) -> None:
        """What was kept for the first screen of a row that is filled or dropped is free for the rows below."""
        self._screen = {show: place for show, place in self._screen.items() if place.row != row.name}


def _rows_of_pins(inputs: CompositionInput) -> dict[TitleId, str]:
    rows: dict[TitleId, str] = {}
    for row in inputs.rows:
        for title_id in inputs.pinned_titles(row):
            rows.setdefault(inputs.titles[title_id].card_key, row.name)
    return rows
