"""`marquee import` on the command line: exit codes, summaries, schemas."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from batch.commands.imports import import_
from tests.batch.rating_files import RATINGS, write_movielens


def run(home: Path, mongo_url: str, *arguments: str, text: str = "") -> Result:
    environment = {"MARQUEE_HOME": str(home), "MARQUEE_MONGO_URL": mongo_url}
    return CliRunner(env=environment).invoke(import_, list(arguments), input=text)


@pytest.mark.parametrize("kind", ["catalog", "profiles", "events"])
def test_schema_is_printed(tmp_path: Path, kind: str) -> None:
    result = run(tmp_path, "", "schema", kind)
    assert result.exit_code == 0
    Draft202012Validator.check_schema(json.loads(result.stdout))


@pytest.mark.parametrize(
    ("arguments", "code", "what"),
    [
        (["movielens", "/nowhere"], 1, "/nowhere: is not a folder"),
        (["movielens", ".", "--shift-to", "whenever"], 2, "write a date like 2026-11-22"),
        (["schema", "films"], 2, "is not one of"),
        (["movielens"], 2, "Missing argument"),
    ],
)
def test_bad_input_has_a_sentence_and_an_exit_code(
    tmp_path: Path, arguments: list[str], code: int, what: str
) -> None:
    result = run(tmp_path, "mongodb://127.0.0.1:1/x", *arguments)
    assert result.exit_code == code
    assert what in result.output
    assert "Traceback" not in result.output


@pytest.mark.stores
def test_counts_are_printed_as_json(tmp_path: Path, mongo_database: str) -> None:
    folder = write_movielens(tmp_path / "ml", ratings=RATINGS + "9,1,nine,1\n")
    refused = run(tmp_path, mongo_database, "movielens", str(folder), "--json")
    assert refused.exit_code == 1
    assert "ratings.csv, line 8: rating 'nine'" in refused.stderr
    told = run(tmp_path, mongo_database, "movielens", str(folder), "--json", "--skip-bad")
    assert told.exit_code == 0
    summary = json.loads(told.stdout)
    assert (summary["titles"], summary["ratings"], summary["broken_rows"]) == (4, 6, 1)
    assert summary["shown"] == [f"{folder / 'ratings.csv'}, line 8: rating 'nine' is not from 0.5 to 5"]


@pytest.mark.stores
def test_standard_input_is_read(tmp_path: Path, mongo_database: str) -> None:
    line = json.dumps({"id": "lamp", "kind": "movie", "name": "The Lamp"})
    result = run(tmp_path, mongo_database, "catalog", "-", text=line + "\n")
    assert result.exit_code == 0, result.output
    assert "Imported: 1 titles, 0 broken rows" in result.output


@pytest.mark.stores
def test_a_broken_line_of_standard_input_is_called_so(tmp_path: Path, mongo_database: str) -> None:
    result = run(tmp_path, mongo_database, "catalog", "-", text="not json\n")
    assert result.exit_code == 1
    assert "  standard input, line 1: is not JSON" in result.output
