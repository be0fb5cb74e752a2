"""Patches change what they name and nothing else, and what is not there is reported."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.layouts.patches import apply_merge_patch, apply_patch, apply_patches
from domain.serialization import Document
from tests.domain.made_layouts import a_document, documents, moves, patches, row_ids


def patched(**patch: Any) -> tuple[Document, list[str]]:
    result = apply_patch(a_document(), patch)
    return result.document, [str(problem) for problem in result.unapplied]


@pytest.mark.parametrize(
    ("where", "order"),
    [
        ({"to": 1}, ["trending", "continue", "picks", "because", "new"]),
        ({"to": 3}, ["continue", "picks", "trending", "because", "new"]),
        ({"to": 99}, ["continue", "picks", "because", "new", "trending"]),
        ({"after": "continue"}, ["continue", "trending", "picks", "because", "new"]),
        ({"before": "continue"}, ["trending", "continue", "picks", "because", "new"]),
        ({"after": "new"}, ["continue", "picks", "because", "new", "trending"]),
    ],
)
def test_a_row_is_moved(where: Document, order: list[str]) -> None:
    document, missed = patched(move={"trending": where})
    assert (document["order"], missed) == (order, [])


def test_a_row_is_taken_away_from_rows_and_order() -> None:
    document, missed = patched(remove=["because"])
    assert document["order"] == ["continue", "picks", "trending", "new"]
    assert ("because" in document["rows"], missed) == (False, [])


def test_a_row_is_added_at_the_end_and_moved_by_the_same_patch() -> None:
    document, missed = patched(add={"winter": {"source": "editorial"}}, move={"winter": {"to": 2}})
    assert document["order"] == ["continue", "winter", "picks", "because", "trending", "new"]
    assert (document["rows"]["winter"], missed) == ({"source": "editorial"}, [])


def test_setting_merges_key_by_key_and_null_takes_a_key_away() -> None:
    change = {"picks": {"max_cards": None, "title": {"de": "Empfehlungen"}, "caps": {"franchise": 3}}}
    document, missed = patched(set=change)
    assert document["rows"]["picks"] == {
        "source": "top_picks",
        "title": {"en": "Top Picks", "de": "Empfehlungen"},
        "caps": {"franchise": 3},
    }
    assert missed == []


def test_stand_ins_can_be_set_too() -> None:
    base = a_document(stand_ins={"popular": {"source": "trending"}})
    result = apply_patch(base, {"set": {"popular": {"max_cards": 9}}})
    assert result.document["stand_ins"] == {"popular": {"source": "trending", "max_cards": 9}}


def test_the_layouts_own_keys_are_changed_by_page() -> None:
    document, _ = patched(page={"weights": {"taste": 0.9}, "personal_order": True})
    assert (document["weights"], document["personal_order"]) == ({"taste": 0.9}, True)


def test_what_is_not_there_is_left_out_and_reported_with_a_guess() -> None:
    document, missed = patched(
        remove=["pick"],
        add={"new": {"source": "genre"}},
        set={"trendng": {"max_cards": 9}},
        move={"gone": {"to": 1}, "new": {"after": "becuse"}, "picks": {"after": "picks"}},
    )
    assert document == a_document()
    assert missed == [
        "remove[1]: there is no row 'pick'. Did you mean 'picks'?",
        "add.new: there is already a row 'new'; change it with `set`.",
        "set.trendng: there is no row 'trendng'. Did you mean 'trending'?",
        "move.gone: there is no row 'gone'.",
        "move.new.after: there is no row 'becuse'. Did you mean 'because'?",
        "move.picks: 'picks' cannot be moved next to itself.",
    ]


def test_a_change_of_the_base_reaches_the_patched_layout() -> None:
    base = a_document()
    patch = {"move": {"trending": {"to": 1}}}
    base["rows"]["picks"]["max_cards"] = 12
    assert apply_patch(base, patch).document["rows"]["picks"]["max_cards"] == 12


@given(documents(), patches)
def test_the_given_document_stays_as_it_is_and_rows_and_order_agree(
    document: Document, patch: Document
) -> None:
    before = copy.deepcopy(document)
    after = apply_patch(document, patch).document
    assert document == before
    assert sorted(after["order"]) == sorted(after["rows"])


@given(documents(), row_ids, moves)
def test_moving_only_changes_the_order_and_moving_again_changes_nothing(
    document: Document, name: str, where: Document
) -> None:
    once = apply_patch(document, {"move": {name: where}}).document
    others = [row for row in document["order"] if row != name]
    assert [row for row in once["order"] if row != name] == others
    assert once | {"order": []} == document | {"order": []}
    assert apply_patch(once, {"move": {name: where}}).document == once


@given(documents(), patches)
def test_rows_that_a_patch_does_not_name_are_untouched(document: Document, patch: Document) -> None:
    named = {*patch.get("remove", ()), *patch.get("set", {}), *patch.get("add", {})}
    after = apply_patch(document, patch).document
    for name in set(document["rows"]) - named:
        assert after["rows"][name] == document["rows"][name]


@given(documents(), st.lists(patches, max_size=3))
def test_patches_are_made_one_after_the_other(document: Document, several: list[Document]) -> None:
    expected = dict(document)
    for patch in several:
        expected = apply_patch(expected, patch).document
    assert apply_patches(document, several).document == expected


def test_merging_follows_rfc_7396() -> None:
    assert apply_merge_patch(
        {"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"b": None, "e": {"f": None}}, "d": [2]}
    ) == {
        "a": {"c": 2, "e": {}},
        "d": [2],
    }
