"""The lists of a night stay what they are when rows are shuffled, ids renamed, or work is divided otherwise.

From interactions to the documents of the store: packed histories, the learned blend, the item model by blocks, and
lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import bson
import numpy as np
import pytest

from batch.jobs import item_model
from batch.jobs.block_counting import BlockPlan
from batch.jobs.history_packing import unpack_histories
from batch.jobs.history_totals import sum_histories, totals_of
from batch.jobs.list_scoring import ListModel, score_batch
from batch.jobs.pick_rows import lists_of, pick_documents
from batch.jobs.title_facts import NumberedTitles
from batch.models.content import index_content
from batch.models.learning import learn_blend
from batch.models.rare_likeness import CatalogueContent, rare_likeness
from tests.batch.jobs.test_item_model import TITLES, chance_scene, spark_histories
from tests.batch.list_scene import Scene

pytestmark = pytest.mark.spark

PROFILES, PICKS, TASTE = 60, 12, 6
Documents = dict[str, dict[str, Any]]


def lists_of_the_night(frames: Any, folder: Any, scene: Scene, partitions: int, blocks: int) -> Documents:
    """Documents of the store by profile."""
    packed, numbered = spark_histories(frames, scene, partitions)
    facts = NumberedTitles.of(numbered)
    shared = frames.spark.sparkContext.broadcast(facts)
    table = packed.toArrow().sort_by([("account_id", "ascending"), ("profile_id", "ascending")])
    index = index_content([[f"genre:{int(one[-2:]) % 3}"] for one in facts.ids])
    content = CatalogueContent.at(frames.as_of, index, facts.launched_at)
    weights = learn_blend(unpack_histories(table), TITLES, content).weights
    totals = totals_of(sum_histories(packed, shared, weights.half_life), facts)
    plan = BlockPlan(TITLES, min(3, blocks), blocks)
    parts = item_model.count_parts(packed, plan, totals.title_counts, weights.item_parameters())
    parts.write.parquet(folder.as_uri())
    items = item_model.join_counted(folder, totals.title_counts, totals.accounts, weights.item_parameters())
    rare = rare_likeness(index, totals.title_counts)
    model = ListModel(facts, items, rare, totals.recent, totals.overall_genres, weights)
    documents = {}
    for batch in table.to_batches(max_chunksize=17):
        lists = lists_of(score_batch(model, batch, PICKS, TASTE), facts, frames.as_of)
        for document in pick_documents(batch["profile_id"].to_pylist(), lists, facts.ids, "v"):
            documents[document["profile_id"]] = document
    return documents


@pytest.fixture(scope="module")
def usual(frames: Any, tmp_path_factory: pytest.TempPathFactory) -> Documents:
    return lists_of_the_night(
        frames, tmp_path_factory.mktemp("usual") / "parts", chance_scene(PROFILES), 1, 1
    )


def test_what_a_profile_has_seen_is_in_none_of_its_lists(usual: Documents) -> None:
    seen: dict[str, set[str]] = {}
    for entry in chance_scene(PROFILES).entries:
        seen.setdefault(entry["profile_id"], set()).add(f"t{entry['number']:02d}")
    listed = {
        profile: {title for title, *_ in (*document["items"], *document["taste"])}
        for profile, document in usual.items()
    }
    assert len(usual) == PROFILES
    assert sum(len(titles) for titles in listed.values()) > PROFILES * PICKS
    assert not any(titles & seen.get(profile, set()) for profile, titles in listed.items())


def test_other_partitions_and_shuffled_rows_give_the_same_bytes(
    frames: Any, tmp_path: Any, usual: Documents
) -> None:
    scene = chance_scene(PROFILES)
    order = np.random.default_rng(9)
    shuffled = replace(
        scene,
        entries=[scene.entries[place] for place in order.permutation(len(scene.entries))],
        viewers=[scene.viewers[place] for place in order.permutation(len(scene.viewers))],
    )
    found = lists_of_the_night(frames, tmp_path / "parts", shuffled, 5, 9)
    assert {one: bson.encode(document) for one, document in found.items()} == {
        one: bson.encode(document) for one, document in usual.items()
    }


def test_other_ids_give_the_same_lists_under_those_ids(frames: Any, tmp_path: Any, usual: Documents) -> None:
    """Accounts and profiles get ids in the opposite order. Titles keep theirs, which settles ties."""
    scene = chance_scene(PROFILES)
    profile_ids = {one["profile_id"]: f"q{99 - int(one['profile_id'][1:])}" for one in scene.viewers}
    renamed = replace(
        scene,
        titles=[{**one, "title_id": f"new-{one['title_id']}"} for one in scene.titles],
        entries=[{**one, "profile_id": profile_ids[one["profile_id"]]} for one in scene.entries],
        viewers=[
            {
                **one,
                "profile_id": profile_ids[one["profile_id"]],
                "account_id": f"b{99 - int(one['account_id'][1:])}",
            }
            for one in scene.viewers
        ],
    )
    found = lists_of_the_night(frames, tmp_path / "parts", renamed, 2, 3)
    assert _titles(found, lambda title: title) == {
        profile_ids[one]: lists for one, lists in _titles(usual, lambda title: f"new-{title}").items()
    }


def _titles(documents: Mapping[str, Any], name: Callable[[str], str]) -> dict[str, Any]:
    """(title, score, source, seed) of every entry, by profile."""
    return {
        profile: [
            [
                (name(title), score, source, name(seed) if seed else None)
                for title, score, source, seed, _ in one
            ]
            for one in (document["items"], document["taste"])
        ]
        for profile, document in documents.items()
    }
