"""What one title carries on with, wherever it is shown: also when Continue Watching does not list it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.titles import TitleKind
from domain.ids import TitleId
from domain.viewers.activity import Activity, Dismissal, Disowning, Rating
from domain.viewers.continue_watching import ResumeKind, list_resumes
from domain.viewers.next_episode import SeriesRun, series_run
from domain.viewers.title_progress import episode_to_play, resume_of
from domain.viewers.watches import Watch, one_playback
from tests.domain.made import DAY, HOUR, MINA, NOW, a_title, a_watch, an_episode, few_ids, watching

SHOW = a_title("s", kind=TitleKind.SERIES)
EPISODES = [an_episode("s", season, episode) for season in (1, 2) for episode in (1, 2)]
SPECIAL = an_episode("s", 0, 1)
RUN = series_run([*EPISODES, SPECIAL], [*EPISODES, SPECIAL])
FIRST, SECOND, THIRD, FOURTH = EPISODES


def played(activity: Activity, run: SeriesRun = RUN) -> tuple[ResumeKind | None, str | None]:
    """The kind of the resume and the episode that plays."""
    resume = resume_of(SHOW, activity, run, NOW)
    episode = episode_to_play(resume, run)
    return resume.kind if resume else None, episode.id if episode else None


def watched(**episodes: Watch) -> Activity:
    return Activity(
        MINA,
        1,
        {TitleId(key.replace("_", "-")): replace(one, series_id="s") for key, one in episodes.items()},
    )


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        (watched(), (None, FIRST.id)),
        (watched(s_1_2=a_watch(HOUR, 900)), (ResumeKind.CONTINUE, SECOND.id)),
        (watched(s_1_2=a_watch(HOUR, 2700, done=True)), (ResumeKind.NEXT, THIRD.id)),
        (watched(s_2_2=a_watch(HOUR, 2700, done=True)), (None, FIRST.id)),
    ],
    ids=["not begun", "in the middle", "between two", "all watched"],
)
def test_a_series_plays_where_it_was_left_else_from_its_first_episode(
    activity: Activity, expected: tuple[ResumeKind | None, str]
) -> None:
    assert played(activity) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"dismissed": {SHOW.id: Dismissal(NOW)}},
        {"rated": {SHOW.id: Rating(NOW, -1.0)}},
        {"dismissed": {SHOW.id: Dismissal(NOW, NOW + DAY)}},
    ],
    ids=["removed", "disliked", "snoozed"],
)
def test_what_continue_watching_hides_still_carries_on_where_it_is_opened(changes: dict[str, object]) -> None:
    activity = replace(watched(s_1_1=a_watch(HOUR, 900)), **changes)
    assert list_resumes(activity, {SHOW.id: RUN}, NOW, 5) == []
    assert played(activity) == (ResumeKind.CONTINUE, FIRST.id)


def test_a_disowned_watch_is_no_progress() -> None:
    activity = replace(watched(s_1_2=a_watch(HOUR, 900)), disowned={SHOW.id: Disowning(NOW, True)})
    assert activity.owned_watches(SECOND.id) is None
    assert played(activity) == (None, FIRST.id)
    own = replace(
        activity, watched={**activity.watched, SECOND.id: one_playback(NOW + HOUR, 60, 2700, series_id="s")}
    )
    assert own.owned_watches(SECOND.id) == one_playback(NOW + HOUR, 60, 2700, series_id="s")


def test_an_episode_carries_on_by_itself() -> None:
    activity = watched(s_1_1=a_watch(HOUR, 900), s_2_1=a_watch(DAY, 1200))
    resume = resume_of(THIRD, activity, None, NOW)
    assert resume is not None
    assert (resume.title_id, resume.position_seconds) == (THIRD.id, 1200)
    assert resume_of(FOURTH, activity, None, NOW) is None


def test_a_series_of_specials_alone_plays_the_first_of_them() -> None:
    assert played(watched(), series_run([SPECIAL], [SPECIAL])) == (None, SPECIAL.id)
    assert played(watched(), series_run([], [])) == (None, None)


@given(st.dictionaries(few_ids, st.integers(0, 6000), max_size=6))
def test_a_movie_carries_on_exactly_when_the_row_would_list_it(positions: dict[TitleId, int]) -> None:
    activity = replace(
        watching(), watched={one: one_playback(NOW - HOUR, at, 6000) for one, at in positions.items()}
    )
    listed = {resume.title_id: resume for resume in list_resumes(activity, {}, NOW, 25)}
    for one in positions:
        assert resume_of(a_title(one), activity, None, NOW) == listed.get(one)
