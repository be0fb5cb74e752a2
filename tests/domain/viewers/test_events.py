"""Which events can be recorded, what is wrong with the others, and what an event does."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from domain.errors import BadInput
from domain.ids import TitleId
from domain.viewers.activity import Changes, Dismissal, Listing, Rating
from domain.viewers.events import MAX_SECONDS, PLAYBACK, Event, EventType, activity_changes, validate_event
from domain.viewers.watches import Watch, one_playback
from tests.domain.made import DAY, HOUR, NOW, an_event, events

CARD = "snap|top-picks|1|0|tt1|popular"
TOO_OLD = "occurredAt: impressions count for 28 days. Drop those that are older."
NO_TOKEN = "trackingToken: needed for an impression; send the token of the card that was seen."
OTHER_TOKEN = (
    "trackingToken: it is of a card of title_tt2, and titleId is title_tt1. "
    "Send both of the card that was seen."
)
COMPANY = "household: an opinion is one person's. Leave it out, or send no opinion."
ID_RULE = "clientEventId: use 1 to 64 letters, digits, '-' or '_', such as a UUID."
POSITION = f"positionSeconds: {{}} is out of range; send seconds from 0 to {MAX_SECONDS}."
DURATION = f"durationSeconds: {{}} is out of range; send seconds from 0 to {MAX_SECONDS}."
NO_DURATION = "durationSeconds: needed for {}; send the length of the title in seconds."
STARS = "stars: needed for a rating, from 0.5 to 5."
PROGRESS = {"position_seconds": 60, "duration_seconds": 600}


@pytest.mark.parametrize(
    ("type", "changes", "message"),
    [
        (EventType.LIKE, {"id": ""}, ID_RULE),
        (EventType.LIKE, {"id": "a b"}, ID_RULE),
        (EventType.LIKE, {"id": "a\n"}, ID_RULE),
        (EventType.LIKE, {"id": "x" * 65}, ID_RULE),
        (EventType.PROGRESS, {"position_seconds": 5}, NO_DURATION.format("progress")),
        (EventType.PROGRESS, {**PROGRESS, "duration_seconds": 0}, NO_DURATION.format("progress")),
        (EventType.COMPLETE, {}, NO_DURATION.format("complete")),
        (
            EventType.PROGRESS,
            {"duration_seconds": 600},
            "positionSeconds: needed for progress; send where playback stands, in seconds.",
        ),
        (EventType.PROGRESS, {**PROGRESS, "position_seconds": -1}, POSITION.format(-1)),
        (EventType.PROGRESS, {**PROGRESS, "position_seconds": 2**31}, POSITION.format(2**31)),
        (EventType.PROGRESS, {**PROGRESS, "duration_seconds": -600}, DURATION.format(-600)),
        (EventType.PLAY, {"duration_seconds": 86_401}, DURATION.format(86_401)),
        (EventType.RATING, {}, STARS),
        (EventType.RATING, {"stars": 0.0}, STARS),
        (EventType.RATING, {"stars": 0.4}, STARS),
        (EventType.RATING, {"stars": 5.1}, STARS),
        (EventType.RATING, {"stars": float("nan")}, STARS),
        (EventType.RATING, {"stars": float("inf")}, STARS),
        (EventType.IMPRESSION, {}, NO_TOKEN),
        (EventType.IMPRESSION, {"tracking": CARD, "occurred_at": NOW - 28 * DAY - HOUR}, TOO_OLD),
        (EventType.IMPRESSION, {"tracking": "snap|top-picks|1"}, NO_TOKEN),
        (EventType.IMPRESSION, {"tracking": "snap|top-picks|1|0|tt2|popular"}, OTHER_TOKEN),
        (EventType.LIKE, {"household": True}, COMPANY),
        (EventType.UNRATE, {"household": True}, COMPANY),
        (EventType.CONTINUE_SNOOZE, {}, "until: needed for a snooze; send when the title may be back."),
        (EventType.LIKE, {"device": "d" * 101}, "device: use at most 100 characters."),
    ],
)
def test_refused(type: EventType, changes: dict[str, object], message: str) -> None:
    with pytest.raises(BadInput) as caught:
        validate_event(an_event(type, **changes), NOW)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("type", "changes"),
    [
        (EventType.PLAY, {}),
        (EventType.PROGRESS, {"position_seconds": 0, "duration_seconds": MAX_SECONDS}),
        (EventType.COMPLETE, {"duration_seconds": 1}),
        (EventType.IMPRESSION, {"tracking": CARD}),
        (EventType.IMPRESSION, {"tracking": CARD, "occurred_at": NOW - 28 * DAY}),
        (EventType.PLAY, {"household": True}),
        (EventType.LIST_ADD, {"household": True}),
        (EventType.CONTINUE_REMOVE, {}),
        (EventType.CONTINUE_SNOOZE, {"until": NOW + timedelta(days=300)}),
        (EventType.WATCH_DISOWN, {}),
        (EventType.RATING, {"stars": 0.5}),
        (EventType.RATING, {"stars": 5.0}),
        (EventType.LIST_REMOVE, {"id": "x" * 64, "device": "d" * 100}),
        (EventType.LIKE, {"occurred_at": datetime(1996, 3, 29, tzinfo=UTC)}),
    ],
)
def test_a_valid_event_is_unchanged(type: EventType, changes: dict[str, object]) -> None:
    event = an_event(type, **changes)
    assert validate_event(event, NOW) == event


@pytest.mark.parametrize(
    "instant",
    [
        NOW + timedelta(milliseconds=1),
        NOW + HOUR,
        datetime.max.replace(tzinfo=UTC),
        datetime(1989, 12, 31, tzinfo=UTC),
    ],
)
def test_an_impossible_instant_counts_as_now(instant: datetime) -> None:
    assert validate_event(an_event(EventType.LIKE, occurred_at=instant), NOW).occurred_at == NOW


def test_a_clock_a_little_ahead_counts_as_now() -> None:
    """Otherwise a removal on another device, made after it, would lose against the addition."""
    ahead = validate_event(an_event(EventType.LIST_ADD, occurred_at=NOW + timedelta(minutes=5)), NOW)
    assert ahead.occurred_at == NOW
    removal = validate_event(
        an_event(EventType.LIST_REMOVE, occurred_at=NOW + timedelta(seconds=1)), NOW + HOUR
    )
    assert activity_changes([ahead, removal]).listed == {
        "tt1": Listing(NOW + timedelta(seconds=1), added=False)
    }


def test_instants_are_kept_to_the_millisecond_that_stores_keep() -> None:
    event = an_event(EventType.LIKE, occurred_at=datetime(2026, 11, 22, 19, 0, 0, 123_999, UTC))
    assert validate_event(event, NOW).occurred_at == datetime(2026, 11, 22, 19, 0, 0, 123_000, UTC)


AT = NOW - HOUR


@pytest.mark.parametrize(
    ("type", "changes", "expected"),
    [
        (EventType.PLAY, {}, Watch(AT)),
        (EventType.PLAY, {"duration_seconds": 2700}, Watch(AT)),
        (EventType.PLAY, {"position_seconds": 0, "duration_seconds": 2700}, one_playback(AT, 0, 2700)),
        (EventType.PROGRESS, {"position_seconds": 60, "duration_seconds": 2700}, one_playback(AT, 60, 2700)),
        (
            EventType.PROGRESS,
            {"position_seconds": 2520, "duration_seconds": 2700},
            one_playback(AT, 2520, 2700, True),
        ),
        (
            EventType.PROGRESS,
            {"position_seconds": 9999, "duration_seconds": 2700},
            one_playback(AT, 2700, 2700, True),
        ),
        (EventType.PROGRESS, {"position_seconds": 600}, one_playback(AT, 600, 0)),
        (
            EventType.COMPLETE,
            {"position_seconds": 5, "duration_seconds": 2700},
            one_playback(AT, 2700, 2700, True),
        ),
        (
            EventType.COMPLETE,
            {"duration_seconds": 2700, "series_id": TitleId("s1"), "season": 0, "episode": 3},
            one_playback(AT, 2700, 2700, True, "s1", 0, 3),
        ),
    ],
)
def test_playback_says_where_the_profile_stands(
    type: EventType, changes: dict[str, object], expected: Watch
) -> None:
    assert activity_changes([an_event(type, **changes)]) == Changes(watched={TitleId("tt1"): expected})


@pytest.mark.parametrize(
    ("type", "stars", "value"),
    [
        (EventType.LIKE, None, 1.0),
        (EventType.DISLIKE, None, -1.0),
        (EventType.UNRATE, None, 0.0),
        (EventType.RATING, 5.0, 1.0),
        (EventType.RATING, 3.0, 0.0),
        (EventType.RATING, 3.5, 0.25),
        (EventType.RATING, 1.0, -1.0),
        (EventType.RATING, 0.5, -1.0),
    ],
)
def test_verdicts_become_a_number_from_minus_one_to_one(
    type: EventType, stars: float | None, value: float
) -> None:
    expected = Changes(rated={TitleId("tt1"): Rating(AT, value)})
    assert activity_changes([an_event(type, stars=stars)]) == expected


def test_every_type_of_event_changes_exactly_one_map() -> None:
    touched = {}
    for type in EventType:
        tracking = CARD if type == EventType.IMPRESSION else None
        changes = activity_changes([an_event(type, duration_seconds=600, tracking=tracking)])
        maps = [field.name for field in fields(changes) if getattr(changes, field.name)]
        assert len(maps) == 1
        touched[type.value] = maps[0]
    assert touched == {
        **dict.fromkeys(("play", "progress", "complete"), "watched"),
        **dict.fromkeys(("like", "dislike", "unrate", "rating"), "rated"),
        **dict.fromkeys(("list_add", "list_remove"), "listed"),
        "impression": "impressions",
        **dict.fromkeys(("continue_remove", "continue_snooze"), "dismissed"),
        **dict.fromkeys(("watch_disown", "watch_reclaim"), "disowned"),
    }


def test_household_watches_are_a_history_of_their_own_and_no_opinion() -> None:
    for type in EventType:
        tracking = CARD if type == EventType.IMPRESSION else None
        event = an_event(type, duration_seconds=600, tracking=tracking, household=True)
        changes = activity_changes([event])
        assert bool(changes.household) == (type in PLAYBACK)
        assert not changes.watched
        assert not changes.rated
        assert not changes.impressions


@pytest.mark.parametrize("until", [NOW - HOUR, NOW - 2 * HOUR, NOW + timedelta(days=366)])
def test_a_snooze_ends_after_it_began_and_within_a_year(until: datetime) -> None:
    with pytest.raises(BadInput) as caught:
        validate_event(an_event(EventType.CONTINUE_SNOOZE, until=until), NOW)
    assert str(caught.value) == "until: send an instant after occurredAt, at most 365 days after it."


def test_a_snooze_that_arrives_when_it_is_over_is_still_a_snooze() -> None:
    over = an_event(EventType.CONTINUE_SNOOZE, until=NOW - HOUR / 2)
    assert activity_changes([validate_event(over, NOW)]).dismissed == {"tt1": Dismissal(AT, NOW - HOUR / 2)}


def test_the_mark_of_the_credits_travels_with_the_event() -> None:
    event = an_event(EventType.PROGRESS, position_seconds=2000, duration_seconds=2700)
    assert not activity_changes([event]).watched[TitleId("tt1")].finished
    assert activity_changes([replace(event, credits_seconds=2000)]).watched[TitleId("tt1")].finished


def test_no_events_are_no_changes() -> None:
    assert not activity_changes([])


@given(events)
def test_positions_never_pass_the_end_and_values_stay_in_range(event: Event) -> None:
    changes = activity_changes([event])
    for watch in changes.watched.values():
        assert watch.position_seconds <= (watch.duration_seconds or watch.position_seconds)
        assert 0 <= watch.share <= 1
    assert all(-1 <= rating.value <= 1 for rating in changes.rated.values())
