"""`marquee page evaluate` over the small world: the real composition, cut at an instant."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo import MongoClient

from bff.commands.page import page
from bff.local_stack import StoreUrls
from bff.page_replay.evaluation import ReplayOrder, evaluate_pages
from bff.settings import Settings
from domain import storage_names
from domain.errors import BadInput
from domain.ids import ProfileId, TitleId
from domain.page.play_positions import SCREEN
from domain.recommendations.lists import DataVersion
from domain.timestamps import to_millis
from domain.viewers.activity import Activity
from domain.viewers.documents import activity_to_document
from domain.viewers.watches import one_playback
from tests.bff.world import ADE, KIDS, NOW

pytestmark = pytest.mark.stores

T = NOW + timedelta(hours=1)
"""After the version's publication, so that its lists have not seen what is played later."""


@pytest.fixture(scope="module", autouse=True)
def played(urls: StoreUrls) -> Iterator[None]:
    """Ade watched m0 before T and m2 and m4 after it; Kids watched m1 after it."""
    ade = Activity(
        ADE.id,
        watched={
            TitleId("m0"): one_playback(T - timedelta(days=1), 6000, 6000, finished=True),
            TitleId("m4"): one_playback(T + timedelta(hours=2), 6000, 6000, finished=True),
            TitleId("m2"): one_playback(T + timedelta(hours=1), 6000, 6000, finished=True),
        },
    )
    kids = Activity(
        KIDS.id, watched={TitleId("m1"): one_playback(T + timedelta(hours=1), 6000, 6000, finished=True)}
    )
    with MongoClient[dict[str, Any]](urls.mongo_url) as client:
        activity = client.get_default_database()[storage_names.ACTIVITY]
        activity.insert_many([activity_to_document(ade), activity_to_document(kids)])
        yield
        activity.delete_many({"_id": {"$in": [ADE.id, KIDS.id]}})


@pytest.fixture
def run(urls: StoreUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("MARQUEE_HOME", str(tmp_path))
    monkeypatch.setenv("MARQUEE_MONGO_URL", urls.mongo_url)
    monkeypatch.setenv("MARQUEE_ELASTICSEARCH_URL", urls.elasticsearch_url)
    monkeypatch.setenv("MARQUEE_REDIS_URL", urls.redis_url)
    return lambda *given: CliRunner().invoke(page, ["evaluate", *map(str, given)])


def values(document: dict[str, Any], metric: str, slice_: str = "all") -> dict[str, tuple[float, int]]:
    return {
        one["model"]: (one["value"], one["users"])
        for one in document["scores"]
        if (one["metric"], one["slice"]) == (metric, slice_)
    }


def test_pages_as_at_an_instant_show_what_was_played_after_it(run: Callable[..., Result]) -> None:
    result = run("--at", T.isoformat(), "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert values(document, SCREEN) == {
        "candidate": (1.0, 2),
        "popular titles, one list": (1.0, 2),
        "top picks, one list": (1.0, 2),
    }
    assert values(document, "next play in first 40 cards", "kids")["candidate"] == (1.0, 1)
    assert document["differences"][0]["against"] == "popular titles, one list"
    assert f"as at {T:%Y-%m-%d %H:%M} UTC" in document["note"]


def test_a_result_is_kept_with_its_run_on_demand(
    run: Callable[..., Result], urls: StoreUrls, version: DataVersion
) -> None:
    refused = run("--at", T.isoformat(), "--record")
    assert "--record: the run ledger has no run" in str(refused.exception)
    with MongoClient[dict[str, Any]](urls.mongo_url) as client:
        runs = client.get_default_database()[storage_names.RUNS]
        runs.insert_one(
            {"_id": version.run_id, "job": "nightly", "version": version.version, "logical_date": "2026-11-30",
             "status": "succeeded", "started_at": to_millis(NOW), "swept": False}
        )  # fmt: skip
        printed = json.loads(run("--at", T.isoformat(), "--record", "--json").stdout)
        kept = runs.find_one({"_id": version.run_id}) or {}
        runs.delete_one({"_id": version.run_id})
    assert kept["page_evaluation"] == printed


def test_two_replays_are_equal(run: Callable[..., Result]) -> None:
    assert run("--at", T.isoformat(), "--json").stdout == run("--at", T.isoformat(), "--json").stdout


def test_a_draft_is_replayed_beside_the_published_layout(run: Callable[..., Result], tmp_path: Path) -> None:
    draft = tmp_path / "home.yaml"
    draft.write_text("layout: home\norder: [new]\nrows:\n  new: {source: new_releases}\n")
    document = json.loads(run("--at", T.isoformat(), "--layout", draft, "--json").stdout)
    rows = values(document, "rows")
    assert rows["candidate"][0] < rows["live"][0]
    assert {one["verdict"] for one in document["differences"] if one["against"] == "live"} >= {"worse"}


def test_what_was_played_next_may_come_from_a_file(settings: Settings) -> None:
    order = ReplayOrder(5, at=T, plays={ADE.id: [TitleId("m39")], ProfileId("nobody"): [TitleId("m1")]})
    table = asyncio.run(evaluate_pages(settings, order))
    assert {one.users for one in table.scores} == {1}
    flat = [one.value for one in table.scores if (one.model, one.metric) == ("top picks, one list", SCREEN)]
    assert flat[0] == 0.0


def test_a_version_that_has_seen_the_instant_is_refused(settings: Settings, version: DataVersion) -> None:
    order = ReplayOrder(5, version.version, at=version.published_at - timedelta(days=1))
    with pytest.raises(BadInput, match="would know the future"):
        asyncio.run(evaluate_pages(settings, order))


def test_a_file_of_plays_in_another_form_is_refused(run: Callable[..., Result], tmp_path: Path) -> None:
    plays = tmp_path / "plays.json"
    plays.write_text('{"ade": "m1"}')
    result = run("--plays", plays)
    assert (result.exit_code, "'ade' is not a list of title ids" in result.stderr) == (2, True)
