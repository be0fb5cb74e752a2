"""IMDb's files, on invented titles: which come in, and what becomes of their columns."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path
from typing import Any

import pytest

from batch.importers.imdb_titles import ImdbCatalog, ImdbChoice, read_only
from batch.importers.input_files import BrokenRows, Problems
from domain.errors import BadInput

FOLDER = Path(__file__).parent / "imdb"


def rows_of(folder: Path = FOLDER, **choice: Any) -> tuple[dict[str, dict[str, Any]], ImdbCatalog]:
    catalog = ImdbCatalog(folder, ImdbChoice(**choice), Problems())
    rows = {row["id"]: row for _, _, row in catalog.rows()}
    catalog.problems.raise_if_any()
    return rows, catalog


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "imdb")
    return tmp_path / "imdb"


def test_movies_series_and_episodes() -> None:
    rows, _ = rows_of()
    assert rows["tt9900001"] == {
        "id": "tt9900001", "kind": "movie", "name": "The Lamp", "other_names": ["Lampan", "Die Lampe"], "year": 2021,
        "genres": ["Drama", "Sci-Fi"], "cast": ["Ada Wick", "Bao Lin"], "language": "sv", "runtime_seconds": 6060,
        "imdb_id": "tt9900001",
    }  # fmt: skip
    assert (rows["tt9900002"]["kind"], rows["tt9900002"]["other_names"]) == ("series", ["Kajen"])
    assert rows["tt9900003"] == {
        "id": "tt9900003", "kind": "episode", "name": "Ebb", "year": 2019, "genres": ["Crime"],
        "imdb_id": "tt9900003", "series_id": "tt9900002", "season": 1, "episode": 1,
    }  # fmt: skip
    assert (rows["tt9900005"]["genres"], rows["tt9900005"]["runtime_seconds"]) == (["Short"], 420)
    assert rows["tt9900011"]["name"] == '"Quoted" Name', "the files quote nothing"
    assert list(rows)[-1] == "tt9900003", "series come before their episodes"


def test_what_stays_out_is_counted() -> None:
    rows, catalog = rows_of()
    assert sorted(rows) == [f"tt99000{number}" for number in ("01", "02", "03", "05", "11")]
    assert catalog.left_out == {
        "title of type 'videoGame'": 1,
        "title with the adult flag; --with-adult brings it, from 18": 2,
        "episode of a series that is left out": 1,
        "episode without a series in title.episode": 1,
        "episode without a season or a number in title.episode": 1,
    }


def test_titles_with_the_adult_flag_come_from_18_when_they_are_asked_for() -> None:
    rows, _ = rows_of(with_adult=True)
    assert (rows["tt9900007"]["maturity_age"], rows["tt9900008"]["maturity_age"]) == (18, 18)
    assert (rows["tt9900008"]["genres"], rows["tt9900009"]["series_id"]) == (["Drama"], "tt9900008")


def test_a_part_of_the_data_set() -> None:
    assert sorted(rows_of(only=frozenset({"tt9900002"}))[0]) == ["tt9900002", "tt9900003"]
    rows, catalog = rows_of(min_votes=100)
    assert sorted(rows) == ["tt9900001"]
    assert catalog.left_out["title with fewer than 100 votes"] == 5


def test_files_as_published_and_without_those_that_are_not_needed(copied: Path) -> None:
    for path in sorted(copied.iterdir()):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    assert rows_of(copied)[0] == rows_of()[0]
    for name in ("title.akas", "title.principals", "name.basics", "title.ratings", "title.episode"):
        (copied / f"{name}.tsv.gz").unlink()
    rows, catalog = rows_of(copied)
    assert sorted(rows) == ["tt9900001", "tt9900002", "tt9900005", "tt9900011"]
    assert catalog.left_out["episode without a series in title.episode"] == 4
    with pytest.raises(BadInput, match=r"has no title\.ratings\.tsv, which --min-votes needs"):
        rows_of(copied, min_votes=1)
    (copied / "title.basics.tsv.gz").unlink()
    with pytest.raises(BadInput, match=r"has no title\.basics\.tsv and no title\.basics\.tsv\.gz"):
        rows_of(copied)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("tt9900012\tmovie\tA\tA\t0\tsoon\t\\N\t90\tDrama", "line 13: startYear: 'soon' is no whole number"),
        ("tt9900012\tmovie\tA\tA\t0\t2020\t\\N\t-5\tDrama", "line 13: runtimeMinutes: '-5' is no whole number"),
        ("tt9900012\tmovie\t\\N\t\\N\t0\t2020\t\\N\t90\tDrama", "line 13: primaryTitle: is empty; write the name"),
        ("tt9900012\tmovie\tA", "line 13: has 3 columns, expected 9"),
    ],
)  # fmt: skip
def test_a_broken_line_is_named_with_its_column(copied: Path, line: str, message: str) -> None:
    with (copied / "title.basics.tsv").open("a") as file:
        file.write(line + "\n")
    with pytest.raises(BrokenRows) as refusal:
        rows_of(copied)
    assert f"title.basics.tsv, {message}" in str(refusal.value)


def test_another_table_is_refused(copied: Path) -> None:
    (copied / "title.basics.tsv").write_text("id,name\n")
    with pytest.raises(
        BadInput, match=r"has no column tconst, titleType.*Give the file as IMDb publishes it"
    ):
        rows_of(copied)


def test_ids_that_are_asked_for_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "only.txt"
    path.write_text("tt9900001 The Lamp\n\ntt9900002\n")
    assert read_only(path) == {"tt9900001", "tt9900002"}
    path.write_text("9900001\n")
    with pytest.raises(BadInput, match="'9900001' is no id of IMDb; write one such as tt0000001"):
        read_only(path)
    path.write_text("\n")
    with pytest.raises(BadInput, match="is empty"):
        read_only(path)
