"""The command line: every verb is listed, nothing heavy is imported for it, errors are sentences."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from bff.cli import LazyGroup, cli, main

VERBS = [
    "announce",
    "capacity",
    "data",
    "demo",
    "doctor",
    "experiment",
    "explain",
    "gates",
    "import",
    "jobs",
    "layout",
    "page",
    "profile",
    "runs",
    "sample",
    "schema",
    "serve",
    "stack",
    "token",
    "version",
]
HEAVY = (
    "strawberry",
    "graphql",
    "pyspark",
    "motor",
    "pymongo",
    "elasticsearch",
    "uvicorn",
    "starlette",
    "rich",
)


def test_help_lists_every_verb_with_what_it_does() -> None:
    shown = CliRunner().invoke(cli, ["--help"])
    assert shown.exit_code == 0
    lines = shown.output[shown.output.index("Commands:") :].splitlines()[1:]
    assert [line.split()[0] for line in lines] == VERBS
    assert all(len(line.split()) > 1 for line in lines)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['marquee', '--help']\n"
        "from bff.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr == "[]\n"


def test_version_prints_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code_of(["version"]) == 0
    assert capsys.readouterr().out.startswith(f"marquee {version('marquee')} on Python 3.")


def test_an_unknown_verb_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code_of(["dmeo"]) == 2
    assert "No such command 'dmeo'" in capsys.readouterr().err


def test_an_expected_error_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARQUEE_PORT", "eighty")
    assert exit_code_of(["stack", "status"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Error: MARQUEE_PORT cannot be used: ")
    assert captured.err.count("\n") == 1


def test_verbs_are_imported_only_when_they_run() -> None:
    group = LazyGroup("marquee")
    context = click.Context(group)
    assert group.get_command(context, "nothing-of-that-name") is None
    found = group.get_command(context, "stack")
    assert found is not None
    assert found.name == "stack"


def exit_code_of(arguments: list[str]) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return ended.value.code
