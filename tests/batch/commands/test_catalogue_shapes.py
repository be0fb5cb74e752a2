"""`marquee import tmdb` and `imdb` on the command line: invented catalogues arrive as titles."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo.database import Database

from batch.commands.imports import import_
from batch.storage.clients import open_mongo
from domain.catalog.documents import title_from_document
from domain.catalog.titles import Title
from domain.serialization import Document

pytestmark = pytest.mark.stores

SHAPES = Path(__file__).parents[1] / "importers"
TMDB, IMDB = SHAPES / "tmdb", SHAPES / "imdb"


@pytest.fixture
def database(mongo_database: str) -> Iterator[Database[Document]]:
    opened = open_mongo(mongo_database)
    yield opened
    opened.client.close()


@pytest.fixture
def run(tmp_path: Path, mongo_database: str) -> Any:
    def start(*arguments: object) -> Result:
        environment = {"MARQUEE_HOME": str(tmp_path), "MARQUEE_MONGO_URL": mongo_database}
        return CliRunner(env=environment).invoke(import_, [str(one) for one in arguments])

    return start


def stored(database: Database[Document]) -> dict[str, Title]:
    return {one["_id"]: title_from_document(one) for one in database["titles"].find({})}


def test_tmdb_arrives_with_pictures_and_counts(run: Any, database: Database[Document]) -> None:
    result = run("tmdb", TMDB, "--json")
    assert result.exit_code == 0, result.output
    summary = json.loads(result.stdout)
    assert (summary["titles"], summary["movies"], summary["series"], summary["episodes"]) == (5, 1, 1, 3)
    assert summary["left_out"]["title with the adult flag; --with-adult brings it, from 18"] == 2
    titles = stored(database)
    movie, series = titles["tmdb-movie-990001"], titles["tmdb-tv-990002"]
    assert (movie.name, movie.maturity_age, len(movie.images)) == ("The Lamp", 13, 10)
    assert (series.season_count, series.episode_count) == (2, 3)
    assert movie.other_names == ("燈", "La Lampe", "Die Lampe")
    episode = titles["tmdb-episode-990021"]
    assert (episode.series_name, episode.season, episode.episode) == ("The Quay", 2026, 105)
    assert [image.url for image in episode.series_images] == [image.url for image in series.images]


def test_the_same_catalogue_again_changes_nothing_and_a_smaller_one_withdraws(
    run: Any, database: Database[Document], tmp_path: Path
) -> None:
    run("tmdb", TMDB)
    before = list(database["titles"].find({}).sort("_id"))
    summary = json.loads(run("tmdb", TMDB, "--json").stdout)
    assert (summary["new"], summary["changed"], summary["unchanged"], summary["withdrawn"]) == (0, 0, 5, 0)
    assert list(database["titles"].find({}).sort("_id")) == before
    lines = (TMDB / "catalogue.jsonl").read_text("utf-8").splitlines(keepends=True)
    smaller = tmp_path / "smaller.json"
    smaller.write_text(lines[0], "utf-8")
    refused = run("tmdb", smaller)
    assert (refused.exit_code, len(stored(database))) == (3, 5)
    assert run("tmdb", smaller, "--yes").exit_code == 0
    assert set(stored(database)) == {"tmdb-movie-990001"}


def test_titles_with_the_adult_flag_suit_nobody_below_18(run: Any, database: Database[Document]) -> None:
    assert run("tmdb", TMDB, "--with-adult").exit_code == 0
    titles = stored(database)
    adult = [titles[one] for one in ("tmdb-tv-990003", "tmdb-movie-990002", "tmdb-episode-990031")]
    assert [(one.maturity_age, one.region_ages) for one in adult] == [(18, ())] * 3
    assert run("tmdb", TMDB, "--yes").exit_code == 0
    assert len(stored(database)) == 5, "without the option they are withdrawn again"


def test_a_broken_object_is_named_in_its_file_and_nothing_is_written(
    run: Any, database: Database[Document], tmp_path: Path
) -> None:
    folder = tmp_path / "tmdb"
    folder.mkdir()
    shutil.copy(TMDB / "catalogue.jsonl", folder / "a.jsonl")
    broken = {
        "id": 5,
        "name": "Half",
        "season/1": {"season_number": 1, "episodes": [{"id": 6, "runtime": "long"}]},
    }
    (folder / "b.json").write_text(json.dumps([broken, {"id": 7, "title": "x" * 301}], indent=0), "utf-8")
    result = run("tmdb", folder)
    assert result.exit_code == 1
    assert (
        f"{folder / 'b.json'}, line 2: season/1.episodes[0].runtime: 'long' is not a whole number"
        in result.output
    )
    (folder / "b.json").write_text(json.dumps([{"id": 7, "title": "x" * 301}], indent=0), "utf-8")
    result = run("tmdb", folder)
    assert f"{folder / 'b.json'}, line 2: name: " in result.output
    assert "Traceback" not in result.output
    assert stored(database) == {}
    assert json.loads(run("tmdb", folder, "--skip-bad", "--json").stdout)["broken_rows"] == 1


def test_a_title_that_is_broken_today_is_not_withdrawn(
    run: Any, database: Database[Document], tmp_path: Path
) -> None:
    path = tmp_path / "one.jsonl"
    series = {"id": 5, "name": "Half", "season/1": {"season_number": 1, "episodes": [
        {"id": 6, "episode_number": 1, "season_number": 1, "runtime": 20}]}}  # fmt: skip
    path.write_text(json.dumps(series) + '\n{"id": 8, "title": "Whole"}\n', "utf-8")
    assert run("tmdb", path).exit_code == 0
    path.write_text(json.dumps(series).replace("20", '"long"') + '\n{"id": 8, "title": "Whole"}\n', "utf-8")
    assert run("tmdb", path, "--skip-bad").exit_code == 0
    assert set(stored(database)) == {"tmdb-tv-5", "tmdb-episode-6", "tmdb-movie-8"}


def test_a_season_may_come_by_itself_and_with_its_series(
    run: Any, database: Database[Document], tmp_path: Path
) -> None:
    season = {"season_number": 1, "episodes": [
        {"id": 6, "show_id": 5, "episode_number": 1, "season_number": 1, "name": "Ebb"}]}  # fmt: skip
    path = tmp_path / "one.jsonl"
    lines = [json.dumps({"id": 5, "name": "Half", "season/1": season}), json.dumps(season)]
    path.write_text("\n".join(lines), "utf-8")
    assert json.loads(run("tmdb", path, "--json").stdout)["titles"] == 2
    path.write_text("\n".join([lines[0], lines[1].replace("Ebb", "Flood")]), "utf-8")
    refused = run("tmdb", path)
    assert refused.exit_code == 1
    assert (
        f"line 2: id: 'tmdb-episode-6' is in {path}, line 1, already, and otherwise; remove one"
        in refused.output
    )


def test_imdb_arrives_with_other_names_and_counts(run: Any, database: Database[Document]) -> None:
    result = run("imdb", IMDB, "--json")
    assert result.exit_code == 0, result.output
    titles = stored(database)
    assert len(titles) == 5
    assert (titles["tt9900001"].imdb_id, titles["tt9900001"].genres) == (
        "tt9900001",
        ("Drama", "Science Fiction"),
    )
    assert titles["tt9900001"].other_names == ("Lampan", "Die Lampe")
    assert (titles["tt9900002"].season_count, titles["tt9900002"].episode_count) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "code", "what"),
    [
        (["tmdb", "/nowhere.json"], 1, "/nowhere.json: there is no such file"),
        (["tmdb", ".", "--image-base", "javascript:x"], 2, "cannot be used; write an https address"),
        (["tmdb", ".", "--trailer-base", "http://video.example"], 2, "cannot be used; write an https address"),
        (["tmdb", ".", "--image-languages", "en,German"], 2, "'German' is no language; write codes with commas"),
        (["imdb", "/nowhere"], 1, "/nowhere: is not a folder. Give the folder that holds title.basics.tsv"),
        (["imdb", IMDB, "--only", "/nowhere.txt"], 1, "/nowhere.txt: there is no such file"),
    ],
)  # fmt: skip
def test_wrong_usage_has_a_sentence(run: Any, arguments: list[object], code: int, what: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, what in result.output, "Traceback" in result.output) == (code, True, False)
