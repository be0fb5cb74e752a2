"""A draft as an arm: the patch makes the draft of its base, and only its own changes of a newer one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInput
from domain.layouts.patch_diff import affected_rows, merge_patch_between, patch_between
from domain.layouts.patches import apply_merge_patch, apply_patch
from domain.layouts.validation import layout_problems
from tests.domain.made_layouts import a_document, rows

ids = st.sampled_from(["a", "b", "c", "d", "e", "f", "g"])


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    order = draw(st.lists(ids, min_size=1, max_size=7, unique=True))
    page = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "personal_order": st.booleans(),
                "caps": st.fixed_dictionaries({}, optional={"franchise": st.integers(1, 4)}),
                "weights": st.fixed_dictionaries({}, optional={"taste": st.floats(0, 2)}),
            },
        )
    )
    return {"layout": "home", "order": order, "rows": {name: draw(rows) for name in order}, **page}


@given(documents(), documents())
def test_the_patch_between_two_documents_makes_one_of_the_other(
    base: dict[str, Any], changed: dict[str, Any]
) -> None:
    result = apply_patch(base, patch_between(base, changed))
    assert result.unapplied == ()
    assert result.document == changed


@given(documents())
def test_nothing_changed_is_an_empty_patch(base: dict[str, Any]) -> None:
    assert patch_between(base, base) == {}


@given(documents(), st.data())
def test_moving_one_row_is_one_move(base: dict[str, Any], data: st.DataObject) -> None:
    order = list(base["order"])
    name = data.draw(st.sampled_from(order))
    order.remove(name)
    order.insert(data.draw(st.integers(0, len(order))), name)
    patch = patch_between(base, {**base, "order": order})
    assert len(patch.get("move", {})) == (0 if order == base["order"] else 1)


values = st.recursive(
    st.none() | st.integers(0, 3) | st.just("x"),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3) | st.lists(inner, max_size=2),
    max_leaves=8,
)


def _without_null(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_null(inner) for name, inner in value.items() if inner is not None}
    return value


mappings = st.dictionaries(st.sampled_from("abc"), values, max_size=3).map(_without_null)


@given(mappings, mappings)
def test_a_merge_patch_makes_the_new_mapping_of_the_old(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert apply_merge_patch(old, merge_patch_between(old, new)) == new


def test_a_draft_keeps_what_was_published_since() -> None:
    base = a_document()
    draft = a_document(order=["trending", "continue", "picks", "because", "new"])
    patch = patch_between(base, draft)
    assert patch == {"move": {"trending": {"to": 1}}}
    newer = a_document()
    newer["rows"]["picks"]["max_cards"] = 12
    newer["rows"]["week"] = {"source": "trending", "options": {"window": "week"}}
    newer["order"] = ["week", *newer["order"]]
    result = apply_patch(newer, patch).document
    assert result["order"] == ["trending", "week", "continue", "picks", "because", "new"]
    assert result["rows"]["picks"]["max_cards"] == 12


def test_rows_sources_and_weights_can_all_be_an_arm() -> None:
    draft = a_document(weights={"taste": 0.9})
    draft["rows"]["because"] = {"source": "because_you_liked", "options": {"rows": 1}}
    del draft["rows"]["new"]
    draft["order"].remove("new")
    patch = patch_between(a_document(), draft)
    assert patch == {
        "remove": ["new"],
        "set": {"because": {"source": "because_you_liked", "options": {"rows": 1}}},
        "page": {"weights": {"taste": 0.9}},
    }
    variants = {"row-order": {"weights": {"A": 50, "B": 50}, "B": [patch]}}
    assert layout_problems(a_document(variants=variants)) == ()


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"targets": {"devices": ["tv"]}}, "targets"),
        ({"schedule": {"weekdays": ["mon"]}, "priority": 3}, "priority, schedule"),
        ({"overrides": [{"when": {"device": "tv"}, "remove": ["new"]}]}, "overrides"),
    ],
)
def test_changes_that_no_patch_can_express_are_refused_by_name(change: dict[str, Any], what: str) -> None:
    with pytest.raises(BadInput, match=f"this draft also changes {what}. Publish that first, or undo it.$"):
        patch_between(a_document(), a_document(**change))


def test_stand_ins_can_be_changed_but_not_added() -> None:
    spare = {"source": "trending", "options": {"window": "week"}}
    base = a_document(stand_ins={"week": spare})
    changed = a_document(stand_ins={"week": {**spare, "max_cards": 10}})
    assert patch_between(base, changed) == {"set": {"week": {"max_cards": 10}}}
    with pytest.raises(BadInput, match=r"cannot add or remove stand-ins \(week\)"):
        patch_between(a_document(), base)


def test_affected_rows_of_a_patch() -> None:
    patch = {
        "remove": ["a"],
        "add": {"b": {}},
        "set": {"c": {}},
        "move": {"d": {"to": 1}},
        "when": {"kids": True},
    }
    assert affected_rows(patch) == {"a", "b", "c", "d"}
    assert affected_rows({"page": {"budget_ms": 300}, "remove": ["a"]}) is None
    assert affected_rows({}) == frozenset()
