"""Similar titles in Spark equal the arrays' own reference, whatever the files, blocks and ids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from batch.models.content import index_content
from batch.models.similar import LikenessFacts, Measure

pytestmark = pytest.mark.spark

Lists = dict[str, list[tuple[str, float, int]]]
TITLES = [f"t{number}" for number in range(9)]
MEASURE = Measure(half_life_days=100.0, order=2, power=0.3, content_support=2.0)


def watched() -> list[tuple[str, str, float, float]]:
    """Twelve profiles, each with five titles; nobody watched the last two."""
    rows = [
        (f"p{number:02}", f"t{(number * step) % 7}", 1.0 if step != 3 else -1.0, float(number * step % 90))
        for number in range(12)
        for step in range(1, 6)
    ]
    return list({(row[0], row[1]): row for row in rows}.values())


def lists(frames: Any, folder: Path, partitions: int, block_bytes: int, accounts: dict[str, str]) -> Lists:
    from batch.jobs import histories, similar_titles, title_numbers

    profiles = sorted({row[0] for row in watched()})
    viewers = frames.spark.createDataFrame(
        [(one, accounts.get(one, one), "US", False, 18, []) for one in profiles],
        "profile_id string, account_id string, region string, kids boolean, maturity_limit int, "
        "favourite_genres array<string>",
    )
    titles = frames.titles(TITLES, works=[]).withColumnRenamed("id", "title_id")
    interactions = frames.interactions(watched())
    numbered = title_numbers.number_titles(titles.toArrow(), title_numbers.count_rows(interactions))
    packed = histories.pack_histories(interactions, viewers, numbered, frames.as_of, partitions)
    packed.write.parquet(folder.as_uri())
    ids = numbered["title_id"].to_pylist()
    genre = {one: "Horror" if int(one[1:]) % 2 else "Comedy" for one in ids}
    facts = LikenessFacts(
        index_content([[f"genre:{genre[one]}"] for one in ids]),
        np.zeros(len(ids), np.int64),
        np.full(len(ids), -1, np.int32),
        np.zeros(len(ids), bool),
    )
    likers = similar_titles.count_all_likers(frames.spark, folder, facts)
    facts = LikenessFacts(facts.content, likers, facts.works, facts.new)
    made = similar_titles.rank_lists(frames.spark, folder, ids, facts, MEASURE, 40, block_bytes)
    return {
        row.title_id: list(zip(row.neighbour_ids, row.scores, row.support, strict=True))
        for row in made.collect()
    }


def test_files_and_blocks_change_nothing_and_every_title_has_neighbours(frames: Any, tmp_path: Path) -> None:
    one = lists(frames, tmp_path / "one", 1, 10**6, {})
    many = lists(frames, tmp_path / "many", 5, 9 * 12, {})
    assert one == many
    assert sorted(one) == TITLES
    assert {support for _, _, support in one["t8"]} == {0}
    assert max(item[2] for items in one.values() for item in items) >= 3


def test_five_profiles_of_one_account_are_one(frames: Any, tmp_path: Path) -> None:
    homes = {f"p{number:02}": "home" for number in range(12)}
    assert {
        item[2] for items in lists(frames, tmp_path / "home", 2, 10**6, homes).values() for item in items
    } == {0}
