"""Rows of a layout by profiles, with card counts and problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.layouts.lint.sampled_rules import COMPARED_TITLES, MIN_TV_CARDS, SIMILAR_TITLES
from domain.layouts.lint.samples import SampledPage
from domain.layouts.model import Layout
from domain.layouts.row_kinds import may_be_empty


class CellFlag(StrEnum):
    """MISSING: the page lacks the row. HIDDEN: the layout hides it from the profile. UNKNOWN: an outage left the page
    incomplete, so nothing can be said about the row.
    """

    SHORT = "short"
    REPEAT = "repeat"
    MISSING = "missing"
    HIDDEN = "hidden"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cell:
    """`reason` has no full stop."""

    count: int = 0
    flag: CellFlag | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """`cells` are in the order of the pages."""

    row_id: str
    cells: tuple[Cell, ...]


def build_matrix(pages: Sequence[SampledPage], layout: Layout, device: str) -> tuple[MatrixRow, ...]:
    """Rows in the order of `layout`, the union of all pages' layouts, then stand-ins."""
    row_ids = [spec.id for spec in layout.rows]
    row_ids += [row_id for page in pages for row_id in (*page.rows, *page.hidden_reasons)]
    optional_rows = {spec.id for spec in layout.rows if may_be_empty(spec.source)}
    min_cards = MIN_TV_CARDS if device == "tv" else 1
    return tuple(
        MatrixRow(
            row_id, tuple(_cell(row_id, page, 1 if row_id in optional_rows else min_cards) for page in pages)
        )
        for row_id in dict.fromkeys(row_ids)
    )


def _cell(row_id: str, page: SampledPage, min_cards: int) -> Cell:
    titles = page.rows.get(row_id)
    if titles is None:
        hidden = page.hidden_reasons
        return Cell(0, CellFlag.HIDDEN, hidden[row_id]) if row_id in hidden else Cell()
    has_fallback = any(part.endswith(f" row {row_id}") for part in page.missing_parts)
    if has_fallback or (page.missing_parts and len(titles) < min_cards):
        return Cell(len(titles), CellFlag.UNKNOWN, "; ".join(page.missing_parts))
    if not titles:
        return Cell(0, CellFlag.MISSING, page.missing_reasons.get(row_id, ""))
    if len(titles) < min_cards:
        reach = page.rule_reach.get(row_id)
        why = f"a row under {min_cards} looks broken on TV"
        return Cell(len(titles), CellFlag.SHORT, f"{why}; {reach}" if reach else why)
    repeated = _repeated_row(row_id, page)
    if repeated is not None:
        return Cell(len(titles), CellFlag.REPEAT, f"repeats titles of {repeated}")
    return Cell(len(titles))


def _repeated_row(row_id: str, page: SampledPage) -> str | None:
    """An earlier row with similar titles."""
    own = {*page.rows[row_id][:COMPARED_TITLES]}
    for other, titles in page.rows.items():
        if other == row_id:
            return None
        if len(own & {*titles[:COMPARED_TITLES]}) >= SIMILAR_TITLES:
            return other
    return None
