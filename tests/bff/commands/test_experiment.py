"""marquee experiment, as typed: list, start from a draft, stop, check, the holdout, the schema."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bff.commands.experiment import experiment
from bff.local_stack import StoreUrls
from bff.stores.mongo.layouts import LayoutStore
from bff.stores.mongo.viewers_and_lists import MongoStore
from domain.errors import NotFound
from domain.layouts.documents import layout_to_document
from domain.layouts.shipped_layout import SHIPPED_LAYOUT
from domain.layouts.versions import Draft, LayoutVersion

pytestmark = pytest.mark.stores

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def _fill(url: str) -> None:
    """The layout that ships with Marquee, published, and a draft of it with the chart on top."""
    mongo = MongoStore(url)
    layout_store, document = LayoutStore(mongo.database), layout_to_document(SHIPPED_LAYOUT)
    await layout_store.publish(LayoutVersion("e1", "home", 1, document, NOW), 0)
    order = [name for name in document["order"] if name != "trending-today"]
    drafted = {**document, "order": ["trending-today", *order]}
    await layout_store.save_draft(Draft("chart-first", drafted, 1, NOW, "mina"))
    mongo.close()


@pytest.fixture
def run(
    stack: StoreUrls, mongo_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    asyncio.run(_fill(mongo_database))
    monkeypatch.setenv("MARQUEE_HOME", str(tmp_path))
    monkeypatch.setenv("MARQUEE_MONGO_URL", mongo_database)
    monkeypatch.setenv("MARQUEE_ELASTICSEARCH_URL", stack.elasticsearch_url)
    monkeypatch.setenv("MARQUEE_REDIS_URL", stack.redis_url)
    return lambda *arguments: CliRunner().invoke(experiment, arguments)


def test_from_draft_to_stop(run: Callable[..., Result]) -> None:
    started = run(
        "start", "row-order", "--draft", "chart-first", "--share", "20", "--layer", "rows",
        "--segments", "0-50", "--coverage", "40", "--by", "mina", "--reason", "charts sell",
    )  # fmt: skip
    assert started.exit_code == 0, started.output
    assert started.output.startswith(
        "row-order is running, phase 1.\nLayout home version 2 has variant B:\n{"
    )
    assert '"trending-today": {\n      "to": 1' in started.output
    (told,) = json.loads(run("list", "--json").output)
    assert (told["status"], told["layer"], told["segments"]) == ("running", "rows", [0.0, 0.5])
    assert told["shares"] == pytest.approx({"A": 0.16, "B": 0.04})
    assert told["notes"][0]["why"] == "charts sell"
    assert run("check").output == "1 experiments, 0 findings.\n"
    assert run("stop", "row-order", "--ship", "B").output == (
        "row-order is stopped. Layout version 3 includes the changes of B.\n"
    )
    listed = run("list").output
    assert "row-order" in listed
    assert "1.00% of accounts are in no experiment (holdout phase 1)." in listed


def test_another_data_version_can_be_a_variant(run: Callable[..., Result]) -> None:
    started = run("start", "canary", "--data-version", "20261121-1", "--share", "5", "--json")
    assert json.loads(started.output) == {
        "experiment": "canary",
        "phase": 1,
        "layout": "home",
        "layout_version": None,
        "patch": None,
    }
    (told,) = json.loads(run("list", "--json").output)
    assert told["shares"] == pytest.approx({"A": 0.95, "B": 0.05})


def test_options_override_settings_from_a_file(run: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "experiment.json"
    variants = {"A": {"weight": 3}, "B": {"weight": 1, "data_version": "20261121-1"}}
    path.write_text(json.dumps({"unit": "account", "coverage": 0.1, "variants": variants}))
    assert run("start", "canary", "--file", str(path), "--coverage", "100").exit_code == 0
    (told,) = json.loads(run("list", "--json").output)
    assert (told["unit"], told["coverage"], told["variants"]) == ("account", 1.0, {"A": 3.0, "B": 1.0})


def test_wrong_usage_and_an_unknown_experiment(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("start", "x", "--segments", "half").exit_code == 2
    (tmp_path / "bad.json").write_text("{")
    assert "is not JSON" in run("start", "x", "--file", str(tmp_path / "bad.json")).output
    assert isinstance(run("stop", "nothing").exception, NotFound)


def test_experiments_without_a_valid_result_fail_the_check(
    run: Callable[..., Result], mongo_database: str
) -> None:
    async def spoil() -> None:
        mongo = MongoStore(mongo_database)
        variants = {"A": {"weight": 1}, "B": {"weight": 1}}
        documents = [
            {"_id": "idle", "experiment": "idle", "status": "running", "variants": variants},
            {"_id": "rotten", "experiment": "rotten"},
        ]
        await mongo.database.collection("experiments").insert_many(documents)
        mongo.close()

    asyncio.run(spoil())
    checked = run("check")
    assert checked.exit_code == 1
    assert checked.output.splitlines() == [
        "error: rotten: experiment 'rotten': 'variants' is missing. Write it like "
        "{variants: {A: {weight: 50}, B: {weight: 50}}}.",
        "error: idle: variant 'B' changes nothing: no live layout has a patch for it under `variants: idle:`, "
        "and it names no data version.",
        "1 experiments, 2 findings.",
    ]


def test_the_holdout_and_the_schema(run: Callable[..., Result]) -> None:
    assert run("holdout").output == "1.00% of accounts are in no experiment (phase 1).\n"
    assert (
        run("holdout", "--share", "2.5", "--anew").output
        == "2.50% of accounts are in no experiment (phase 2).\n"
    )
    assert json.loads(run("schema").output)["title"] == "Marquee experiment"
