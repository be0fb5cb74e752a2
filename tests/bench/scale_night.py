"""Marquee's own path of the scale bench: histories, sums, item model and lists, as the nightly run makes them."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from process_tree import tree_cpu_seconds
from pyspark.sql import SparkSession
from scale_data import AS_OF

from batch.cluster.spark_session import open_session
from batch.jobs import histories, item_model, pick_rows, title_numbers
from batch.jobs.context import JobContext
from batch.jobs.history_totals import sum_histories, totals_of
from batch.jobs.list_scoring import ListModel, score_batch
from batch.jobs.pick_rows import ListState, lists_of
from batch.jobs.title_facts import NumberedTitles
from batch.models.blend import BlendWeights
from batch.models.sparse_rows import no_rows
from batch.storage.settings import BatchSettings
from domain.recommendations.lists import TOP_PICKS_SIZE

MASTER = "local[2]"


@contextmanager
def bench_session(folder: Path) -> Iterator[SparkSession]:
    spark = open_session("scale bench", folder / "home", MASTER)
    spark.range(10).count()
    try:
        yield spark
    finally:
        spark.stop()


def night_paths(folder: Path) -> dict[str, float]:
    """Seconds of the item model, of each of its stages, and the rate of the lists."""
    with bench_session(folder) as spark:
        context = JobContext(
            spark, BatchSettings(folder / "home"), "bench", AS_OF, spark.createDataFrame([], "id string")
        )
        laps = _Laps()
        profiles = _pack(context, folder)
        packed, numbered = (context.read_dataset(one.DATASET) for one in (histories, title_numbers))
        laps.end("histories")
        facts = NumberedTitles.of(title_numbers.collect_titles(numbered))
        weights = BlendWeights()
        shared = spark.sparkContext.broadcast(facts)
        totals = totals_of(sum_histories(packed, shared, weights.half_life), facts)
        laps.end("sums")
        items = item_model.count_model(context, packed, totals, weights.item_parameters())
        laps.end("item_model")
        content = no_rows(len(facts))
        model = ListModel(facts, items, content, totals.recent, totals.overall_genres, weights)
        broadcast = spark.sparkContext.broadcast(model)

        def score(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                scored = score_batch(broadcast.value, batch, TOP_PICKS_SIZE)
                lists = lists_of(scored, broadcast.value.facts, AS_OF)
                yield pick_rows.pick_rows(batch, lists, ListState.COMPUTED)

        viewers = packed.where("region is not null")

        viewers.mapInArrow(score, pick_rows.SCHEMA).write.format("noop").mode("overwrite").save()
        laps.end("lists")
        driver = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        model_seconds = sum(laps.seconds[name] for name in ("histories", "sums", "item_model"))
        stages = {f"{name}_seconds": seconds for name, seconds in laps.seconds.items()}
        stages |= {f"{name}_cpu_seconds": seconds for name, seconds in laps.cpu_seconds.items()}
        rate = profiles / laps.seconds["lists"]
        return {"seconds": model_seconds, "lists_a_second": rate, "driver_gib": driver, **stages}


def _pack(context: JobContext, folder: Path) -> int:
    watched, viewers, titles = (
        context.spark.read.parquet((folder / name).as_uri()) for name in ("interactions", "viewers", "titles")
    )
    counts = title_numbers.count_rows(watched)
    numbered = title_numbers.number_titles(titles.toArrow(), counts)
    title_numbers.write_titles(context, numbered)
    partitions = histories.partition_count(watched, pc.sum(counts["rows"]).as_py())
    packed = histories.pack_histories(watched, viewers, numbered, AS_OF, partitions)
    return context.write_dataset(histories.DATASET, packed).where("region is not null").count()


class _Laps:
    """Seconds, and processor seconds of all processes: what a busy machine leaves alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.cpu_seconds: dict[str, float] = {}
        self._last = self._now()

    def end(self, name: str) -> None:
        now = self._now()
        self.seconds[name] = now[0] - self._last[0]
        self.cpu_seconds[name] = now[1] - self._last[1]
        self._last = now

    def _now(self) -> tuple[float, float]:
        return time.monotonic(), tree_cpu_seconds(os.getpid())
