"""The scale bench: its made data is what the jobs read, and its figures are rates."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

BENCH = Path(__file__).parent / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCH))


@pytest.mark.usefixtures("bench")
def test_made_interactions_are_one_row_a_profile_and_title_and_equal_for_equal_seeds(tmp_path: Path) -> None:
    from scale import count_rows
    from scale_data import make_interactions

    for name in ("one", "two"):
        make_interactions(tmp_path / name, 3000)
    rows = pq.read_table(tmp_path / "one" / "interactions")
    pairs = set(zip(rows["profile_id"].to_pylist(), rows["title_id"].to_pylist(), strict=True))
    assert count_rows(tmp_path / "one") == len(rows) == len(pairs)
    assert 500 < len(rows) < 3000
    assert rows.equals(pq.read_table(tmp_path / "two" / "interactions"))
    known = set(pq.read_table(tmp_path / "one" / "titles")["title_id"].to_pylist())
    assert {title for _, title in pairs} <= known


@pytest.mark.usefixtures("bench")
def test_figures_have_the_rate_the_memory_and_what_a_path_adds() -> None:
    from scale import figures_of

    found = {"seconds": 4.0, "peak_bytes": 2.0**31, "lists_a_second": 500.0}
    shown = {one.name: one.value for one in figures_of("night", found, 1000)}
    assert shown == {
        "interactions a second": 250.0,
        "peak memory of all processes": 2.0,
        "lists_a_second": 500.0,
    }


@pytest.mark.usefixtures("bench")
def test_a_path_that_fails_ends_the_bench_with_its_name(tmp_path: Path) -> None:
    from scale import measure

    with pytest.raises(SystemExit, match="implicit_knn failed"):
        measure("implicit_knn", tmp_path / "nothing")
