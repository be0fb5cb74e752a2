"""A history that is imported beside the running service shows on the next page, a warm one too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pymongo import MongoClient

from batch.commands.imports import import_
from bff.local_stack import StoreUrls
from domain.recommendations.lists import DataVersion
from domain.serialization import Document
from domain.storage_names import RUNS
from tests.resolvers import world
from tests.resolvers.conftest import as_it_runs

pytestmark = pytest.mark.stores

PAGE = """{ home(profileId: "profile_ade", device: {formFactor: TV}) {
  snapshotId rows(first: 20) { nodes { kind cards(first: 20) { nodes { title { id } } } } }
} }"""


def continued(data: dict[str, Any]) -> list[str]:
    rows = data["home"]["rows"]["nodes"]
    return [
        card["title"]["id"]
        for row in rows
        if row["kind"] == "CONTINUE_WATCHING"
        for card in row["cards"]["nodes"]
    ]


async def test_what_was_watched_elsewhere_leaves_continue_watching(
    filled: StoreUrls, version: DataVersion, tmp_path: Path
) -> None:
    world.forget_pages(filled)
    with MongoClient[Document](filled.mongo_url) as client:
        run = {"_id": version.version, "version": version.version, "published": True, "swept": False}
        client.get_default_database()[RUNS].insert_one(run)
    export = tmp_path / "history.csv"
    export.write_text('Title,Date\n"Silent Harbour",2026-11-23\n', "utf-8")
    environment = {
        "MARQUEE_HOME": str(tmp_path),
        "MARQUEE_MONGO_URL": filled.mongo_url,
        "MARQUEE_ELASTICSEARCH_URL": filled.elasticsearch_url,
        "MARQUEE_REDIS_URL": filled.redis_url,
    }
    async with as_it_runs(filled) as face:
        before = await face.data(PAGE)
        assert "title_mv02" in continued(before)
        await face.process.background.settle()
        assert (await face.data(PAGE))["home"]["snapshotId"] == before["home"]["snapshotId"], (
            "the page is warm"
        )
        result = CliRunner(env=environment).invoke(import_, ["history", str(export), "--profile", "ade"])
        assert result.exit_code == 0, result.output
        assert "1 movies (1 new" in result.output
        after = await face.data(PAGE)
    assert "title_mv02" not in continued(after)
