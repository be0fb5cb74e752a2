"""The next episode: specials stand aside, gaps are passed over, and the order is known without what is gone."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.titles import Title, in_watching_order
from domain.ids import TitleId
from domain.viewers.activity import Activity
from domain.viewers.continue_watching import ResumeKind, list_resumes
from domain.viewers.next_episode import SeriesRun, series_run
from tests.domain.made import HOUR, MINA, NOW, a_watch, an_episode, watching

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


def test_no_special_is_ever_next() -> None:
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
