"""Licences join into stretches; what counts is the end of the stretch that holds now, in days of the market."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.licences import (
    ANYWHERE,
    LicenceWindow,
    Stretch,
    current_stretch,
    days_left,
    leaving_stretches,
    stretches,
)
from domain.catalog.regions import MARKETS, PARENTS, global_chain, local_day
from domain.ids import Region
from tests.domain.made import DAY, DE, JP, NOW, US

CA, QC, ON = Region("CA"), Region("CA-QC"), Region("CA-ON")
PLACES = [DE, US, CA, QC, ON, Region("FR"), Region("FR-IDF"), Region("FR-75C"), Region("US-TX"), Region("ZW")]


def a_licence(*regions: Region, start: float = -10, end: float | None = None) -> LicenceWindow:
    """In days from now."""
    return LicenceWindow(regions, NOW + start * DAY, None if end is None else NOW + end * DAY)


licences = st.lists(
    st.builds(
        lambda regions, start, length: a_licence(
            *regions, start=start, end=None if length is None else start + length
        ),
        st.lists(st.sampled_from(PLACES), max_size=3, unique=True),
        st.integers(-6, 6),
        st.none() | st.integers(0, 6),
    ),
    max_size=5,
).map(tuple)
moments = st.integers(-14, 30).map(lambda halves: NOW + halves * DAY / 2)


def test_a_window_holds_from_its_start_up_to_but_not_at_its_end() -> None:
    window = LicenceWindow((DE,), NOW, NOW + DAY)
    held = [window.covers(DE, NOW + offset) for offset in (-DAY / 1000, 0 * DAY, DAY - DAY / 1000, DAY)]
    assert held == [False, True, True, False]
    assert not window.covers(US, NOW)


def test_a_licence_without_regions_holds_in_all_249_and_their_sub_regions() -> None:
    everywhere, canada = a_licence(), a_licence(CA)
    assert all(everywhere.covers(Region(code), NOW) for code in (*MARKETS, *PARENTS))
    assert {code for code in (*MARKETS, *PARENTS) if canada.covers(Region(code), NOW)} == {
        code for code in (*MARKETS, *PARENTS) if code.startswith("CA")
    }


def test_licences_that_touch_or_overlap_are_one_stretch_and_a_gap_makes_two() -> None:
    windows = (
        a_licence(DE, start=-9, end=1),
        a_licence(DE, start=1, end=2),
        a_licence(start=0, end=3),
        a_licence(DE, start=4, end=5),
    )
    assert stretches(windows, DE) == (
        Stretch(NOW - 9 * DAY, NOW + 3 * DAY),
        Stretch(NOW + 4 * DAY, NOW + 5 * DAY),
    )
    assert stretches(windows, JP) == (Stretch(NOW, NOW + 3 * DAY),)
    assert current_stretch(windows, DE, NOW + 3.5 * DAY) is None
    assert stretches((a_licence(DE), a_licence(DE, start=2, end=3)), DE) == (Stretch(NOW - 10 * DAY, None),)


@given(licences, st.sampled_from(PLACES), moments)
def test_a_title_is_in_a_stretch_exactly_when_a_licence_holds_and_leaves_when_none_does(
    windows: tuple[LicenceWindow, ...], region: Region, now: datetime
) -> None:
    stretch = current_stretch(windows, region, now)
    assert (stretch is not None) == any(window.covers(region, now) for window in windows)
    if stretch is not None and stretch.ends_at is not None:
        last, gone = stretch.ends_at - timedelta(milliseconds=1), stretch.ends_at
        assert any(window.covers(region, last) for window in windows)
        assert not any(window.covers(region, gone) for window in windows)


@given(licences, st.sampled_from(PLACES), moments)
def test_the_indexs_entries_of_a_region_hold_exactly_when_its_stretch_does(
    windows: tuple[LicenceWindow, ...], region: Region, now: datetime
) -> None:
    """As search/eligibility.py asks: the region or what it belongs to is named, none of them is apart."""
    chain = set(global_chain(region))
    ends = [
        entry.stretch.ends_at
        for entry in leaving_stretches(windows)
        if chain & set(entry.regions) and not chain & set(entry.apart) and entry.stretch.holds(now)
    ]
    stretch = current_stretch(windows, region, now)
    assert ends == ([stretch.ends_at] if stretch is not None and stretch.ends_at is not None else [])
    anywhere = current_stretch(windows, None, now)
    assert [
        entry.stretch
        for entry in leaving_stretches(windows)
        if entry.regions == (ANYWHERE,) and entry.stretch.holds(now)
    ] == ([anywhere] if anywhere is not None and anywhere.ends_at is not None else [])


@pytest.mark.parametrize(
    ("now", "ends_at", "region", "days"),
    [
        ("2026-11-22 20:00", "2026-11-24 19:00", "DE", 2),  # in 47 hours: not tomorrow
        ("2026-11-22 20:00", "2026-11-23 15:00", "DE", 1),  # in 19 hours: not today
        ("2026-11-22 20:00", "2026-11-22 22:59", "DE", 0),
        ("2026-11-22 20:00", "2026-11-22 23:00", "DE", 0),  # midnight in Berlin ends the day before it
        ("2026-11-22 20:00", "2026-11-22 23:01", "DE", 1),
        ("2026-11-22 20:00", "2026-11-22 23:01", "US", 0),
        ("2026-11-23 02:00", "2026-11-23 20:00", "US-CA", 1),
        ("2026-03-28 12:00", "2026-03-29 21:59", "DE", 1),  # clocks go forward: a day of 23 hours
        ("2026-10-24 12:00", "2026-10-25 22:59", "DE", 1),  # and back: of 25
        ("2026-11-22 20:00", "2026-12-06 22:30", "DE", 14),
        ("2026-11-22 09:00", "2026-11-22 10:30", "KI", 0),
        ("2026-11-22 11:00", "2026-11-22 12:30", "NZ", 0),
        ("2026-11-22 10:30", "2026-11-22 11:30", "NZ", 1),
    ],
)
def test_days_left_are_calendar_days_of_the_market(now: str, ends_at: str, region: str, days: int) -> None:
    moment, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, ends_at))
    assert days_left(end, moment, Region(region)) == days


@given(st.sampled_from([Region(code) for code in MARKETS]), moments, st.integers(1, 10**9))
def test_what_leaves_today_is_gone_before_the_day_is(region: Region, now: datetime, millis: int) -> None:
    end = now + timedelta(milliseconds=millis)
    days = days_left(end, now, region)
    last_day = local_day(end - timedelta(milliseconds=1), region)
    assert last_day - local_day(now, region) == timedelta(days=days)
