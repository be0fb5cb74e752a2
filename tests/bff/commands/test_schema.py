"""marquee schema, as typed: exit codes and streams."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from bff.commands.schema import schema
from bff.http.sdl import sdl


def test_the_schema_is_printed_as_it_is_served() -> None:
    assert CliRunner().invoke(schema, ["print"]).stdout == sdl()


def test_the_committed_schema_is_the_served_one() -> None:
    result = CliRunner().invoke(schema, ["check"])
    assert result.exit_code == 0, result.stdout


def test_a_schema_that_drifted_is_a_diff_and_exit_code_1(tmp_path: Path) -> None:
    file = tmp_path / "schema.graphql"
    file.write_text(sdl().replace("type Query", "type Request"))
    result = CliRunner().invoke(schema, ["check", str(file)])
    assert result.exit_code == 1
    assert "-type Request" in result.stdout
    assert "+type Query" in result.stdout
    assert "marquee schema print" in result.stderr


def test_a_schema_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(schema, ["check", str(tmp_path / "none.graphql")])
    assert result.exit_code == 1
    assert "none.graphql cannot be read" in result.stderr
