"""The executors' part of top picks: scores or keeps the list of each profile and writes it to MongoDB."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pymongo.database import Database

from batch.jobs.context import is_past
from batch.jobs.kept_lists import PreviousNumbers, may_keep, previous_lists, still_allowed
from batch.jobs.list_scoring import ListModel, score_batch
from batch.jobs.pick_rows import ListState, PickLists, lists_of, pick_documents, pick_rows
from batch.jobs.recent_popularity import audience_keys
from batch.storage.batching import batched
from batch.storage.clients import open_mongo
from batch.storage.spark_io import BATCH_SIZE, insert_new
from domain.recommendations.lists import TASTE_SIZE, TOP_PICKS_SIZE
from domain.serialization import Document
from domain.storage_names import TOP_PICKS

Clock = Callable[[], float]
"""Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class ListTask:
    """`deadline` (epoch ms): the end of the run window. `previous` is None where no list can be kept."""

    version: str
    as_of: int
    mongo_url: str
    deadline: int | None = None
    keep_days: float = 0.0
    previous: PreviousNumbers | None = None


def write_lists(
    batches: Iterator[pa.RecordBatch], model: ListModel, task: ListTask, clock: Clock = time.time
) -> Iterator[pa.RecordBatch]:
    """PACKED rows of viewers, with the columns of their previous lists -> pick rows. While one batch is written to
    MongoDB the next is scored.
    """
    database = open_mongo(task.mongo_url)
    try:
        with ThreadPoolExecutor(1) as writer:
            waiting: Future[None] | None = None
            for batch in batches:
                if not batch.num_rows:
                    continue
                made = list(make_lists(batch, model, task, clock))
                if waiting is not None:
                    waiting.result()
                waiting = writer.submit(_insert, database, made, model.facts.ids, task.version)
                for profiles, lists, state in made:
                    yield pick_rows(profiles, lists, state)
            if waiting is not None:
                waiting.result()
    finally:
        database.client.close()


Made = tuple[pa.RecordBatch, PickLists, ListState]


def make_lists(
    batch: pa.RecordBatch, model: ListModel, task: ListTask, clock: Clock = time.time
) -> Iterator[Made]:
    """(profiles, their lists, how they came by them)."""
    is_over = is_past(task.deadline, clock())
    kept = np.zeros(batch.num_rows, np.bool_)
    if task.previous is not None:
        previous, allowed = _previous_of(batch, model, task.previous)
        kept = may_keep(batch, previous, allowed, task.as_of, task.keep_days)
        if kept.any():
            yield batch.filter(pa.array(kept)), _lists_at(previous, kept), ListState.KEPT
        if is_over:
            rest = ~kept & (np.diff(previous.starts) > 0)
            if rest.any():
                # The mark of what it was computed from: the next night sees that it has changed.
                left = _lists_at(previous.where(allowed), rest)
                yield _with_previous_mark(batch.filter(pa.array(rest))), left, ListState.NOT_REACHED
    if not is_over and not kept.all():
        changed = batch.filter(pa.array(~kept))
        scored = score_batch(model, changed, TOP_PICKS_SIZE, TASTE_SIZE)
        yield changed, lists_of(scored, model.facts, task.as_of), ListState.COMPUTED


def _previous_of(
    batch: pa.RecordBatch, model: ListModel, numbers: PreviousNumbers
) -> tuple[PickLists, NDArray[np.bool_]]:
    previous = previous_lists(batch, numbers)
    keys, of_profile = audience_keys(batch)
    return previous, still_allowed(previous, of_profile, model.eligible(keys), batch)


def _with_previous_mark(batch: pa.RecordBatch) -> pa.RecordBatch:
    place = batch.schema.get_field_index("mark")
    return batch.set_column(place, "mark", batch["previous_mark"])


def _lists_at(lists: PickLists, rows: NDArray[np.bool_]) -> PickLists:
    """The lists of these profiles only."""
    lengths = np.diff(lists.starts)
    left = lists.where(np.repeat(rows, lengths))
    kept_lengths = np.diff(left.starts)[rows]
    starts = np.zeros(len(kept_lengths) + 1, np.int64)
    np.cumsum(kept_lengths, out=starts[1:])
    genres = [names for names, is_kept in zip(lists.genres, rows.tolist(), strict=True) if is_kept]
    return replace(
        left, starts=starts, picked=left.picked[rows], genres=genres, computed_at=lists.computed_at[rows]
    )


def _insert(database: Database[Document], made: list[Made], ids: tuple[str, ...], version: str) -> None:
    for profiles, lists, _ in made:
        documents = pick_documents(profiles["profile_id"].to_pylist(), lists, ids, version)
        for part in batched(documents, BATCH_SIZE):
            insert_new(database[TOP_PICKS], part)
