"""What a page lacks is told to viewers in whole sentences, for every kind of loss and every stand-in."""

from __future__ import annotations

from itertools import chain

import pytest

from domain.page.model import Degradation, DegradationKind
from resolvers.home.assemble import LEFT_OUT
from resolvers.home.fallbacks import TIER_TEXTS
from resolvers.types.degradations import degradation_node, notice_text
from tests.domain.made import NOW

ROWS = (DegradationKind.ROW_UNAVAILABLE, DegradationKind.ROW_LATE)
STAND_INS = (LEFT_OUT, *TIER_TEXTS.values())
ALL = [
    *(Degradation(kind, stand_in, "row") for kind in ROWS for stand_in in STAND_INS),
    *(Degradation(kind, "something") for kind in DegradationKind if kind not in ROWS),
]


@pytest.mark.parametrize("loss", ALL, ids=lambda loss: f"{loss.what.value} {loss.served_instead}")
def test_a_notice_is_whole_sentences_without_words_of_the_service(loss: Degradation) -> None:
    notice = notice_text(loss)
    sentences = notice.split(". ")
    assert all(sentence[0].isupper() for sentence in sentences)
    assert notice.endswith(".")
    assert not any(word in notice.lower() for word in ("store", "service", "layout that", "profile loves"))


def test_the_stand_in_is_named() -> None:
    late = [notice_text(Degradation(DegradationKind.ROW_LATE, text, "row")) for text in STAND_INS]
    assert late == [
        f"A row of this page took too long to load. {rest}"
        for rest in (
            "It is left out.",
            "It shows what it held last.",
            "Titles like those you love are shown instead.",
            "What is popular in your region is shown instead.",
            "What is popular everywhere is shown instead.",
            "Well-known titles are shown instead.",
        )
    ]


def test_no_two_losses_are_told_alike() -> None:
    told = [notice_text(loss) for loss in ALL]
    assert len(set(told)) == len(told)
    assert not any("None" in text for text in chain(told))


def test_the_node_keeps_the_terms_for_developers() -> None:
    node = degradation_node(Degradation(DegradationKind.ROW_LATE, LEFT_OUT, "chart"), NOW)
    assert (node.row_id, node.what, node.served_instead, node.since) == (
        "chart",
        DegradationKind.ROW_LATE,
        LEFT_OUT,
        NOW,
    )
