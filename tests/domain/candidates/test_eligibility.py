"""The eligibility check passes exactly the eligible titles."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.candidates.eligibility import (
    MAX_MEMO_ENTRIES,
    Refusal,
    filter_eligible,
    next_licence_change,
    open_since,
    opens_at,
    refusal,
)
from domain.catalog.titles import LicenceWindow, Title, TitleKind
from domain.ids import TitleId
from domain.viewers.profiles import Audience, audience_for, strictest_audience
from tests.domain.made import (
    DAY,
    DE,
    HOUR,
    JP,
    NOW,
    US,
    a_profile,
    a_title,
    an_account,
    an_episode,
    audiences,
    licensed_titles,
)

ADULT = Audience(DE, 18, kids=False, now=NOW)
CHILD = Audience(DE, 7, kids=True, now=NOW)
MILLI = timedelta(milliseconds=1)


def may_see(title: Title, audience: Audience) -> bool:
    """The rule as the product states it, independent of the code."""
    licensed = any(
        audience.region in window.regions
        and window.starts_at <= audience.now
        and (window.ends_at is None or audience.now < window.ends_at)
        for window in title.windows
    )
    unlimited = audience.maturity_limit >= 18 and not audience.kids
    age = dict(title.region_ages).get(audience.region, title.maturity_age)
    suits = unlimited or (age is not None and age <= audience.maturity_limit)
    paid = not title.plans or audience.plan in title.plans
    return licensed and suits and paid and title.id not in audience.blocked


@given(licensed_titles, audiences)
@settings(max_examples=500)
def test_the_rule_of_one_title_is_the_rule_as_stated(title: Title, audience: Audience) -> None:
    assert (refusal(title, audience) is None) == may_see(title, audience)


@given(st.lists(licensed_titles, max_size=8), audiences)
@settings(max_examples=500)
def test_filter_eligible_keeps_exactly_the_eligible_titles_in_order(
    given: list[Title], audience: Audience
) -> None:
    series = {title.id: title for title in given}
    answer = filter_eligible(given, audience, series)
    expected = [
        title
        for title in given
        if may_see(title, audience)
        and (
            title.kind != TitleKind.EPISODE
            or (title.series_id in series and may_see(series[title.series_id], audience))
        )
    ]
    assert list(answer.eligible) == expected
    kept = {title.id for title in answer.eligible}
    assert set(answer.refused) | kept == {title.id for title in given}


@given(st.lists(licensed_titles, max_size=8), audiences)
def test_filtering_twice_changes_nothing(given: list[Title], audience: Audience) -> None:
    series = {title.id: title for title in given}
    once = filter_eligible(given, audience, series)
    twice = filter_eligible(once.eligible, audience, series)
    assert (twice.eligible, twice.refused) == (once.eligible, {})


@pytest.mark.parametrize(
    ("changes", "audience", "expected"),
    [
        ({"maturity_age": 7}, CHILD, None),
        ({"maturity_age": 8}, CHILD, Refusal.TOO_MATURE),
        ({"maturity_age": None}, CHILD, Refusal.UNRATED),
        ({"maturity_age": None}, ADULT, None),
        ({"maturity_age": None}, Audience(DE, 16, False, NOW), Refusal.UNRATED),
        ({"maturity_age": None}, Audience(DE, 18, True, NOW), Refusal.UNRATED),
        ({"maturity_age": 21}, ADULT, None),
        ({"windows": ()}, ADULT, Refusal.NOT_IN_REGION),
        ({"windows": (LicenceWindow((US, JP), NOW - DAY),)}, ADULT, Refusal.NOT_IN_REGION),
        ({"windows": (LicenceWindow((DE,), NOW - DAY, NOW),)}, ADULT, Refusal.LICENCE_OVER),
        ({"windows": (LicenceWindow((DE,), NOW - DAY, NOW + MILLI),)}, ADULT, None),
        ({"windows": (LicenceWindow((DE,), NOW),)}, ADULT, None),
        ({"windows": (LicenceWindow((DE,), NOW + MILLI),)}, ADULT, Refusal.NOT_YET),
        (
            {"windows": (LicenceWindow((DE,), NOW - DAY, NOW), LicenceWindow((DE,), NOW + DAY))},
            ADULT,
            Refusal.NOT_YET,
        ),
        ({"windows": (LicenceWindow((DE,), NOW - DAY, NOW), LicenceWindow((DE,), NOW))}, ADULT, None),
        ({"plans": ("premium",)}, ADULT, Refusal.NOT_IN_PLAN),
        ({"plans": ("premium",)}, replace(ADULT, plan="standard"), Refusal.NOT_IN_PLAN),
        ({"plans": ("premium", "standard")}, replace(ADULT, plan="standard"), None),
        ({}, replace(ADULT, plan="standard"), None),
        ({}, replace(ADULT, blocked=frozenset({TitleId("a")})), Refusal.BLOCKED),
        ({}, replace(ADULT, blocked=frozenset({TitleId("b")})), None),
        ({"maturity_age": 16, "region_ages": ((DE, 6), (US, 18))}, CHILD, None),
        (
            {"maturity_age": 16, "region_ages": ((DE, 6), (US, 18))},
            replace(CHILD, region=US),
            Refusal.TOO_MATURE,
        ),
        ({"maturity_age": 0, "region_ages": ((DE, 12),)}, CHILD, Refusal.TOO_MATURE),
        ({"maturity_age": None, "region_ages": ((DE, 6),)}, CHILD, None),
        ({"maturity_age": None, "region_ages": ((DE, 6),)}, replace(CHILD, region=US), Refusal.UNRATED),
    ],
)
def test_refusals(changes: dict[str, object], audience: Audience, expected: Refusal | None) -> None:
    assert refusal(a_title("a", **changes), audience) == expected


def test_an_episode_is_refused_with_its_series() -> None:
    """Its card, label and artwork name the series."""
    episode = an_episode("s1", 1, 1)
    harmless = a_title("s1", kind=TitleKind.SERIES)
    forbidden = a_title("s1", kind=TitleKind.SERIES, maturity_age=16)
    gone = a_title("s1", kind=TitleKind.SERIES, windows=())
    dear = a_title("s1", kind=TitleKind.SERIES, plans=("premium",))
    outcomes = [
        filter_eligible([episode], CHILD, {TitleId("s1"): series} if series else None).refused
        for series in (harmless, forbidden, gone, dear, None)
    ]
    withheld = {episode.id: Refusal.SERIES_WITHHELD}
    assert outcomes == [{}, withheld, withheld, withheld, withheld]
    without_series = replace(CHILD, blocked=frozenset({TitleId("s1")}))
    assert filter_eligible([episode], without_series, {TitleId("s1"): harmless}).refused == withheld


def test_an_episode_without_a_series_is_refused() -> None:
    assert filter_eligible([an_episode("s1", 1, 1, series_id=None)], ADULT).eligible == ()


@pytest.mark.parametrize(
    ("kids", "limit", "expected"),
    [(False, 18, 18), (False, 25, 18), (False, 12, 12), (True, 7, 7), (True, 18, 10)],
)
def test_an_audience_takes_the_region_of_the_account_and_never_more_than_the_kind_of_profile_allows(
    kids: bool, limit: int, expected: int
) -> None:
    profile = a_profile(kids=kids, maturity_limit=limit)
    assert audience_for(profile, an_account("US"), NOW) == Audience(US, expected, kids, NOW, "standard")


def test_blocked_titles_are_refused_for_that_profile_and_where_no_profile_is_named() -> None:
    theirs = a_profile(blocked=(TitleId("a"),))
    others = a_profile(blocked=(TitleId("b"),), kids=True)
    assert audience_for(theirs, an_account(), NOW).blocked == {"a"}
    assert strictest_audience(an_account(), [theirs, others], NOW) == Audience(
        DE, 0, True, NOW, "standard", frozenset({TitleId("a"), TitleId("b")})
    )


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ((), None),
        ((LicenceWindow((DE,), NOW - DAY),), None),
        ((LicenceWindow((DE,), NOW - DAY, NOW + DAY),), NOW + DAY),
        ((LicenceWindow((DE,), NOW + DAY),), NOW + DAY),
        ((LicenceWindow((DE,), NOW - DAY, NOW),), None),
        ((LicenceWindow((US,), NOW - DAY, NOW + DAY),), None),
        ((LicenceWindow((DE,), NOW - DAY, NOW + DAY), LicenceWindow((DE,), NOW + DAY)), None),
        (
            (LicenceWindow((DE,), NOW - DAY, NOW + DAY), LicenceWindow((DE,), NOW, NOW + 3 * DAY)),
            NOW + 3 * DAY,
        ),
        ((LicenceWindow((DE,), NOW - DAY, NOW + DAY), LicenceWindow((DE,), NOW + DAY + MILLI)), NOW + DAY),
    ],
)
def test_the_next_licence_change_of_a_title(
    windows: tuple[LicenceWindow, ...], expected: datetime | None
) -> None:
    assert next_licence_change([a_title("a", windows=windows)], ADULT) == expected


def test_a_result_is_valid_until_a_refused_title_or_the_series_of_an_episode_changes() -> None:
    coming = a_title("a", windows=(LicenceWindow((DE,), NOW + 2 * DAY),))
    series = a_title("s1", kind=TitleKind.SERIES, windows=(LicenceWindow((DE,), NOW - DAY, NOW + DAY),))
    assert filter_eligible([coming], ADULT).valid_until == NOW + 2 * DAY
    assert (
        filter_eligible([coming, an_episode("s1", 1, 1)], ADULT, {series.id: series}).valid_until == NOW + DAY
    )
    assert filter_eligible([a_title("a")], ADULT).valid_until is None


@given(st.lists(licensed_titles, max_size=6), audiences)
@settings(max_examples=500)
def test_nothing_changes_before_the_next_change_and_something_at_it(
    given: list[Title], audience: Audience
) -> None:
    change = filter_eligible(given, audience).valid_until
    boundaries = {window.starts_at for title in given for window in title.windows}
    boundaries |= {window.ends_at for title in given for window in title.windows if window.ends_at}
    licensed = [
        (at, [title.current_stretch(audience.region, at) is not None for title in given])
        for at in sorted({audience.now, *(at for at in boundaries if at > audience.now)})
    ]
    differing = [at for at, shown in licensed if shown != licensed[0][1]]
    assert change == (differing[0] if differing else None)


def test_the_memo_of_a_title_is_bounded() -> None:
    title = a_title("t1")
    for limit in range(3 * MAX_MEMO_ENTRIES):
        audience = replace(ADULT, maturity_limit=limit)
        assert refusal(title, audience) == next(
            iter(filter_eligible([title], audience).refused.values()), None
        )
        assert len(title.memo) <= MAX_MEMO_ENTRIES


@given(licensed_titles, audiences)
def test_a_title_opens_when_it_first_may_be_shown(title: Title, audience: Audience) -> None:
    at = opens_at(title, audience)
    if at is not None:
        assert at > audience.now
        assert at >= title.launched_at
        assert refusal(title, replace(audience, now=at)) is None
        assert refusal(title, audience) is not None or title.launched_at > audience.now
    elif title.launched_at <= audience.now:
        later = [window.starts_at for window in title.windows if window.starts_at > audience.now]
        is_open = any(window.covers(audience.region, audience.now) for window in title.windows)
        assert is_open or all(refusal(title, replace(audience, now=start)) is not None for start in later)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"launched_at": NOW + DAY}, NOW + DAY),
        ({"windows": (LicenceWindow((DE,), NOW + 2 * DAY),)}, NOW + 2 * DAY),
        ({"windows": (LicenceWindow((DE,), NOW + DAY),), "launched_at": NOW + 3 * DAY}, NOW + 3 * DAY),
        ({"windows": (LicenceWindow((DE,), NOW + DAY, NOW + 2 * DAY),), "launched_at": NOW + 3 * DAY}, None),
        ({"windows": (LicenceWindow((US,), NOW + DAY),)}, None),
        ({"windows": (LicenceWindow((DE,), NOW - 9 * DAY, NOW - DAY),)}, None),
        (
            {"windows": (LicenceWindow((DE,), NOW - 9 * DAY, NOW), LicenceWindow((DE,), NOW + DAY))},
            NOW + DAY,
        ),
        ({"windows": (LicenceWindow((DE,), NOW + DAY),), "plans": ("premium",)}, None),
        ({"windows": (LicenceWindow((DE,), NOW + DAY),), "id": TitleId("t1")}, None),
    ],
)
def test_never_is_told_from_not_yet(changes: dict[str, object], expected: datetime | None) -> None:
    audience = Audience(DE, 18, False, NOW, "standard", frozenset({TitleId("t1")}))
    assert opens_at(a_title("m1", **changes), audience) == expected


def test_open_since_the_first_licence_here_and_not_before_the_launch() -> None:
    windows = (
        LicenceWindow((US,), NOW - 9 * DAY),
        LicenceWindow((DE,), NOW - 2 * DAY),
        LicenceWindow((DE,), NOW - DAY),
    )
    audience = Audience(DE, 18, False, NOW, "standard")
    assert open_since(a_title("m1", windows=windows), audience) == NOW - 2 * DAY
    launched = a_title("m1", windows=windows, launched_at=NOW - HOUR)
    assert open_since(launched, audience) == NOW - HOUR
