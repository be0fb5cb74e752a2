"""Continue Watching, rule by rule: begun, finished, what comes next, one card per show, last watched first."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import TitleId
from domain.viewers.activity import Activity
from domain.viewers.continue_watching import (
    Resume,
    ResumeFilter,
    ResumeKind,
    list_resumes,
    series_to_look_up,
    show_progress,
)
from domain.viewers.next_episode import SeriesRun, series_run
from domain.viewers.watches import one_playback
from tests.domain.made import DAY, HOUR, MINA, NOW, a_watch, an_episode, few_instants, watching

S1 = [an_episode("s1", season, episode) for season in (1, 2) for episode in (1, 2, 3)]
SERIES = {TitleId("s1"): series_run(S1, S1)}
KNOWN = SERIES[TitleId("s1")]


def ids(activity: Activity, limit: int = 40, run: SeriesRun = KNOWN, **more: Any) -> list[tuple[str, str]]:
    resumes = list_resumes(activity, {TitleId("s1"): run}, more.pop("now", NOW), limit, **more)
    return [(resume.kind.value, resume.title_id) for resume in resumes]


def test_a_begun_movie_continues_where_it_stopped() -> None:
    resumes = list_resumes(watching(m1=a_watch(HOUR, 3600, 7440)), {}, NOW, 40)
    assert resumes == [Resume(ResumeKind.CONTINUE, TitleId("m1"), NOW - HOUR, 3600, 7440)]


def test_a_finished_movie_and_one_hardly_begun_are_not_there() -> None:
    assert ids(watching(m1=a_watch(HOUR, 7400, 7440, done=True), m2=a_watch(HOUR, 100, 7440))) == []


def test_a_finished_episode_makes_way_for_the_next() -> None:
    activity = watching(s1_1_2=a_watch(HOUR, 2700, series="s1", done=True))
    assert list_resumes(activity, SERIES, NOW, 40) == [
        Resume(ResumeKind.NEXT, TitleId("s1-1-3"), NOW - HOUR, 0, 2700, TitleId("s1"))
    ]


def test_the_season_rolls_over() -> None:
    assert ids(watching(s1_1_3=a_watch(HOUR, 2700, series="s1", done=True))) == [("next", "s1-2-1")]


def test_after_the_last_episode_the_series_is_gone() -> None:
    assert ids(watching(s1_2_3=a_watch(HOUR, 2700, series="s1", done=True))) == []


def test_an_episode_that_came_out_since_is_new() -> None:
    later = an_episode("s1", 2, 4, launched_at=NOW - HOUR)
    activity = watching(s1_2_3=a_watch(DAY, 2700, series="s1", done=True))
    assert ids(activity) == []
    run = series_run([*S1, later], [*S1, later])
    assert list_resumes(activity, {TitleId("s1"): run}, NOW, 40) == [
        Resume(ResumeKind.NEW, TitleId("s1-2-4"), NOW - HOUR, 0, 2700, TitleId("s1"))
    ]


def test_a_new_episode_stands_where_it_came_out_not_where_the_last_was_watched() -> None:
    later = an_episode("s1", 2, 4, launched_at=NOW - HOUR)
    activity = watching(
        s1_2_3=a_watch(40 * DAY, 2700, series="s1", done=True),
        m1=a_watch(2 * HOUR, 3600, 7440),
        m2=a_watch(HOUR / 2, 3600, 7440),
    )
    run = series_run([*S1, later], [*S1, later])
    assert ids(activity, run=run) == [("continue", "m2"), ("new", "s1-2-4"), ("continue", "m1")]


def test_episodes_finished_out_of_order_are_passed_over() -> None:
    activity = watching(
        s1_1_1=a_watch(HOUR, 2700, series="s1", done=True),
        s1_1_2=a_watch(DAY, 2700, series="s1", done=True),
    )
    assert ids(activity) == [("next", "s1-1-3")]


def test_a_next_episode_that_was_begun_before_continues_there() -> None:
    activity = watching(
        s1_1_1=a_watch(HOUR, 2700, series="s1", done=True), s1_1_2=a_watch(DAY, 1500, series="s1")
    )
    assert list_resumes(activity, SERIES, NOW, 40) == [
        Resume(ResumeKind.CONTINUE, TitleId("s1-1-2"), NOW - HOUR, 1500, 2700, TitleId("s1"))
    ]


def test_a_glance_at_the_next_episode_takes_no_series_off_the_row() -> None:
    """Autoplay begins an episode that the viewer turns off at once."""
    activity = watching(
        s1_1_1=a_watch(2 * HOUR, 2700, series="s1", done=True), s1_1_2=a_watch(HOUR, 20, series="s1")
    )
    assert ids(activity) == [("next", "s1-1-2")]


def test_a_glance_elsewhere_does_not_move_the_place() -> None:
    activity = watching(s1_1_1=a_watch(2 * HOUR, 900, series="s1"), s1_2_3=a_watch(HOUR, 20, series="s1"))
    assert ids(activity) == [("continue", "s1-1-1")]


def test_a_series_whose_episodes_may_not_be_shown_is_gone_once_its_episode_is_finished() -> None:
    activity = watching(s1_1_1=a_watch(HOUR, 2700, series="s1", done=True))
    assert list_resumes(activity, {}, NOW, 40) == []
    assert ids(activity, run=series_run(S1, [])) == []


def test_an_episode_that_may_not_be_shown_is_passed_over_even_if_it_is_the_last_watched() -> None:
    activity = watching(s1_1_1=a_watch(HOUR, 2700, series="s1", done=True))
    assert ids(activity, run=series_run(S1, S1[2:])) == [("next", "s1-1-3")]
    assert ids(activity, run=series_run(S1, [S1[0], *S1[4:]])) == [("next", "s1-2-2")]


def test_series_with_a_finished_last_episode_are_looked_up_first() -> None:
    activity = watching(
        s1_1_1=a_watch(HOUR, 2700, series="s1", done=True),
        s2_1_1=a_watch(HOUR / 2, 900, series="s2"),
        s3_1_1=a_watch(2 * HOUR, 2700, series="s3", done=True),
        m1=a_watch(HOUR, 7440, 7440, done=True),
    )
    assert series_to_look_up(activity, NOW) == ["s1", "s3", "s2"]


def test_last_watched_first_and_no_more_than_asked() -> None:
    activity = watching(
        m1=a_watch(3 * HOUR, 900),
        s1_1_1=a_watch(2 * HOUR, 2700, series="s1", done=True),
        m2=a_watch(HOUR, 900),
        m3=a_watch(HOUR, 900),
    )
    everything = [("continue", "m3"), ("continue", "m2"), ("next", "s1-1-2"), ("continue", "m1")]
    assert ids(activity) == everything
    assert ids(activity, limit=2) == everything[:2]


def test_the_two_halves_of_the_row_can_be_kept_apart() -> None:
    activity = watching(m1=a_watch(HOUR, 900), s1_1_1=a_watch(DAY, 2700, series="s1", done=True))
    assert ids(activity, wanted=ResumeFilter.CONTINUE) == [("continue", "m1")]
    assert ids(activity, wanted=ResumeFilter.NEXT) == [("next", "s1-1-2")]
    assert ids(activity, wanted=ResumeFilter.NEXT, limit=1) == [("next", "s1-1-2")]
    assert ids(activity, wanted=ResumeFilter.ALL) == [("continue", "m1"), ("next", "s1-1-2")]


episode_watches = st.builds(
    one_playback, few_instants, st.integers(0, 2500), st.just(2700), st.booleans(), st.just("s1")
)
movie_watches = st.builds(
    one_playback, few_instants, st.integers(0, 6900), st.sampled_from([0, 7440]), st.booleans()
)
activities = st.builds(
    lambda episodes, movies: Activity(MINA, 1, {**episodes, **movies}),
    st.dictionaries(st.sampled_from([title.id for title in S1]), episode_watches, max_size=6),
    st.dictionaries(st.sampled_from([TitleId(f"m{n}") for n in range(4)]), movie_watches, max_size=4),
)


@given(activities, st.integers(1, 5))
def test_one_card_a_show_nothing_finished_in_order_of_last_activity(activity: Activity, limit: int) -> None:
    resumes = list_resumes(activity, SERIES, NOW, limit)
    shows = [resume.series_id or resume.title_id for resume in resumes]
    assert len(shows) == len(set(shows)) <= limit
    for resume in resumes:
        watch = activity.watched.get(resume.title_id)
        assert watch is None or not watch.finished
        assert resume.kind != ResumeKind.CONTINUE or (watch is not None and watch.is_open)
    instants = [resume.at for resume in resumes]
    assert instants == sorted(instants, reverse=True)
    assert [resume.at for resume in resumes] == [show_progress(activity, NOW)[show].at for show in shows]


@given(activities)
def test_every_begun_and_unfinished_movie_is_there(activity: Activity) -> None:
    shown = {resume.title_id for resume in list_resumes(activity, SERIES, NOW, 40)}
    begun = {
        title_id
        for title_id, watch in activity.watched.items()
        if not watch.series_id and not watch.finished and watch.position_seconds > 120
    }
    assert begun <= shown
