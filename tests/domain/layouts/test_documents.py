"""Layouts are data: what the shape of a request holds can be written down and read again, and no key is forgotten."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.genres import GENRES
from domain.ids import TitleId
from domain.layouts.documents import PAGE_KEYS, layout_from_document, layout_to_document
from domain.layouts.model import (
    Boost,
    Caps,
    CardShape,
    Exploration,
    Layout,
    Pin,
    Promise,
    Quota,
    Rotation,
    RowPlacement,
    RowSpec,
    RowStyle,
    ShortRule,
    SourceShare,
    Weights,
)
from domain.layouts.row_kinds import RowSource
from domain.layouts.schema import LAYOUT_SCHEMA
from domain.layouts.shipped_layout import SHIPPED_LAYOUT
from domain.layouts.validation import layout_problems, usability_problems
from tests.domain.made import NOW, instants
from tests.domain.made_layouts import a_document

UTC_ZONE = ZoneInfo("UTC")
shares = st.floats(0, 0.3)
options: st.SearchStrategy[dict[str, str | int]] = st.sampled_from(
    [{}, {"rows": 5}, {"window": "week", "genre": GENRES[0]}, {"note": "mine"}]
)
rules = st.sampled_from(["kind = movie", "genre in (Crime, Drama) and year >= 1990"])
pins = st.builds(Pin, st.just(TitleId("t1")), st.integers(1, 6), instants)
specs = st.builds(
    RowSpec,
    id=st.just(""),
    source=st.sampled_from(RowSource),
    style=st.sampled_from(RowStyle),
    card_shape=st.sampled_from(CardShape),
    min_cards=st.integers(1, 6),
    max_cards=st.integers(6, 40),
    options=options,
    title=st.dictionaries(st.sampled_from(["en", "de"]), st.text("ab", min_size=1), max_size=2),
    mix=st.lists(st.builds(SourceShare, st.sampled_from(RowSource), shares), max_size=1).map(tuple),
    place=st.builds(
        RowPlacement, earliest=st.integers(1, 3), latest=st.none() | st.integers(3, 9), before=st.just("z")
    ),
    priority=st.integers(-9, 9),
    filter=st.just("") | rules,
    pins=st.lists(pins, max_size=1).map(tuple),
    boosts=st.lists(st.builds(Boost, rules, st.floats(-1, 1), instants), max_size=1).map(tuple),
    quotas=st.lists(st.builds(Quota, rules, shares), max_size=1).map(tuple),
    caps=st.builds(Caps, st.none() | st.integers(1, 9), st.none() | shares, shares),
    exploration=st.none() | st.builds(Exploration, shares, st.integers(1, 9)),
    rotation=st.sampled_from(Rotation),
    repeats=st.booleans(),
    budget_ms=st.none() | st.integers(1, 900),
)
layouts = st.builds(
    lambda rows, **more: Layout(
        "home", 3, tuple(replace(row, id=f"r{n}") for n, row in enumerate(rows)), NOW, **more
    ),
    st.lists(specs, min_size=1, max_size=3),
    personal_order=st.booleans(),
    caps=st.builds(Caps, st.none() | st.integers(1, 9)),
    weights=st.builds(Weights, st.floats(0, 10), fatigue=st.floats(0, 10)),
    promise=st.builds(Promise, st.integers(1, 9), genre_share=shares),
    budget_ms=st.integers(1, 3000),
)


@given(layouts)
def test_a_layout_is_written_as_a_usable_document_and_read_again(layout: Layout) -> None:
    document = layout_to_document(layout)
    assert usability_problems(document) == ()
    assert layout_from_document(document, 3, NOW, UTC_ZONE) == layout


def test_the_layout_that_ships_is_a_usable_document() -> None:
    document = layout_to_document(SHIPPED_LAYOUT)
    assert layout_problems(document) == ()
    assert layout_from_document(document, 0, SHIPPED_LAYOUT.published_at, UTC_ZONE) == SHIPPED_LAYOUT
    assert list(document) == ["layout", "personal_order", "order", "rows"]
    assert (SHIPPED_LAYOUT.version, SHIPPED_LAYOUT.published_at < NOW) == (0, True)


def test_every_field_of_a_row_and_of_a_layout_can_be_written() -> None:
    """A field that was added to the dataclasses alone would be lost without a word."""
    row_keys = set(LAYOUT_SCHEMA["$defs"]["row"]["properties"])
    assert row_keys == {each.name for each in fields(RowSpec)} - {"id"} | {"when", "schedule", "filter_tests"}
    decided_elsewhere = {"id", "version", "rows", "published_at", "stand_ins", "arms"}
    assert set(PAGE_KEYS) == {each.name for each in fields(Layout)} - decided_elsewhere


def test_the_parts_of_a_row_can_be_written_with_every_field() -> None:
    properties = LAYOUT_SCHEMA["$defs"]["row"]["properties"]
    written = {
        RowPlacement: properties["place"],
        Caps: properties["caps"],
        Exploration: properties["exploration"],
        SourceShare: properties["mix"]["items"],
        Pin: properties["pins"]["items"],
        Boost: properties["boosts"]["items"],
        Quota: properties["quotas"]["items"],
        Weights: LAYOUT_SCHEMA["properties"]["weights"],
        Promise: LAYOUT_SCHEMA["properties"]["promise"],
    }
    for kind, schema in written.items():
        assert set(schema["properties"]) == {each.name for each in fields(kind)}, kind


def test_rows_come_in_the_order_that_is_written_apart_from_them() -> None:
    document = a_document(order=["new", "continue", "picks", "because", "trending"])
    layout = layout_from_document(document, 1, NOW, UTC_ZONE)
    assert [row.id for row in layout.rows] == document["order"]
    assert layout.rows[0].source == RowSource.NEW_RELEASES


def test_a_pin_ends_by_the_clock_of_the_market() -> None:
    document = a_document()
    document["rows"]["new"]["pins"] = [{"title_id": "t1", "slot": 1, "until": "2027-01-02T06:00"}]
    ends = [
        layout_from_document(document, 1, NOW, ZoneInfo(zone)).rows[4].pins[0].until
        for zone in ("Europe/Berlin", "Asia/Tokyo")
    ]
    assert ends == [datetime(2027, 1, 2, 5, tzinfo=UTC), datetime(2027, 1, 1, 21, tzinfo=UTC)]


def test_options_are_read_as_texts_and_numbers_with_defaults() -> None:
    spec = RowSpec("a", RowSource.GENRE, options={"rows": 2, "genre": "Crime"})
    assert (spec.number_option("rows", 3), spec.number_option("other", 3)) == (2, 3)
    assert (spec.text_option("genre", ""), spec.text_option("window", "day")) == ("Crime", "day")


def test_short_rules_and_stand_ins_survive() -> None:
    row = RowSpec("a", RowSource.GENRE, short=(ShortRule.REPLACE, ShortRule.DROP), stand_in="b")
    layout = Layout("home", 1, (row,), NOW, stand_ins=(RowSpec("b", RowSource.TRENDING),))
    document = layout_to_document(layout)
    assert document["stand_ins"] == {"b": {"source": "trending"}}
    assert layout_from_document(document, 1, NOW, UTC_ZONE) == layout
