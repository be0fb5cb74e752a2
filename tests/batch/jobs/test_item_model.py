"""The item model by row blocks: the model fitted in memory, for any number of partitions, groups and blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from batch.jobs import histories, item_model, title_numbers
from batch.jobs.block_counting import BlockPlan, count_groups, part_of_row, plan_blocks, send_liked
from batch.jobs.history_packing import unpack_histories
from batch.jobs.history_totals import sum_histories, totals_of
from batch.jobs.title_facts import NumberedTitles
from batch.models.counting import count_block, count_titles, empty_counts
from batch.models.item_model import ItemModel, ItemParameters, fit_item_model, join_parts
from batch.models.row_counts import HeldTitles, liked_titles
from tests.batch.list_scene import DAY, Scene

pytestmark = pytest.mark.slow  # kernels are compiled

TITLES = 40
PARAMETERS = ItemParameters(ridge=5.0, head_size=25, kept_weights=9, kept_transitions=6, tail_neighbours=7)


def chance_scene(profiles: int = 60, seed: int = 3) -> Scene:
    """Households of up to three, baskets, titles nobody watched, strengths of all kinds."""
    random, scene = np.random.default_rng(seed), Scene()
    scene.title(*(f"t{number:02d}" for number in range(TITLES)))
    for profile in range(profiles):
        scene.viewer(f"p{profile:02d}", account_id=f"a{profile // 3:02d}")
        for number in random.choice(TITLES - 4, int(random.integers(0, 20)), replace=False):
            strength = float(random.choice([-0.5, 0.1, 0.4, 1.0, 2.0]))
            scene.watched(f"p{profile:02d}", f"t{number:02d}", strength, float(random.integers(0, 9)))
    return scene


def as_arrays(model: ItemModel) -> list[list[float]]:
    return [
        array.tolist()
        for rows in (model.weights, model.transitions)
        for array in (rows.starts, rows.columns, rows.values)
    ]


@pytest.fixture(scope="module")
def packed() -> pa.Table:
    return pa.Table.from_batches(chance_scene().packed())


@pytest.mark.parametrize(("block", "blocks", "ties"), [(0, 1, True), (2, 3, False), (4, 7, True)])
def test_counting_by_sorted_places_gives_the_counts_of_one_pass(
    packed: pa.Table, block: int, blocks: int, ties: bool
) -> None:
    read = unpack_histories(packed)
    expected, found = (empty_counts(TITLES, block, blocks) for _ in range(2))
    count_block(read, expected, ties)
    HeldTitles(liked_titles(read).touching(block, blocks), TITLES).add_to(found, ties)
    assert expected.together.sum() > 0
    assert expected.transitions.sum() > 0
    assert (found.together == expected.together).all()
    assert (found.transitions == expected.transitions).all()


@pytest.mark.parametrize(
    "plan",
    [BlockPlan(TITLES, 1, 1), BlockPlan(TITLES, 3, 9), BlockPlan(TITLES, 4, 8, held_titles=50)],
    ids=["one block", "groups of blocks", "counted whenever fifty titles are held"],
)
def test_groups_of_blocks_give_the_model_of_memory(packed: pa.Table, plan: BlockPlan) -> None:
    read = unpack_histories(packed)
    counts = count_titles(read, TITLES)
    batches = packed.to_batches(max_chunksize=7)
    sent = pa.Table.from_batches(list(send_liked(iter(batches), plan))).sort_by("block_group")
    rows = list(count_groups(iter(sent.to_batches(max_chunksize=4)), plan, counts, PARAMETERS))
    assert [row["block"][0].as_py() for row in rows] == [
        block for group in range(plan.groups) for block in plan.blocks_of(group)
    ]
    model = join_parts([part_of_row(row) for row in rows], counts, 20, PARAMETERS)
    assert as_arrays(model) == as_arrays(fit_item_model(read, TITLES, PARAMETERS))


def test_parts_of_more_accounts_than_four_bytes_hold_have_the_same_counts_in_eight(packed: pa.Table) -> None:
    plan, counts = BlockPlan(TITLES, 1, 1), count_titles(unpack_histories(packed), TITLES)
    sent = list(send_liked(iter(packed.to_batches()), plan))
    many = counts + 2**31
    narrow, wide = (
        part_of_row(next(iter(count_groups(iter(sent), plan, one, PARAMETERS)))) for one in (counts, many)
    )
    assert (narrow.head_rows.dtype, wide.head_rows.dtype) == (np.int32, np.int64)
    common = len(narrow.head_titles)
    assert narrow.head_rows.sum() > 0
    assert (wide.head_rows[:common, :common] == narrow.head_rows[:common, :common]).all()


def test_blocks_that_groups_cannot_share_are_refused() -> None:
    with pytest.raises(ValueError, match="7 blocks cannot be divided among 3 groups"):
        BlockPlan(TITLES, 3, 7)


def test_blocks_are_as_many_as_their_bytes_allow() -> None:
    plan = plan_blocks(50_000, groups=4, block_bytes=48_000_000)
    assert (plan.groups, plan.blocks) == (4, 420)
    assert len(range(0, 50_000, plan.blocks)) * 50_000 * 8 <= 48_000_000
    assert plan_blocks(3, groups=16) == BlockPlan(3, 3, 3)


@pytest.mark.spark
@pytest.mark.parametrize(("partitions", "groups", "blocks"), [(1, 1, 1), (5, 3, 6)])
def test_spark_gives_the_model_of_memory_and_equal_histories(
    frames: Any, tmp_path: Any, packed: pa.Table, partitions: int, groups: int, blocks: int
) -> None:
    scene = chance_scene()
    packed_frame, numbered = spark_histories(frames, scene, partitions)
    facts = NumberedTitles.of(numbered)
    shared = frames.spark.sparkContext.broadcast(facts)
    totals = totals_of(sum_histories(packed_frame, shared, 3.0), facts)
    plan = BlockPlan(TITLES, groups, blocks)
    parts = item_model.count_parts(packed_frame, plan, totals.title_counts, PARAMETERS)
    parts.write.parquet((tmp_path / "parts").as_uri())
    model = item_model.join_counted(tmp_path / "parts", totals.title_counts, totals.accounts, PARAMETERS)
    order = [("account_id", "ascending"), ("profile_id", "ascending")]
    read = unpack_histories(packed_frame.toArrow().sort_by(order))
    assert as_arrays(model) == as_arrays(fit_item_model(read, TITLES, PARAMETERS))
    assert (totals.accounts, totals.title_counts.tolist()) == (20, count_titles(read, TITLES).tolist())
    assert read.entries == unpack_histories(packed).entries


def spark_histories(frames: Any, scene: Scene, partitions: int) -> tuple[Any, Any]:
    """Packed by Spark, rows shuffled, titles by their own ids."""
    entries = frames.interactions(
        [
            (
                one["profile_id"],
                scene.titles[one["number"]]["title_id"],
                one["strength"],
                (scene.as_of - one["last_at"]) / DAY,
            )
            for one in reversed(scene.entries)
        ]
    )
    names = ("profile_id", "account_id", "region", "kids", "maturity_limit", "favourite_genres")
    kinds = ("string", "string", "string", "boolean", "int", "array<string>")
    schema = ", ".join(f"{name} {kind}" for name, kind in zip(names, kinds, strict=True))
    viewers = frames.spark.createDataFrame(
        [tuple(one[name] for name in names) for one in scene.viewers], schema
    )
    titles = frames.titles_of(
        [{"id": one["title_id"], "kind": "movie", "works": [], **one} for one in scene.titles]
    ).withColumnRenamed("id", "title_id")
    numbered = title_numbers.number_titles(titles.toArrow(), title_numbers.count_rows(entries))
    packed = histories.pack_histories(entries, viewers, numbered, frames.as_of, partitions).persist()
    return packed, numbered
