"""The bench of page quality, without its builds: the split, the interval and what it says."""

from __future__ import annotations

import json
from pathlib import Path

from tests.bench.page_quality import ratio_interval, report
from tests.bench.page_quality_data import split_ratings, write_split


def test_training_is_before_the_cut_and_plays_are_after_it_in_order() -> None:
    ratings = [("a", str(number), number) for number in range(8)] + [("a", "1", 9), ("a", "0", 8)]
    training, plays = split_ratings(ratings, by_time=True)
    assert [one[2] for one in training] == list(range(8))
    assert plays == {"ua": ["t0", "t1"]}


def test_of_each_profile_the_last_title_is_held_out_where_time_cannot_cut() -> None:
    ratings = [("a", str(number), number) for number in range(6)] + [
        ("b", "1", 3),
        ("b", "5", 9),
        ("c", "5", 1),
    ]
    training, plays = split_ratings(ratings, by_time=False)
    assert ("a", "5", 5) not in training
    assert ("b", "5", 9) not in training
    assert plays == {}
    _, plays = split_ratings([*ratings, ("d", "5", 2), ("d", "4", 3)], by_time=False)
    assert plays == {"ua": ["t5"]}


def test_files_to_import_are_written_for_a_data_folder(tmp_path: Path) -> None:
    (tmp_path / "ml-latest-small").mkdir()
    lines = [f"1,{title},4.0,{title}" for title in range(1, 8)] + ["2,7,4.0,3", "2,1,4.0,4"]
    (tmp_path / "ml-latest-small" / "ratings.csv").write_text(
        "\n".join(["userId,movieId,rating,timestamp", *lines])
    )
    (tmp_path / "ml-latest-small" / "movies.csv").write_text('movieId,title,genres\n7,"A, B",Drama|IMAX\n')
    split = write_split("ml-latest-small", tmp_path, tmp_path)
    assert split.plays == {"u1": ["t7"]}
    assert split.accounts == {"u1": "a1", "u2": "a2"}
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    titles = map(json.loads, (tmp_path / "catalog.jsonl").read_text().splitlines())
    assert {one["id"]: one["genres"] for one in titles if one["genres"]} == {"t7": ["Drama"]}
    assert [one["title_id"] for one in events] == ["t1", "t2", "t3", "t7", "t4", "t5", "t6"]


def test_the_ratio_has_an_interval_by_profiles() -> None:
    ours, theirs = [1.0, 0.0] * 50, [1.0, 0.0, 0.0, 0.0] * 25
    ratio, low, high = ratio_interval(ours, theirs)
    assert ratio == 2.0
    assert 1.3 < low < 2.0 < high < 3.5
    assert "100 profiles: this build 0.500, the other 0.250, 2.00x" in report([ours, theirs])
