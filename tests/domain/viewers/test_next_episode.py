"""The next episode: specials stand aside, gaps are passed over, and the order is known without what is gone."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.titles import Title, in_watching_order, number_to_keep, place_in_run
from domain.ids import TitleId
from domain.viewers.activity import Activity
from domain.viewers.continue_watching import ResumeKind, list_resumes
from domain.viewers.next_episode import SeriesRun, series_run
from tests.domain.made import DAY, HOUR, MINA, NOW, a_watch, an_episode, watching

RUN = [an_episode("s1", season, episode) for season in (1, 2) for episode in (1, 2, 3)]
SPECIALS = [an_episode("s1", 0, 1), an_episode("s1", 0, 2)]
SHOW = TitleId("s1")


def next_after(last: str, run: SeriesRun, **earlier: object) -> str | None:
    watched = {last.replace("-", "_"): a_watch(HOUR, 2700, series="s1", done=True), **earlier}
    resumes = list_resumes(watching(**watched), {SHOW: run}, NOW, 40)  # type: ignore[arg-type]
    return resumes[0].title_id if resumes else None


def test_specials_come_behind_the_run_and_an_episode_without_a_season_is_of_the_first() -> None:
    loose = replace(an_episode("s1", 1, 4), season=None)
    ordered = in_watching_order([*SPECIALS, *RUN, loose])
    assert [title.id for title in ordered] == [
        "s1-1-1", "s1-1-2", "s1-1-3", "s1-1-4", "s1-2-1", "s1-2-2", "s1-2-3", "s1-0-1", "s1-0-2",
    ]  # fmt: skip


def test_no_special_without_a_place_is_ever_next() -> None:
    run = series_run([*SPECIALS, *RUN], [*SPECIALS, *RUN])
    assert next_after("s1-2-3", run) is None
    assert next_after("s1-1-3", run) == "s1-2-1"


def test_after_a_special_the_run_goes_on_where_it_was() -> None:
    run = series_run([*SPECIALS, *RUN], [*SPECIALS, *RUN])
    assert next_after("s1-0-1", run) == "s1-1-1"
    done = a_watch(2 * HOUR, 2700, series="s1", done=True)
    assert next_after("s1-0-1", run, s1_1_2=done) == "s1-1-3"
    begun = a_watch(2 * HOUR, 1200, series="s1")
    assert next_after("s1-0-1", run, s1_1_2=begun) == "s1-1-2"


def test_a_special_left_in_the_middle_is_carried_on() -> None:
    activity = watching(s1_0_1=a_watch(HOUR, 1200, series="s1"))
    resumes = list_resumes(activity, {}, NOW, 40)
    assert [(one.kind, one.title_id) for one in resumes] == [(ResumeKind.CONTINUE, "s1-0-1")]


def test_numbers_may_have_gaps() -> None:
    gappy = [RUN[0], an_episode("s1", 1, 7), an_episode("s1", 4, 2)]
    run = series_run(gappy, gappy)
    assert next_after("s1-1-1", run) == "s1-1-7"
    assert next_after("s1-1-7", run) == "s1-4-2"


def test_an_episode_that_left_the_catalogue_leaves_the_place_before_it() -> None:
    run = series_run([RUN[0], *RUN[2:]], [RUN[0], *RUN[2:]])
    done = a_watch(2 * HOUR, 2700, series="s1", done=True)
    assert next_after("s1-1-2", run, s1_1_1=done) == "s1-1-3"
    assert next_after("s1-1-2", run) is None


@given(st.sets(st.sampled_from(RUN), max_size=6), st.sets(st.sampled_from(RUN), min_size=1), st.randoms())
def test_next_is_the_first_permitted_unfinished_episode_behind_the_last_watched(
    permitted: set[Title], finished: set[Title], chance: random.Random
) -> None:
    watched = {
        title.id: a_watch((1 + chance.randrange(50)) * HOUR, 2700, series="s1", done=True)
        for title in finished
    }
    last = max((watch.at, title_id) for title_id, watch in watched.items())[1]
    shuffled = list(RUN)
    chance.shuffle(shuffled)
    resumes = list_resumes(Activity(MINA, watched=watched), {SHOW: series_run(shuffled, permitted)}, NOW, 40)
    behind = [title for title in RUN if title.id > last and title in permitted and title not in finished]
    assert [one.title_id for one in resumes] == [title.id for title in behind[:1]]


CHRISTMAS = replace(an_episode("s1", 0, 3), airs_before=(2, 1))


def test_a_special_that_says_when_it_airs_belongs_to_the_run_there() -> None:
    everything = [*SPECIALS, CHRISTMAS, *RUN]
    assert [title.id for title in in_watching_order(everything)] == [
        "s1-1-1", "s1-1-2", "s1-1-3", "s1-0-3", "s1-2-1", "s1-2-2", "s1-2-3", "s1-0-1", "s1-0-2",
    ]  # fmt: skip
    run = series_run(everything, everything)
    assert next_after("s1-1-3", run) == "s1-0-3"
    assert next_after("s1-0-3", run) == "s1-2-1"
    assert next_after("s1-2-3", run) is None


def test_specials_before_one_episode_stand_in_their_own_order_and_a_pilot_is_number_0() -> None:
    second = replace(an_episode("s1", 0, 9), airs_before=(1, 1))
    first = replace(an_episode("s1", 0, 0), airs_before=(1, 1))
    pilot = an_episode("s1", 1, 0)
    ordered = in_watching_order([second, first, *RUN, pilot])
    assert [title.id for title in ordered][:4] == ["s1-1-0", "s1-0-0", "s1-0-9", "s1-1-1"]
    run = series_run(ordered, ordered)
    assert next_after("s1-1-0", run) == "s1-0-0"


@pytest.mark.parametrize("gap", [1, 2, 3, 4])
def test_nothing_behind_an_episode_that_opens_later_is_next(gap: int) -> None:
    awaited = {RUN[gap].id: NOW + 30 * DAY}
    permitted = [title for title in RUN if title.id not in awaited]
    run = series_run(RUN, permitted, awaited)
    assert next_after(RUN[gap - 1].id, run) is None
    if gap > 1:
        assert next_after(RUN[gap - 2].id, run) == RUN[gap - 1].id
    # A profile that has seen the awaited episode elsewhere goes on.
    assert next_after(RUN[gap].id, run) == RUN[gap + 1].id


def test_what_never_opens_is_passed_over_up_to_what_is_awaited() -> None:
    run = series_run(RUN, [RUN[0], RUN[3]], {RUN[2].id: NOW + DAY})
    assert next_after("s1-1-1", run) is None
    run = series_run(RUN, [RUN[0], RUN[3]], {RUN[4].id: NOW + DAY})
    assert next_after("s1-1-1", run) == "s1-2-1"


def test_an_episode_that_opened_since_is_new_though_it_was_launched_before() -> None:
    watched = watching(s1_1_1=a_watch(DAY, 2700, series="s1", done=True))
    run = series_run(RUN, RUN, opened={RUN[1].id: NOW - HOUR})
    [resume] = list_resumes(watched, {SHOW: run}, NOW, 5)
    assert (resume.kind, resume.title_id, resume.at) == (ResumeKind.NEW, "s1-1-2", NOW - HOUR)


@pytest.mark.parametrize(
    ("number", "expected"), [((1, 2), "s1-1-3"), ((1, 3), "s1-2-1"), ((1, 7), "s1-2-1"), ((2, 3), None)]
)
def test_an_episode_that_left_the_catalogue_keeps_its_place(
    number: tuple[int, int], expected: str | None
) -> None:
    """Its id says nothing: the watch knows season and episode."""
    left = [title for title in RUN if (title.season, title.episode) != number]
    watched = Activity(
        MINA, watched={TitleId("gone"): a_watch(HOUR, 2700, series="s1", done=True, number=number)}
    )
    resumes = list_resumes(watched, {SHOW: series_run(left, left)}, NOW, 5)
    assert [one.title_id for one in resumes] == ([expected] if expected else [])


def test_an_episode_left_in_the_middle_that_left_the_catalogue_makes_way_for_the_next() -> None:
    left = [title for title in RUN if title.id != "s1-1-2"]
    watched = watching(s1_1_2=a_watch(HOUR, 900, series="s1", number=(1, 2)))
    [resume] = list_resumes(watched, {SHOW: series_run(left, left)}, NOW, 5)
    assert (resume.kind, resume.title_id) == (ResumeKind.NEXT, "s1-1-3")
    waiting = series_run(RUN, left, {TitleId("s1-1-2"): NOW + DAY})
    assert list_resumes(watched, {SHOW: waiting}, NOW, 5) == []


def test_a_special_that_left_the_catalogue_leaves_the_place_in_the_run() -> None:
    watched = watching(
        gone=a_watch(HOUR, 2700, series="s1", done=True, number=(0, 4)),
        s1_1_1=a_watch(DAY, 2700, series="s1", done=True),
    )
    [resume] = list_resumes(watched, {SHOW: series_run(RUN, RUN)}, NOW, 5)
    assert resume.title_id == "s1-1-2"
    alone = watching(gone=a_watch(HOUR, 2700, series="s1", done=True, number=(0, 4)))
    [resume] = list_resumes(alone, {SHOW: series_run(RUN, RUN)}, NOW, 5)
    assert resume.title_id == "s1-1-1"


@given(
    st.none() | st.integers(1, 2100),
    st.none() | st.integers(0, 400),
    st.none() | st.dates(date(1990, 1, 1), date(2099, 12, 31)),
)
def test_what_a_watch_keeps_is_the_place_of_the_episode(
    season: int | None, episode: int | None, aired: date | None
) -> None:
    title = replace(RUN[0], season=season, episode=episode, air_date=aired)
    kept = number_to_keep(season, episode, aired)
    known = [here if here is not None else default for here, default in zip(kept, (1, 0), strict=True)]
    assert tuple(known) == place_in_run(title)[:2]
