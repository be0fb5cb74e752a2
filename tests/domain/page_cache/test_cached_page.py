"""A cached page keeps of the activity what its titles need."""

from __future__ import annotations

from domain.ids import TitleId
from domain.page_cache.cached_page import relevant_activity
from domain.viewers.activity import Activity, Disowning
from tests.domain.made import DAY, HOUR, MINA, NOW, a_title, a_watch, an_episode


def test_a_disowned_title_is_as_unwatched_on_a_cached_page_as_on_a_new_one() -> None:
    shown = {title.id: title for title in (a_title("m1"), a_title("m2"), an_episode("s1", 1, 1))}
    activity = Activity(
        MINA,
        watched={
            TitleId("m1"): a_watch(DAY, 7440, 7440, done=True),
            TitleId("m2"): a_watch(DAY, 7440, 7440, done=True),
            TitleId("s1-1-1"): a_watch(DAY, 2700, series="s1", done=True),
            TitleId("m9"): a_watch(DAY, 7440, 7440, done=True),
        },
        disowned={one: Disowning(NOW - HOUR, True) for one in map(TitleId, ("m1", "s1", "m9"))},
    )
    kept = relevant_activity(activity, shown)
    assert set(kept.watched) == {"m1", "m2", "s1-1-1"}
    assert set(kept.disowned) == {"m1", "s1"}
    for title_id in shown:
        assert kept.owned_watches(title_id) == activity.owned_watches(title_id)
