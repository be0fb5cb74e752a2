"""marquee explain, as typed: the sentence, the rows, the exit code, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo import MongoClient

from bff.auth.secrets import root_secret, signing_key
from bff.commands.explain import explain
from bff.local_stack import StoreUrls
from bff.settings import read_settings
from domain import storage_names
from domain.errors import BadInput, NotFound
from domain.recommendations.lists import DataVersion
from domain.signed_tokens import seal
from domain.timestamps import to_millis
from tests.bff.world import NOW

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


@pytest.fixture
def recorded_run(urls: StoreUrls, version: DataVersion) -> Iterator[None]:
    """The ledger knows the run of the live version."""
    document = {
        "_id": "20261130T020000000", "job": "nightly", "version": version.version, "logical_date": "2026-11-30",
        "status": "succeeded", "started_at": to_millis(NOW), "as_of": to_millis(NOW), "published": True,
        "git_revision": "0123abc", "parameters": {"seed": 7}, "evaluation": {"ndcg10": 0.1051},
        "inputs": [{"name": "events", "rows": 1234, "fingerprint": "f00d"}],
        "gates": [{"id": "coverage", "level": "ok"}, {"id": "size", "level": "warn"}],
    }  # fmt: skip
    with MongoClient[dict[str, Any]](urls.mongo_url) as client:
        runs = client.get_default_database()[storage_names.RUNS]
        runs.insert_one(document)
        yield
        runs.delete_one({"_id": document["_id"]})


@pytest.mark.usefixtures("recorded_run")
def test_a_card_leads_back_to_run_inputs_and_git_revision(run: Callable[..., Result]) -> None:
    told = json.loads(run("--profile", "mina", "--title", "m0", "--json").stdout)["run"]
    assert (told["run"], told["git_revision"], told["logical_date"]) == (
        "20261130T020000000",
        "0123abc",
        "2026-11-30",
    )
    assert (told["inputs"][0]["rows"], told["parameters"], told["evaluation"]) == (
        1234,
        {"seed": 7},
        {"ndcg10": 0.1051},
    )
    text = run("--profile", "mina", "--title", "m0").stdout
    assert "run 20261130T020000000 (nightly of 2026-11-30), git 0123abc" in text
    assert "input events: 1,234 rows, f00d" in text
    assert "gates 2, not passed: size" in text
    assert "Look closer: marquee runs show 20261130T020000000" in text


def test_a_version_without_a_ledger_entry_says_so(run: Callable[..., Result]) -> None:
    assert json.loads(run("--profile", "mina", "--title", "m0", "--json").stdout)["run"] is None
    assert "run: unknown to the ledger" in run("--profile", "mina", "--title", "m0").stdout


def test_a_cards_token_names_its_title_and_a_foreign_one_is_refused(run: Callable[..., Result]) -> None:
    secret = signing_key(root_secret(read_settings(), create=True))
    token = seal(secret, "tracking", "4a0c12f09b1e7d3355aa01c2", "top-picks", "0", "0", "m0", "popular")
    told = json.loads(run("--card", token, "--profile", "mina", "--json").stdout)
    assert (told["title_id"], told["cause"]) == ("m0", "shown")
    gone = run("--card", token)
    assert isinstance(gone.exception, NotFound)
    assert "no longer stored. Name the profile, too: --profile ID." in str(gone.exception)
    assert isinstance(run("--card", token[:-3] + "abc").exception, BadInput)


def test_neither_a_title_nor_a_card_is_a_wrong_use(run: Callable[..., Result]) -> None:
    result = run("--profile", "mina")
    assert (result.exit_code, "--card TOKEN" in result.stderr) == (2, True)
