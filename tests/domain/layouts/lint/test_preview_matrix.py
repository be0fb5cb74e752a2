"""People side by side: each cell counts titles, and says what is amiss with the row for this person alone."""

from __future__ import annotations

from dataclasses import replace

from domain.ids import ProfileId, TitleId
from domain.layouts.lint.preview_matrix import Cell, CellFlag, build_matrix
from domain.layouts.lint.samples import SampledPage
from domain.layouts.model import Layout, RowSpec
from domain.layouts.row_kinds import RowSource
from tests.domain.made import NOW

LAYOUT = Layout(
    "home",
    1,
    (
        RowSpec("continue", RowSource.CONTINUE_WATCHING),
        RowSpec("picks", RowSource.TOP_PICKS),
        RowSpec("because", RowSource.BECAUSE_YOU_WATCHED),
        RowSpec("corner", RowSource.GENRE),
    ),
    NOW,
)


def ids(first: int, count: int) -> tuple[TitleId, ...]:
    return tuple(TitleId(f"m{number}") for number in range(first, first + count))


MINA = SampledPage(
    ProfileId("mina"),
    {"continue": (), "picks": ids(0, 10), "because": (), "spare": ids(50, 8)},
    0.0,
    missing_reasons={"because": "nothing was watched yet", "continue": "nothing was watched yet"},
    hidden_reasons={"corner": "kids is not true"},
)
ADE = SampledPage(
    ProfileId("ade"),
    {"continue": ids(90, 2), "picks": ids(0, 10), "because": ids(6, 8), "corner": ids(70, 5)},
    0.0,
)


def cells(device: str = "tv") -> dict[str, tuple[Cell, ...]]:
    return {row.row_id: row.cells for row in build_matrix([MINA, ADE], LAYOUT, device)}


def test_rows_of_the_layout_come_first_and_stand_ins_after_them() -> None:
    assert list(cells()) == ["continue", "picks", "because", "corner", "spare"]


def test_what_is_well_has_a_count_alone() -> None:
    assert cells()["picks"] == (Cell(10), Cell(10))
    assert cells()["continue"][1] == Cell(2)  # two titles begun are two titles begun
    assert cells()["spare"] == (Cell(8), Cell())  # nothing to stand in for


def test_what_is_amiss_has_a_flag_and_a_reason() -> None:
    assert cells()["because"] == (
        Cell(0, CellFlag.MISSING, "nothing was watched yet"),
        Cell(8, CellFlag.REPEAT, "repeats titles of picks"),
    )
    assert cells()["corner"] == (
        Cell(0, CellFlag.HIDDEN, "kids is not true"),
        Cell(5, CellFlag.SHORT, "a row under 6 looks broken on TV"),
    )
    assert cells("web")["corner"][1] == Cell(5)


def test_three_titles_in_common_are_no_repetition() -> None:
    page = SampledPage(ProfileId("p"), {"picks": ids(0, 10), "because": ids(7, 8)}, 0.0)
    assert [row.cells[0] for row in build_matrix([page], LAYOUT, "tv")][:4] == [
        Cell(),
        Cell(10),
        Cell(8),
        Cell(),
    ]


def test_an_outage_says_nothing_about_the_rows_that_it_left_short() -> None:
    lost = replace(MINA, missing_parts=("the recommendations could not be read",))
    rows = {row.row_id: row.cells[0] for row in build_matrix([lost], LAYOUT, "tv")}
    unknown = Cell(0, CellFlag.UNKNOWN, "the recommendations could not be read")
    assert (rows["because"], rows["picks"]) == (unknown, Cell(10))
    assert rows["corner"] == Cell(0, CellFlag.HIDDEN, "kids is not true")
