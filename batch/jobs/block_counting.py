"""The executors' part of the item model: liked titles travel to groups of row blocks, and each group counts its
blocks.

A group of blocks is one Spark partition: the rows of titles whose number leaves the group when divided by `groups`.
Only the profiles that liked one of them are sent. A group holds the liked titles it gets (7 bytes each), up to
`HELD_TITLES`, and counts block after block: a block is as many rows as `BLOCK_BYTES` take, for all columns. When
more arrive it counts what it holds into counters of all its blocks, whose size does not depend on profiles, and
goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from batch.jobs.history_packing import unpack_histories, whole_accounts
from batch.jobs.packed_columns import pack_column, unpack_column
from batch.models.counting import BlockCounts, CounterKind, Counts, counter_kind, empty_counts
from batch.models.histories import Integers
from batch.models.item_model import ItemParameters, ItemPart, part_of_counts
from batch.models.row_counts import HeldTitles, LikedTitles, join_liked, liked_titles, starts_of
from batch.models.sparse_rows import SparseRows

BLOCK_BYTES = 48_000_000
CELL_BYTES = 8
HELD_TITLES = 64_000_000
LIKED = "block_group int, lengths binary, titles binary, shares binary, steps binary"
PARTS = (
    "block int, cell_bytes int, head_titles binary, head_rows binary, tail_titles binary, tail_starts binary, "
    "tail_columns binary, tail_values binary, from_titles binary, to_titles binary, weights binary"
)


@dataclass(frozen=True, slots=True)
class BlockPlan:
    """`blocks` is a multiple of `groups`, else ValueError: group g has the blocks g, g + groups ..."""

    titles: int
    groups: int
    blocks: int
    held_titles: int = HELD_TITLES

    def __post_init__(self) -> None:
        if self.blocks % self.groups:
            # A group gets the profiles of its own titles alone: it would count too few for another's.
            raise ValueError(f"{self.blocks} blocks cannot be divided among {self.groups} groups.")

    def blocks_of(self, group: int) -> range:
        return range(group, self.blocks, self.groups)


def plan_blocks(titles: int, groups: int, block_bytes: int = BLOCK_BYTES) -> BlockPlan:
    groups = max(1, min(groups, titles))
    rows = max(1, block_bytes // (CELL_BYTES * max(1, titles)))
    rounds = -(-titles // (rows * groups))
    return BlockPlan(titles, groups, groups * max(1, rounds))


def send_liked(batches: Iterator[pa.RecordBatch], plan: BlockPlan) -> Iterator[pa.RecordBatch]:
    """Histories -> LIKED rows: for each group the profiles that liked one of its titles."""
    for batch in whole_accounts(batches):
        liked = liked_titles(unpack_histories(batch))
        for group in range(plan.groups):
            part = liked.touching(group, plan.groups)
            if len(part):
                yield _liked_row(group, part)


def count_groups(
    batches: Iterator[pa.RecordBatch], plan: BlockPlan, title_counts: Integers, parameters: ItemParameters
) -> Iterator[pa.RecordBatch]:
    """LIKED rows -> PARTS rows, one a block. A group's rows stand side by side."""
    kind = counter_kind(title_counts)
    counter: _GroupCounter | None = None
    for batch in batches:
        for row in range(batch.num_rows):
            group = batch["block_group"][row].as_py()
            if counter is not None and counter.group != group:
                yield from counter.parts(title_counts, parameters)
                counter = None
            counter = counter or _GroupCounter(plan, group, parameters.ties, kind)
            counter.add(_liked_of_row(batch.slice(row, 1)))
    if counter is not None:
        yield from counter.parts(title_counts, parameters)


class _GroupCounter:
    def __init__(self, plan: BlockPlan, group: int, ties: bool, kind: CounterKind) -> None:
        self.group = group
        self._kind = kind
        self._ties = ties
        self._plan = plan
        self._parts: list[LikedTitles] = []
        self._held = 0
        self._counts: dict[int, BlockCounts] = {}

    def add(self, liked: LikedTitles) -> None:
        self._parts.append(liked)
        self._held += len(liked.titles)
        if self._held > self._plan.held_titles:
            held = self._take_held()
            for block in self._plan.blocks_of(self.group):
                self._counts[block] = self._counted(block, held)

    def parts(self, title_counts: Integers, parameters: ItemParameters) -> Iterator[pa.RecordBatch]:
        held = self._take_held()
        for block in self._plan.blocks_of(self.group):
            part = part_of_counts(self._counted(block, held), title_counts, parameters)
            self._counts.pop(block, None)
            yield _part_row(block, part)

    def _counted(self, block: int, held: HeldTitles) -> BlockCounts:
        known = self._counts.get(block)
        counts = known or empty_counts(self._plan.titles, block, self._plan.blocks, self._kind)
        held.add_to(counts, self._ties)
        return counts

    def _take_held(self) -> HeldTitles:
        parts, self._parts, self._held = self._parts, [], 0
        return HeldTitles(join_liked(parts), self._plan.titles)


def _liked_row(group: int, liked: LikedTitles) -> pa.RecordBatch:
    columns: dict[str, NDArray[np.generic]] = {
        "lengths": np.diff(liked.starts).astype(np.int32),
        "titles": liked.titles,
        "shares": liked.shares,
        "steps": liked.steps,
    }
    return _one_row({"block_group": pa.array([group], pa.int32())}, columns)


def _liked_of_row(row: pa.RecordBatch) -> LikedTitles:
    lengths = unpack_column(row["lengths"], np.int32)[1].astype(np.int64)
    return LikedTitles(
        starts_of(lengths),
        unpack_column(row["titles"], np.int32)[1],
        unpack_column(row["shares"], np.int8)[1],
        unpack_column(row["steps"], np.int16)[1],
    )


def _part_row(block: int, part: ItemPart) -> pa.RecordBatch:
    from_titles, to_titles, weights = part.transitions
    columns: dict[str, NDArray[np.generic]] = {
        "head_titles": part.head_titles,
        "head_rows": part.head_rows.ravel(),
        "tail_titles": part.tail_titles,
        "tail_starts": part.tail.starts,
        "tail_columns": part.tail.columns,
        "tail_values": part.tail.values,
        "from_titles": from_titles.astype(np.int32),
        "to_titles": to_titles.astype(np.int32),
        "weights": weights,
    }
    keys = {"block": block, "cell_bytes": part.head_rows.itemsize}
    return _one_row({name: pa.array([key], pa.int32()) for name, key in keys.items()}, columns)


def part_of_row(row: pa.Table | pa.RecordBatch) -> ItemPart:
    """Of a PARTS table of one row."""

    def numbers(name: str) -> NDArray[np.int32]:
        return unpack_column(row[name], np.int32)[1]

    def floats(name: str) -> NDArray[np.float32]:
        return unpack_column(row[name], np.float32)[1]

    kind: CounterKind = np.int64 if row["cell_bytes"][0].as_py() == 8 else np.int32
    titles = numbers("head_titles")
    head_rows: Counts = unpack_column(row["head_rows"], kind)[1]
    return ItemPart(
        titles,
        head_rows.reshape(len(titles), -1) if len(titles) else head_rows.reshape(0, 0),
        numbers("tail_titles"),
        SparseRows(
            unpack_column(row["tail_starts"], np.int64)[1], numbers("tail_columns"), floats("tail_values")
        ),
        (numbers("from_titles"), numbers("to_titles"), floats("weights")),
    )


def _one_row(keys: dict[str, pa.Array], columns: dict[str, NDArray[np.generic]]) -> pa.RecordBatch:
    packed = {
        name: pack_column(np.array([0, len(column)], np.int64), column) for name, column in columns.items()
    }
    return pa.record_batch({**keys, **packed})
