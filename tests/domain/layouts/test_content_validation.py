"""The checks of rows and conditions hold in overrides, arms and experiments too."""

from __future__ import annotations

from typing import Any

import pytest

from domain.layouts.document_size import MAX_VALUES
from domain.layouts.validation import layout_problems
from domain.serialization import Document
from tests.domain.made_layouts import a_document

EMPTY_EDITORIAL = (
    "an editorial row shows the titles that you list, and this one lists none. "
    "Write raw ids with spaces between them: {titles: m00042 m00007}."
)


def messages(**changes: Any) -> list[str]:
    return [str(problem) for problem in layout_problems(a_document(**changes))]


def overriding(**patch: Any) -> list[str]:
    return messages(overrides=[{"when": {"device": "mobile"}, **patch}])


def test_a_patch_is_checked_as_the_row_that_it_makes() -> None:
    assert overriding(set={"trending": {"source": "genre"}}) == [
        "overrides[1].set.trending.options.window: 'window' is an option of trending, so it has no effect here: "
        "genre has the options genre, rows, watched_from."
    ]
    assert overriding(set={"trending": {"options": {"window": None, "gnre": "Drama"}}}) == [
        "overrides[1].set.trending.options.gnre: 'gnre' is no option, so it has no effect here: trending has the "
        "options window, genre, watched_from. Did you mean 'genre'?"
    ]
    assert overriding(add={"picked": {"source": "editorial"}}) == [
        f"overrides[1].add.picked.options: {EMPTY_EDITORIAL}"
    ]
    arm = {"exp": {"weights": {"A": 1, "B": 1}, "B": [{"set": {"picks": {"title": {"en": "For {name}"}}}}]}}
    assert [one.partition(":")[0] for one in messages(variants=arm)] == [
        "variants.exp.B[1].set.picks.title.en"
    ]


def test_a_problem_of_the_base_is_told_once() -> None:
    document = a_document()
    document["rows"]["new"]["title"] = {"en": "{n}"}
    document["overrides"] = [{"when": {"kids": True}, "set": {"new": {"max_cards": 9}}}]
    assert [problem.path for problem in layout_problems(document)] == [("rows", "new", "title", "en")]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"targets": {"markets": ["DE", "UK"]}}, "targets.markets[2]"),
        ({"overrides": [{"when": {"market": "UK"}, "remove": ["new"]}]}, "overrides[1].when.market"),
        ({"overrides": [{"when": {"device": "tv"}, "set": {"new": {"when": {"market": ["FR", "UK"]}}}}]},
         "overrides[1].set.new.when.market[2]"),
        ({"variants": {"exp": {"weights": {"A": 1, "B": 1}, "B": [{"when": {"market": "UK"}, "remove": ["new"]}]}}},
         "variants.exp.B[1].when.market"),
    ],
)  # fmt: skip
def test_a_market_that_is_no_region_is_named_at_every_place(change: Document, path: str) -> None:
    assert messages(**change) == [f"{path}: 'UK' is not a region of ISO 3166. Did you mean GB?"]


def test_an_arm_that_its_experiment_lacks_never_holds() -> None:
    variants = {"exp": {"weights": {"control": 1, "treat": 1}, "treat": [{"remove": ["new"]}]}}
    holder = {
        "overrides": [{"when": {"arm": {"exp": ["treet"]}}, "move": {"new": {"to": 1}}}],
        "variants": variants,
    }
    assert messages(**holder) == [
        "overrides[1].when.arm.exp: experiment exp has no arm 'treet'. Did you mean 'treat'?"
    ]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (a_document(order=["new"] * (MAX_VALUES + 1)), "has more than 10,000 keys and values."),
        (a_document(order=[f"r{n}" for n in range(2000)], rows={f"r{n}": {"source": "genre"} for n in range(2000)}),
         "order: has 2000 entries; at most 100 are possible."),
        (a_document(rows={f"r{n}": {"source": "genre"} for n in range(101)}),
         "rows: has 101 entries; at most 100 are possible."),
    ],
)  # fmt: skip
def test_a_document_without_end_is_refused_before_it_is_looked_through(
    document: Document, message: str
) -> None:
    assert any(str(problem).startswith(message) for problem in layout_problems(document))


def test_nesting_without_end_is_refused() -> None:
    nested: Any = "x"
    for _ in range(100_000):
        nested = [nested]
    [problem] = layout_problems(a_document(overrides=nested))
    assert str(problem) == "overrides[1]: is nested more than 16 levels deep; a layout needs ten."


def test_two_rows_are_not_moved_to_one_position_by_one_patch() -> None:
    document = a_document()
    first, second = document["order"][:2]
    document["overrides"] = [{"when": {"device": "tv"}, "move": {first: {"to": 1}, second: {"to": 1}}}]
    assert [str(problem) for problem in layout_problems(document)] == [
        f"overrides[1].move.{second}.to: {first!r} is moved to position 1, too. Write another position for one."
    ]
    document["overrides"] = [
        {"when": {"device": "tv"}, "move": {first: {"to": 1}, second: {"to": 2}}},
        {"when": {"device": "web"}, "move": {second: {"to": 1}}},
    ]
    assert layout_problems(document) == ()
