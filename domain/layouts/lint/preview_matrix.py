"""The pages of several people side by side: how full each row of a layout is for each of them, and what is amiss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.layouts.lint.sampled_rules import ALIKE, ALIKE_FIRST, SHORT_TV, TASKS
from domain.layouts.lint.samples import SampledPage
from domain.layouts.model import Layout


class Flag(StrEnum):
    """What a designer should look at. MISSING: the page lacks the row. HIDDEN: the layout keeps it from them."""

    SHORT = "short"
    REPEAT = "repeat"
    MISSING = "missing"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Cell:
    """One row for one person. `why` is a sentence without its full stop; empty where nothing is amiss."""

    count: int = 0
    flag: Flag | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """`cells` stand in the order of the people."""

    row_id: str
    cells: tuple[Cell, ...]


def matrix(pages: Sequence[SampledPage], layout: Layout, device: str) -> tuple[MatrixRow, ...]:
    """Rows of the layout first, in its order, then those that stand in for others. `layout` joins those of all."""
    names = [spec.id for spec in layout.rows]
    names += [name for page in pages for name in (*page.rows, *page.hidden)]
    tasks = {spec.id for spec in layout.rows if spec.source in TASKS}
    least = SHORT_TV if device == "tv" else 1
    return tuple(
        MatrixRow(name, tuple(_cell(name, page, 1 if name in tasks else least) for page in pages))
        for name in dict.fromkeys(names)
    )


def _cell(name: str, page: SampledPage, least: int) -> Cell:
    titles = page.rows.get(name)
    if titles is None:
        return Cell(0, Flag.HIDDEN, page.hidden[name]) if name in page.hidden else Cell()
    if not titles:
        return Cell(0, Flag.MISSING, page.missing.get(name, ""))
    if len(titles) < least:
        return Cell(len(titles), Flag.SHORT, f"a row under {least} looks broken on TV")
    twin = _twin(name, page)
    if twin is not None:
        return Cell(len(titles), Flag.REPEAT, f"shows what {twin} shows")
    return Cell(len(titles))


def _twin(name: str, page: SampledPage) -> str | None:
    """An earlier row of the layout with many of the same first titles."""
    own = {*page.rows[name][:ALIKE_FIRST]}
    for other, titles in page.rows.items():
        if other == name:
            return None
        if len(own & {*titles[:ALIKE_FIRST]}) >= ALIKE:
            return other
    return None
