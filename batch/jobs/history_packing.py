"""Rows of interactions and viewers -> one row a profile, its history packed (batch/models/histories.py).

Pure Arrow and numpy, for executors and tests. A partition holds whole accounts. Its rows may come in any order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from batch.jobs.packed_columns import pack_column, unpack_column
from batch.models.histories import Histories, Integers, pack_histories

ROWS_AT_ONCE = 4000

FACT_COLUMNS = ("region", "kids", "maturity_limit", "favourite_genres")


def pack_rows(rows: pa.Table, as_of: int, title_count: int) -> Iterator[pa.RecordBatch]:
    """One row a profile, accounts side by side in order of id.

    `rows`: `profile_id`, `number`, `last_at`, `strength`, `seen` (null in a viewer's row), `mark`, and `viewer`, a
    struct of `account_id` and FACT_COLUMNS (null in an entry). A profile without a viewer's row is an account of
    its own. Raises `BadHistories` for a title twice in a profile.
    """
    is_entry = np.asarray(pc.is_valid(rows["number"]))
    profiles = _number_profiles(rows, is_entry)
    entries = _Entries.of(rows.filter(pa.array(is_entry)), profiles.codes[is_entry], len(profiles))
    columns = {
        "profile_id": profiles.ids,
        "account_id": profiles.accounts,
        **profiles.facts,
        **_history_columns(entries, profiles, as_of, title_count),
        "seen": _seen_column(entries, len(profiles)),
        "newest": entries.newest(),
        "mark": pa.array(_sum_marks(rows, profiles.codes, len(profiles))),
    }
    packed = pa.table(columns)
    for first in range(0, len(packed), ROWS_AT_ONCE):
        yield from packed.slice(first, ROWS_AT_ONCE).combine_chunks().to_batches()


def unpack_histories(batch: pa.RecordBatch | pa.Table) -> Histories:
    """`accounts` are numbered in the batch."""
    starts, titles = unpack_column(batch["titles"], np.int32)
    accounts = batch["account_id"]
    whole = accounts.combine_chunks() if isinstance(accounts, pa.ChunkedArray) else accounts
    numbers = np.zeros(len(whole), np.int64)
    if len(whole) > 1:
        numbers[1:] = np.cumsum(np.asarray(pc.not_equal(whole[1:], whole[:-1])))
    return Histories(
        starts,
        titles,
        unpack_column(batch["ages"], np.float32)[1],
        unpack_column(batch["strengths"], np.float32)[1],
        unpack_column(batch["steps"], np.int16)[1],
        numbers,
    )


def whole_accounts(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows, each account in one batch. Rows of an account stand side by side."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        if not batch.num_rows:
            continue
        accounts = batch["account_id"]
        is_last = np.asarray(pc.equal(accounts, accounts[len(accounts) - 1]))
        # The last account may go on in the next batch.
        end = len(is_last) - int(np.argmin(is_last[::-1])) if not is_last.all() else 0
        if end or (waiting and waiting[-1]["account_id"][0] != accounts[0]):
            yield _joined([*waiting, batch.slice(0, end)])
            waiting = []
        waiting.append(batch.slice(end))
    if waiting:
        yield _joined(waiting)


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    parts = [batch for batch in batches if batch.num_rows]
    return parts[0] if len(parts) == 1 else pa.Table.from_batches(parts).combine_chunks().to_batches()[0]


@dataclass(frozen=True, slots=True)
class _Profiles:
    """`codes`: of each row, the place of its profile in `ids`. `facts` are null for a profile that is no viewer."""

    codes: Integers
    ids: pa.Array
    accounts: pa.Array
    facts: dict[str, pa.Array]

    def __len__(self) -> int:
        return len(self.ids)


def _number_profiles(rows: pa.Table, is_entry: NDArray[np.bool_]) -> _Profiles:
    encoded = rows["profile_id"].combine_chunks().dictionary_encode()
    found = np.asarray(encoded.indices).astype(np.int64)
    viewer_rows = np.flatnonzero(~is_entry)
    places, known = np.zeros(len(encoded.dictionary), np.int64), np.zeros(len(encoded.dictionary), np.bool_)
    places[found[viewer_rows]], known[found[viewer_rows]] = np.arange(len(viewer_rows)), True
    viewers = rows["viewer"].take(pa.array(viewer_rows)).combine_chunks()
    facts = {
        name: pc.struct_field(viewers, name).take(pa.array(places, mask=~known))
        for name in ("account_id", *FACT_COLUMNS)
    }
    accounts = pc.coalesce(facts.pop("account_id"), encoded.dictionary)
    unique = pa.table({"account": accounts, "profile": encoded.dictionary, **facts})
    order = np.asarray(pc.sort_indices(unique, [("account", "ascending"), ("profile", "ascending")]))
    ordered = unique.take(pa.array(order)).combine_chunks()
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return _Profiles(
        ranks[found],
        _array(ordered["profile"]),
        _array(ordered["account"]),
        {name: _array(ordered[name]) for name in FACT_COLUMNS},
    )


@dataclass(frozen=True, slots=True)
class _Entries:
    """Sorted by profile, instant and title."""

    codes: Integers
    titles: NDArray[np.int32]
    instants: Integers
    strengths: NDArray[np.float32]
    seen: NDArray[np.bool_]
    profile_count: int

    @classmethod
    def of(cls, rows: pa.Table, codes: Integers, profile_count: int) -> _Entries:
        titles = np.asarray(rows["number"]).astype(np.int32)
        instants = np.asarray(rows["last_at"]).astype(np.int64)
        order = np.lexsort((titles, instants, codes))
        strengths = np.asarray(rows["strength"]).astype(np.float32)
        seen = np.asarray(rows["seen"].combine_chunks().cast(pa.uint8())).astype(np.bool_)
        return cls(codes[order], titles[order], instants[order], strengths[order], seen[order], profile_count)

    def newest(self) -> pa.Array:
        """The last instant of each profile; null without an entry."""
        last = np.zeros(self.profile_count, np.int64)
        is_last = np.append(self.codes[1:] != self.codes[:-1], True)[: len(self.codes)]
        last[self.codes[is_last]] = self.instants[is_last]
        has_any = np.bincount(self.codes, minlength=self.profile_count) > 0
        return pa.array(last, mask=~has_any)


def _history_columns(
    entries: _Entries, profiles: _Profiles, as_of: int, title_count: int
) -> dict[str, pa.Array]:
    weighs = entries.strengths != 0
    codes = entries.codes[weighs]
    packed = pack_histories(
        codes,
        entries.titles[weighs],
        entries.instants[weighs],
        entries.strengths[weighs],
        as_of,
        title_count,
    )
    lengths = np.zeros(len(profiles), np.int64)
    lengths[np.unique(codes)] = packed.lengths()
    starts = _starts_of(lengths)
    return {
        "titles": pack_column(starts, packed.titles),
        "ages": pack_column(starts, packed.ages),
        "strengths": pack_column(starts, packed.strengths),
        "steps": pack_column(starts, packed.steps),
    }


def _seen_column(entries: _Entries, profile_count: int) -> pa.Array:
    """All seen titles, however many: what was seen is not recommended."""
    codes = entries.codes[entries.seen]
    return pack_column(
        _starts_of(np.bincount(codes, minlength=profile_count).astype(np.int64)), entries.titles[entries.seen]
    )


def _sum_marks(rows: pa.Table, codes: Integers, profile_count: int) -> Integers:
    """A fingerprint of all rows of a profile, whatever their order: the sum of their hashes, without its carry."""
    marks = np.asarray(rows["mark"]).astype(np.int64)
    order = np.argsort(codes, kind="stable")
    sums = np.zeros(profile_count, np.int64)
    if len(order):
        ordered = codes[order]
        begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
        sums[ordered[begins]] = np.add.reduceat(marks[order], begins)
    return sums


def _starts_of(lengths: Integers) -> Integers:
    starts = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    return starts


def _array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
