"""Two designers' changes of one layout: what does not overlap is kept from both, else both values are shown."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.layouts.merge import MergeConflict, merge_documents
from domain.layouts.patches import apply_patch
from domain.layouts.validation import layout_problems
from domain.serialization import Document
from tests.domain.made_layouts import a_document, documents, patches

PINS = [{"title_id": f"m{number}", "slot": number, "until": "2027-01-01"} for number in (1, 2, 3)]
BASE = a_document(
    priority=1,
    overrides=[
        {"when": {"device": "tv"}, "set": {"new": {"max_cards": 10}}},
        {"when": {"market": "DE"}, "move": {"new": {"to": 1}}},
    ],
)
BASE["rows"]["picks"]["pins"] = PINS


def changed(change: Any) -> Document:
    document = copy.deepcopy(BASE)
    change(document)
    return document


def set_path(document: Document, path: tuple[str | int, ...], value: object) -> None:
    target: Any = document
    for part in path[:-1]:
        target = target[part]
    target[path[-1]] = value


EDITS: list[tuple[tuple[str | int, ...], object]] = [
    (("priority",), 5),
    (("personal_order",), True),
    (("rows", "picks", "max_cards"), 12),
    (("rows", "picks", "title", "en"), "Chosen for You"),
    (("rows", "picks", "title", "de"), "Für dich"),
    (("rows", "picks", "pins", 0, "slot"), 4),
    (("rows", "picks", "pins", 2, "until"), "2027-02-01"),
    (("rows", "new", "filter"), "year > 2000"),
    (("overrides", 0, "set", "new", "max_cards"), 8),
    (("overrides", 1, "move", "new", "to"), 2),
    (("order",), ["trending", "continue", "picks", "because", "new"]),
    (("stand_ins",), {"spare": {"source": "genre"}}),
]


@given(
    st.lists(st.sampled_from(range(len(EDITS))), unique=True), st.lists(st.booleans(), min_size=len(EDITS))
)
def test_edits_of_different_parts_are_both_kept(chosen: list[int], is_mine: list[bool]) -> None:
    mine, theirs, both = (copy.deepcopy(BASE) for _ in range(3))
    for number in chosen:
        path, value = EDITS[number]
        for document in (mine if is_mine[number] else theirs, both):
            set_path(document, path, copy.deepcopy(value))
    merged = merge_documents(BASE, mine, theirs)
    assert (merged.document, merged.conflicts) == (both, ())
    assert layout_problems(merged.document) == ()


@given(documents(), patches, patches)
def test_a_merge_with_an_unchanged_side_is_the_other_side(
    base: Document, one: Document, two: Document
) -> None:
    mine, theirs = apply_patch(base, one).document, apply_patch(base, two).document
    assert merge_documents(base, mine, base).document == mine
    assert merge_documents(base, base, theirs).document == theirs
    same = merge_documents(base, mine, mine)
    assert (same.document, same.conflicts) == (mine, ())


@given(documents(), patches, patches)
def test_a_merge_has_the_same_conflicts_from_either_side_and_an_order_of_its_rows(
    base: Document, one: Document, two: Document
) -> None:
    mine, theirs = apply_patch(base, one).document, apply_patch(base, two).document
    merged, mirrored = merge_documents(base, mine, theirs), merge_documents(base, theirs, mine)
    swapped = {(str(each.path), str(each.theirs), str(each.mine)) for each in mirrored.conflicts}
    assert {(str(each.path), str(each.mine), str(each.theirs)) for each in merged.conflicts} == swapped
    assert sorted(merged.document["order"]) == sorted(merged.document["rows"])
    assert merge_documents(base, mine, theirs, prefer_theirs=True).conflicts == merged.conflicts


def test_what_both_changed_is_shown_with_both_values() -> None:
    def mine(document: Document) -> None:
        document["rows"]["picks"]["max_cards"] = 12
        document["rows"]["picks"]["pins"][0]["slot"] = 7
        del document["rows"]["new"]
        document["order"] = ["trending", "continue", "picks", "because"]

    def theirs(document: Document) -> None:
        document["rows"]["picks"]["max_cards"] = 15
        document["rows"]["picks"]["pins"][0]["slot"] = 8
        document["rows"]["new"]["filter"] = "year > 2000"
        document["order"] = ["continue", "trending", "picks", "because", "new"]

    merged = merge_documents(BASE, changed(mine), changed(theirs))
    new = {"source": "new_releases"}
    assert set(map(repr, merged.conflicts)) == set(map(repr, [
        MergeConflict(("rows", "picks", "max_cards"), 40, 12, 15),
        MergeConflict(("rows", "picks", "pins", 0, "slot"), 1, 7, 8),
        MergeConflict(("rows", "new"), new, None, new | {"filter": "year > 2000"}),
        MergeConflict(("order", "trending"), 4, 1, 2),
    ]))  # fmt: skip
    assert merged.document["rows"]["picks"]["max_cards"] == 12
    assert merged.document["order"] == ["trending", "continue", "picks", "because"]
    other = merge_documents(BASE, changed(mine), changed(theirs), prefer_theirs=True).document
    assert other["rows"]["picks"]["max_cards"] == 15
    assert other["order"] == ["continue", "trending", "picks", "because", "new"]


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        (["new", "continue", "picks", "because", "trending"], ["continue", "because", "picks", "trending", "new"],
         ["new", "continue", "because", "picks", "trending"]),
        (["continue", "picks", "because", "trending"], ["continue", "picks", "trending", "because", "new"],
         ["continue", "picks", "trending", "because"]),
    ],
)  # fmt: skip
def test_moves_of_different_rows_are_both_made(mine: list[str], theirs: list[str], merged: list[str]) -> None:
    def with_order(order: list[str]) -> Document:
        document = a_document(order=order)
        document["rows"] = {name: row for name, row in document["rows"].items() if name in order}
        return document

    result = merge_documents(a_document(), with_order(mine), with_order(theirs))
    assert (result.document["order"], result.conflicts) == (merged, ())


def test_rows_that_both_add_are_both_there() -> None:
    def adding(name: str, at: int) -> Document:
        document = a_document()
        document["rows"][name] = {"source": "genre"}
        document["order"].insert(at, name)
        return document

    merged = merge_documents(a_document(), adding("drama", 1), adding("crime", 4)).document
    assert merged["order"] == ["continue", "drama", "picks", "because", "trending", "crime", "new"]
    one, other = adding("drama", 1), adding("drama", 1)
    other["rows"]["drama"]["max_cards"] = 9
    assert merge_documents(a_document(), one, other).document["rows"]["drama"] == {
        "source": "genre",
        "max_cards": 9,
    }
