"""marquee explain, as typed: the sentence, the rows, the exit code, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bff.commands.explain import explain
from bff.local_stack import StoreUrls
from domain.errors import NotFound

pytestmark = pytest.mark.stores


@pytest.fixture
def run(urls: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("MARQUEE_HOME", str(tmp_path))
    monkeypatch.setenv("MARQUEE_MONGO_URL", urls.mongo_url)
    monkeypatch.setenv("MARQUEE_ELASTICSEARCH_URL", urls.elasticsearch_url)
    monkeypatch.setenv("MARQUEE_REDIS_URL", urls.redis_url)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(explain, arguments)

    return invoke


def test_a_title_on_the_page_says_where_and_exits_with_0(run: Callable[..., Result]) -> None:
    result = run("--profile", "profile_mina", "--title", "title_m0", "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["cause"]) == (0, "shown")
    assert told["told"] == f"It is card {told['rows'][0]['fate']['rank']} of row {told['rows'][0]['row']}."
    assert told["layout"] == {"id": "home", "version": 0}


def test_a_title_that_may_not_be_seen_says_so_and_exits_with_1(run: Callable[..., Result]) -> None:
    result = run("--profile", "kids", "--title", "m13")
    assert result.exit_code == 1
    assert "Movie m13 is not on Kids's page." in result.stdout
    assert "This profile may not see it: too mature." in result.stdout
    assert "layout home v0" in result.stdout


def test_an_unknown_profile_and_a_strange_id_are_refused(run: Callable[..., Result]) -> None:
    unknown = run("--profile", "nobody", "--title", "m1")
    assert isinstance(unknown.exception, NotFound)
    strange = run("--profile", "a b", "--title", "m1")
    assert (strange.exit_code, "--profile" in strange.stderr) == (2, True)
