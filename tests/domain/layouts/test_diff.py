"""What changed between two layouts, in sentences a designer would use."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given

from domain.layouts.diff import describe_condition, differences
from domain.layouts.patches import apply_patch
from domain.serialization import Document
from tests.domain.made_layouts import a_document, documents, patches


def changed(**patch: object) -> tuple[str, ...]:
    return differences(a_document(), apply_patch(a_document(), patch).document)


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({"move": {"trending": {"to": 2}}}, ("Trending moved from 4 to 2.",)),
        ({"move": {"continue": {"to": 5}}}, ("Continue moved from 1 to 5.",)),
        ({"remove": ["because"]}, ("Because is removed.",)),
        (
            {"add": {"winter-films": {"source": "editorial"}}, "move": {"winter-films": {"to": 3}}},
            ("Winter films is added at position 3.",),
        ),
        ({"set": {"picks": {"max_cards": 12}}}, ("Top Picks: max_cards is 12, was 40.",)),
        (
            {"set": {"trending": {"options": {"window": "week"}, "style": None}}},
            ("Trending: style is the default, was numbered.", "Trending: options.window is week, was day."),
        ),
        ({"set": {"new": {"repeats": True}}}, ("New: repeats is true, was the default.",)),
        ({"page": {"weights": {"taste": 0.6}}}, ("Weights.taste is 0.6, was the default.",)),
        ({"page": {"personal_order": True}}, ("Personal_order is true, was the default.",)),
    ],
)
def test_a_change_of_the_base_is_listed_once(patch: Document, expected: tuple[str, ...]) -> None:
    assert changed(**patch) == expected


def test_a_change_for_some_viewers_says_for_whom() -> None:
    old = a_document()
    new = a_document(
        overrides=[
            {"when": {"device": "tv"}, "move": {"trending": {"to": 2}}},
            {"when": {"market": ["DE", "FR"], "kids": True}, "remove": ["new"]},
        ],
        variants={"exp": {"weights": {"A": 50, "B": 50}, "B": [{"set": {"picks": {"max_cards": 9}}}]}},
    )
    assert differences(old, new) == (
        "Trending moved from 4 to 2 on TV.",
        "New is removed in Germany or France where kids is true.",
        "Top Picks: max_cards is 9, was 40 in arm B of exp.",
        "Experiment exp starts with weights A 50, B 50.",
    )
    assert differences(new, old) == (
        "Trending moved from 2 to 4 on TV.",
        "New is added at position 5 in Germany or France where kids is true.",
        "Top Picks: max_cards is 40, was 9 in arm B of exp.",
        "Experiment exp ends.",
    )


def test_a_change_of_the_base_is_not_listed_again_for_its_patches() -> None:
    override = [{"when": {"device": "tv"}, "set": {"new": {"max_cards": 9}}}]
    old = a_document(overrides=override)
    new = apply_patch(old, {"move": {"trending": {"to": 1}}}).document
    assert differences(old, new) == ("Trending moved from 4 to 1.",)


def test_changed_weights_stand_ins_and_schedules_are_listed() -> None:
    old = a_document(variants={"exp": {"weights": {"A": 1, "B": 1}}})
    new = a_document(
        variants={"exp": {"weights": {"A": 1, "B": 3}}},
        stand_ins={"popular": {"source": "trending"}},
        schedule={"from": "2026-12-20", "weekdays": ["fri", "sat"]},
    )
    assert differences(old, new) == (
        "Popular can stand in for another row.",
        "Schedule.from is 2026-12-20, was the default.",
        "Schedule.weekdays is fri, sat, was the default.",
        "Experiment exp has weights A 1, B 3, was A 1, B 1.",
    )
    assert "Popular no longer stands in." in differences(new, old)


def test_equivalent_patches_are_reported_as_such() -> None:
    old = a_document(overrides=[{"when": {"device": "tv"}, "move": {"trending": {"to": 1}}}])
    new = a_document(overrides=[{"when": {"device": "tv"}, "move": {"trending": {"before": "continue"}}}])
    assert differences(old, new) == ("Patches are written differently; no viewer's rows change.",)


def test_a_layout_without_an_old_version_is_new() -> None:
    assert differences(None, a_document()) == ("The layout is new, with 5 rows.",)


@given(documents())
def test_a_layout_does_not_differ_from_itself_whatever_the_order_of_its_keys(document: Document) -> None:
    turned = dict(reversed(copy.deepcopy(document).items()))
    turned["rows"] = dict(reversed(turned["rows"].items()))
    assert differences(document, turned) == ()


@given(documents(), patches)
def test_every_difference_is_reported(document: Document, patch: Document) -> None:
    after = apply_patch(document, patch).document
    assert bool(differences(document, after)) is (after != document)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"device": ["tv", "web"], "market": "JP"}, "on TV or web in Japan"),
        ({"history": {"min": 3}}, "where history is min 3"),
        ({}, ""),
    ],
)
def test_conditions_in_words(when: Document, words: str) -> None:
    assert describe_condition(when) == words
