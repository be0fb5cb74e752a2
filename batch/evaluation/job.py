"""The job `evaluate`: collects a bounded sample of viewing and writes the table into the version's folder, and its
headline into the run's record, where gates read it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from batch.evaluation.evaluator import evaluate
from batch.evaluation.last_pages import with_last_pages
from batch.evaluation.last_version import find_last_version
from batch.evaluation.table_file import write_table
from batch.evaluation.viewing_log import ViewingLog, sorted_log
from batch.evaluation.world import ViewingWorld
from batch.jobs import interactions, title_numbers
from batch.jobs.context import NOT_MEASURED, JobContext, StageCounts
from batch.jobs.input_snapshot import VIEWERS_DATASET
from batch.jobs.model_files import read_content_index
from batch.jobs.playback import is_playback
from batch.jobs.recent_popularity import audience_keys
from batch.jobs.title_facts import NumberedTitles
from batch.storage.clients import open_mongo
from domain.evaluation.table import EVERYBODY, EvaluationTable
from domain.storage_names import RUNS
from domain.viewers.events import LIST_CHANGES, OPINIONS

SAMPLE_PROFILES = 20_000
SAMPLE_ENTRIES = 600_000
SHARDS = 10_000
MAX_TITLES = 20_000
"""The most watched; others are too rare for a list of twenty to be judged by."""


def run(context: JobContext) -> StageCounts:
    table = with_last_pages(context, evaluate_version(context))
    write_table(context.dataset_folder, table)
    record_headline(context, table)
    measured = [one.users for one in table.scores if one.slice == EVERYBODY]
    counts = {"profiles_evaluated": max(measured, default=0), "scores": len(table.scores)}
    is_cut_short = table.headline() is None and context.is_window_over()
    return counts | ({NOT_MEASURED: 1} if is_cut_short else {})


def record_headline(context: JobContext, table: EvaluationTable) -> None:
    database = open_mongo(context.mongo_url)
    try:
        change = {"$set": {"evaluation": table.headline()}}
        database[RUNS].update_one({"version": context.version}, change)
    finally:
        database.client.close()


def evaluate_version(context: JobContext) -> EvaluationTable:
    sample = sample_viewers(context)
    rows = first_viewings(context, sample).toArrow()
    # Profiles of one account side by side, in an order that no partition changes.
    viewers = sample.toArrow().sort_by([("account_id", "ascending"), ("profile_id", "ascending")])
    world = world_of(context, viewers, rows)
    last = find_last_version(context, viewers["profile_id"].to_pylist(), world.facts.ids)
    return evaluate(world, last, context.is_window_over)


def sample_viewers(context: JobContext) -> DataFrame:
    """Whole accounts, by the hash of their id, so that reruns choose alike."""
    viewers = context.read_dataset(VIEWERS_DATASET)
    profiles, entries = viewers.count(), context.read_dataset(interactions.DATASET).count()
    share = min(1.0, SAMPLE_PROFILES / max(1, profiles), SAMPLE_ENTRIES / max(1, entries))
    kept = max(1, int(SHARDS * share))
    return viewers.where(F.pmod(F.xxhash64("account_id"), F.lit(SHARDS)) < kept)


def first_viewings(context: JobContext, viewers: DataFrame) -> DataFrame:
    """profile_id, number, strength, first_at of titles that say something about taste."""
    chosen = F.broadcast(viewers.select("profile_id"))
    kinds = [str(kind) for kind in sorted((*OPINIONS, *LIST_CHANGES))]
    first = (
        context.events.where(is_playback() | F.col("type").isin(kinds))
        .join(chosen, on="profile_id", how="left_semi")
        .groupBy("profile_id", F.coalesce("series_id", "title_id").alias("title_id"))
        .agg(F.min("occurred_at").alias("first_at"))
    )
    numbers = context.read_dataset(title_numbers.DATASET).where(F.col("number") < MAX_TITLES)
    return (
        context.read_dataset(interactions.DATASET)
        .where(F.col("strength") != 0)
        .join(chosen, on="profile_id", how="left_semi")
        .join(F.broadcast(numbers.select("title_id", "number")), on="title_id", how="inner")
        .join(first, on=["profile_id", "title_id"], how="left")
        .select("profile_id", "number", "strength", F.coalesce("first_at", "last_at").alias("first_at"))
    )


def world_of(context: JobContext, viewers: pa.Table, rows: pa.Table) -> ViewingWorld:
    titles = title_numbers.collect_titles(context.read_dataset(title_numbers.DATASET)).slice(0, MAX_TITLES)
    facts = NumberedTitles.of(titles)
    keys, audience_of = audience_keys(viewers)
    index = read_content_index(context.dataset_folder).take(np.arange(len(titles), dtype=np.int32))
    return ViewingWorld(log_of(viewers, rows), facts, index, keys, audience_of)


def log_of(viewers: pa.Table, rows: pa.Table) -> ViewingLog:
    """`viewers` sorted by account and profile; `rows` of `first_viewings`, in any order."""
    numbers = {name: number for number, name in enumerate(viewers["profile_id"].to_pylist())}
    profiles = np.array([numbers[name] for name in rows["profile_id"].to_pylist()], np.int64)
    accounts = viewers["account_id"].combine_chunks().dictionary_encode()
    return sorted_log(
        profiles,
        _column(rows, "number").astype(np.int32),
        _column(rows, "first_at"),
        np.asarray(rows["strength"]).astype(np.float32),
        np.asarray(accounts.indices).astype(np.int64),
    )


def _column(rows: pa.Table, name: str) -> NDArray[np.int64]:
    return np.asarray(rows[name]).astype(np.int64)
