"""A name from right to left, inside a sentence, turns nothing around it: it stands between isolates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.ids import TitleId
from domain.layouts.model import RowSpec
from domain.layouts.row_kinds import RowSource
from domain.page.model import Card, Row
from domain.recommendations.reasons import CARD_REASON_LENGTH, Reason, ReasonKind
from resolvers.display_text import FIRST_STRONG_ISOLATE, POP_ISOLATE, card_reason, isolated, row_title
from tests.domain.made import NOW, a_title

LIKED = Reason(ReasonKind.BECAUSE_YOU_LIKED, TitleId("seed"))


@pytest.mark.parametrize("name", ["مدينة الضباب 2049", "הגשר 7", "Dune (ديون) 2", "שלום"])
def test_right_to_left_names_are_isolated(name: str) -> None:
    assert isolated(name) == f"\u2068{name}\u2069"


@pytest.mark.parametrize("name", ["Dune 2", "Amélie", "東京物語", "Солярис", "", "2049"])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert isolated(name) == name


@given(st.text(max_size=80))
def test_isolates_come_in_pairs_around_the_whole_name(name: str) -> None:
    found = isolated(name)
    assert found in (name, f"{FIRST_STRONG_ISOLATE}{name}{POP_ISOLATE}")


@given(st.text("אבגדה 0123456789abc", min_size=1, max_size=60))
def test_a_shortened_reason_keeps_its_isolates_and_its_length(name: str) -> None:
    seed = a_title("seed", name=name)
    text = card_reason(Card(a_title("m1"), Candidate(TitleId("m1"), "test", LIKED), 0, seed))
    assert text is not None
    assert len(text) <= CARD_REASON_LENGTH
    assert text.count(FIRST_STRONG_ISOLATE) == text.count(POP_ISOLATE) <= 1


def test_row_titles_isolate_the_seed_in_sentences_and_in_the_designers_words() -> None:
    seed = a_title("seed", name="הגשר 7")
    for words, title in (
        ({}, "Because you liked \u2068הגשר 7\u2069"),
        ({"en": "More like {pivot}, 10 of them"}, "More like \u2068הגשר 7\u2069, 10 of them"),
    ):
        spec = RowSpec("row", RowSource.BECAUSE_YOU_LIKED, title=words)
        row = Row(RowCandidates(spec, (), LIKED, FreshnessSource.BATCH, NOW), 0, (), seed)
        assert row_title(row) == title
