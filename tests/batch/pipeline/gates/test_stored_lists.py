"""What gates call broken is what readers cannot use, and the other way round."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.pipeline.gates.stored_lists import parse_list
from domain.recommendations.documents import (
    neighbours_from_document,
    ranked_list_from_document,
    top_picks_from_document,
)
from domain.storage_names import POPULAR, SIMILAR, TOP_PICKS, TRENDING

READERS = {
    TOP_PICKS: top_picks_from_document,
    SIMILAR: neighbours_from_document,
    POPULAR: ranked_list_from_document,
    TRENDING: ranked_list_from_document,
}
ITEMS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.floats(0, 1), st.just("popular"), st.none()).flatmap(
        lambda item: st.integers(0, 4).map(lambda size: list(item[:size]))
    ),
    max_size=4,
    unique_by=lambda item: item[0] if item else None,
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "items": ITEMS,
        "taste": ITEMS,
        "computed_at": st.integers(0, 2**41),
        "profile_id": st.just("p"),
    },
)


@pytest.mark.parametrize("dataset", READERS)
@given(document=DOCUMENTS)
def test_a_list_is_whole_exactly_when_its_reader_takes_it(dataset: str, document: dict[str, Any]) -> None:
    try:
        READERS[dataset](document)
        is_read = True
    except (KeyError, TypeError, ValueError):
        is_read = False
    found = parse_list(dataset, "p", document, "p")
    assert (found.problem is None) == is_read
    if found.problem is None:
        assert list(found.ids) == [item[0] for item in document["items"]]


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (None, "which cannot be read"),
        ({"items": [["a", 1.0, 3]], "computed_at": 0}, "which cannot be read"),
        ({"items": [["", 1.0, "similar", None]], "computed_at": 0}, "which cannot be read"),
        (
            {"items": [["a", float("inf"), "similar", None]], "computed_at": 0},
            "which has a score that is no number",
        ),
        ({"items": [["a", True, "similar", None]], "computed_at": 0}, "which has a score that is no number"),
        (
            {"items": [], "taste": [["a", 1, "similar", "b"]] * 2, "computed_at": 0},
            "which holds a title twice",
        ),
        ({"items": [], "computed_at": 0, "profile_id": "q"}, "which is of q"),
    ],
)
def test_what_is_broken_in_picks_is_named(document: dict[str, Any] | None, says: str) -> None:
    assert parse_list(TOP_PICKS, "p", document, "p").problem == f"that of p, {says}"
