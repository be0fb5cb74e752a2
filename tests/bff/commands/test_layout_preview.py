"""marquee layout preview, as typed: real pages, and nothing live afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

pytestmark = pytest.mark.stores


def test_a_preview_shows_the_page_of_a_draft_and_what_it_hides(
    run_layout: Callable[..., Result], draft_file: Path
) -> None:
    result = run_layout("preview", draft_file, "--profile", "profile_mina")
    assert result.exit_code == 0, result.stderr
    assert "Mina on tv, DE" in result.stdout
    assert "picks fresh" in result.stdout
    assert "not shown: because: nothing was watched or rated yet" in result.stdout
    assert "draft, not live" in result.stdout


def test_what_cannot_be_previewed_says_why(run_layout: Callable[..., Result], draft_file: Path) -> None:
    unknown = run_layout("preview", draft_file, "--profile", "nobody")
    assert (unknown.exit_code, "no such profile. Requested: nobody." in unknown.stderr) == (1, True)
    assert run_layout("preview", draft_file, "--profile", "mina", "--at", "soon").exit_code == 2
    draft_file.write_text(draft_file.read_text().replace("top_picks", "top_pick"))
    broken = run_layout("preview", draft_file, "--profile", "mina")
    assert (broken.exit_code, "home.yaml:4: rows.picks.source" in broken.stderr) == (1, True)


def test_a_preview_is_of_one_profile_and_a_matrix_of_several(
    run_layout: Callable[..., Result], draft_file: Path
) -> None:
    assert run_layout("preview", draft_file).exit_code == 2
    assert run_layout("preview", draft_file, "--profile", "mina", "--profile", "ade").exit_code == 2
    result = run_layout("preview", draft_file, "--matrix", "--profile", "profile_mina", "--profile", "ade")
    assert result.exit_code == 0, result.stderr
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["row", "Mina", "Ade"]
    assert lines[1] == ["picks", "20", "20"]
    assert lines[2] == ["because", "missing", "missing"]
    assert "because missing for Mina, Ade: nothing was watched or rated yet" in result.stdout


def test_a_matrix_without_names_has_the_people_of_the_demo_first(
    run_layout: Callable[..., Result], draft_file: Path
) -> None:
    result = run_layout("preview", draft_file, "--matrix", "--people", 4)
    assert result.stdout.splitlines()[0].split() == [
        "row",
        "Mina",
        "Ade",
        "Kids",
        "Mina",
    ]  # the last is a stranger
    assert run_layout("preview", draft_file, "--matrix", "--people", 2).stdout.splitlines()[0].split() == [
        "row",
        "Mina",
        "Ade",
    ]


def test_a_preview_in_another_market_has_what_is_licensed_there(
    run_layout: Callable[..., Result], draft_file: Path
) -> None:
    there = run_layout("preview", draft_file, "--profile", "mina", "--market", "US")
    assert "Mina on tv, US" in there.stdout
    nowhere = run_layout("preview", draft_file, "--profile", "mina", "--market", "JP")
    assert "picks" not in [line.split()[0] for line in nowhere.stdout.splitlines() if line.strip()]


def test_a_time_beside_a_market_is_local_there_and_said(
    run_layout: Callable[..., Result], draft_file: Path
) -> None:
    at = ("--at", "2026-11-23T09:00")
    there = run_layout("preview", draft_file, "--profile", "mina", *at, "--market", "JP")
    assert "23 Nov 2026 09:00 in Japan (23 Nov 2026 00:00 UTC)" in there.stdout
    here = run_layout("preview", draft_file, "--profile", "mina", *at)
    assert "23 Nov 2026 10:00 in Germany (23 Nov 2026 09:00 UTC)" in here.stdout
