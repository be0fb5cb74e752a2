"""Made pages hold every kind of row and title there is, are each profile's own, and the same in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from domain.layouts.row_kinds import RowSource

ROOT = Path(__file__).parents[1]

TELL = """
import json
from made_pages import MadePages, Recipe

told = []
for viewer, page in MadePages(Recipe(titles=400, profiles=3)).homes.values():
    told.append({
        "snapshot": page.snapshot_id,
        "kinds": [row.candidates.kind for row in page.rows],
        "cards": [[card.title.id for card in row.cards] for row in page.rows],
        "titles": sorted({card.title.kind for row in page.rows for card in row.cards}),
        "resumed": sum(card.candidate.resume is not None for row in page.rows for card in row.cards),
        "reasons": sum(card.seed is not None for row in page.rows for card in row.cards),
    })
print(json.dumps(told))
"""


def test_every_kind_of_row_and_of_title_stands_on_a_page() -> None:
    for page in told():
        assert set(page["kinds"]) == {source.value for source in RowSource}
        assert page["titles"] == ["episode", "movie", "series"]
        assert [len(cards) for cards in page["cards"]] == [20] * 16
        assert page["resumed"] == 20
        assert page["reasons"] > 60


def test_no_two_profiles_have_the_same_rows_or_cards() -> None:
    first, second, third = told()
    assert len({page["snapshot"] for page in told()}) == 3
    assert first["kinds"] != second["kinds"] != third["kinds"]
    assert first["cards"] != second["cards"] != third["cards"]


def test_the_same_recipe_makes_the_same_pages_in_another_process() -> None:
    assert made_in_a_process("1") == made_in_a_process("2")


@cache
def told() -> Any:
    return made_in_a_process("0")


def made_in_a_process(hash_seed: str) -> Any:
    """`hash_seed`: sets of strings have another order for each."""
    path = os.pathsep.join((str(ROOT), str(ROOT / "tests" / "bench")))
    finished = subprocess.run(
        [sys.executable, "-c", TELL],
        env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(finished.stdout)
