"""Our checker of JSON Schema agrees with the reference implementation, and speaks to designers."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from domain.json_schema import check, did_you_mean, path_text
from domain.layouts.schema import LAYOUT_SCHEMA, SYNONYMS
from domain.serialization import Document
from tests.domain.made_layouts import a_document, documents, patches

REFERENCE = Draft202012Validator(LAYOUT_SCHEMA)
RUBBISH: list[Any] = [
    None,
    0,
    -1,
    7,
    41,
    2.5,
    True,
    "",
    "tv",
    "a b",
    "mon",
    [],
    ["tv", "tv"],
    {},
    {"x": 1},
    [[]],
]


def places(value: object) -> list[tuple[Any, Any]]:
    """Every (container, key) within a value."""
    found: list[tuple[Any, Any]] = []
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        found.append((value, key))
        found += places(value[key])  # type: ignore[index]
    return found


@st.composite
def damaged(draw: st.DrawFn) -> Document:
    """A document with a value or a key replaced by something that may or may not do."""
    document: Document = copy.deepcopy(draw(documents()))
    document["overrides"] = [
        {"when": {"device": ["tv"], "hour": {"from": 1, "to": 2}}, **copy.deepcopy(draw(patches))}
    ]
    document["variants"] = {"exp": {"weights": {"A": 1, "B": 0.5}, "B": [copy.deepcopy(draw(patches))]}}
    document["schedule"] = {"from": "2026-12-20T18:00", "monthly": [1, "last"]}
    container, key = draw(st.sampled_from(places(document)))
    if isinstance(container, dict) and draw(st.booleans()):
        container[draw(st.sampled_from(["sorce", "x y", "when", "weights", "de"]))] = container.pop(key)
    else:
        container[key] = draw(st.sampled_from(RUBBISH))
    return document


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(LAYOUT_SCHEMA)


@given(damaged())
def test_a_document_has_problems_here_exactly_when_the_reference_refuses_it(document: Document) -> None:
    assert bool(list(check(document, LAYOUT_SCHEMA))) is not REFERENCE.is_valid(document)


@given(documents(), patches)
def test_made_documents_and_patches_fit(document: Document, patch: Document) -> None:
    whole = document | {"overrides": [{"when": {"kids": True}, **patch}]}
    assert list(check(whole, LAYOUT_SCHEMA)) == []


@pytest.mark.parametrize("document", [None, 3, "home", [], {}])
def test_what_is_no_layout_at_all_is_a_problem(document: object) -> None:
    assert list(check(document, LAYOUT_SCHEMA)) != []


def test_all_problems_are_found_in_the_order_of_the_document_and_unknown_names_are_guessed() -> None:
    document = a_document(
        personal_oder=True, overrides=[{"when": {"device": "tvv"}, "move": {"new": {"aftr": "x"}}}]
    )
    document["order"].append("my list")
    document["rows"]["picks"] = {"source": "top_picks", "limit": 9, "style": "heroo", "min_cards": 0}
    document["rows"]["new"] = {"source": "new_releases", "options": {"window": "year"}, "title": {"en": 7}}
    assert [str(problem) for problem in check(document, LAYOUT_SCHEMA, synonyms=SYNONYMS)] == [
        "order[6]: 'my list' cannot be used here. 1 to 64 letters, digits, '-' or '_'.",
        "rows.picks.limit: 'limit' is not known here. Did you mean 'max_cards'?",
        "rows.picks.style: 'heroo' is not known; use shelf, landscape, numbered or hero. Did you mean 'hero'?",
        "rows.picks.min_cards: must be from 1 to 40, not 0.",
        "rows.new.options.window: 'year' is not known; use hour, day or week.",
        "rows.new.title.en: must be a text, not 7.",
        "personal_oder: 'personal_oder' is not known here. Did you mean 'personal_order'?",
        "overrides[1].when.device: 'tvv' is not known; use tv, web, mobile or tablet. Did you mean 'tv'?",
        "overrides[1].move.new.aftr: 'aftr' is not known here. Did you mean 'after'?",
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rows": {}}, "rows: must not be empty."),
        ({"order": []}, "order: needs at least 1 entry."),
        ({"order": ["new", "new"]}, "order[2]: 'new' is listed twice; keep one."),
        ({"order": "new"}, "order: must be a list such as [picks], not 'new'."),
        ({"rows": {7: {"source": "genre"}}}, "rows[8]: 7 must be a text here; put it in quotes."),
        ({"budget_ms": float("inf")}, "budget_ms: must be a whole number, not inf."),
        ({"budget_ms": True}, "budget_ms: must be a whole number, not true."),
        ({"weights": {"taste": float("nan")}}, "weights.taste: must be a number, not nan."),
        ({"targets": {"devices": []}}, "targets.devices: needs at least 1 entry."),
        (
            {"overrides": [{"when": {"market": 3}}]},
            "overrides[1].when.market: must be a text or a list such as [DE], not 3.",
        ),
        (
            {"layout": "home\n"},
            r"layout: 'home\n' cannot be used here. Its name. 1 to 64 letters, digits, '-' or '_'.",
        ),
    ],
)
def test_problems_have_plain_messages(change: Document, message: str) -> None:
    assert message in [str(problem) for problem in check(a_document(**change), LAYOUT_SCHEMA)]


def test_paths_count_from_one() -> None:
    assert path_text(("overrides", 0, "when", "market", 1)) == "overrides[1].when.market[2]"


def test_a_name_that_resembles_nothing_is_not_guessed() -> None:
    assert did_you_mean("zzz", ["style", "source"]) == ""
    assert did_you_mean("art", ["card_shape"], {"art": "card_shape"}) == " Did you mean 'card_shape'?"
