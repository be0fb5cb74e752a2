"""Packed histories: what each profile watched, by title number, one row a profile. Written once a run; the item
model, top picks, learning and evaluation read it.

A profile's history is its last 200 titles with a strength (batch/models/histories.py), oldest first. `seen` has all
titles that it must not be recommended, with the other deliveries of their works. `mark` is a fingerprint of all
that a list depends on in a profile: equal marks, equal history, audience and favourites.

Interactions are one row per (profile, title), so a profile with a million events has no more rows than the
catalogue has titles. Accounts stay whole: an account counts once, whatever the number of its profiles.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from batch.jobs import interactions, title_numbers
from batch.jobs.context import JobContext, StageCounts
from batch.jobs.deliveries import with_other_deliveries
from batch.jobs.history_packing import pack_rows
from batch.jobs.input_snapshot import TITLES_DATASET, VIEWERS_DATASET

DATASET = "histories"
ROWS_PER_PARTITION = 1_000_000
"""A worker sorts a partition in memory: about 100 MB."""

PACKED = (
    "profile_id string, account_id string, region string, kids boolean, maturity_limit int, "
    "favourite_genres array<string>, titles binary, ages binary, strengths binary, steps binary, seen binary, "
    "newest long, mark long"
)
_VIEWER = (
    "struct<account_id:string,region:string,kids:boolean,maturity_limit:int,favourite_genres:array<string>>"
)
_FACTS = ("account_id", "region", "kids", "maturity_limit", "favourite_genres")


def run(context: JobContext) -> StageCounts:
    titles = context.read_dataset(TITLES_DATASET).withColumnRenamed("id", "title_id").toArrow()
    watched, viewers = context.read_dataset(interactions.DATASET), context.read_dataset(VIEWERS_DATASET)
    counts = title_numbers.count_rows(watched)
    numbered = title_numbers.number_titles(titles, counts)
    title_numbers.write_titles(context, numbered)
    rows = pc.sum(counts["rows"]).as_py() or 0
    partitions = partition_count(watched, rows + viewers.count())
    packed = pack_histories(watched, viewers, numbered, context.as_of, partitions)
    return {"histories": context.write_dataset(DATASET, packed).count()}


def partition_count(frame: DataFrame, rows: int) -> int:
    cores = frame.sparkSession.sparkContext.defaultParallelism
    return max(cores, -(-rows // ROWS_PER_PARTITION))


def pack_histories(
    interactions: DataFrame, viewers: DataFrame, numbered: pa.Table, as_of: int, partitions: int
) -> DataFrame:
    """INTERACTION rows, viewers and `number_titles` -> PACKED rows. Interactions of unknown titles are left out."""
    known = interactions.sparkSession.createDataFrame(numbered.select(["title_id", "number", "works"]))
    watched = with_other_deliveries(interactions, known) if has_deliveries(numbered) else interactions
    rows = _entry_rows(watched, viewers, known).unionByName(_viewer_rows(viewers))
    by_account = rows.repartition(partitions, "account_id").drop("account_id")
    pack = partial(_pack_partition, as_of=as_of, title_count=len(numbered))
    return by_account.mapInArrow(pack, PACKED)


def has_deliveries(numbered: pa.Table) -> bool:
    """Whether a work is here as more than one title."""
    works = pc.list_flatten(numbered["works"].combine_chunks())
    return len(pc.unique(works)) < len(works)


def _entry_rows(interactions: DataFrame, viewers: DataFrame, known: DataFrame) -> DataFrame:
    """A profile that is no viewer, such as an anonymous session, counts as an account of its own."""
    accounts = viewers.select("profile_id", "account_id")
    numbers = known.select("title_id", "number")
    return (
        interactions.join(F.broadcast(numbers), on="title_id", how="inner")
        .join(accounts, on="profile_id", how="left")
        .select(
            F.coalesce("account_id", "profile_id").alias("account_id"),
            "profile_id",
            "number",
            "last_at",
            F.col("strength").cast("float"),
            "seen",
            F.xxhash64("title_id", "last_at", "strength", "seen").alias("mark"),
            F.lit(None).cast(_VIEWER).alias("viewer"),
        )
    )


def _viewer_rows(viewers: DataFrame) -> DataFrame:
    kinds = {"number": "int", "last_at": "long", "strength": "float", "seen": "boolean"}
    empty = [F.lit(None).cast(kind).alias(name) for name, kind in kinds.items()]
    mark = F.xxhash64(*_FACTS[1:]).alias("mark")
    viewer = F.struct(*_FACTS).alias("viewer")
    return viewers.select("account_id", "profile_id", *empty, mark, viewer)


def _pack_partition(
    batches: Iterator[pa.RecordBatch], as_of: int, title_count: int
) -> Iterator[pa.RecordBatch]:
    parts = [batch for batch in batches if batch.num_rows]
    if parts:
        yield from pack_rows(pa.Table.from_batches(parts), as_of, title_count)
