"""Removing, snoozing, disowning: the row forgets, the place stays, and late or repeated events change nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import TitleId
from domain.viewers.activity import FOREVER, Activity, Changes, Dismissal, Disowning, Rating, merge
from domain.viewers.continue_watching import ResumeFilter, list_resumes, show_progress
from domain.viewers.documents import activity_from_document, activity_to_document, changes_to_update
from domain.viewers.events import DISMISSALS, OWNERSHIP_CLAIMS, PLAYBACK, Event, EventType, activity_changes
from domain.viewers.next_episode import series_run
from tests.domain.made import DAY, HOUR, MINA, NOW, a_watch, an_episode, an_event, events

MOVIE, SHOW = TitleId("m1"), TitleId("s1")
EPISODES = [an_episode("s1", 1, episode) for episode in (1, 2, 3)]
RUNS = {SHOW: series_run(EPISODES, EPISODES)}
AT_WORK = an_event(
    EventType.PROGRESS,
    id="w",
    title_id=MOVIE,
    position_seconds=3600,
    duration_seconds=7440,
    occurred_at=NOW - DAY,
)
REMOVED = an_event(EventType.CONTINUE_REMOVE, id="r", title_id=MOVIE, occurred_at=NOW - HOUR)
SNOOZED = an_event(
    EventType.CONTINUE_SNOOZE, id="z", title_id=MOVIE, occurred_at=NOW - HOUR, until=NOW + 2 * DAY
)


def after(*given: Event) -> Activity:
    activity = Activity(MINA)
    for event in given:
        activity = merge(activity, activity_changes([event]))
    return activity


def row(activity: Activity, now: object = NOW) -> list[str]:
    return [resume.title_id for resume in list_resumes(activity, RUNS, now, 40, ResumeFilter.ALL)]  # type: ignore[arg-type]


def test_removing_takes_off_the_row_and_nothing_else() -> None:
    before, removed = after(AT_WORK), after(AT_WORK, REMOVED)
    assert row(before) == ["m1"]
    assert row(removed) == []
    assert removed.watched == before.watched
    assert not removed.watched[MOVIE].finished
    assert row(removed, NOW + 400 * DAY) == []


def test_it_is_back_only_when_played_after_the_removal() -> None:
    late_progress = an_event(
        EventType.PROGRESS, id="l", title_id=MOVIE, position_seconds=5000, duration_seconds=7440,
        occurred_at=NOW - 2 * HOUR,
    )  # fmt: skip
    assert row(after(AT_WORK, REMOVED, late_progress)) == []
    played = an_event(
        EventType.PLAY, id="p", title_id=MOVIE, position_seconds=3600, occurred_at=NOW - HOUR / 2
    )
    assert row(after(AT_WORK, REMOVED, played)) == ["m1"]
    glance = an_event(EventType.PLAY, id="g", title_id=MOVIE, position_seconds=5, occurred_at=NOW - HOUR / 2)
    assert row(after(AT_WORK, REMOVED, glance)) == []


def test_a_series_goes_as_a_whole_by_any_of_its_episodes() -> None:
    finished = an_event(
        EventType.COMPLETE, id="c", title_id=EPISODES[0].id, series_id=SHOW, duration_seconds=2700,
        occurred_at=NOW - DAY,
    )  # fmt: skip
    assert row(after(finished)) == ["s1-1-2"]
    for title in (SHOW, EPISODES[0].id, EPISODES[2].id):
        series = None if title == SHOW else SHOW
        removed = an_event(
            EventType.CONTINUE_REMOVE, id="r", title_id=title, series_id=series, occurred_at=NOW - HOUR
        )
        assert row(after(finished, removed)) == []


def test_a_snooze_ends_by_itself_at_the_front_of_the_row_or_by_playing() -> None:
    other = an_event(
        EventType.PROGRESS, id="o", title_id=TitleId("m2"), position_seconds=3600, duration_seconds=7440
    )
    activity = after(AT_WORK, other, SNOOZED)
    assert row(activity) == ["m2"]
    assert row(activity, NOW + 2 * DAY) == ["m1", "m2"]
    played = an_event(
        EventType.PLAY, id="p", title_id=MOVIE, position_seconds=3600, occurred_at=NOW - HOUR / 2
    )
    assert row(after(AT_WORK, other, SNOOZED, played)) == ["m1", "m2"]


def test_of_a_snooze_and_a_removal_the_later_counts() -> None:
    later = an_event(EventType.CONTINUE_REMOVE, id="r", title_id=MOVIE, occurred_at=NOW)
    for order in ((AT_WORK, SNOOZED, later), (later, SNOOZED, AT_WORK)):
        assert after(*order).dismissed == {MOVIE: Dismissal(NOW, FOREVER)}
        assert row(after(*order), NOW + 3 * DAY) == []
    longer = an_event(
        EventType.CONTINUE_SNOOZE, id="y", title_id=MOVIE, occurred_at=NOW - HOUR / 2, until=NOW + 9 * DAY
    )
    assert row(after(AT_WORK, REMOVED, longer), NOW + 9 * DAY) == ["m1"]


def test_a_dislike_after_watching_ends_the_row_for_that_show() -> None:
    disliked = Changes(rated={MOVIE: Rating(NOW, -1.0)})
    assert row(merge(after(AT_WORK), disliked)) == []
    before = Changes(rated={MOVIE: Rating(NOW - 2 * DAY, -1.0)})
    assert row(merge(after(AT_WORK), before)) == ["m1"]
    taken_back = Changes(rated={MOVIE: Rating(NOW + HOUR, 0.0)})
    assert row(merge(merge(after(AT_WORK), disliked), taken_back)) == ["m1"]


@pytest.mark.parametrize("done", [True, False])
def test_a_dislike_of_an_episode_leaves_its_show(done: bool) -> None:
    watch = a_watch(HOUR, 2700 if done else 900, series=SHOW, done=done)
    episode = EPISODES[0].id
    before = Activity(MINA, watched={episode: watch})
    disliked = merge(before, Changes(rated={episode: Rating(NOW, -1.0, SHOW)}))
    assert row(disliked) == row(before) != []
    dismissed = merge(before, Changes(rated={SHOW: Rating(NOW, -1.0)}))
    assert row(dismissed) == []


def test_what_was_disowned_is_not_continued_until_it_is_played_again() -> None:
    disowned = an_event(EventType.WATCH_DISOWN, id="d", title_id=MOVIE, occurred_at=NOW - HOUR)
    activity = after(AT_WORK, disowned)
    assert row(activity) == []
    assert activity.watched[MOVIE].position_seconds == 3600
    again = an_event(EventType.PLAY, id="p", title_id=MOVIE, position_seconds=3600, occurred_at=NOW)
    assert row(after(AT_WORK, disowned, again)) == ["m1"]
    reclaimed = an_event(EventType.WATCH_RECLAIM, id="e", title_id=MOVIE, occurred_at=NOW)
    assert row(after(reclaimed, disowned, AT_WORK)) == ["m1"]


def test_episodes_that_another_viewer_finished_are_not_skipped() -> None:
    activity = Activity(
        MINA,
        watched={
            EPISODES[0].id: a_watch(HOUR, 2700, series="s1", done=True),
            EPISODES[1].id: a_watch(3 * DAY, 2700, series="s1", done=True),
        },
        disowned={SHOW: Disowning(NOW - 2 * DAY, True)},
    )
    assert row(activity) == ["s1-1-2"]


def test_household_watches_come_after_the_rest_and_move_no_show_up() -> None:
    activity = Activity(
        MINA,
        watched={
            EPISODES[0].id: a_watch(2 * DAY, 2700, series="s1", done=True),
            TitleId("m1"): a_watch(DAY, 3600, 7440),
        },
        household={
            EPISODES[1].id: a_watch(HOUR, 2700, series="s1", done=True),
            TitleId("m2"): a_watch(HOUR / 2, 3600, 7440),
        },
    )
    resumes = list_resumes(activity, RUNS, NOW, 40)
    assert [(one.title_id, one.household) for one in resumes] == [
        ("m1", False),
        ("s1-1-3", False),
        ("m2", True),
    ]
    assert [one.at for one in resumes] == [NOW - DAY, NOW - 2 * DAY, NOW - HOUR / 2]


dismissals = st.builds(
    Dismissal, st.sampled_from([NOW - HOUR, NOW]), st.sampled_from([NOW, NOW + DAY, FOREVER])
)
disownings = st.builds(Disowning, st.sampled_from([NOW - HOUR, NOW]), st.booleans())


@given(dismissals, dismissals, disownings, disownings)
def test_entries_compare_as_documents_exactly_as_they_do_as_values(
    one: Dismissal, two: Dismissal, mine: Disowning, yours: Disowning
) -> None:
    changes = [Changes(dismissed={SHOW: a}, disowned={SHOW: b}) for a, b in ((one, mine), (two, yours))]
    stored = [
        [list(entry.values()) for entry in changes_to_update(change)["$max"].values()] for change in changes
    ]
    assert (stored[0][0] < stored[1][0]) == (one < two)
    assert (stored[0][1] < stored[1][1]) == (mine < yours)


@given(
    st.lists(
        events.filter(lambda event: event.type in PLAYBACK | DISMISSALS | OWNERSHIP_CLAIMS), max_size=14
    ),
    st.randoms(),
)
def test_any_order_and_any_repeats_give_one_row(given: list[Event], chance: random.Random) -> None:
    shuffled = given + chance.choices(given, k=len(given)) if given else []
    chance.shuffle(shuffled)
    one, two = after(*given), after(*shuffled)
    assert show_progress(one, NOW) == show_progress(two, NOW)
    kept = activity_from_document(activity_to_document(two))
    assert row(kept) == row(one)


@given(st.lists(events.filter(lambda event: event.type in PLAYBACK), max_size=10), events)
def test_a_removal_now_hides_its_show_and_no_other_and_keeps_every_place(
    given: list[Event], last: Event
) -> None:
    before = after(*given)
    removed = merge(before, Changes(dismissed={last.show_id: Dismissal(NOW + HOUR)}))
    shows = set(show_progress(before, NOW))
    assert set(show_progress(removed, NOW)) == shows - {last.show_id}
    assert (removed.watched, removed.household) == (before.watched, before.household)


@pytest.mark.parametrize("type", sorted(DISMISSALS | OWNERSHIP_CLAIMS))
def test_no_dismissal_is_a_watch_or_an_opinion(type: EventType) -> None:
    changes = activity_changes([an_event(type, until=NOW + DAY)])
    other = [changes.watched, changes.household, changes.rated, changes.listed, changes.impressions]
    assert not any(other)
