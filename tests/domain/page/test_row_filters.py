"""Row filters: watched and disliked titles, series with their episodes, the row's filter rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.candidates.model import Candidate, FreshnessSource, RowCandidates
from domain.catalog.titles import Title, TitleKind
from domain.ids import TitleId
from domain.layouts.model import RowSpec, RowStyle
from domain.layouts.row_kinds import RowSource
from domain.page.row_filters import (
    ExcludedTitles,
    Exemptions,
    RowRefusal,
    activity_refusal,
    build_row_filter,
    row_exemptions,
    row_refusals,
)
from domain.recommendations.reasons import Reason, ReasonKind
from domain.viewers.activity import Activity, Rating
from domain.viewers.continue_watching import Resume, ResumeKind
from tests.domain.made import DE, HOUR, MINA, NOW, a_title, a_watch, an_episode

TITLES = {
    title.id: title
    for title in (
        *(a_title(f"m{number}", year=1990 + number) for number in range(6)),
        a_title("s1", kind=TitleKind.SERIES),
        an_episode("s1", 1, 1),
        a_title("s2", kind=TitleKind.SERIES),
        an_episode("s2", 1, 1),
    )
}
ACTIVITY = Activity(
    MINA,
    3,
    watched={
        TitleId("m0"): a_watch(HOUR, 7440, 7440, done=True),
        TitleId("m1"): a_watch(HOUR, 373, 7440),
        TitleId("m2"): a_watch(HOUR, 371, 7440),
        TitleId("m3"): a_watch(HOUR, 3720, 7440),
        TitleId("s1-1-1"): a_watch(HOUR, 2700, series="s1", done=True),
    },
    rated={
        TitleId("m4"): Rating(NOW, -1.0),
        TitleId("s2"): Rating(NOW, -0.5),
        TitleId("m3"): Rating(NOW, 0.0),
    },
)
PLAIN = RowSpec("row", RowSource.TOP_PICKS)
WATCHED = {"m0": "watched", "m1": "watched", "m3": "watched", "s1": "watched", "s1-1-1": "watched"}
DISLIKED = {"m4": "disliked", "s2": "disliked", "s2-1-1": "disliked"}


def proposed(spec: RowSpec, *ids: str) -> RowCandidates:
    candidates = tuple(Candidate(TitleId(title_id), "test") for title_id in ids or TITLES)
    return RowCandidates(spec, candidates, Reason(ReasonKind.TASTE), FreshnessSource.BATCH, NOW)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (PLAIN, WATCHED | DISLIKED),
        (RowSpec("row", RowSource.EDITORIAL), WATCHED | DISLIKED),
        (RowSpec("row", RowSource.TRENDING), WATCHED | DISLIKED),
        (RowSpec("row", RowSource.TRENDING, RowStyle.NUMBERED), DISLIKED),
        (RowSpec("row", RowSource.WATCH_AGAIN), DISLIKED),
        (RowSpec("row", RowSource.CONTINUE_WATCHING), {}),
        (RowSpec("row", RowSource.MY_LIST), {}),
        (
            replace(PLAIN, options={"watched_from": 60}),
            {"m0": "watched", "s1": "watched", "s1-1-1": "watched"} | DISLIKED,
        ),
    ],
)
def test_watched_and_disliked_depend_on_the_row(spec: RowSpec, expected: dict[str, str]) -> None:
    """m1 was seen to 5.01 %, m2 to 4.99 %, m3 to 50 %; the thumb down of m3 was removed."""
    assert build_row_filter(ACTIVITY, TITLES, NOW, DE)(proposed(spec)) == expected


def test_the_rows_filter_rule_refuses_titles_that_do_not_match() -> None:
    spec = replace(PLAIN, filter="year >= 1993")
    refuse = build_row_filter(Activity(MINA), TITLES, NOW, DE)
    untrue = "its rule says year >= 1993"
    assert refuse(proposed(spec, "m1", "m2", "m3", "m5", "nowhere")) == {"m1": untrue, "m2": untrue}


def test_an_unreadable_rule_costs_its_row_and_not_the_page() -> None:
    refused = build_row_filter(Activity(MINA), TITLES, NOW, DE)(
        proposed(replace(PLAIN, filter="yeer = 1"), "m1")
    )
    assert refused == {"m1": RowRefusal.UNREADABLE_RULE.value}


ids = st.sampled_from([title.id for title in TITLES.values()] + [TitleId("nowhere")])
some_ids = st.frozensets(ids)


@given(
    st.sampled_from(list(TITLES.values())),
    st.builds(ExcludedTitles, some_ids, some_ids),
    st.builds(Exemptions, st.booleans(), st.booleans()),
)
def test_a_title_is_refused_exactly_when_it_or_its_series_is_excluded(
    title: Title, facts: ExcludedTitles, exemptions: Exemptions
) -> None:
    names = {title.id, title.series_id}
    watched = bool(names & facts.watched) and not exemptions.watched
    disliked = bool(names & facts.disliked) and not exemptions.disliked
    assert (activity_refusal(title, facts, exemptions) is not None) == (watched or disliked)


@given(
    st.lists(ids, max_size=10),
    st.builds(ExcludedTitles, some_ids, some_ids),
    st.sampled_from(RowSource),
    st.sampled_from(["", "year > 1992", "kind = series"]),
)
def test_each_candidate_is_refused_independently(
    candidates: list[TitleId], facts: ExcludedTitles, source: RowSource, rule: str
) -> None:
    spec = RowSpec("row", source, filter=rule)
    together = row_refusals(candidates, TITLES, facts, spec, NOW, DE)
    apart = [row_refusals([one], TITLES, facts, spec, NOW, DE) for one in candidates]
    assert together == {key: why for each in apart for key, why in each.items()}
    assert set(together) <= set(candidates) & set(TITLES)
    exempt = row_exemptions(spec)
    kept = [TITLES[one] for one in candidates if one in TITLES and one not in together]
    assert not [title for title in kept if activity_refusal(title, facts, exempt)]


def test_long_histories_are_filtered_exactly() -> None:
    """Of ten thousand watched titles none passes; every other title does."""
    catalogue = {TitleId(f"t{number}"): a_title(f"t{number}") for number in range(20_000)}
    seen = {
        TitleId(f"t{number}"): a_watch(timedelta(minutes=number + 1), 7440, 7440, done=True)
        for number in range(0, 20_000, 2)
    }
    refused = build_row_filter(Activity(MINA, 1, watched=seen), catalogue, NOW, DE)(
        proposed(PLAIN, *catalogue)
    )
    assert set(refused) == set(seen)


@pytest.mark.parametrize(
    ("title", "resumed_series", "refused"),
    [
        (an_episode("quay", 1, 1), "quay", False),
        (an_episode("pier", 1, 1), "quay", True),
        (a_title("e"), None, False),
        (a_title("e"), "quay", True),
        (a_title("e", kind=TitleKind.SERIES), None, True),
    ],
)
def test_an_old_watch_of_an_id_that_means_another_title_resumes_nothing(
    title: Title, resumed_series: str | None, refused: bool
) -> None:
    spec = RowSpec("row", RowSource.CONTINUE_WATCHING)
    series = TitleId(resumed_series) if resumed_series else None
    resume = Resume(ResumeKind.CONTINUE, title.id, NOW, 600, 1800, series)
    reason = Reason(ReasonKind.CONTINUE)
    candidate = Candidate(title.id, "activity", reason, resume=resume)
    row = RowCandidates(spec, (candidate,), reason, FreshnessSource.LIVE, NOW)
    refusals = build_row_filter(Activity(MINA), {title.id: title}, NOW, DE)(row)
    assert bool(refusals) is refused
