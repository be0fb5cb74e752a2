"""Packing keeps the last titles, and refuses rows that break the format."""

from __future__ import annotations

import numpy as np
import pytest

from batch.models.histories import BadHistories, Histories, join_histories, pack_histories

DAY = 86_400_000


def packed(rows: list[tuple[int, int, int, float]], cap: int = 200) -> Histories:
    columns = list(zip(*rows, strict=True)) if rows else [(), (), (), ()]
    profiles, titles, instants, strengths = columns
    return pack_histories(
        np.array(profiles, np.int64), np.array(titles, np.int32), np.array(instants, np.int64),
        np.array(strengths, np.float32), 10 * DAY, 9, cap=cap,
    )  # fmt: skip


def test_the_last_titles_of_a_profile_stay_oldest_first() -> None:
    rows = [
        (3, 4, 1 * DAY, 1.0),
        (3, 1, 2 * DAY, 0.5),
        (3, 2, 2 * DAY, 1.0),
        (3, 0, 9 * DAY, -1.0),
        (7, 4, 11 * DAY, 2.0),
    ]
    histories = packed(rows, cap=3)
    assert histories.starts.tolist() == [0, 3, 4]
    assert histories.titles.tolist() == [1, 2, 0, 4]
    assert histories.ages.tolist() == [8.0, 8.0, 1.0, 0.0]
    assert histories.strengths.tolist() == [0.5, 1.0, -1.0, 2.0]
    assert histories.steps.tolist() == [0, 0, 1, 0]
    assert histories.accounts.tolist() == [3, 7]


def test_profiles_are_taken_joined_and_thinned() -> None:
    histories = packed([(1, 4, DAY, 1.0), (2, 1, DAY, 1.0), (2, 2, 2 * DAY, -1.0), (5, 3, DAY, 1.0)])
    taken = histories.take(np.array([2, 1]))
    assert (taken.titles.tolist(), taken.starts.tolist(), taken.accounts.tolist()) == (
        [3, 1, 2],
        [0, 1, 3],
        [5, 2],
    )
    liked = histories.where(histories.strengths > 0)
    assert (liked.titles.tolist(), liked.starts.tolist()) == ([4, 1, 3], [0, 1, 2, 3])
    joined = join_histories([histories, taken])
    assert joined.starts.tolist() == [0, 1, 3, 4, 5, 7]
    assert len(join_histories([])) == len(packed([])) == 0


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(1, 9, DAY, 1.0)], "row 0: title number 9; there are 9 titles, from 0"),
        ([(1, 2, DAY, float("nan"))], "row 0: strength nan; write a number from -1 to 2"),
        ([(1, 2, 2 * DAY, 1.0), (1, 3, DAY, 1.0)], "row 1: sort rows by profile, instant and title"),
        ([(2, 2, DAY, 1.0), (1, 3, DAY, 1.0)], "row 1: sort rows by profile, instant and title"),
        ([(1, 2, DAY, 1.0), (1, 2, 2 * DAY, 1.0)], "a profile has one title twice"),
    ],
)
def test_rows_that_break_the_format_are_named(rows: list[tuple[int, int, int, float]], message: str) -> None:
    with pytest.raises(BadHistories, match=message):
        packed(rows)
