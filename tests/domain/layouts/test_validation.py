"""A bad layout is refused whole, with all its problems: here those that no JSON Schema can find."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from domain.layouts.validation import BadLayout, layout_problems, require_valid
from domain.serialization import Document
from tests.domain.made_layouts import a_document, documents


def messages(document: object) -> list[str]:
    return [str(problem) for problem in layout_problems(document)]


def with_row(name: str, **changes: Any) -> Document:
    document = a_document()
    document["rows"][name] |= changes
    return document


def with_patch(**patch: Any) -> Document:
    return a_document(overrides=[{"when": {"device": "tv"}, **patch}])


@given(documents())
def test_made_documents_are_usable(document: Document) -> None:
    assert messages(document) == []


def test_every_problem_is_reported_at_once() -> None:
    document = with_row("picks", min_cards=9, max_cards=8)
    document["order"][4] = "news"
    document["schedule"] = {"from": "2026-02-30", "zone": "Europe/Berln"}
    with pytest.raises(BadLayout) as refused:
        require_valid(document)
    assert [str(problem) for problem in refused.value.problems] == [
        "order[5]: there is no row 'news'. Did you mean 'new'?",
        "rows.new: is missing from `order`, so it would never show.",
        "rows.picks.min_cards: is 9, more than max_cards, which is 8.",
        "schedule.from: '2026-02-30' is not in the calendar.",
        "schedule.zone: 'Europe/Berln' is not a time zone. Did you mean 'Europe/Berlin'?",
    ]
    assert str(refused.value).startswith("layout 'home': order[5]: there is no row 'news'.")


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"max_cards": 2}, "rows.new.min_cards: is 3, more than max_cards, which is 2."),
        ({"place": {"earliest": 5, "latest": 2}}, "rows.new.place: earliest 5 is after latest 2."),
        ({"place": {"after": "new"}}, "rows.new.place.after: a row cannot be placed next to itself."),
        ({"short": ["replace"]}, "rows.new.short: `replace` needs a `stand_in`."),
        ({"stand_in": "other", "short": ["replace"]}, "rows.new.stand_in: `stand_ins` has no row 'other'."),
        ({"stand_in": "popular"}, "rows.new.stand_in: is never used: add `replace` to the row's `short` rules."),
        (
            {"pins": [{"title_id": "a", "slot": 30, "until": "2027-01-01"}]},
            "rows.new.pins[1].slot: is 30; the row has 20 slots.",
        ),
        (
            {"pins": [{"title_id": "a", "slot": 1, "since": "2027-01-02", "until": "2027-01-01"}]},
            "rows.new.pins[1].until: it ends at 2027-01-01, before it starts at 2027-01-02.",
        ),
        (
            {"pins": [{"title_id": name, "slot": 1, "until": "2027-01-01"} for name in "ab"]},
            "rows.new.pins[2].slot: slot 1 is already pinned to a until 2027-01-01. Use another slot, or begin "
            "with `since` when that ends.",
        ),
        (
            {"mix": [{"source": "genre", "share": 0.7}, {"source": "trending", "share": 0.5}]},
            "rows.new.mix: the shares add up to 1.2; at most 1 is possible.",
        ),
        ({"when": {"history": {"min": 5, "max": 3}}}, "rows.new.when.history: min 5 is above max 3: it never holds."),
        ({"when": {"hour": {"from": 5, "to": 5}}},
         "rows.new.when.hour: from and to are the same hour: it never holds."),
        ({"schedule": {"from": "2027-01-02", "to": "2027-01-02"}},
         "rows.new.schedule.to: it ends at 2027-01-02, before it starts at 2027-01-02."),
    ],
)  # fmt: skip
def test_a_row_that_cannot_work_is_named(row: Document, problem: str) -> None:
    document = with_row("new", **row) | {"stand_ins": {"popular": {"source": "trending"}}}
    assert messages(document) == [problem]


def test_a_filter_is_tried_on_its_own_tests() -> None:
    tests = [
        {"title": {"genre": "Crime"}, "matches": True},
        {"title": {"year": 1990}, "matches": True},
        {"title": {"yeer": 1990}, "matches": True},
    ]
    assert [
        str(problem)
        for problem in layout_problems(with_row("new", filter="genre = Crime", filter_tests=tests))
    ] == [
        "rows.new.filter_tests: case 2: does not match, but should: {'year': 1990}",
        "rows.new.filter_tests: case 3: title: there is no field 'yeer'; did you mean year?",
    ]
    assert list(layout_problems(with_row("new", filter="genre = Crime", filter_tests=tests[:1]))) == []


def test_a_rule_that_cannot_be_read_is_named_where_it_stands() -> None:
    document = with_row("new", filter="genr = Crime", quotas=[{"match": "year >", "share": 0.1}])
    places = [problem.path for problem in layout_problems(document)]
    assert places == [("rows", "new", "filter"), ("rows", "new", "quotas", 0, "match")]


def test_two_rows_are_not_pinned_to_one_position_unless_a_condition_tells_them_apart() -> None:
    document = with_row("new", place={"pin": 2})
    document["rows"]["picks"]["place"] = {"pin": 2}
    assert messages(document) == ["rows.new.place.pin: 'picks' is already pinned to position 2."]
    document["rows"]["new"]["when"] = {"kids": True}
    assert messages(document) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            {"targets": {"markets": ["*", "DE"]}},
            'targets.markets: "*" means every market; remove the others.',
        ),
        (
            {"targets": {"markets": ["DE", "UK"]}},
            "targets.markets[2]: 'UK' is not a region of ISO 3166. Did you mean GB?",
        ),
        (
            {"overrides": [{"when": {"market": "uk"}, "remove": ["new"]}]},
            "overrides[1].when.market: 'uk' is not a region of ISO 3166. Did you mean GB?",
        ),
        (
            {"overrides": [{"when": {"market": ["CA-QC", "CA-QU"]}, "remove": ["new"]}]},
            "overrides[1].when.market[2]: 'CA-QU' is not a region of ISO 3166. Did you mean CA-QC?",
        ),
        (
            {"stand_ins": {"new": {"source": "genre"}}},
            "stand_ins.new: is also the id of a row; use another id.",
        ),
        (
            {"variants": {"exp": {"weights": {"A": 0}}}},
            "variants.exp.weights: at least one arm needs a weight above 0.",
        ),
        (
            {"variants": {"exp": {"weights": {"control": 1, "treat": 1}, "treet": []}}},
            "variants.exp.treet: the arm 'treet' has no weight in `weights`. Did you mean 'treat'?",
        ),
    ],
)
def test_an_invalid_layout_is_refused_with_the_reason(change: Document, problem: str) -> None:
    assert messages(a_document(**change)) == [problem]


@pytest.mark.parametrize(
    ("patch", "problem"),
    [
        (
            {"move": {"trendng": {"to": 1}}},
            "move.trendng: there is no row 'trendng'. Did you mean 'trending'?",
        ),
        ({"remove": ["gone"]}, "remove[1]: there is no row 'gone'."),
        ({"move": {"new": {"to": 1, "after": "picks"}}}, "move.new: takes only one of to, after or before."),
        ({"move": {"new": {}}}, "move.new: must not be empty."),
        (
            {"add": {"new": {"source": "genre"}}},
            "add.new: there is already a row 'new'; change it with `set`.",
        ),
        ({"set": {"new": {"min_cards": 30}}}, ""),
    ],
)
def test_a_patch_of_a_missing_row_is_refused(patch: Document, problem: str) -> None:
    expected = f"overrides[1].{problem}" if problem else (
        "overrides[1]: once applied, rows.new.min_cards: is 30, more than max_cards, which is 20."
    )  # fmt: skip
    assert expected in messages(with_patch(**patch))


def test_a_patch_is_refused_once_the_base_has_lost_its_row() -> None:
    document = with_patch(move={"trending": {"after": "continue"}})
    assert messages(document) == []
    document["order"].remove("trending")
    del document["rows"]["trending"]
    assert messages(document) == ["overrides[1].move.trending: there is no row 'trending'."]


def test_a_patch_may_change_what_another_one_adds() -> None:
    first = {
        "when": {"device": "tv"},
        "add": {"winter": {"source": "editorial", "options": {"titles": "m1"}}},
    }
    second = {"when": {"market": "DE"}, "set": {"winter": {"max_cards": 9}}}
    assert messages(a_document(overrides=[first, second])) == []


def test_patches_that_only_break_it_together_are_refused() -> None:
    first = {"when": {"device": "tv"}, "set": {"new": {"min_cards": 10}}}
    second = {"when": {"market": "DE"}, "set": {"new": {"max_cards": 9, "min_cards": 4}}}
    third = {"when": {"kids": True}, "set": {"new": {"min_cards": 15}}}
    assert messages(a_document(overrides=[first, second, third])) == [
        "overrides: once applied, rows.new.min_cards: is 15, more than max_cards, which is 9."
    ]


def test_an_arm_is_tried_on_top_of_the_overrides() -> None:
    document = with_patch(set={"new": {"max_cards": 9}})
    document["variants"] = {"exp": {"weights": {"A": 1, "B": 1}, "B": [{"set": {"new": {"min_cards": 12}}}]}}
    assert messages(document) == [
        "variants.exp.B: once applied, rows.new.min_cards: is 12, more than max_cards, which is 9."
    ]


def test_a_patch_that_removes_every_row_is_refused() -> None:
    assert messages(with_patch(remove=a_document()["order"])) == [
        "overrides[1]: removes the last row; a page needs at least one."
    ]
