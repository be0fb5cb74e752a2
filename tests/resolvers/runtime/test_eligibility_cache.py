"""The cached titles of an audience never hold more than the eligibility check passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.eligibility import NEVER, are_all_eligible, filter_eligible
from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId
from domain.viewers.profiles import Audience
from resolvers.runtime.eligibility_cache import EligibilityCache
from tests.domain.made import DAY, DE, NOW, US, a_title, an_episode, only

ADULT = Audience(DE, 18, False, NOW, "premium")
SOON = a_title("soon", **only(DE, end=NOW + DAY))
ALWAYS_OPEN = a_title("open")


def add_titles(cache: EligibilityCache, audience: Audience = ADULT, epoch: int = 1, *titles: Title) -> Any:
    entry = cache.eligible_titles("i", epoch, audience)
    entry.add({title.id: title for title in titles}, audience)
    return entry


def test_titles_are_remembered_until_a_licence_of_one_of_them_turns() -> None:
    cache = EligibilityCache()
    add_titles(cache, ADULT, 1, SOON, ALWAYS_OPEN)
    for later, there in ((timedelta(), True), (DAY - timedelta(microseconds=1), True), (DAY, False)):
        audience = replace(ADULT, now=NOW + later)
        found = cache.eligible_titles("i", 1, audience).get_all([SOON.id, ALWAYS_OPEN.id], audience)
        assert (found is not None) is there


@pytest.mark.parametrize(
    "other",
    [{"region": US}, {"maturity_limit": 12}, {"kids": True}, {"plan": "basic"}],
    ids=lambda changes: next(iter(changes)),
)
def test_no_audience_gets_results_of_another(other: dict[str, Any]) -> None:
    cache = EligibilityCache()
    add_titles(cache, ADULT, 1, ALWAYS_OPEN)
    audience = replace(ADULT, **other)
    assert cache.eligible_titles("i", 1, audience).get_all([ALWAYS_OPEN.id], audience) is None


def test_all_is_forgotten_when_a_title_was_replaced_and_for_another_index() -> None:
    cache = EligibilityCache()
    add_titles(cache, ADULT, 1, ALWAYS_OPEN)
    assert cache.eligible_titles("i", 2, ADULT).get_all([ALWAYS_OPEN.id], ADULT) is None
    assert cache.eligible_titles("j", 1, ADULT).get_all([ALWAYS_OPEN.id], ADULT) is None


def test_for_whom_something_is_blocked_everything_is_asked() -> None:
    """An episode does not say that its series is blocked."""
    cache, episode = EligibilityCache(), an_episode("s1", 1, 1)
    add_titles(cache, ADULT, 1, episode)
    blocked = replace(ADULT, blocked=frozenset({TitleId("s1")}))
    assert cache.eligible_titles("i", 1, blocked).get_all([episode.id], blocked) is None


instants = st.integers(-3, 3).map(lambda days: NOW + days * DAY)
regions = st.sampled_from([DE, US])


@st.composite
def titles(draw: st.DrawFn) -> Title:
    start, end = draw(instants), draw(st.one_of(st.none(), instants))
    changes: dict[str, Any] = {
        **only(*draw(st.sets(regions, min_size=1)), start=start, end=end),
        "maturity_age": draw(st.sampled_from([None, 0, 12, 18])),
        "plans": draw(st.sampled_from([(), ("premium",)])),
    }
    name = draw(st.sampled_from(["t1", "t2", "s1", "e1", "e2"]))
    if name.startswith("e"):
        changes |= {"kind": TitleKind.EPISODE, "series_id": draw(st.sampled_from([None, TitleId("s1")]))}
    return a_title(name, **changes)


audiences = st.builds(
    Audience,
    region=regions,
    maturity_limit=st.sampled_from([0, 12, 18]),
    kids=st.booleans(),
    now=instants,
    plan=st.sampled_from(["premium", "basic"]),
    blocked=st.sets(st.sampled_from([TitleId("t1"), TitleId("s1")])).map(frozenset),
)


@given(st.lists(titles(), unique_by=lambda title: title.id), st.lists(audiences, min_size=1, max_size=6))
def test_results_for_many_titles_equal_those_for_each(
    given_titles: list[Title], asking: list[Audience]
) -> None:
    """One after another on the same titles, which remember earlier results, in any order of instants."""
    known = {title.id: title for title in given_titles}
    series = {title_id: title for title_id, title in known.items() if title_id == "s1"}
    for audience in asking:
        fresh = [replace(title) for title in given_titles]
        said = filter_eligible(fresh, audience, {title.id: title for title in fresh if title.id == "s1"})
        assert filter_eligible(given_titles, audience, series).refused == said.refused
        assert are_all_eligible(known, audience, {}) is (said.refused == {})
        later: datetime | None = said.valid_until
        assert later is None or audience.now < later < NEVER
