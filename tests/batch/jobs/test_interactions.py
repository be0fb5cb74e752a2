"""Interactions equal the interaction weights, in whatever order events come in."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batch.jobs.interactions import signals, weigh_signals
from domain.viewers import interaction_weights as preference

pytestmark = pytest.mark.spark


def weights(frames: Any, events: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[float, float, bool]]:
    rows = weigh_signals(signals(frames.events(events)), frames.as_of).collect()
    return {(row.profile_id, row.title_id): (row.strength, row.weight, row.seen) for row in rows}


def progress(title: str, position: int, duration: int = 1000, **more: Any) -> dict[str, Any]:
    return {
        "profile_id": "p",
        "title_id": title,
        "type": "progress",
        "position_seconds": position,
        "duration_seconds": duration,
        **more,
    }


def signal(title: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"profile_id": "p", "title_id": title, "type": kind, **more}


def test_every_boundary_of_the_table_is_the_pure_table(frames: Any) -> None:
    positions = [0, 1, 49, 50, 51, 249, 250, 251, 500, 799, 800, 801, 1000, 1200]
    found = weights(frames, [progress(f"t{position}", position) for position in positions])
    expected = {position: preference.share_weight(min(1.0, position / 1000)) for position in positions}
    assert {position: found["p", f"t{position}"][0] for position in positions} == expected


STARS = [0.5, 1.0, 2.5, 3.0, 3.5, 5.0]


@pytest.fixture(scope="module")
def of_stars(frames: Any) -> dict[tuple[str, str], tuple[float, float, bool]]:
    """One query for all: each rating is of a title of its own."""
    return weights(frames, [signal(f"t{stars}", "rating", stars=stars) for stars in STARS])


@pytest.mark.parametrize("stars", STARS)
def test_stars_are_the_pure_table(of_stars: Any, stars: float) -> None:
    weight = preference.stars_weight(stars)
    assert of_stars["p", f"t{stars}"] == (weight, weight, True)


def test_signals_of_one_title_add_up_and_are_clipped(frames: Any) -> None:
    found = weights(
        frames,
        [
            progress("loved", 1000),
            signal("loved", "like"),
            signal("loved", "list_add"),
            progress("hated", 100),
            signal("hated", "dislike"),
            signal("listed", "list_add"),
            signal("dropped", "list_remove"),
        ],
    )
    assert {key[1]: value[0] for key, value in found.items()} == {
        "loved": preference.CEILING,
        "hated": preference.FLOOR,
        "listed": 0.4,
        "dropped": -0.2,
    }


def test_the_furthest_position_counts_and_the_last_opinion(frames: Any) -> None:
    found = weights(
        frames,
        [
            progress("t", 900, occurred_at=frames.as_of - 5),
            progress("t", 10, occurred_at=frames.as_of),
            signal("t", "like", occurred_at=frames.as_of - 20),
            signal("t", "dislike", occurred_at=frames.as_of - 10),
            signal("u", "dislike", occurred_at=frames.as_of - 20),
            signal("u", "unrate", occurred_at=frames.as_of - 10),
        ],
    )
    assert found["p", "t"][0] == 0.0
    assert found["p", "u"] == (0.0, 0.0, False)


def test_episodes_roll_up_into_their_series(frames: Any) -> None:
    episode = {"kind": "episode", "series_id": "s"}
    found = weights(
        frames,
        [progress("s1e1", 300, **episode), progress("s1e2", 400, **episode), progress("s1e3", 60, **episode)],
    )
    assert found == {("p", "s"): (0.2, 0.2, True)}


def test_an_opinion_of_an_episode_is_no_opinion_of_its_series(frames: Any) -> None:
    episode = {"kind": "episode", "series_id": "s"}
    found = weights(
        frames,
        [
            progress("s1e1", 1000, **episode),
            signal("s1e1", "dislike") | episode,
            signal("s1e2", "rating", stars=5.0) | episode,
            signal("s1e3", "list_add") | episode,
            signal("t1e1", "dislike") | episode | {"series_id": "t"},
            signal("u", "dislike") | {"kind": "series"},
        ],
    )
    assert found == {("p", "s"): (1.0, 1.0, True), ("p", "u"): (-1.0, -1.0, True)}


def test_household_watches_are_seen_and_weigh_nothing(frames: Any) -> None:
    found = weights(
        frames,
        [
            progress("ours", 1000, household=True),
            signal("ours", "like", household=True),
            progress("both", 1000, household=True),
            progress("both", 300, household=False),
        ],
    )
    assert found["p", "ours"] == (0.0, 0.0, True)
    assert found["p", "both"] == (0.3, 0.3, True)


def test_what_was_disowned_counts_for_nothing_from_the_whole_series_until_it_is_watched_again(
    frames: Any,
) -> None:
    episode = {"kind": "episode", "series_id": "s"}
    before, at, after = (frames.as_of - hours * frames.hour for hours in (2, 1, 0))
    found = weights(
        frames,
        [
            progress("s1e1", 1000, occurred_at=before, **episode),
            progress("s1e2", 1000, occurred_at=at, **episode),
            signal("s1e2", "watch_disown", occurred_at=at) | episode,
            progress("again", 1000, occurred_at=before),
            signal("again", "watch_disown", occurred_at=at),
            progress("again", 300, occurred_at=after),
            progress("back", 1000, occurred_at=before),
            signal("back", "watch_disown", occurred_at=before),
            signal("back", "watch_reclaim", occurred_at=at),
            progress("liked", 1000, occurred_at=before),
            signal("liked", "like", occurred_at=before),
            signal("liked", "watch_disown", occurred_at=at),
            progress("other", 1000, occurred_at=before, profile_id="q"),
            signal("other", "watch_disown", occurred_at=at),
        ],
    )
    assert {key: (value[0], value[2]) for key, value in found.items()} == {
        ("p", "s"): (0.0, False),
        ("p", "again"): (0.3, True),
        ("p", "back"): (1.0, True),
        ("p", "liked"): (1.0, True),
        ("q", "other"): (1.0, True),
    }


def test_dismissals_leave_no_trace(frames: Any) -> None:
    assert weights(frames, [signal("t", "continue_remove"), signal("u", "continue_snooze")]) == {}


def test_listing_alone_is_not_seeing(frames: Any) -> None:
    assert weights(frames, [signal("t", "list_add")])["p", "t"][2] is False


def test_every_signal_fades_by_its_own_age(frames: Any) -> None:
    old = frames.as_of - 60 * frames.day
    found = weights(frames, [progress("t", 1000, occurred_at=old), signal("t", "list_add")])
    assert found["p", "t"] == (1.4, pytest.approx(0.5 + 0.4), True)


_EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "profile_id": st.sampled_from(["p", "q"]),
            "title_id": st.sampled_from(["a", "b"]),
            "type": st.sampled_from(
                [
                    "play",
                    "progress",
                    "complete",
                    "like",
                    "dislike",
                    "unrate",
                    "rating",
                    "list_add",
                    "list_remove",
                ]
            ),
            "position_seconds": st.integers(0, 1200),
            "duration_seconds": st.sampled_from([None, 0, 1000]),
            "stars": st.sampled_from([0.5, 3.0, 4.5]),
            "age": st.integers(0, 100),
        }
    ),
    min_size=1,
    max_size=25,
)


def faded(age_days: float) -> float:
    return float(2.0 ** (-age_days / preference.HALF_LIFE_DAYS))


def by_hand(events: list[dict[str, Any]], as_of: int) -> dict[tuple[str, str], float]:
    """The same by plain Python: per title the furthest share, the last opinion and the last list change."""
    total: dict[tuple[str, str], float] = {}
    for key in {(one["profile_id"], one["title_id"]) for one in events}:
        own = [one for one in events if (one["profile_id"], one["title_id"]) == key]
        weight = 0.0
        watched = [one for one in own if one["type"] in ("play", "progress", "complete")]
        if watched:
            weight += preference.share_weight(max(_share(one) for one in watched)) * faded(
                min(one["age"] for one in watched)
            )
        for kinds in (("like", "dislike", "unrate", "rating"), ("list_add", "list_remove")):
            said = [one for one in own if one["type"] in kinds]
            if said:
                last = max((-one["age"], _opinion(one)) for one in said)
                weight += last[1] * faded(-last[0])
        total[key] = min(preference.CEILING, max(preference.FLOOR, weight))
    return total


def _share(event: dict[str, Any]) -> float:
    if event["type"] == "complete":
        return 1.0
    duration = event["duration_seconds"]
    return min(1.0, event["position_seconds"] / duration) if duration else 0.0


def _opinion(event: dict[str, Any]) -> float:
    plain = {"like": preference.LIKE, "dislike": preference.DISLIKE, "unrate": 0.0}
    plain |= {"list_add": preference.LIST_ADD, "list_remove": preference.LIST_REMOVE}
    return plain[event["type"]] if event["type"] in plain else preference.stars_weight(event["stars"])


HISTORIES = 8
"""Of one query: a query costs a second, a further history of other people next to nothing."""


@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_EVENTS, min_size=HISTORIES, max_size=HISTORIES), st.randoms())
def test_any_history_in_any_order_weighs_as_by_hand(
    frames: Any, histories: list[list[dict[str, Any]]], chance: random.Random
) -> None:
    events = [
        {**one, "profile_id": f"{one['profile_id']}{number}"}
        for number, history in enumerate(histories)
        for one in history
    ]
    dated = [{**one, "occurred_at": frames.as_of - one["age"] * frames.day} for one in events]
    chance.shuffle(dated)
    found = {key: value[1] for key, value in weights(frames, dated).items()}
    assert found == pytest.approx(by_hand(events, frames.as_of), abs=2e-6)
