"""Top picks: up to 50 titles for every profile, best first, with source and seed (batch/models/blend.py).

Executors score packed histories with the broadcast model and write the lists to MongoDB. A list holds titles that
its audience may watch, none that the profile has seen or rated, and none of which it has seen another delivery.
Profiles that have changed nothing since the live version keep their lists for a while (kept_lists.py). With a run
window, those that watched last come first, and when it ends the rest keep what they had.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyspark import Broadcast
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from batch.jobs import histories, kept_lists, pick_rows, title_numbers
from batch.jobs.context import NOT_REACHED, JobContext, StageCounts, version_folder
from batch.jobs.history_totals import totals_of
from batch.jobs.kept_lists import PreviousNumbers
from batch.jobs.list_scoring import ListModel
from batch.jobs.list_writing import ListTask, write_lists
from batch.jobs.live_version import read_live_version
from batch.jobs.model_files import read_learned, read_model, read_totals
from batch.jobs.pick_rows import ListState, lists_of_rows
from batch.jobs.title_facts import NumberedTitles
from batch.models.histories import Integers

DATASET = "top_picks"
FIRST_TEN = 10
COVERAGE = "number int, profiles long, personal long, kept long, not_reached long"


def run(context: JobContext) -> StageCounts:
    packed = context.read_dataset(histories.DATASET).where(F.col("region").isNotNull())
    model = context.spark.sparkContext.broadcast(read_list_model(context))
    previous = find_previous(context)
    task = ListTask(
        context.version,
        context.as_of,
        context.mongo_url,
        context.deadline,
        kept_lists.KEEP_DAYS,
        PreviousNumbers.between(previous.ids, model.value.facts.ids) if previous else None,
    )
    profiles = with_previous(packed, previous.picks) if previous else packed
    ordered = newest_first(profiles) if context.deadline is not None else profiles
    picks = context.write_dataset(DATASET, write_picks(ordered, model, task))
    model.unpersist()
    return coverage(picks, packed.count(), context.deadline is not None)


def read_list_model(context: JobContext) -> ListModel:
    folder = context.dataset_folder
    facts = NumberedTitles.of(title_numbers.collect_titles(context.read_dataset(title_numbers.DATASET)))
    totals = totals_of(read_totals(folder), facts)
    items, content = read_model(folder)
    weights, _ = read_learned(folder)
    return ListModel(facts, items, content, totals.recent, totals.overall_genres, weights)


@dataclass(frozen=True, slots=True)
class PreviousPicks:
    """The live version's lists, and its titles by number."""

    picks: DataFrame
    ids: tuple[str, ...]


def find_previous(context: JobContext) -> PreviousPicks | None:
    """None without a live version whose files are here."""
    live = read_live_version(context)
    if live is None:
        return None
    folder = version_folder(context.settings, live.version)
    if not (folder / DATASET / "_SUCCESS").exists() or not (folder / title_numbers.DATASET).exists():
        return None
    picks, titles = (
        context.spark.read.parquet((folder / name).resolve().as_uri())
        for name in (DATASET, title_numbers.DATASET)
    )
    if not set(pick_rows.PICK_COLUMNS) <= set(picks.columns):
        return None
    return PreviousPicks(picks, tuple(title_numbers.collect_titles(titles)["title_id"].to_pylist()))


def with_previous(profiles: DataFrame, picks: DataFrame) -> DataFrame:
    renamed = [F.col(name).alias(f"{kept_lists.PREFIX}{name}") for name in pick_rows.PICK_COLUMNS]
    return profiles.join(picks.select("profile_id", *renamed), on="profile_id", how="left")


def newest_first(profiles: DataFrame) -> DataFrame:
    return profiles.orderBy(F.desc_nulls_last("newest"), "profile_id")


def write_picks(profiles: DataFrame, model: Broadcast[ListModel], task: ListTask) -> DataFrame:
    def write(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from write_lists(batches, model.value, task)

    return profiles.mapInArrow(write, pick_rows.SCHEMA)


def coverage(picks: DataFrame, viewers: int, has_window: bool) -> StageCounts:
    sums = (
        picks.select(*pick_rows.PICK_COLUMNS, "state")
        .mapInArrow(_count_partition, COVERAGE)
        .groupBy("number")
        .agg(*[F.sum(name).alias(name) for name in ("profiles", "personal", "kept", "not_reached")])
    )
    titles = F.count(F.when(F.col("number") >= 0, 1)).alias("titles")
    names = ("profiles", "personal", "kept", "not_reached")
    totals = sums.agg(titles, *[F.coalesce(F.sum(name), F.lit(0)).alias(name) for name in names]).collect()[0]
    left_out = {NOT_REACHED: totals["not_reached"] + viewers - totals["profiles"]} if has_window else {}
    return {
        "profiles": viewers,
        "top_picks": totals["profiles"],
        "titles_in_first_tens": totals["titles"],
        "personal": totals["personal"],
        "lists_kept": totals["kept"],
        **left_out,
    }


def _count_partition(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The titles of the first tens, and a row -1 with counts of profiles."""
    titles: set[int] = set()
    counts = {"profiles": 0, "personal": 0, "kept": 0, "not_reached": 0}
    for batch in batches:
        lists = lists_of_rows(batch)
        lists = lists.where(lists.is_pick())
        titles.update(_first_ten_titles(lists.starts, lists.titles))
        owners = np.repeat(np.arange(batch.num_rows), np.diff(lists.starts))
        states = np.asarray(batch["state"])
        counts["profiles"] += batch.num_rows
        counts["personal"] += len(np.unique(owners[lists.personal > 0]))
        counts["kept"] += int((states == ListState.KEPT).sum())
        counts["not_reached"] += int((states == ListState.NOT_REACHED).sum())
    rows = [-1, *sorted(titles)]
    nothing = [0] * len(titles)
    columns = {name: pa.array([count, *nothing], pa.int64()) for name, count in counts.items()}
    yield pa.record_batch({"number": pa.array(rows, pa.int32()), **columns})


def _first_ten_titles(starts: Integers, titles: NDArray[np.int32]) -> list[int]:
    """Those among the first ten of any list."""
    places = np.arange(len(titles)) - np.repeat(starts[:-1], np.diff(starts))
    found: list[int] = np.unique(titles[places < FIRST_TEN]).tolist()
    return found
