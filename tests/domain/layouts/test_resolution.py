"""Which layout a request gets, which of its rows, and why not the others."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import Region
from domain.layouts.model import DEFAULT_LAYOUT
from domain.layouts.patches import Document
from domain.layouts.request_context import Situation
from domain.layouts.resolution import (
    EMPTY_BOOK,
    HiddenRow,
    Overlap,
    PublishedLayouts,
    book_of,
    choose,
    conflicts,
    resolve,
)
from domain.layouts.validation import BadLayout, problems_of
from tests.domain.made_layouts import a_document, a_situation, an_edition, documents, patches, situations


def a_book(*made: Document) -> PublishedLayouts:
    return book_of(an_edition(document) for document in made)


def row_ids(book: PublishedLayouts, **changes: object) -> list[str]:
    return [row.id for row in resolve(book, a_situation(**changes)).layout.rows]


def test_without_a_published_layout_the_one_that_ships_is_used() -> None:
    assert resolve(EMPTY_BOOK, a_situation()).layout == DEFAULT_LAYOUT


def test_a_layout_for_other_devices_or_markets_is_not_used() -> None:
    book = a_book(
        a_document(targets={"devices": ["web"]}), a_document(layout="us", targets={"markets": ["US"]})
    )
    assert resolve(book, a_situation()).layout == DEFAULT_LAYOUT
    assert resolve(book, a_situation(device="web")).layout.id == "home"
    assert resolve(book, a_situation(market=Region("US"))).layout.id == "us"


def test_the_highest_priority_wins_then_the_most_specific_then_the_first_by_name() -> None:
    winter = {"schedule": {"from": "2026-11-01", "to": "2027-01-01"}}
    book = a_book(
        a_document(layout="base"),
        a_document(layout="another"),
        a_document(layout="scheduled", **winter),
        a_document(layout="tv", targets={"devices": ["tv"], "markets": ["*"]}),
        a_document(layout="germany", targets={"markets": ["DE"]}),
        a_document(layout="germany-tv", targets={"markets": ["DE"], "devices": ["tv"]}),
        a_document(layout="urgent", priority=1),
    )
    assert [live.id for live in choose(book, a_situation())] == [
        "urgent", "germany-tv", "germany", "tv", "scheduled", "another", "base",
    ]  # fmt: skip


def test_a_scheduled_layout_comes_and_goes_by_the_clock_of_the_market() -> None:
    holiday = a_document(layout="holiday", schedule={"from": "2026-12-20T18:00", "to": "2027-01-02T06:00"})
    book = a_book(a_document(), holiday)
    starts = datetime(2026, 12, 20, 17, tzinfo=UTC)
    ends = datetime(2027, 1, 2, 5, tzinfo=UTC)
    second = timedelta(seconds=1)
    served = [
        resolve(book, a_situation(now=now)).layout.id
        for now in (starts - second, starts, ends - second, ends)
    ]
    assert served == ["home", "holiday", "holiday", "home"]
    assert resolve(book, a_situation(now=starts, market=Region("US"))).layout.id == "home"


def test_overrides_are_made_in_order_where_they_hold() -> None:
    book = a_book(
        a_document(
            overrides=[
                {"when": {"device": "tv"}, "move": {"trending": {"to": 1}}},
                {"when": {"market": "DE"}, "move": {"trending": {"after": "picks"}}, "remove": ["because"]},
            ]
        )
    )
    assert row_ids(book) == ["continue", "picks", "trending", "new"]
    assert row_ids(book, market=Region("US")) == ["trending", "continue", "picks", "because", "new"]
    assert row_ids(book, device="web", market=Region("US")) == [
        "continue",
        "picks",
        "because",
        "trending",
        "new",
    ]
    assert resolve(book, a_situation()).hidden == (HiddenRow("because", "taken away by override 2"),)


def test_the_patches_of_the_arm_a_profile_is_in_come_last() -> None:
    variants = {
        "order": {"weights": {"A": 50, "B": 50}, "B": [{"move": {"trending": {"to": 1}}}]},
        "taste": {
            "weights": {"low": 1, "high": 1},
            "high": [{"page": {"weights": {"taste": 0.9}}, "set": {"picks": {"options": {"rows": 4}}}}],
            "low": [{"when": {"device": "web"}, "remove": ["new"]}],
        },
    }
    book = a_book(a_document(variants=variants))
    plain = resolve(book, a_situation()).layout
    assert (plain.arms, plain.weights.taste) == ({}, 0.3)
    arms = {"order": "B", "taste": "high", "elsewhere": "X"}
    changed = resolve(book, a_situation(arms=arms)).layout
    assert changed.arms == {"order": "B", "taste": "high"}
    assert (changed.rows[0].id, changed.weights.taste) == ("trending", 0.9)
    assert changed.rows[2].options == {"rows": 4}
    control = resolve(book, a_situation(arms={"order": "A", "taste": "low"})).layout
    assert (control.rows, control.arms) == (plain.rows, {"order": "A", "taste": "low"})
    assert book.experiments == {"order": {"A": 50, "B": 50}, "taste": {"low": 1, "high": 1}}


def test_rows_whose_condition_or_schedule_does_not_hold_drop_out_with_the_reason() -> None:
    document = a_document(stand_ins={"popular": {"source": "trending", "when": {"kids": True}}})
    document["rows"]["because"]["when"] = {"history": {"min": 20}}
    document["rows"]["new"]["schedule"] = {"weekdays": ["fri"]}
    document["rows"]["trending"]["when"] = {"device": ["tv", "web"]}
    resolved = resolve(a_book(document), a_situation())
    assert [row.id for row in resolved.layout.rows] == ["continue", "picks", "trending"]
    assert (resolved.layout.stand_ins, resolved.hidden) == (
        (),
        (
            HiddenRow("because", "titles begun: 12, not at least 20"),
            HiddenRow("new", "shows on fri only (Europe/Berlin)"),
            HiddenRow("popular", "the profile is not a child's"),
        ),
    )


def test_a_layout_of_which_no_row_is_left_is_passed_over() -> None:
    empty = a_document(layout="urgent", priority=9)
    for row in empty["rows"].values():
        row["when"] = {"kids": True}
    resolved = resolve(a_book(a_document(), empty), a_situation())
    assert resolved.layout.id == "home"
    assert len(resolved.hidden) == 5
    assert resolve(a_book(empty), a_situation()).layout == DEFAULT_LAYOUT


def test_a_pin_is_read_by_the_clock_of_each_market_though_made_layouts_are_kept() -> None:
    document = a_document()
    document["rows"]["new"]["pins"] = [{"title_id": "t1", "slot": 1, "until": "2027-01-02T06:00"}]
    book = a_book(document)
    hours = [
        resolve(book, a_situation(market=Region(market))).layout.rows[4].pins[0].until.hour
        for market in ("DE", "JP", "DE")
    ]
    assert hours == [5, 21, 5]


def test_a_document_with_a_problem_never_becomes_a_layout() -> None:
    with pytest.raises(BadLayout):
        a_book(a_document(order=["nothing"]))


@st.composite
def books(draw: st.DrawFn) -> PublishedLayouts:
    made = []
    for number, document in enumerate(draw(st.lists(documents(), min_size=1, max_size=3))):
        overrides = [
            {"when": {"device": ["tv", "web"]}, **patch} for patch in draw(st.lists(patches, max_size=2))
        ]
        variants = {"exp": {"weights": {"A": 1, "B": 1}, "B": draw(st.lists(patches, max_size=1))}}
        whole = document | {"layout": f"l{number}", "overrides": overrides, "variants": variants}
        made.append(document | {"layout": f"l{number}"} if problems_of(whole) else whole)
    return a_book(*made)


@given(books(), situations, st.integers(0, 9))
def test_the_same_book_in_any_order_gives_the_same_rows(
    book: PublishedLayouts, situation: Situation, seed: int
) -> None:
    shuffled = list(book.layouts)
    random.Random(seed).shuffle(shuffled)
    again = book_of(live.edition for live in shuffled)
    assert resolve(again, situation) == resolve(book, situation) == resolve(book, situation)


@given(books(), situations)
def test_every_row_of_a_layout_is_shown_or_hidden_with_a_reason(
    book: PublishedLayouts, situation: Situation
) -> None:
    resolved = resolve(book, situation)
    shown = {row.id for row in resolved.layout.rows}
    assert shown
    [used] = [live for live in book.layouts if live.id == resolved.layout.id] or [None]
    if used is not None:
        assert set(used.edition.document["rows"]) <= shown | {row.row_id for row in resolved.hidden}
    assert all(row.why for row in resolved.hidden)


def test_layouts_that_only_their_names_decide_between_are_reported() -> None:
    tv = {"targets": {"devices": ["tv", "web"], "markets": ["DE", "FR"]}}
    book = a_book(
        a_document(),
        a_document(layout="finals", **tv, schedule={"from": "2026-12-20T18:00"}),
        a_document(layout="holiday", targets={"devices": ["tv"], "markets": ["DE", "JP"]},
                   schedule={"from": "2026-12-01", "to": "2027-01-01"}),
        a_document(layout="later", **tv, schedule={"from": "2026-12-01", "to": "2026-12-20T18:00"}, priority=-1),
    )  # fmt: skip
    assert conflicts(book) == (
        Overlap("finals", "holiday", ("tv",), ("DE",), datetime(2026, 12, 20, 17, tzinfo=UTC)),
    )


def test_two_layouts_for_everybody_conflict_always_and_a_priority_settles_it() -> None:
    assert conflicts(a_book(a_document(layout="b"), a_document(layout="a"))) == (
        Overlap("a", "b", (), (), None),
    )
    assert conflicts(a_book(a_document(layout="b", priority=1), a_document(layout="a"))) == ()
