"""Which layout a request gets, which of its rows, and why not the others."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import Region
from domain.layouts.request_context import TargetingContext
from domain.layouts.resolution import (
    NO_LAYOUTS,
    HiddenRow,
    Overlap,
    PublishedLayouts,
    decode_layouts,
    matching_layouts,
    overlapping_layouts,
    resolve,
)
from domain.layouts.shipped_layout import SHIPPED_LAYOUT
from domain.layouts.validation import BadLayout, layout_problems
from domain.serialization import Document
from tests.domain.made_layouts import a_context, a_document, a_layout_version, contexts, documents, patches


def published(*layout_documents: Document) -> PublishedLayouts:
    return decode_layouts(a_layout_version(document) for document in layout_documents)


def row_ids(layouts: PublishedLayouts, **changes: object) -> list[str]:
    return [row.id for row in resolve(layouts, a_context(**changes)).layout.rows]


def test_without_a_published_layout_the_shipped_one_is_used() -> None:
    assert resolve(NO_LAYOUTS, a_context()).layout == SHIPPED_LAYOUT


def test_a_layout_for_other_devices_or_markets_is_not_used() -> None:
    layouts = published(
        a_document(targets={"devices": ["web"]}), a_document(layout="us", targets={"markets": ["US"]})
    )
    assert resolve(layouts, a_context()).layout == SHIPPED_LAYOUT
    assert resolve(layouts, a_context(device="web")).layout.id == "home"
    assert resolve(layouts, a_context(market=Region("US"))).layout.id == "us"


def test_the_highest_priority_wins_then_the_most_specific_then_the_first_by_name() -> None:
    winter = {"schedule": {"from": "2026-11-01", "to": "2027-01-01"}}
    layouts = published(
        a_document(layout="base"),
        a_document(layout="another"),
        a_document(layout="scheduled", **winter),
        a_document(layout="tv", targets={"devices": ["tv"], "markets": ["*"]}),
        a_document(layout="germany", targets={"markets": ["DE"]}),
        a_document(layout="germany-tv", targets={"markets": ["DE"], "devices": ["tv"]}),
        a_document(layout="urgent", priority=1),
    )
    assert [live.id for live in matching_layouts(layouts, a_context())] == [
        "urgent", "germany-tv", "germany", "tv", "scheduled", "another", "base",
    ]  # fmt: skip


def test_a_layout_for_a_market_is_for_its_sub_regions_too() -> None:
    layouts = published(a_document(), a_document(layout="canada", targets={"markets": ["CA"]}))
    assert resolve(layouts, a_context(market=Region("CA-QC"))).layout.id == "canada"
    assert resolve(layouts, a_context(market=Region("US"))).layout.id == "home"


def test_a_published_market_that_is_no_region_takes_no_layout_away() -> None:
    layouts = published(a_document(overrides=[{"when": {"market": "UK"}, "remove": ["new"]}]))
    assert "new" in row_ids(layouts, market=Region("GB"))


def test_layouts_for_a_market_and_for_its_sub_region_overlap_there() -> None:
    layouts = published(
        a_document(layout="canada", targets={"markets": ["CA", "DE"]}),
        a_document(layout="quebec", targets={"markets": ["CA-QC"]}),
    )
    assert [found.markets for found in overlapping_layouts(layouts)] == [("CA-QC",)]


def test_a_scheduled_layout_comes_and_goes_by_the_clock_of_the_market() -> None:
    holiday = a_document(layout="holiday", schedule={"from": "2026-12-20T18:00", "to": "2027-01-02T06:00"})
    layouts = published(a_document(), holiday)
    starts = datetime(2026, 12, 20, 17, tzinfo=UTC)
    ends = datetime(2027, 1, 2, 5, tzinfo=UTC)
    second = timedelta(seconds=1)
    served = [
        resolve(layouts, a_context(now=now)).layout.id
        for now in (starts - second, starts, ends - second, ends)
    ]
    assert served == ["home", "holiday", "holiday", "home"]
    assert resolve(layouts, a_context(now=starts, market=Region("US"))).layout.id == "home"


def test_overrides_are_made_in_order_where_they_hold() -> None:
    layouts = published(
        a_document(
            overrides=[
                {"when": {"device": "tv"}, "move": {"trending": {"to": 1}}},
                {"when": {"market": "DE"}, "move": {"trending": {"after": "picks"}}, "remove": ["because"]},
            ]
        )
    )
    assert row_ids(layouts) == ["continue", "picks", "trending", "new"]
    assert row_ids(layouts, market=Region("US")) == ["trending", "continue", "picks", "because", "new"]
    assert row_ids(layouts, device="web", market=Region("US")) == [
        "continue",
        "picks",
        "because",
        "trending",
        "new",
    ]
    assert resolve(layouts, a_context()).hidden == (HiddenRow("because", "removed by override 2"),)


def test_the_patches_of_the_arm_a_profile_is_in_come_last() -> None:
    variants = {
        "order": {"weights": {"A": 50, "B": 50}, "B": [{"move": {"trending": {"to": 1}}}]},
        "taste": {
            "weights": {"low": 1, "high": 1},
            "high": [{"page": {"weights": {"taste": 0.9}}, "set": {"picks": {"options": {"rows": 4}}}}],
            "low": [{"when": {"device": "web"}, "remove": ["new"]}],
        },
    }
    layouts = published(a_document(variants=variants))
    plain = resolve(layouts, a_context()).layout
    assert plain.weights.taste == 0.3
    arms = {"order": "B", "taste": "high", "elsewhere": "X"}
    changed = resolve(layouts, a_context(arms=arms)).layout
    assert (changed.rows[0].id, changed.weights.taste) == ("trending", 0.9)
    assert changed.rows[2].options == {"rows": 4}
    control = resolve(layouts, a_context(arms={"order": "A", "taste": "low"})).layout
    assert control.rows == plain.rows
    assert layouts.experiments == {"order": {"A": 50, "B": 50}, "taste": {"low": 1, "high": 1}}


def test_rows_whose_condition_or_schedule_does_not_hold_are_hidden_with_a_reason() -> None:
    document = a_document(stand_ins={"popular": {"source": "trending", "when": {"kids": True}}})
    document["rows"]["because"]["when"] = {"history": {"min": 20}}
    document["rows"]["new"]["schedule"] = {"weekdays": ["fri"]}
    document["rows"]["trending"]["when"] = {"device": ["tv", "web"]}
    resolved = resolve(published(document), a_context())
    assert [row.id for row in resolved.layout.rows] == ["continue", "picks", "trending"]
    assert (resolved.layout.stand_ins, resolved.hidden) == (
        (),
        (
            HiddenRow("because", "titles started: 12, not at least 20"),
            HiddenRow("new", "shows on fri only (Europe/Berlin)"),
            HiddenRow("popular", "the profile is not a child's"),
        ),
    )


def test_a_layout_without_visible_rows_is_skipped() -> None:
    empty = a_document(layout="urgent", priority=9)
    for row in empty["rows"].values():
        row["when"] = {"kids": True}
    resolved = resolve(published(a_document(), empty), a_context())
    assert resolved.layout.id == "home"
    assert len(resolved.hidden) == 5
    assert resolve(published(empty), a_context()).layout == SHIPPED_LAYOUT


def test_a_pin_is_read_by_the_clock_of_each_market_though_patched_layouts_are_cached() -> None:
    document = a_document()
    document["rows"]["new"]["pins"] = [{"title_id": "t1", "slot": 1, "until": "2027-01-02T06:00"}]
    layouts = published(document)
    hours = [
        resolve(layouts, a_context(market=Region(market))).layout.rows[4].pins[0].until.hour
        for market in ("DE", "JP", "DE")
    ]
    assert hours == [5, 21, 5]


def test_a_document_with_a_problem_never_becomes_a_layout() -> None:
    with pytest.raises(BadLayout):
        published(a_document(order=["nothing"]))


@st.composite
def published_layouts(draw: st.DrawFn) -> PublishedLayouts:
    usable = []
    for number, document in enumerate(draw(st.lists(documents(), min_size=1, max_size=3))):
        overrides = [
            {"when": {"device": ["tv", "web"]}, **patch} for patch in draw(st.lists(patches, max_size=2))
        ]
        variants = {"exp": {"weights": {"A": 1, "B": 1}, "B": draw(st.lists(patches, max_size=1))}}
        whole = document | {"layout": f"l{number}", "overrides": overrides, "variants": variants}
        usable.append(document | {"layout": f"l{number}"} if layout_problems(whole) else whole)
    return published(*usable)


@given(published_layouts(), contexts, st.integers(0, 9))
def test_the_same_layouts_in_any_order_gives_the_same_rows(
    layouts: PublishedLayouts, context: TargetingContext, seed: int
) -> None:
    shuffled = list(layouts.layouts)
    random.Random(seed).shuffle(shuffled)
    again = decode_layouts(live.version for live in shuffled)
    assert resolve(again, context) == resolve(layouts, context) == resolve(layouts, context)


@given(published_layouts(), contexts)
def test_every_row_of_a_layout_is_shown_or_hidden_with_a_reason(
    layouts: PublishedLayouts, context: TargetingContext
) -> None:
    resolved = resolve(layouts, context)
    shown = {row.id for row in resolved.layout.rows}
    assert shown
    [used] = [live for live in layouts.layouts if live.id == resolved.layout.id] or [None]
    if used is not None:
        assert set(used.version.document["rows"]) <= shown | {row.row_id for row in resolved.hidden}
    assert all(row.reason for row in resolved.hidden)


def test_layouts_that_only_their_names_decide_between_are_reported() -> None:
    tv = {"targets": {"devices": ["tv", "web"], "markets": ["DE", "FR"]}}
    layouts = published(
        a_document(),
        a_document(layout="finals", **tv, schedule={"from": "2026-12-20T18:00"}),
        a_document(layout="holiday", targets={"devices": ["tv"], "markets": ["DE", "JP"]},
                   schedule={"from": "2026-12-01", "to": "2027-01-01"}),
        a_document(layout="later", **tv, schedule={"from": "2026-12-01", "to": "2026-12-20T18:00"}, priority=-1),
    )  # fmt: skip
    assert overlapping_layouts(layouts) == (
        Overlap("finals", "holiday", ("tv",), ("DE",), datetime(2026, 12, 20, 17, tzinfo=UTC)),
    )


def test_two_layouts_for_all_viewers_conflict_always_and_a_priority_settles_it() -> None:
    assert overlapping_layouts(published(a_document(layout="b"), a_document(layout="a"))) == (
        Overlap("a", "b", (), (), None),
    )
    assert overlapping_layouts(published(a_document(layout="b", priority=1), a_document(layout="a"))) == ()
