"""Similar titles: 40 neighbours of every title, from co-watching and content (formulas: batch/models/similar.py).

The measure is chosen by the job itself on a validation cut (batch/models/similar_choice.py), on the driver, from the
accounts whose hash falls into a share that holds at most CHOICE_ENTRIES viewings. The version's folder keeps it as
`similar_measure.json`. Then each Spark task counts and ranks the rows of one block of titles: it reads the packed
histories as they lie on the disk, so nothing is shuffled and no pair of titles leaves its task. Its memory is
BLOCK_BYTES, however many profiles there are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from batch.jobs import histories, title_numbers
from batch.jobs.content_features import read_features
from batch.jobs.context import DAY_MILLIS, JobContext, StageCounts
from batch.jobs.history_packing import unpack_histories, whole_accounts
from batch.models.content import index_content
from batch.models.histories import Histories, Integers, join_histories
from batch.models.similar import (
    LikenessFacts,
    Measure,
    count_likers,
    count_pairs,
    empty_pairs,
    rank_row,
)
from batch.models.similar_choice import Choice, choose_measure
from batch.storage.spark_io import write_documents
from domain.ids import TitleId
from domain.recommendations.keys import similar_id
from domain.recommendations.lists import SIMILAR_SIZE
from domain.serialization import Document
from domain.storage_names import SIMILAR

DATASET = "similar_titles"
MEASURE_FILE = "similar_measure.json"
BLOCK_BYTES = 256_000_000
CELL_BYTES = 12
CHOICE_ENTRIES = 3_000_000
NEW_DAYS = 30
NEW_LIKERS = 20
"""A title launched within NEW_DAYS that fewer accounts liked is new: it takes places in lists of like content."""

COLUMNS = ["account_id", "titles", "ages", "strengths", "steps"]
LISTS = "title_id string, neighbour_ids array<string>, scores array<double>, support array<long>"


def run(context: JobContext) -> StageCounts:
    ids, facts = read_facts(context)
    folder = context.dataset_folder / histories.DATASET
    choice = choose_measure(sample_histories(folder, CHOICE_ENTRIES), facts)
    _write_measure(context.dataset_folder / MEASURE_FILE, choice)
    facts = replace(facts, likers=count_all_likers(context.spark, folder, facts))
    lists = context.write_dataset(DATASET, rank_lists(context.spark, folder, ids, facts, choice.measure))
    to_document = partial(_to_document, version=context.version, computed_at=context.as_of)
    written = write_documents(lists, context.mongo_url, SIMILAR, to_document)
    pairs = lists.agg(F.sum(F.size("neighbour_ids")).alias("pairs")).first()
    return {
        "similar_lists": written,
        "pairs": int(pairs["pairs"] or 0) if pairs else 0,
        "titles_without_neighbours": len(ids) - written,
        "similar_gain_permille": round(1000 * choice.gain),
        "cosine_gain_permille": round(1000 * choice.cosine),
    }


def read_facts(context: JobContext) -> tuple[list[str], LikenessFacts]:
    """Ids by title number, and what the driver and every task know of titles. Likers are still 0."""
    titles = title_numbers.collect_titles(context.read_dataset(title_numbers.DATASET))
    features = read_features(context.spark, context.mongo_url)
    ids: list[str] = titles["title_id"].to_pylist()
    launched = np.array(
        [one if one is not None else -1 for one in titles["launched_at"].to_pylist()], np.int64
    )
    likers = np.array(titles["likers"].to_pylist(), np.int64)
    is_new = (launched > context.as_of - NEW_DAYS * DAY_MILLIS) & (likers < NEW_LIKERS)
    return ids, LikenessFacts(
        index_content([features.get(one) or () for one in ids]),
        likers,
        number_works(titles["works"].to_pylist()),
        is_new,
    )


def number_works(works: Sequence[Sequence[str] | None]) -> NDArray[np.int32]:
    """Titles of one number >= 0 are deliveries of one work; -1 has no known work."""
    numbers: dict[str, int] = {}
    found = np.full(len(works), -1, np.int32)
    for title, names in enumerate(works):
        if names:
            known = next((numbers[name] for name in names if name in numbers), len(numbers))
            numbers.update({name: numbers.get(name, known) for name in names})
            found[title] = known
    return found


def read_histories(folder: Path) -> Iterator[tuple[list[str], Histories]]:
    """Whole accounts at once, with the account of each profile."""
    for file in sorted(folder.glob("*.parquet")):
        batches = pq.ParquetFile(file).iter_batches(columns=COLUMNS)
        for batch in whole_accounts(batches):
            yield batch["account_id"].to_pylist(), unpack_histories(batch)


def sample_histories(folder: Path, entries: int) -> Histories:
    """All, or those of a share of the accounts by the hash of their ids, in order of id."""
    total = sum(_entry_count(file) for file in folder.glob("*.parquet"))
    share = min(1.0, entries / max(1, total))
    parts, accounts = [], list[str]()
    for ids, part in read_histories(folder):
        chosen = np.array([crc32(one.encode()) < share * 2**32 for one in ids], bool)
        parts.append(part.take(np.flatnonzero(chosen)))
        accounts += [one for one, is_chosen in zip(ids, chosen, strict=True) if is_chosen]
    order = np.argsort(np.array(accounts, object), kind="stable") if accounts else np.zeros(0, np.int64)
    _, numbers = np.unique(np.array(accounts, str), return_inverse=True)
    joined = join_histories(parts)
    return replace(joined, accounts=numbers.astype(np.int64)).take(order)


def _entry_count(file: Path) -> int:
    """An upper bound: bytes of titles, four each."""
    metadata = pq.ParquetFile(file).metadata
    names = [metadata.schema.column(place).name for place in range(metadata.num_columns)]
    column = names.index("titles")
    return sum(
        metadata.row_group(group).column(column).total_uncompressed_size // 4
        for group in range(metadata.num_row_groups)
    )


def count_all_likers(spark: SparkSession, folder: Path, facts: LikenessFacts) -> Integers:
    """Accounts that liked each title: one small array a file."""
    files = [str(file) for file in sorted(folder.glob("*.parquet"))]
    count = partial(_likers_of_file, title_count=facts.content.titles)
    found = spark.sparkContext.parallelize(files, max(1, len(files))).map(count).collect() if files else []
    total = np.zeros(facts.content.titles, np.int64)
    for one in found:
        total += np.frombuffer(one, np.int64)
    return total


def _likers_of_file(file: str, title_count: int) -> bytes:
    total = np.zeros(title_count, np.int64)
    for batch in whole_accounts(pq.ParquetFile(file).iter_batches(columns=COLUMNS)):
        total += count_likers(unpack_histories(batch), title_count)
    return total.tobytes()


def rank_lists(
    spark: SparkSession,
    folder: Path,
    ids: list[str],
    facts: LikenessFacts,
    measure: Measure,
    size: int = SIMILAR_SIZE,
    block_bytes: int = BLOCK_BYTES,
) -> DataFrame:
    """LISTS rows of the titles that have neighbours, best first."""
    blocks = block_count(len(ids), spark.sparkContext.defaultParallelism, block_bytes)
    shared = spark.sparkContext.broadcast((ids, facts, measure))

    def rank(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        known, known_facts, chosen = shared.value
        for batch in batches:
            for block in batch["id"].to_pylist():
                yield rank_block(folder, block, blocks, known, known_facts, chosen, size)

    return spark.range(0, blocks, 1, blocks).mapInArrow(rank, LISTS)


def block_count(titles: int, cores: int, block_bytes: int = BLOCK_BYTES) -> int:
    rows = max(1, block_bytes // (CELL_BYTES * max(1, titles)))
    return max(1, min(titles, max(cores, -(-titles // rows))))


def rank_block(
    folder: Path,
    block: int,
    blocks: int,
    ids: list[str],
    facts: LikenessFacts,
    measure: Measure,
    size: int,
) -> pa.RecordBatch:
    """The lists of the titles whose number leaves `block` when divided by `blocks`."""
    counts = empty_pairs(np.arange(block, len(ids), blocks, dtype=np.int32), len(ids))
    for _, part in read_histories(folder):
        count_pairs(part, measure, counts)
    rows = [rank_row(counts, row, facts, measure, size) for row in range(len(counts.rows))]
    rows = [row for row in rows if len(row.neighbours)]
    return pa.record_batch(
        {
            "title_id": pa.array([ids[row.title] for row in rows], pa.string()),
            "neighbour_ids": pa.array(
                [[ids[one] for one in row.neighbours] for row in rows], pa.list_(pa.string())
            ),
            "scores": pa.array([row.scores.tolist() for row in rows], pa.list_(pa.float64())),
            "support": pa.array([row.support.tolist() for row in rows], pa.list_(pa.int64())),
        }
    )


def _write_measure(path: Path, choice: Choice) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(choice), indent=2) + "\n", "utf-8")


def _to_document(row: Row, version: str, computed_at: int) -> Document:
    items = zip(row.neighbour_ids, row.scores, row.support, strict=True)
    return {
        "_id": similar_id(version, TitleId(row.title_id)),
        "version": version,
        "title_id": row.title_id,
        "items": [list(item) for item in items],
        "computed_at": computed_at,
    }
