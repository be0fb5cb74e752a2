"""What is summed over all histories, in one pass: accounts by title, genres, and recent popularity by region.

Executors send sparse whole numbers, Spark adds them up, and the driver gets what grows with titles, genres and
regions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark import Broadcast
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from batch.jobs.history_packing import unpack_histories, whole_accounts
from batch.jobs.preferred_genres import Shares, genre_totals, overall_shares
from batch.jobs.recent_popularity import RecentCounts, RegionCounter
from batch.jobs.title_facts import NumberedTitles
from batch.models.counting import count_titles
from batch.models.histories import Integers

SCHEMA = "kind string, region string, kids boolean, number int, total long"
ACCOUNTS, TITLES, GENRES, RECENT = "accounts", "titles", "genres", "recent"
COLUMNS = ("account_id", "region", "kids", "maturity_limit", "titles", "ages", "strengths", "steps")


@dataclass(frozen=True, slots=True)
class HistoryTotals:
    """`title_counts` as `counting.count_titles`; `overall_genres` are shares, by genre number."""

    accounts: int
    title_counts: Integers
    overall_genres: Shares
    recent: RecentCounts


def sum_histories(histories: DataFrame, facts: Broadcast[NumberedTitles], half_life_days: float) -> pa.Table:
    """Rows for `totals_of`."""
    return (
        histories.select(*COLUMNS)
        .mapInArrow(partial(_sum_partition, facts=facts, half_life_days=half_life_days), SCHEMA)
        .groupBy("kind", "region", "kids", "number")
        .agg(F.sum("total").alias("total"))
        .toArrow()
    )


def totals_of(sums: pa.Table, facts: NumberedTitles) -> HistoryTotals:
    def of_kind(kind: str) -> pa.Table:
        return sums.filter(pc.equal(sums["kind"], kind))

    return HistoryTotals(
        int(np.asarray(of_kind(ACCOUNTS)["total"]).sum()),
        _dense(of_kind(TITLES), len(facts)),
        overall_shares(_dense(of_kind(GENRES), len(facts.genre_names))),
        RecentCounts.of(of_kind(RECENT), facts),
    )


def _sum_partition(
    batches: Iterator[pa.RecordBatch], facts: Broadcast[NumberedTitles], half_life_days: float
) -> Iterator[pa.RecordBatch]:
    yield from sum_batches(batches, facts.value, half_life_days)


def sum_batches(
    batches: Iterator[pa.RecordBatch], facts: NumberedTitles, half_life_days: float
) -> Iterator[pa.RecordBatch]:
    """SCHEMA rows of a partition."""
    accounts, titles = 0, np.zeros(len(facts), np.int64)
    genres, recent = np.zeros(len(facts.genre_names), np.int64), RegionCounter(len(facts), half_life_days)
    for batch in whole_accounts(batches):
        histories = unpack_histories(batch)
        accounts += len(np.unique(histories.accounts))
        titles += count_titles(histories, len(facts))
        genres += genre_totals(histories, facts)
        recent.add(histories, batch)
    yield _rows(ACCOUNTS, np.array([accounts]))
    yield _rows(TITLES, titles)
    yield _rows(GENRES, genres)
    for region, kids, totals in recent.totals():
        yield _rows(RECENT, totals, region, kids)


def _rows(kind: str, totals: Integers, region: str = "", kids: bool = False) -> pa.RecordBatch:
    numbers = np.flatnonzero(totals)
    count = len(numbers)
    return pa.record_batch(
        {
            "kind": pa.array([kind] * count, pa.string()),
            "region": pa.array([region] * count, pa.string()),
            "kids": pa.array([kids] * count, pa.bool_()),
            "number": pa.array(numbers.astype(np.int32)),
            "total": pa.array(totals[numbers].astype(np.int64)),
        }
    )


def _dense(rows: pa.Table, size: int) -> Integers:
    dense = np.zeros(size, np.int64)
    dense[np.asarray(rows["number"])] = np.asarray(rows["total"])
    return dense
