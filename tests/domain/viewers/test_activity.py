"""Activity merges: late, twice and out of order come out the same."""

from __future__ import annotations

import random
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import TitleId
from domain.viewers.activity import Activity, Changes, Listing, Rating, merge, merge_histories
from domain.viewers.events import Event, activity_changes
from domain.viewers.watches import Watch, merge_watches
from tests.domain.made import DAY, HOUR, MINA, NOW, a_watch, events, few_ids, watches

maps = st.dictionaries(few_ids, watches, max_size=4)


def without_revision(activity: Activity) -> tuple[object, ...]:
    return tuple(getattr(activity, field.name) for field in fields(activity) if field.name != "revision")


def folded(*batches: list[Event]) -> Activity:
    activity = Activity(MINA)
    for batch in batches:
        activity = merge(activity, activity_changes(batch))
    return activity


@given(maps, maps)
def test_merging_is_commutative(ours: dict[TitleId, Watch], theirs: dict[TitleId, Watch]) -> None:
    assert merge_histories(ours, theirs) == merge_histories(theirs, ours)


@given(maps, maps, maps)
def test_merging_is_associative(
    one: dict[TitleId, Watch], two: dict[TitleId, Watch], three: dict[TitleId, Watch]
) -> None:
    assert merge_histories(merge_histories(one, two), three) == merge_histories(
        one, merge_histories(two, three)
    )


@given(maps)
def test_merging_is_idempotent(ours: dict[TitleId, Watch]) -> None:
    assert merge_histories(ours, ours) == ours


@given(st.lists(events, max_size=12), st.randoms(use_true_random=False))
def test_any_order_any_repeats_and_any_batches_give_one_record(
    given: list[Event], chance: random.Random
) -> None:
    expected = without_revision(folded(given))
    shuffled = given + chance.choices(given, k=len(given)) if given else []
    chance.shuffle(shuffled)
    cut = chance.randint(0, len(shuffled))
    assert without_revision(folded(shuffled)) == expected
    assert without_revision(folded(shuffled[:cut], shuffled[cut:])) == expected
    assert without_revision(folded(*([event] for event in shuffled))) == expected


def test_merge_leaves_the_given_record_alone_and_counts_one_revision() -> None:
    before = Activity(MINA, 4, {TitleId("a"): a_watch(HOUR, 10)})
    after = merge(before, Changes(watched={TitleId("b"): a_watch(HOUR, 20)}))
    assert before == Activity(MINA, 4, {TitleId("a"): a_watch(HOUR, 10)})
    assert (after.revision, list(after.watched)) == (5, ["a", "b"])


def test_the_later_position_wins_then_the_further() -> None:
    assert merge_watches(a_watch(HOUR, 2000), a_watch(HOUR / 2, 1000)).position_seconds == 1000
    assert merge_watches(a_watch(HOUR, 2000), a_watch(HOUR, 1000)).position_seconds == 2000


def test_a_removal_outlives_an_addition_that_arrives_late() -> None:
    removed = Changes(listed={TitleId("a"): Listing(NOW, added=False)})
    added_before = Changes(listed={TitleId("a"): Listing(NOW - HOUR, added=True)})
    added_again = Changes(listed={TitleId("a"): Listing(NOW + HOUR, added=True)})
    after = merge(merge(Activity(MINA), removed), added_before)
    assert after.my_list() == []
    assert merge(after, added_again).my_list() == ["a"]


def test_my_list_is_last_added_first_and_ids_decide_a_tie() -> None:
    listed = {
        TitleId("a"): Listing(NOW - DAY, True),
        TitleId("c"): Listing(NOW, True),
        TitleId("b"): Listing(NOW, True),
        TitleId("x"): Listing(NOW + HOUR, False),
    }
    assert Activity(MINA, listed=listed).my_list() == ["c", "b", "a"]


def test_disliked_are_negative_ratings() -> None:
    rated = {
        TitleId("bad"): Rating(NOW, -0.5),
        TitleId("taken-back"): Rating(NOW, 0.0),
        TitleId("good"): Rating(NOW, 1.0),
    }
    assert Activity(MINA, rated=rated).disliked_ids() == {"bad"}


def test_the_position_of_a_title_is_the_later_of_alone_and_household() -> None:
    alone, together = a_watch(DAY, 2000), a_watch(HOUR, 1000)
    title = TitleId("m1")
    assert Activity(MINA).joined_watch(title) is None
    assert Activity(MINA, watched={title: alone}).joined_watch(title) == alone
    both = Activity(MINA, watched={title: alone}, household={title: together}).joined_watch(title)
    assert both is not None
    assert (both.at, both.position_seconds) == (NOW - HOUR, 1000)


def test_a_rating_of_an_episode_is_none_of_its_series() -> None:
    activity = Activity(
        MINA,
        watched={TitleId("old"): a_watch(HOUR, 900, series="s1"), TitleId("m1"): a_watch(HOUR, 900)},
        rated={
            TitleId("s1-1-1"): Rating(NOW, -1.0, "s1"),
            # Stored by an earlier build.
            TitleId("old"): Rating(NOW, -1.0),
            TitleId("s1"): Rating(NOW, 1.0),
            TitleId("m1"): Rating(NOW, -1.0),
        },
    )
    assert activity.show_ratings() == {"s1": Rating(NOW, 1.0), "m1": Rating(NOW, -1.0)}
    assert activity.disliked_ids() == {"s1-1-1", "old", "m1"}
