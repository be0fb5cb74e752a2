"""marquee layout lint on sampled pages and preview, as typed: real pages, and nothing live afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bff.commands.layout import layout
from bff.local_stack import StoreUrls

pytestmark = pytest.mark.stores

DRAFT = """layout: home
order: [picks, because]
rows:
  picks: {source: top_picks, title: {en: Chosen for You}}
  because: {source: because_you_watched}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "home.yaml"
    path.write_text(DRAFT)
    return path


@pytest.fixture
def run(urls: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("MARQUEE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MARQUEE_MONGO_URL", urls.mongo_url)
    monkeypatch.setenv("MARQUEE_ELASTICSEARCH_URL", urls.elasticsearch_url)
    monkeypatch.setenv("MARQUEE_REDIS_URL", urls.redis_url)
    return lambda *arguments: CliRunner().invoke(layout, [str(each) for each in arguments])


def test_a_row_that_nobody_gets_is_an_error_with_its_line_and_its_profiles(
    run: Callable[..., Result], file: Path
) -> None:
    result = run("lint", file, "--profiles", 10, "--json")
    found = {finding["code"]: finding for finding in json.loads(result.stdout)}
    empty = found["L101"]
    assert (result.exit_code, empty["level"], empty["line"], empty["share"]) == (1, "error", 5, 1.0)
    assert empty["message"] == (
        "Row *because* is empty for 100% of TV profiles (4 of 4 sampled): nothing was watched or rated yet."
    )
    assert (empty["affected"], empty["sampled"], empty["patch"]) == (4, 4, None)
    assert sorted(empty["profiles"]) == ["ade", "kids", "mina", "stranger"]
    assert run("lint", file).exit_code == 0


def test_a_market_without_profiles_is_a_sentence(run: Callable[..., Result], file: Path) -> None:
    result = run("lint", file, "--profiles", 10, "--market", "JP")
    assert result.exit_code == 2
    assert "There are no profiles in JP to sample: bring data in first." in result.stderr


def test_a_preview_shows_the_page_of_a_draft_and_what_it_hides(
    run: Callable[..., Result], file: Path
) -> None:
    result = run("preview", file, "--profile", "profile_mina")
    assert result.exit_code == 0, result.stderr
    assert "Mina on tv, DE" in result.stdout
    assert "picks fresh" in result.stdout
    assert "not shown: because: nothing was watched or rated yet" in result.stdout
    assert "a draft: nothing is live" in result.stdout


def test_what_cannot_be_previewed_says_why(run: Callable[..., Result], file: Path) -> None:
    nobody = run("preview", file, "--profile", "nobody")
    assert (nobody.exit_code, "no such profile. Asked for: nobody." in nobody.stderr) == (1, True)
    assert run("preview", file, "--profile", "mina", "--at", "soon").exit_code == 2
    file.write_text(DRAFT.replace("top_picks", "top_pick"))
    broken = run("preview", file, "--profile", "mina")
    assert (broken.exit_code, "home.yaml:4: rows.picks.source" in broken.stderr) == (1, True)


def test_a_preview_is_of_one_profile_and_a_matrix_of_several(run: Callable[..., Result], file: Path) -> None:
    assert run("preview", file).exit_code == 2
    assert run("preview", file, "--profile", "mina", "--profile", "ade").exit_code == 2
    result = run("preview", file, "--matrix", "--profile", "profile_mina", "--profile", "ade")
    assert result.exit_code == 0, result.stderr
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["row", "Mina", "Ade"]
    assert lines[1] == ["picks", "20", "20"]
    assert lines[2] == ["because", "missing", "missing"]
    assert "because missing for Mina, Ade: nothing was watched or rated yet" in result.stdout


def test_a_matrix_without_names_has_the_people_of_the_demo_first(
    run: Callable[..., Result], file: Path
) -> None:
    result = run("preview", file, "--matrix", "--people", 4)
    assert result.stdout.splitlines()[0].split() == [
        "row",
        "Mina",
        "Ade",
        "Kids",
        "Mina",
    ]  # the last is a stranger
    assert run("preview", file, "--matrix", "--people", 2).stdout.splitlines()[0].split() == [
        "row",
        "Mina",
        "Ade",
    ]


def test_a_preview_in_another_market_has_what_is_licensed_there(
    run: Callable[..., Result], file: Path
) -> None:
    there = run("preview", file, "--profile", "mina", "--market", "US")
    assert "Mina on tv, US" in there.stdout
    nowhere = run("preview", file, "--profile", "mina", "--market", "JP")
    assert "picks" not in [line.split()[0] for line in nowhere.stdout.splitlines() if line.strip()]


def test_a_sample_of_a_market_has_all_of_its_profiles(run: Callable[..., Result], file: Path) -> None:
    result = run("lint", file, "--profiles", 3, "--market", "DE", "--json")
    empty = next(one for one in json.loads(result.stdout) if one["code"] == "L101")
    assert empty["message"].startswith(
        "Row *because* is empty for 100% of TV profiles in Germany (3 of 3 sampled)"
    )
    again = json.loads(run("lint", file, "--profiles", 3, "--market", "DE", "--json").stdout)
    assert next(one for one in again if one["code"] == "L101")["profiles"] == empty["profiles"]
    assert run("lint", file, "--market", "DE").exit_code == 2
