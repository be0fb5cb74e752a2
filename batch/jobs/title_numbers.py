"""Numbers of the titles, by which histories and models name them: 0 for the title that most profiles liked.

Ties go to the smaller id, so that other partitions or shuffled rows number alike. A title nobody watched has a
number, too: content may recommend it. The table grows with titles only: the driver numbers it, and executors have
it whole.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from batch.jobs.context import JobContext
from batch.models.counting import LIKED_STRENGTH

DATASET = "title_numbers"
_FILE = "titles.parquet"


def count_rows(interactions: DataFrame) -> pa.Table:
    """(title_id, rows, likers): the interactions of each title, and the profiles that liked it."""
    liked = F.count(F.when(F.col("strength") >= LIKED_STRENGTH, 1)).alias("likers")
    return interactions.groupBy("title_id").agg(F.count(F.lit(1)).alias("rows"), liked).toArrow()


def number_titles(titles: pa.Table, counts: pa.Table) -> pa.Table:
    """`titles` with `likers` and `number`, in order of number: row n is title n."""
    places = pc.index_in(titles["title_id"], counts["title_id"].combine_chunks())
    likers = pc.fill_null(counts["likers"].take(places), 0)
    counted = titles.append_column("likers", likers)
    ordered = counted.sort_by([("likers", "descending"), ("title_id", "ascending")])
    return ordered.append_column("number", pa.array(np.arange(len(ordered), dtype=np.int32)))


def write_titles(context: JobContext, numbered: pa.Table) -> None:
    folder = context.dataset_folder / DATASET
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{_FILE}.new"
    pq.write_table(numbered, temporary)
    temporary.replace(folder / _FILE)


def collect_titles(numbered: DataFrame) -> pa.Table:
    """The written table: row n is title n."""
    return numbered.toArrow().sort_by("number")
