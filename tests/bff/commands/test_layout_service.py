"""Preview, matrix and lint ask the running service, say so, and give what this process would have given."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from bff.commands import layout_preview
from bff.commands.explain import explain
from bff.commands.page import page
from bff.layout_files.layout_api import LayoutService, find_service
from bff.settings import Settings
from domain.errors import NotFound

pytestmark = pytest.mark.stores
SECRET = "a secret of thirty-two bytes or more"


@pytest.fixture
def with_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command's installation is the service's."""
    monkeypatch.setenv("MARQUEE_JWT_SECRET", SECRET)


def page_lines(result: Result) -> list[str]:
    """Without the time of composing."""
    return [line.rstrip() for line in result.stdout.splitlines() if "UTC)" not in line]


@pytest.mark.usefixtures("with_secret")
def test_the_service_and_this_process_give_one_page_and_a_line_says_which(
    run_layout: Callable[..., Result], draft_file: Path, address: str
) -> None:
    arguments = ("preview", draft_file, "--profile", "mina", "--at", "2026-11-23T09:00Z", "--market", "DE")
    asked = run_layout(*arguments, "--service", address)
    here = run_layout(*arguments, "--service", "none")
    assert (asked.exit_code, asked.stderr) == (0, f"Composed by the service at {address}.\n")
    assert here.stderr == "Composed in this process (as asked); the running service is faster.\n"
    assert page_lines(asked) == page_lines(here)
    assert "not shown: because: nothing was watched or rated yet" in asked.stdout


@pytest.mark.usefixtures("with_secret")
def test_a_matrix_and_lint_of_the_service_are_those_of_this_process(
    run_layout: Callable[..., Result], draft_file: Path, address: str
) -> None:
    for arguments in (("--profile", "mina", "--profile", "ade"), ("--people", 4)):
        matrices = [
            run_layout("preview", draft_file, "--matrix", *arguments, "--service", service)
            for service in (address, "none")
        ]
        assert matrices[0].stderr == f"Composed by the service at {address}.\n"
        assert page_lines(matrices[0]) == page_lines(matrices[1])
    lints = [
        json.loads(run_layout("lint", draft_file, "--profiles", 10, "--json", "--service", service).stdout)
        for service in (address, "none")
    ]
    codes = [{one["code"]: (one["line"], one["share"], one["path"]) for one in found} for found in lints]
    assert codes[0]["L101"] == codes[1]["L101"] == (5, 1.0, ["rows", "because"])


@pytest.mark.usefixtures("with_secret")
def test_the_service_says_which_profile_it_does_not_know(
    run_layout: Callable[..., Result], draft_file: Path, address: str
) -> None:
    unknown = run_layout("preview", draft_file, "--profile", "nobody", "--service", address)
    assert (unknown.exit_code, "Requested: nobody." in unknown.stderr) == (1, True)


def test_a_service_that_cannot_be_asked_is_named_with_the_reason(
    run_layout: Callable[..., Result], draft_file: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARQUEE_JWT_SECRET", "another secret of thirty-two bytes or more")
    refused = run_layout("preview", draft_file, "--profile", "mina", "--service", address)
    assert refused.stderr.startswith(
        f"Composed in this process (the service at {address} refuses the token); "
    )
    silent = run_layout("preview", draft_file, "--profile", "mina", "--service", "http://127.0.0.1:9")
    assert silent.stderr.startswith("Composed in this process (no service answers at http://127.0.0.1:9); ")
    assert (refused.exit_code, silent.exit_code) == (0, 0)
    assert layout_preview.OUTAGE == 2


@pytest.mark.usefixtures("with_secret", "bare_environment")
def test_the_setting_names_the_service_and_the_token(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARQUEE_JWT_SECRET", SECRET)
    found = find_service(Settings(service_url=address), None)
    assert isinstance(found, LayoutService)
    assert find_service(Settings(service_url="none"), None) == "as asked"
    given = find_service(Settings(service_token="no.such.token"), address)  # type: ignore[arg-type]
    assert given == f"the service at {address} refuses the token"


def invoke(command: click.Command, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


@pytest.mark.usefixtures("with_secret")
def test_explain_asks_the_service_and_says_the_same(
    run_layout: Callable[..., Result], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "150")
    for title in ("m0", "m13", "nowhere"):
        arguments = ("--profile", "kids", "--title", title, "--device", "web")
        asked, here = (invoke(explain, *arguments, "--service", service) for service in (address, "none"))
        assert asked.stderr == f"Composed by the service at {address}.\n"
        assert here.stderr == "Composed in this process (as asked); the running service is faster.\n"
        assert (asked.exit_code, asked.stdout.split("\npage")[0]) == (
            here.exit_code,
            here.stdout.split("\npage")[0],
        )
        asked, here = (
            json.loads(invoke(explain, *arguments, "--json", "--service", service).stdout)
            for service in (address, "none")
        )
        assert {**asked, "snapshot_id": ""} == {**here, "snapshot_id": ""}
    unknown = invoke(explain, "--profile", "nobody", "--title", "m0", "--service", address)
    assert isinstance(unknown.exception, NotFound)


@pytest.mark.usefixtures("with_secret")
def test_a_page_is_compared_by_the_service_as_by_this_process(
    run_layout: Callable[..., Result],
    ask: Callable[..., dict[str, Any]],
    address: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "150")
    home = ask('{ home(profileId: "profile_mina", device: {formFactor: WEB}) { snapshotId } }')
    page_id = home["data"]["home"]["snapshotId"]
    asked, here = (invoke(page, "diff", page_id, "--service", service) for service in (address, "none"))
    assert asked.stderr == f"Composed by the service at {address}.\n"
    assert (asked.exit_code, asked.stdout) == (here.exit_code, here.stdout)
    assert asked.stdout.startswith("\nMina's page on web, 20")
    unknown = invoke(page, "diff", "nowhere", "--service", address)
    assert isinstance(unknown.exception, NotFound)
