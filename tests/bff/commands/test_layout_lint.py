"""marquee layout lint on sampled pages, as typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from bff.layout_files import sample_stores
from resolvers.home import complete_page_poller

pytestmark = pytest.mark.stores


def test_a_row_that_no_profile_gets_is_an_error_with_its_line_and_its_profiles(
    run_layout: Callable[..., Result], draft_file: Path
) -> None:
    result = run_layout("lint", draft_file, "--profiles", 10, "--json")
    found = {finding["code"]: finding for finding in json.loads(result.stdout)}
    empty = found["L101"]
    assert (result.exit_code, empty["level"], empty["line"], empty["share"]) == (1, "error", 5, 1.0)
    assert empty["message"] == (
        "Row *because* is empty for 100% of TV profiles (4 of 4 sampled): nothing was watched or rated yet."
    )
    assert (empty["affected"], empty["sampled"], empty["patch"]) == (4, 4, None)
    assert sorted(empty["profiles"]) == ["ade", "kids", "mina", "stranger"]
    assert run_layout("lint", draft_file).exit_code == 0


def test_a_market_without_profiles_is_a_sentence(run_layout: Callable[..., Result], draft_file: Path) -> None:
    result = run_layout("lint", draft_file, "--profiles", 10, "--market", "JP")
    assert result.exit_code == 2
    assert "There are no profiles in JP to sample: load data first." in result.stderr


def test_a_market_that_is_no_region_is_refused_before_anything_is_read(
    run_layout: Callable[..., Result], draft_file: Path
) -> None:
    for command in (("lint", draft_file, "--profiles", 10), ("preview", draft_file)):
        result = run_layout(*command, "--market", "UK")
        assert result.exit_code == 2
        assert "'UK' is not a region of ISO 3166. Did you mean GB?" in result.stderr


def test_a_sample_of_a_market_has_all_of_its_profiles(
    run_layout: Callable[..., Result], draft_file: Path
) -> None:
    result = run_layout("lint", draft_file, "--profiles", 3, "--market", "DE", "--json")
    empty = next(one for one in json.loads(result.stdout) if one["code"] == "L101")
    assert empty["message"].startswith(
        "Row *because* is empty for 100% of TV profiles in Germany (3 of 3 sampled)"
    )
    again = json.loads(run_layout("lint", draft_file, "--profiles", 3, "--market", "DE", "--json").stdout)
    assert next(one for one in again if one["code"] == "L101")["profiles"] == empty["profiles"]
    assert run_layout("lint", draft_file, "--market", "DE").exit_code == 2


def test_a_store_that_is_down_is_exit_code_2_and_no_fact_of_the_layout(
    run_layout: Callable[..., Result], draft_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said before pages are composed, and no page waits for it."""
    monkeypatch.setattr(sample_stores, "PAGES_TIMEOUT_SECONDS", 3600.0)
    monkeypatch.setattr(complete_page_poller, "PATIENCE_SECONDS", 3600.0)
    draft_file.write_text("layout: home\norder: [a]\nrows: {a: {source: trending}}\n")
    monkeypatch.setenv("MARQUEE_REDIS_URL", "redis://127.0.0.1:9")
    result = run_layout("lint", draft_file, "--profiles", 4, "--json")
    [found] = json.loads(result.stdout)
    assert (result.exit_code, found["code"], found["affected"], found["sampled"]) == (2, "L119", 4, 4)
    assert "redis does not answer: pages will lack what is there.\n" in result.stderr
    monkeypatch.setenv("MARQUEE_MONGO_URL", "mongodb://127.0.0.1:9/marquee?directConnection=true")
    result = run_layout("lint", draft_file, "--profiles", 4)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "so no page was looked at. Start the stores, then try again." in result.stderr
