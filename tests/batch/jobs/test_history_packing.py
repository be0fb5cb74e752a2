"""Packing histories: one row a profile, whatever the order of rows and the size of batches."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from batch.jobs.history_packing import pack_rows, unpack_histories, whole_accounts
from batch.jobs.packed_columns import pack_column, unpack_column
from batch.jobs.title_numbers import number_titles
from batch.models.histories import HISTORY_CAP
from tests.batch.list_scene import AS_OF, DAY, ROWS, Scene, viewer_row


def entry(profile: str, number: int, days: float, strength: float = 1.0, **facts: Any) -> dict[str, Any]:
    at = AS_OF - round(days * DAY)
    shared = {"seen": True, "mark": number}
    return {"profile_id": profile, "number": number, "last_at": at, "strength": strength, **shared, **facts}


def pack(rows: list[dict[str, Any]], titles: int = 300) -> list[dict[str, Any]]:
    table = pa.Table.from_pylist(rows, ROWS)
    return [row for batch in pack_rows(table, AS_OF, titles) for row in batch.to_pylist()]


def viewer(profile: str, **facts: Any) -> dict[str, Any]:
    scene = Scene()
    scene.viewer(profile, **facts)
    return viewer_row(scene.viewers[0], 5)


def numbers(cell: bytes) -> list[int]:
    return memoryview(cell).cast("i").tolist()


def test_a_history_is_oldest_first_and_ties_go_to_the_smaller_title() -> None:
    rows = [entry("p", 4, 1.0), entry("p", 9, 1.0), entry("p", 2, 1.0), entry("p", 7, 3.0)]
    assert numbers(pack(rows)[0]["titles"]) == [7, 2, 4, 9]
    assert memoryview(pack(rows)[0]["steps"]).cast("h").tolist() == [0, 1, 1, 1]


def test_the_order_of_rows_changes_nothing() -> None:
    viewers = [viewer("b"), viewer("a", account_id="z", favourite_genres=["Drama"])]
    rows = [entry(who, number, float(number)) for who in ("a", "b", "c") for number in range(5)]
    assert [row["profile_id"] for row in pack([*rows, *viewers])] == ["b", "c", "a"]
    assert pack([*rows, *viewers]) == pack([*viewers[::-1], *rows[::-1]])


def test_the_last_two_hundred_titles_are_history_and_all_seen_ones_are_kept() -> None:
    rows = [entry("p", number, float(number)) for number in range(HISTORY_CAP + 50)]
    packed = pack(rows)[0]
    assert numbers(packed["titles"]) == list(range(HISTORY_CAP - 1, -1, -1))
    assert sorted(numbers(packed["seen"])) == list(range(HISTORY_CAP + 50))


def test_one_profile_that_has_seen_the_catalogue_sends_two_hundred_titles_and_changes_no_other() -> None:
    titles = 20_000
    greedy = [entry("greedy", number, number / 100) for number in range(titles)]
    others = [entry("other", 0, 1.0), entry("other", 7, 0.5)]
    packed = {row["profile_id"]: row for row in pack([*greedy, *others], titles)}
    assert len(numbers(packed["greedy"]["titles"])) == HISTORY_CAP
    assert len(numbers(packed["greedy"]["seen"])) == titles
    assert packed["other"] == pack(others, titles)[0]


def test_what_has_no_strength_is_seen_and_no_history() -> None:
    rows = [entry("p", 1, 1.0, strength=0.0), entry("p", 2, 2.0, seen=False)]
    packed = pack(rows)[0]
    assert (numbers(packed["seen"]), numbers(packed["titles"])) == ([1], [2])


def test_a_viewer_without_entries_has_a_row_and_an_unknown_profile_no_region() -> None:
    rows = pack([viewer("new"), entry("unknown", 1, 1.0)])
    assert [(row["profile_id"], row["region"], row["newest"]) for row in rows] == [
        ("new", "US", None),
        ("unknown", None, AS_OF - DAY),
    ]


def test_the_fingerprint_follows_every_row() -> None:
    rows = [entry("p", 1, 1.0), entry("p", 2, 2.0)]
    changed = [entry("p", 1, 1.0), entry("p", 2, 2.0, mark=2**63 - 1)]
    assert pack(rows)[0]["mark"] == pack(rows[::-1])[0]["mark"] == 3
    assert pack(changed)[0]["mark"] == -(2**63)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_an_account_comes_whole_whatever_the_size_of_batches(size: int) -> None:
    rows = [
        row
        for account, members in enumerate((1, 4, 2, 1))
        for number in range(account * 10, account * 10 + members)
        for row in (entry(f"p{number}", number, 1.0), viewer(f"p{number}", account_id=f"a{account}"))
    ]
    packed = pa.Table.from_batches(list(pack_rows(pa.Table.from_pylist(rows, ROWS), AS_OF, 300)))
    batches = list(whole_accounts(iter(packed.to_batches(max_chunksize=size))))
    accounts = [batch["account_id"].to_pylist() for batch in batches]
    assert [one for part in accounts for one in part] == packed["account_id"].to_pylist()
    assert all(left[-1] != right[0] for left, right in pairwise(accounts))
    read = [unpack_histories(batch) for batch in batches]
    assert [len(np.unique(one.accounts)) for one in read] == [len(set(part)) for part in accounts]


def test_packed_cells_are_read_from_slices_and_nulls_are_empty() -> None:
    starts, values = np.array([0, 2, 2, 5], np.int64), np.arange(5, dtype=np.int16)
    column = pack_column(starts, values)
    found, read = unpack_column(column.slice(1), np.int16)
    assert (found.tolist(), read.tolist()) == ([0, 0, 3], [2, 3, 4])
    found, read = unpack_column(pa.array([None, b"\x01\x00", None], pa.binary()), np.int16)
    assert (found.tolist(), read.tolist()) == ([0, 0, 1, 1], [1])


def test_titles_are_numbered_by_who_liked_them_and_ties_by_id() -> None:
    titles = pa.table({"title_id": ["c", "a", "d", "b"], "genres": [["x"], [], ["y"], []]})
    counts = pa.table({"title_id": ["d", "gone", "b", "a"], "rows": [9, 9, 5, 4], "likers": [7, 9, 3, 3]})
    numbered = number_titles(titles, counts)
    assert numbered["title_id"].to_pylist() == ["d", "a", "b", "c"]
    assert numbered["likers"].to_pylist() == [7, 3, 3, 0]
    assert numbered["number"].to_pylist() == [0, 1, 2, 3]
