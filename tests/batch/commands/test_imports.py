"""`marquee import` on the command line: exit codes, summaries, schemas."""

import gzip
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from subprocess import PIPE

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from batch.commands.imports import import_
from batch.commands.sample import sample
from batch.storage.clients import open_mongo
from batch.storage.import_turn import import_turn
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


def catalog_file(folder: Path, *ids: str, name: str = "titles.jsonl") -> str:
    path = folder / name
    path.write_text("".join(json.dumps({"id": one, "kind": "movie", "name": one}) + "\n" for one in ids))
    return str(path)


@pytest.mark.stores
def test_a_withdrawal_that_nobody_confirms_ends_with_3_and_a_sentence(
    tmp_path: Path, mongo_database: str
) -> None:
    whole, part = catalog_file(tmp_path, "a", "b", "c"), catalog_file(tmp_path, "a", name="part.jsonl")
    assert run(tmp_path, mongo_database, "catalog", whole).exit_code == 0
    refused = run(tmp_path, mongo_database, "catalog", part)
    assert refused.exit_code == 3
    assert (
        "Not imported: the file lacks 2 of the 3 titles of source 'own' (67%); nothing was written."
        in refused.stderr
    )
    tried = run(tmp_path, mongo_database, "catalog", part, "--dry-run", "--json")
    assert (json.loads(tried.stdout)["withdrawn"], json.loads(tried.stdout)["dry_run"]) == (2, True)
    assert run(tmp_path, mongo_database, "catalog", part, "--no-input").exit_code == 3
    confirmed = run(tmp_path, mongo_database, "catalog", part, "--yes")
    assert confirmed.exit_code == 0
    assert "Imported: 1 titles, 0 broken rows (1 movies, 1 unchanged, 2 withdrawn)" in confirmed.output


@pytest.mark.stores
def test_skipping_every_row_does_not_end_well(tmp_path: Path, mongo_database: str) -> None:
    result = run(tmp_path, mongo_database, "catalog", "-", "--skip-bad", text='{"id": "a"}\nnot json\n')
    assert result.exit_code == 1
    assert "Error: every row is broken, nothing was written" in result.stderr
    folder = write_movielens(tmp_path / "ml", ratings="userId,movieId,rating,timestamp\n9,1,nine,1\n")
    rated = run(tmp_path, mongo_database, "movielens", str(folder), "--skip-bad")
    assert rated.exit_code == 1
    assert "has no valid rating" in rated.stderr


@pytest.mark.parametrize("source", ["live", "movielens", "a b", ""])
def test_a_source_has_a_name_of_its_own(tmp_path: Path, source: str) -> None:
    result = run(tmp_path, "mongodb://127.0.0.1:1/x", "events", "e.jsonl", "--source", source)
    assert result.exit_code == 2
    assert "write 1 to 64 letters" in result.output


@pytest.mark.stores
@pytest.mark.parametrize("kind", ["catalog", "profiles", "events"])
@pytest.mark.parametrize(("name", "what"), [("none.jsonl", "there is no such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, mongo_database: str, kind: str, name: str, what: str
) -> None:
    result = run(tmp_path, mongo_database, kind, str(tmp_path / name))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {tmp_path / name}: ")
    assert what in result.stderr


@pytest.mark.stores
def test_a_pipe_is_imported_whole(tmp_path: Path, mongo_database: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    text = Path(catalog_file(tmp_path, "a", "b", "c")).read_bytes()
    writer = threading.Thread(target=lambda: pipe.write_bytes(gzip.compress(text)))
    writer.start()
    result = run(tmp_path, mongo_database, "catalog", str(pipe))
    writer.join()
    assert "Imported: 3 titles" in result.output, result.output
    again = run(tmp_path, mongo_database, "catalog", str(tmp_path / "titles.jsonl"))
    assert "3 unchanged" in again.output


@pytest.mark.stores
def test_a_second_import_waits_for_the_first_and_says_so(tmp_path: Path, mongo_database: str) -> None:
    file = catalog_file(tmp_path, "a")
    with import_turn(tmp_path, "import events june.jsonl", lambda _: None):
        command = [
            sys.executable,
            "-c",
            "from batch.commands.imports import import_; import_()",
            "catalog",
            file,
        ]
        environment = {**os.environ, "MARQUEE_HOME": str(tmp_path), "MARQUEE_MONGO_URL": mongo_database}
        second = subprocess.Popen(command, env=environment, stdout=PIPE, stderr=PIPE, text=True)
        assert second.stderr is not None
        waiting = second.stderr.readline()
        assert waiting.startswith(f"Waiting for import events june.jsonl (process {os.getpid()}).")
        assert second.poll() is None
    out, _ = second.communicate()
    assert second.returncode == 0
    assert out.startswith("Imported: 1 titles")


@pytest.mark.stores
def test_a_dry_run_says_that_the_import_will_ask(tmp_path: Path, mongo_database: str) -> None:
    assert run(tmp_path, mongo_database, "catalog", catalog_file(tmp_path, "a", "b", "c")).exit_code == 0
    tried = run(
        tmp_path, mongo_database, "catalog", catalog_file(tmp_path, "a", name="part.jsonl"), "--dry-run"
    )
    assert tried.exit_code == 0
    assert (
        "The import itself will need --yes, or ask at a terminal: This file lacks 2 of the 3" in tried.stderr
    )


def counts_of(result: Result) -> dict[str, object]:
    return {
        key: value for key, value in json.loads(result.stdout).items() if key not in ("dry_run", "seconds")
    }


@pytest.mark.stores
def test_a_dry_run_of_a_rating_set_counts_what_the_import_counts(tmp_path: Path, mongo_database: str) -> None:
    folder = str(write_movielens(tmp_path / "ml"))
    tried = run(tmp_path / "home", mongo_database, "movielens", folder, "--dry-run", "--json")
    assert tried.exit_code == 0, tried.output
    with open_mongo(mongo_database).client as client:
        assert client.get_default_database().list_collection_names() == []
    assert not (tmp_path / "home/lake/events").exists()
    done = run(tmp_path / "home", mongo_database, "movielens", folder, "--json")
    assert counts_of(tried) == counts_of(done)


@pytest.mark.stores
def test_a_dry_run_of_the_sample_counts_what_it_would_create(tmp_path: Path, mongo_database: str) -> None:
    environment = {"MARQUEE_HOME": str(tmp_path / "home"), "MARQUEE_MONGO_URL": mongo_database}
    size = ["--titles", "60", "--profiles", "12", "--until", "2026-11-22T20:00:00Z", "--json"]
    tried = CliRunner(env=environment).invoke(sample, [*size, "--dry-run"])
    assert tried.exit_code == 0, tried.output
    assert not (tmp_path / "home").exists()
    done = CliRunner(env=environment).invoke(sample, size)
    assert counts_of(tried) == counts_of(done)


def test_a_data_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "import.lock").mkdir()
    result = run(tmp_path, "mongodb://127.0.0.1:1/x", "catalog", catalog_file(tmp_path, "a"))
    assert result.exit_code == 2
    assert f"MARQUEE_HOME: the data folder {tmp_path} cannot be written: Is a directory" in result.stderr
