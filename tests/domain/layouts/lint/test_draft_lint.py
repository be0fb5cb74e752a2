"""A draft is looked at in the place of its namesake, beside everything else that is live."""

from __future__ import annotations

import pytest

from domain.layouts.lint.draft_lint import broken, draft_findings, with_draft
from domain.layouts.resolution import EMPTY_BOOK, book_of, resolve
from domain.layouts.validation import BadLayout
from tests.domain.made import NOW
from tests.domain.made_layouts import a_document, a_situation, an_edition

LIVE = book_of(
    [
        an_edition(a_document(), 7),
        an_edition(a_document(layout="tv", targets={"devices": ["tv"]}, priority=1)),
    ]
)


def test_a_draft_takes_the_place_of_its_namesake_as_its_next_version() -> None:
    book = with_draft(LIVE, a_document(order=["picks", "continue", "because", "trending", "new"]), NOW)
    assert sorted(one.id for one in book.layouts) == ["home", "tv"]
    layout = resolve(book, a_situation(device="web")).layout
    assert (layout.id, layout.version, layout.rows[0].id) == ("home", 8, "picks")
    assert [one.edition.version for one in with_draft(EMPTY_BOOK, a_document(), NOW).layouts] == [1]


def test_live_layouts_keep_their_own_findings_to_themselves() -> None:
    more = {f"g{number}": {"source": "genre"} for number in range(9)}
    long = a_document(layout="long", rows={**a_document()["rows"], **more}, order=[*a_document()["order"], *more],
                      targets={"markets": ["JP"]})  # fmt: skip
    live = book_of([an_edition(long)])
    assert draft_findings(a_document(), live, NOW) == ()
    assert [one.code for one in draft_findings(long, live, NOW)] == ["L110"]


def test_a_live_layout_that_a_draft_would_put_out_of_sight_is_told() -> None:
    [finding] = draft_findings(a_document(layout="a-home"), LIVE, NOW)
    assert (finding.code, finding.layout) == ("L105", "home")
    assert finding.message.endswith("'a-home' wins by its name alone; 'home' never shows then.")


def test_what_cannot_be_used_is_told_with_all_that_is_wrong_with_it() -> None:
    pin = {"title_id": "m1", "slot": 1, "since": "2026-12-24", "until": "2026-12-20"}
    bad = a_document(order=["new", "gone"])
    assert [(one.code, one.path) for one in broken(bad)][:2] == [
        ("L100", ("order", 1)),
        ("L100", ("rows", "because")),
    ]
    bad = a_document()
    bad["rows"]["new"]["pins"] = [pin]
    assert [one.code for one in broken(bad)] == ["L114"]
    with pytest.raises(BadLayout):
        draft_findings(bad, LIVE, NOW)
    assert broken(a_document()) == ()
