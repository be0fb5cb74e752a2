"""Learns the blend and counts the item model of a run, by row blocks on the executors (block_counting.py).

The driver gets a bounded sample of histories to learn from, the title counts, the head's Gram matrix and the tail's
neighbours: they grow with titles, not with profiles. It solves the head (batch/models/item_weights.py) and writes
the model as files of the version (model_files.py). All counts are whole numbers: the model is equal for any number
of groups, blocks and partitions, and equal to `fit_item_model`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from batch.jobs import block_counting as blocks
from batch.jobs import histories, title_numbers
from batch.jobs.content_features import read_features
from batch.jobs.context import JobContext, StageCounts, version_folder
from batch.jobs.history_packing import unpack_histories
from batch.jobs.history_totals import HistoryTotals, sum_histories, totals_of
from batch.jobs.live_version import read_live_version
from batch.jobs.model_files import read_learned, write_content_index, write_learned, write_model, write_totals
from batch.jobs.title_facts import NumberedTitles
from batch.models.content import index_content
from batch.models.histories import Integers
from batch.models.item_model import ItemModel, ItemParameters, join_parts
from batch.models.learning import Learned, learn_blend
from batch.models.rare_likeness import CatalogueContent, rare_likeness

COUNTS_DATASET = "item_counts"
SAMPLE_PROFILES = 30_000
SAMPLE_SHARDS = 10_000
GROUPS_PER_CORE = 2


def run(context: JobContext) -> StageCounts:
    packed = context.read_dataset(histories.DATASET)
    titles = title_numbers.collect_titles(context.read_dataset(title_numbers.DATASET))
    facts = NumberedTitles.of(titles)
    features = read_features(context.spark, context.mongo_url)
    index = index_content([features.get(one) or () for one in facts.ids])
    write_content_index(context.dataset_folder, index)
    described = CatalogueContent.at(context.as_of, index, facts.launched_at)
    learned = learn(packed, packed.count(), described, context.is_window_over)
    if learned.is_cut_short:
        learned = live_weights(context) or learned
    weights = learned.weights
    how = {"how": learned.how, "ndcg10": learned.ndcg, "recall20": learned.recall, "alone": learned.alone}
    write_learned(context.dataset_folder, weights, {**how, "viewers": learned.viewers})
    shared = context.spark.sparkContext.broadcast(facts)
    sums = sum_histories(packed, shared, weights.half_life)
    write_totals(context.dataset_folder, sums)
    totals = totals_of(sums, facts)
    model = count_model(context, packed, totals, weights.item_parameters())
    write_model(context.dataset_folder, model, rare_likeness(index, totals.title_counts))
    shared.unpersist()
    return {
        "accounts": totals.accounts,
        "titles_in_model": int((totals.title_counts > 0).sum()),
        "item_weights": len(model.weights.values),
        "learned_from_viewers": learned.viewers,
        **({"learning_cut_short": 1} if learned.is_cut_short else {}),
    }


def live_weights(context: JobContext) -> Learned | None:
    """What the live version learned, for a night whose run window ends before it has learned: learning yields first,
    so that profiles get their lists. None without a live version whose files are here.
    """
    live = read_live_version(context)
    if live is None:
        return None
    try:
        weights, _ = read_learned(version_folder(context.settings, live.version))
    except (OSError, ValueError, KeyError):
        return None
    return Learned(weights, f"as in version {live.version}: the run window ended too soon", is_cut_short=True)


def learn(
    packed: DataFrame,
    profiles: int,
    described: CatalogueContent,
    is_over: Callable[[], bool] = lambda: False,
) -> Learned:
    """From a sample of whole accounts, chosen by the hash of their id, so that reruns choose alike."""
    kept = sample_shards(profiles)
    chosen = packed.where(F.pmod(F.xxhash64("account_id"), F.lit(SAMPLE_SHARDS)) < kept)
    columns = ("account_id", "profile_id", "titles", "ages", "strengths", "steps")
    table = (
        chosen.select(*columns).toArrow().sort_by([("account_id", "ascending"), ("profile_id", "ascending")])
    )
    return learn_blend(unpack_histories(table), described.titles, described, profiles, is_over)


def sample_shards(profiles: int) -> int:
    return min(SAMPLE_SHARDS, max(1, SAMPLE_PROFILES * SAMPLE_SHARDS // max(1, profiles)))


def count_model(
    context: JobContext, packed: DataFrame, totals: HistoryTotals, parameters: ItemParameters
) -> ItemModel:
    cores = context.spark.sparkContext.defaultParallelism
    plan = blocks.plan_blocks(len(totals.title_counts), cores * GROUPS_PER_CORE)
    context.write_dataset(COUNTS_DATASET, count_parts(packed, plan, totals.title_counts, parameters))
    folder = context.dataset_folder / COUNTS_DATASET
    model = join_counted(folder, totals.title_counts, totals.accounts, parameters)
    shutil.rmtree(folder)
    return model


def count_parts(
    histories: DataFrame, plan: blocks.BlockPlan, title_counts: Integers, parameters: ItemParameters
) -> DataFrame:
    """PACKED histories -> PARTS, one row a block."""
    columns = histories.select("account_id", "titles", "ages", "strengths", "steps")
    liked = columns.mapInArrow(partial(blocks.send_liked, plan=plan), blocks.LIKED)
    counts = histories.sparkSession.sparkContext.broadcast(title_counts)
    return liked.repartitionById(plan.groups, F.col("block_group")).mapInArrow(
        lambda batches: blocks.count_groups(batches, plan, counts.value, parameters), blocks.PARTS
    )


def join_counted(
    folder: Path, title_counts: Integers, accounts: int, parameters: ItemParameters
) -> ItemModel:
    """Of the Parquet files of `count_parts`."""
    parts = [blocks.part_of_row(row) for row in _rows_of(folder)]
    return join_parts(parts, title_counts, accounts, parameters)


def _rows_of(folder: Path) -> Iterator[pa.RecordBatch]:
    for file in sorted(folder.glob("*.parquet")):
        yield from pq.ParquetFile(file).iter_batches(1)
