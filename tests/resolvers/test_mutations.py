"""Events are recorded once, in any order, and visible to the next query."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from domain.timestamps import to_iso
from domain.viewers.documents import activity_to_document
from tests.domain.made import DAY, HOUR, NOW
from tests.resolvers import world
from tests.resolvers.conftest import Face
from tests.resolvers.event_mutations import (
    ADD,
    DISMISS,
    KEPT,
    RATE,
    RECORD,
    REMOVE,
    SNOOZE,
    an_input,
    batch,
    change,
    done,
    rows,
)

pytestmark = pytest.mark.stores

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _new_again(filled: StoreUrls) -> None:
    """Resets the activity of both profiles."""
    with MongoClient[dict[str, Any]](filled.mongo_url) as client:
        activity = client.get_default_database()["activity"]
        activity.delete_one({"_id": "new"})
        kids = activity_to_document(world.ACTIVITY[1])
        activity.replace_one({"_id": "kids"}, kids)


async def test_progress_is_continued_on_the_next_page(face: Face) -> None:
    progress = an_input("PROGRESS", "mv02", positionSeconds=600, durationSeconds=7440)
    assert await done(face, RECORD, batch(progress)) == KEPT
    assert await rows(face) == {"continue": "mv02 (1 h 54 min left)"}


async def test_the_catalogue_knows_how_long_a_title_is(face: Face) -> None:
    assert await done(face, RECORD, batch(an_input("PROGRESS", "mv02", positionSeconds=600))) == KEPT
    assert await rows(face) == {"continue": "mv02 (1 h 54 min left)"}


async def test_pressing_play_does_not_lose_the_place(face: Face) -> None:
    earlier = to_iso(NOW - HOUR)
    await done(face, RECORD, batch(an_input("PROGRESS", "mv02", positionSeconds=600, occurredAt=earlier)))
    await done(face, RECORD, batch(an_input("PLAY", "mv02")))
    assert await rows(face) == {"continue": "mv02 (1 h 54 min left)"}


async def test_completing_a_movie_takes_it_off_and_makes_it_a_seed(face: Face) -> None:
    await done(
        face, RECORD, batch(an_input("PROGRESS", "mv01", positionSeconds=600, occurredAt=to_iso(NOW - HOUR)))
    )
    await done(face, RECORD, batch(an_input("COMPLETE", "mv01")))
    assert await rows(face) == {"because~mv01": "mv08 mv14 mv15 mv16"}


async def test_completing_an_episode_brings_the_next(face: Face) -> None:
    await done(face, RECORD, batch(an_input("COMPLETE", "sa-1-3")))
    assert await rows(face) == {"continue": "sa-2-1 (Next: S2 E1)", "because~sa": "mv06 mv07 mv08 mv10"}


async def test_a_like_is_a_seed_and_a_dislike_takes_it_back(face: Face) -> None:
    assert await done(face, RATE, change("mv03", verdict="LIKE")) == KEPT
    assert await rows(face) == {"because~mv03": "mv14 mv19 mv20 mv21"}
    later = face.context(now=NOW + timedelta(seconds=1))
    answer = (await face.data(RATE, later, input=change("mv03", verdict="DISLIKE")))["done"]
    assert answer == {**KEPT, "revision": 2}
    assert await rows(face) == {}


async def test_the_list_follows_at_once_and_on_another_device(
    face: Face, open_face: Any, filled: StoreUrls
) -> None:
    async with open_face(filled) as other_process:
        for minute, (document, title) in enumerate(((ADD, "mv05"), (ADD, "sa"), (REMOVE, "mv05"))):
            at = face.context(now=NOW + timedelta(minutes=minute))
            await face.data(document, at, input=change(title))
        assert await rows(face) == {"mine": "sa"}
        assert await rows(other_process) == {"mine": "sa"}


async def test_a_removal_that_arrives_before_its_addition_stays_a_removal(face: Face) -> None:
    removed = an_input("LIST_REMOVE", "mv05", occurredAt=to_iso(NOW - HOUR))
    added = an_input("LIST_ADD", "mv05", occurredAt=to_iso(NOW - 2 * HOUR))
    for event in (removed, added, removed):
        await done(face, RECORD, batch(event))
    assert await rows(face) == {}


async def test_sent_again_it_counts_once_whatever_it_says(face: Face) -> None:
    first = an_input("LIST_ADD", "mv05")
    await done(face, RECORD, batch(first))
    again = await done(face, RECORD, batch({**first, "type": "LIST_REMOVE"}))
    assert again == {**KEPT, "duplicateCount": 1, "revision": 2}
    assert await rows(face) == {"mine": "mv05"}


async def test_a_retry_of_an_addition_does_not_undo_the_removal_in_between(face: Face) -> None:
    addition = change("mv05")
    await done(face, ADD, addition)
    await face.data(REMOVE, face.context(now=NOW + HOUR), input=change("mv05"))
    retry = (await face.data(ADD, face.context(now=NOW + 2 * HOUR), input=addition))["done"]
    assert (retry["acceptedCount"], retry["duplicateCount"]) == (1, 1)
    assert await rows(face) == {}


async def test_one_id_twice_in_a_batch_is_one_event(face: Face) -> None:
    like = an_input("LIKE", "mv03")
    answer = await done(face, RECORD, batch(like, {**like, "type": "DISLIKE"}))
    assert answer == {**KEPT, "acceptedCount": 2, "duplicateCount": 1}
    assert await rows(face) == {"because~mv03": "mv14 mv19 mv20 mv21"}


async def test_a_batch_keeps_what_it_can_and_says_what_it_could_not(face: Face) -> None:
    answer = await done(
        face,
        RECORD,
        batch(
            an_input("LIKE", "us01", clientEventId="elsewhere"),
            an_input("LIKE", "mv99", clientEventId="unknown"),
            an_input("LIST_ADD", "mv05"),
            an_input("PLAY", "sa", clientEventId="whole"),
            an_input("PROGRESS", "mv02", clientEventId="nowhere"),
            an_input("RATING", "mv02", clientEventId="stars", stars=6.0),
            an_input("LIKE", "mv02", clientEventId="range", occurredAt="0001-01-01T00:00:00+23:00"),
            an_input("LIKE", "mv02", clientEventId="zone", occurredAt="2026-11-22T10:00:00"),
            an_input("LIKE", "mv02", clientEventId="a b"),
            {**an_input("LIKE", "x", clientEventId="malformed"), "titleId": "mv02"},
            an_input("LIKE", "mv02", clientEventId="token", trackingToken="made.up"),
        ),
    )  # fmt: skip
    assert (answer["acceptedCount"], answer["duplicateCount"]) == (1, 0)
    assert [
        (bad["position"], bad["clientEventId"], bad["code"], bad["message"]) for bad in answer["rejected"]
    ] == [
        (0, "elsewhere", "NOT_FOUND", "titleId: there is no such title."),
        (1, "unknown", "NOT_FOUND", "titleId: there is no such title."),
        (3, "whole", "BAD_USER_INPUT", "titleId: a series is not played as a whole; send the episode's id."),
        (
            4,
            "nowhere",
            "BAD_USER_INPUT",
            "positionSeconds: needed for progress; send where playback stands, in seconds.",
        ),
        (5, "stars", "BAD_USER_INPUT", "stars: needed for a rating, from 0.5 to 5."),
        (
            6,
            "range",
            "BAD_USER_INPUT",
            "occurredAt: the instant lies outside the years 1 to 9999. Write it like 2026-11-22T20:15:00Z.",
        ),
        (
            7,
            "zone",
            "BAD_USER_INPUT",
            "occurredAt: an instant needs a time zone. Write it like 2026-11-22T20:15:00Z.",
        ),
        (
            8,
            "a b",
            "BAD_USER_INPUT",
            "clientEventId: use 1 to 64 letters, digits, '-' or '_', such as a UUID.",
        ),
        (
            9,
            "malformed",
            "BAD_USER_INPUT",
            "This is not an id of this API. Use ids as the API returned them.",
        ),
        (
            10,
            "token",
            "BAD_USER_INPUT",
            "trackingToken: was not made by this service. Send it back exactly as received.",
        ),
    ]
    assert await rows(face) == {"mine": "mv05"}


async def test_a_batch_without_accepted_events_changes_nothing(face: Face) -> None:
    answer = await done(face, RECORD, batch(an_input("LIKE", "us01"), profile="kids"))
    assert (answer["acceptedCount"], answer["revision"]) == (0, 2)


@pytest.mark.parametrize("count", [0, 101])
async def test_batches_are_bounded(face: Face, count: int) -> None:
    result = await face.ask(RECORD, input=batch(*(an_input("LIKE", "mv02") for _ in range(count))))
    assert result.errors is not None
    assert result.errors[0].message == f"events: send 1 to 100 at a time, not {count}."


async def test_a_mutation_answers_with_the_rows_it_changed_and_the_page(face: Face) -> None:
    document = RECORD.replace(
        "acceptedCount",
        """acceptedCount changedRows(device: {formFactor: TV}) { kind cards { nodes { title { id } } } }
        home(device: {formFactor: TV}) { rows(first: 20) { nodes { kind } } }""",
    )
    answer = await done(face, document, batch(an_input("LIST_ADD", "mv05")))
    assert answer["changedRows"] == [
        {"kind": "MY_LIST", "cards": {"nodes": [{"title": {"id": "title_mv05"}}]}}
    ]
    assert "MY_LIST" in [row["kind"] for row in answer["home"]["rows"]["nodes"]]


async def test_a_device_whose_clock_is_wrong_loses_nothing(face: Face) -> None:
    """Its clock is a year behind: the list is changed last by it, and it says so."""
    off = -365 * DAY
    await done(face, ADD, change("mv05"))
    late = an_input("LIST_REMOVE", "mv05", occurredAt=to_iso(NOW + HOUR + off))
    sent = {**batch(late), "sentAt": to_iso(NOW + 2 * HOUR + off)}
    answer = await done(face, RECORD, sent, face.context(now=NOW + 2 * HOUR))
    assert (answer["acceptedCount"], answer["rejected"]) == (1, [])
    assert await rows(face) == {}


async def test_events_an_hour_ahead_count_and_keep_their_order(face: Face) -> None:
    ahead = NOW + HOUR
    changes = (
        an_input("LIST_REMOVE", "mv06", occurredAt=to_iso(ahead + MINUTE)),
        an_input("LIST_ADD", "mv06", occurredAt=to_iso(ahead)),
        an_input("LIST_ADD", "mv05", occurredAt=to_iso(ahead)),
    )
    answer = await done(face, RECORD, batch(*changes))
    assert (answer["acceptedCount"], answer["rejected"]) == (3, [])
    assert await rows(face) == {"mine": "mv05"}
    await done(face, REMOVE, change("mv05"), face.context(now=NOW + MINUTE))
    assert await rows(face) == {}


@pytest.mark.parametrize("off", [365 * DAY, -365 * DAY])
async def test_a_removal_from_continue_watching_is_dated_by_when_it_was_sent(
    face: Face, off: timedelta
) -> None:
    watched = an_input(
        "PROGRESS", "mv02", positionSeconds=3720, durationSeconds=7440, occurredAt=to_iso(NOW - HOUR)
    )
    await done(face, RECORD, batch(watched))
    sent = to_iso(NOW + off)
    await done(face, DISMISS, change("mv02", occurredAt=to_iso(NOW + off - MINUTE), sentAt=sent))
    assert await rows(face) == {}
    await done(face, SNOOZE, change("mv02", snooze={"days": 2}, sentAt=sent))
    assert "continue" in await rows(face, face.context(now=NOW + 2 * DAY))
