"""The table as JSON, as text, and with page-level rows."""

from __future__ import annotations

from pathlib import Path

from batch.evaluation.table_file import EVALUATION_FILE, read_table, write_table
from batch.evaluation.text import table_text
from domain.evaluation.table import (
    CANDIDATE,
    PAGE_LEVEL,
    POPULARITY,
    TITLE_LEVEL,
    Difference,
    EvaluationTable,
    Score,
    join_levels,
)

TABLE = EvaluationTable(
    "time",
    "Two cut-offs.",
    (
        Score(TITLE_LEVEL, "all", CANDIDATE, "ndcg@10", 0.1, 0.09, 0.11, 300),
        Score(TITLE_LEVEL, "all", CANDIDATE, "coverage@10", 0.25, None, None, 300),
        Score(TITLE_LEVEL, "kids", POPULARITY, "ndcg@10", 0.2, 0.15, 0.25, 40),
    ),
    (
        Difference(TITLE_LEVEL, "all", POPULARITY, "ndcg@10", -0.02, -0.03, -0.01, 300),
        Difference(TITLE_LEVEL, "all", POPULARITY, "mrr", 0.02, 0.01, 0.03, 300),
        Difference(TITLE_LEVEL, "kids", POPULARITY, "ndcg@10", 0.02, -0.01, 0.03, 40),
    ),
)
PAGES = EvaluationTable(
    "time",
    "Pages of 50 profiles.",
    (Score(PAGE_LEVEL, "all", CANDIDATE, "first 18", 0.5, 0.4, 0.6, 50),),
    (Difference(PAGE_LEVEL, "all", "live", "first 18", 0.1, 0.05, 0.15, 50),),
)


def test_a_written_table_is_read_back(tmp_path: Path) -> None:
    assert read_table(tmp_path) is None
    write_table(tmp_path, TABLE)
    assert read_table(tmp_path) == TABLE
    assert [file.name for file in tmp_path.iterdir()] == [EVALUATION_FILE]


def test_verdicts_are_told_where_zero_lies_outside() -> None:
    assert [one.verdict for one in TABLE.differences] == ["worse", "better", "no clear difference"]


def test_page_level_rows_join_the_same_table_and_replace_earlier_ones() -> None:
    once = join_levels(TABLE, PAGES, PAGE_LEVEL)
    assert once.scores == (*TABLE.scores, *PAGES.scores)
    assert once.differences == (*TABLE.differences, *PAGES.differences)
    assert once.note == "Two cut-offs. Pages of 50 profiles."
    assert join_levels(once, PAGES, PAGE_LEVEL) == once


def test_the_text_has_one_line_a_model_and_slice_and_the_metrics_of_each_level() -> None:
    lines = table_text(join_levels(TABLE, PAGES, PAGE_LEVEL)).splitlines()
    assert lines[0].split() == ["level", "slice", "model", "users", "ndcg@10", "coverage@10"]
    assert lines[1].split() == ["title", "all", "candidate", "300", "0.1000", "0.090-0.110", "0.250"]
    assert lines[2].split() == ["title", "kids", "popularity", "40", "0.2000", "0.150-0.250", "-"]
    assert lines[4].split() == ["level", "slice", "model", "users", "first", "18"]
    assert lines[5].split() == ["page", "all", "candidate", "50", "0.5000", "0.400-0.600"]
    assert lines[8] == "title, all: candidate - popularity = -0.0200 [-0.0300, -0.0100] ndcg@10: worse"
    assert lines[10] == "page, all: candidate - live = +0.1000 [+0.0500, +0.1500] first 18: better"
    assert table_text(EvaluationTable("", "Too few.")) == "Too few."
