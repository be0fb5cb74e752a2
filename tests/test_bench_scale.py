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
def test_a_path_that_fails_has_no_figure_and_ends_no_bench(tmp_path: Path) -> None:
    from scale import measure

    assert measure("implicit_knn", tmp_path / "nothing") is None


@pytest.mark.usefixtures("bench")
def test_the_night_is_compared_with_every_peer_that_finished() -> None:
    from scale import figures_of, ratios

    figures = [
        figure
        for name, seconds in (("night", 2.0), ("implicit_als", 1.0), ("self_join", 8.0))
        for figure in figures_of(name, {"seconds": seconds, "peak_bytes": 1.0}, 1000)
    ]
    assert [(one.of, one.value) for one in ratios(figures)] == [("implicit_als", 0.5), ("self_join", 4.0)]
    assert ratios(figures[2:]) == []


@pytest.mark.usefixtures("bench")
def test_a_path_that_is_cut_off_has_the_rate_that_it_may_have_had_at_most(tmp_path: Path) -> None:
    from scale import figures_of, make_interactions, measure, ratios

    make_interactions(tmp_path, 3000)
    cut_off = measure("self_join", tmp_path, longest=0.01)
    assert cut_off is not None
    slow = figures_of("self_join", cut_off, 1000)
    assert (slow[0].value, slow[0].note) == (100_000.0, "less: not finished after 0 s")
    fast = figures_of("night", {"seconds": 0.001, "peak_bytes": 1.0}, 1000)
    assert [(one.of, one.value) for one in ratios([*fast, *slow])] == [("self_join", 10.0)]
