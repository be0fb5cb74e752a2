"""Continue Watching: removed, snoozed, disowned and household watches, on every device at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from domain.candidates.model import RowCandidates
from domain.layouts.row_kinds import RowSource
from domain.recommendations.lists import DataVersion
from domain.timestamps import to_iso
from resolvers import rows as row_sources
from tests.domain.made import DAY, HOUR, NOW
from tests.resolvers.conftest import Face
from tests.resolvers.event_mutations import (
    DISMISS,
    DISOWN,
    KEPT,
    RATE,
    RECLAIM,
    RECORD,
    SNOOZE,
    an_input,
    batch,
    change,
    done,
    rows,
)

pytestmark = pytest.mark.stores

CHANGED = """acceptedCount changedKinds changedRows(device: {formFactor: TV}) {
  kind capabilities cards { nodes { title { id } resume { kind } } } }"""


@pytest.fixture(autouse=True)
def _new_again(filled: StoreUrls) -> None:
    """The new profile has done nothing yet."""
    with MongoClient[dict[str, Any]](filled.mongo_url) as client:
        client.get_default_database()["activity"].delete_one({"_id": "new"})


def begun(title: str, ago: timedelta = HOUR, **changes: Any) -> dict[str, Any]:
    at = to_iso(NOW - ago)
    return an_input("PROGRESS", title, positionSeconds=3720, durationSeconds=7440, occurredAt=at, **changes)


def finished(title: str, ago: timedelta = HOUR, **changes: Any) -> dict[str, Any]:
    return an_input("COMPLETE", title, occurredAt=to_iso(NOW - ago), **changes)


async def test_what_one_device_does_is_in_the_next_query_of_another(
    face: Face, open_face: Any, filled: StoreUrls
) -> None:
    async with open_face(filled) as other:
        await done(face, RECORD, batch(begun("mv02")))
        assert await rows(other) == {"continue": "mv02 (1 h 2 min left)"}
        assert await done(other, DISMISS, change("mv02")) == {**KEPT, "revision": 2}
        assert await rows(face) == {}
        later = face.context(now=NOW + HOUR)
        await done(face, RECORD, batch(an_input("PLAY", "mv02")), later)
        assert await rows(other) == {"continue": "mv02 (1 h 2 min left)"}


async def test_removing_marks_nothing_as_watched_or_unwatched(face: Face) -> None:
    """A chart shows what is on top, so the state of what was removed can be read there."""
    await done(face, RECORD, batch(begun("mv17"), finished("mv18")))
    for title in ("mv17", "mv18"):
        await done(face, DISMISS, change(title))
    found = await face.data(
        """{ home(profileId: "profile_new", device: {formFactor: TV}) { rows(first: 20) { nodes { kind
        cards(first: 40) { nodes { title { id } userState { watched } progress { percent } } } } } } }"""
    )
    [chart] = [row for row in found["home"]["rows"]["nodes"] if row["kind"] == "TRENDING"][:1]
    cards = {card["title"]["id"]: card for card in chart["cards"]["nodes"]}
    assert cards["title_mv17"]["userState"] == {"watched": False}
    assert cards["title_mv17"]["progress"] == {"percent": 50}
    assert cards["title_mv18"]["userState"] == {"watched": True}
    assert await rows(face) == {}


@pytest.mark.parametrize("title", ["sa", "sa-1-1", "sa-2-3"])
async def test_a_series_goes_as_a_whole(face: Face, title: str) -> None:
    await done(face, RECORD, batch(finished("sa-1-2")))
    assert (await rows(face))["continue"] == "sa-1-3 (Next: S1 E3)"
    await done(face, DISMISS, change(title))
    assert "continue" not in await rows(face)


async def test_what_was_removed_does_not_come_back_from_memory_when_the_row_cannot_be_made(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def faulty(*_: object) -> list[RowCandidates]:
        raise ZeroDivisionError

    await done(face, RECORD, batch(begun("mv02", 2 * HOUR), begun("mv05")))
    assert (await rows(face))["continue"] == "mv05 (1 h 2 min left) mv02 (1 h 2 min left)"
    monkeypatch.setitem(row_sources.ROW_SOURCES, RowSource.CONTINUE_WATCHING, faulty)  # type: ignore[arg-type]
    await done(face, DISMISS, change("mv05"))
    assert (await rows(face))["continue"] == "mv02 (1 h 2 min left)"


async def test_a_late_removal_does_not_undo_what_was_played_since(face: Face) -> None:
    await done(face, RECORD, batch(begun("mv02")))
    late = change("mv02", occurredAt=to_iso(NOW - 2 * HOUR))
    assert await done(face, DISMISS, late) == {**KEPT, "revision": 2}
    assert await rows(face) == {"continue": "mv02 (1 h 2 min left)"}


async def test_a_retry_of_a_removal_does_not_remove_again_what_was_played_in_between(face: Face) -> None:
    await done(face, RECORD, batch(begun("mv02")))
    removal = change("mv02")
    await done(face, DISMISS, removal)
    await done(face, RECORD, batch(an_input("PLAY", "mv02")), face.context(now=NOW + HOUR))
    retry = await done(face, DISMISS, removal, face.context(now=NOW + 2 * HOUR))
    assert (retry["acceptedCount"], retry["duplicateCount"]) == (1, 1)
    assert await rows(face) == {"continue": "mv02 (1 h 2 min left)"}


async def test_the_answer_has_the_rows_that_changed_and_names_the_kinds_of_those_that_may_be_gone(
    face: Face,
) -> None:
    document = DISMISS.replace("acceptedCount", CHANGED)
    await done(face, RECORD, batch(begun("mv02"), finished("sa-1-2")))
    answer = await done(face, document, change("mv02"))
    assert answer["changedKinds"] == ["CONTINUE_WATCHING"]
    assert answer["changedRows"] == [
        {
            "kind": "CONTINUE_WATCHING",
            "capabilities": ["DISMISS", "SNOOZE", "DISOWN"],
            "cards": {"nodes": [{"title": {"id": "title_sa-1-3"}, "resume": {"kind": "NEXT"}}]},
        }
    ]
    answer = await done(face, document, change("sa"))
    assert (answer["changedKinds"], answer["changedRows"]) == (["CONTINUE_WATCHING"], [])


@pytest.mark.parametrize("span", [{"days": 2}, {"until": to_iso(NOW + 2 * DAY)}])
async def test_a_snooze_is_over_by_itself(face: Face, span: dict[str, Any]) -> None:
    await done(face, RECORD, batch(begun("mv02", 2 * HOUR), begun("mv05")))
    assert await done(face, SNOOZE, change("mv02", snooze=span)) == {**KEPT, "revision": 2}
    just_before = face.context(now=NOW + 2 * DAY - timedelta(seconds=1))
    assert (await rows(face, just_before))["continue"] == "mv05 (1 h 2 min left)"
    at_last = await rows(face, face.context(now=NOW + 2 * DAY))
    assert at_last["continue"] == "mv02 (1 h 2 min left) mv05 (1 h 2 min left)"


@pytest.mark.parametrize(
    ("span", "message"),
    [
        ({"days": 0}, "snooze.days: send 1 to 365, not 0."),
        ({"days": 366}, "snooze.days: send 1 to 365, not 366."),
        (
            {"until": "2026-11-24T10:00:00"},
            "until: an instant needs a time zone. Write it like 2026-11-22T20:15:00Z.",
        ),
        ({"until": to_iso(NOW)}, "until: send an instant after occurredAt, at most 365 days after it."),
    ],
)
async def test_a_snooze_without_an_end_is_refused_and_changes_nothing(
    face: Face, span: dict[str, Any], message: str
) -> None:
    await done(face, RECORD, batch(begun("mv02")))
    result = await face.ask(SNOOZE, input=change("mv02", snooze=span))
    said = [error.message for error in result.errors or ()]
    said += [one["message"] for one in ((result.data or {}).get("done") or {}).get("rejected", ())]
    assert said == [message]
    assert await rows(face) == {"continue": "mv02 (1 h 2 min left)"}


async def test_a_snooze_has_one_span(face: Face) -> None:
    for span in ({}, {"days": 2, "until": to_iso(NOW + DAY)}):
        result = await face.ask(SNOOZE, input=change("mv02", snooze=span))
        assert result.errors is not None
        assert "SnoozeInput" in result.errors[0].message


async def test_this_was_not_me_leaves_rows_and_taste_at_once_and_keeps_the_history(face: Face) -> None:
    await done(face, RECORD, batch(finished("mv01"), finished("sa-1-2")))
    assert await rows(face) == {
        "continue": "sa-1-3 (Next: S1 E3)",
        "because~mv01": "mv08 mv14 mv15 mv16",
        "because~sa": "mv06 mv07 mv10",
    }
    document = DISOWN.replace("acceptedCount", CHANGED)
    answer = await done(face, document, change("sa-1-2"))
    assert "BECAUSE_YOU_WATCHED" in answer["changedKinds"]
    assert [row["kind"] for row in answer["changedRows"]] == ["TOP_PICKS", "BECAUSE_YOU_WATCHED"]
    assert list(await rows(face)) == ["because~mv01"]
    episode = await face.data('{ title(id: "title_sa-1-2", profileId: "profile_new") { id } }')
    assert episode["title"] == {"id": "title_sa-1-2"}
    assert await done(face, RECLAIM, change("sa"), face.context(now=NOW + HOUR)) == {**KEPT, "revision": 3}
    assert (await rows(face))["continue"] == "sa-1-3 (Next: S1 E3)"


async def test_watched_again_after_disowning_it_counts(face: Face) -> None:
    await done(face, RECORD, batch(finished("mv01")))
    await done(face, DISOWN, change("mv01"))
    assert await rows(face) == {}
    await done(face, RECORD, batch(an_input("COMPLETE", "mv01")), face.context(now=NOW + HOUR))
    assert await rows(face) == {"because~mv01": "mv08 mv14 mv15 mv16"}


async def test_household_watches_are_continued_last_and_are_no_seeds(face: Face) -> None:
    await done(
        face,
        RECORD,
        batch(begun("mv05", 3 * HOUR), begun("mv02", household=True), finished("mv01", household=True)),
    )
    assert await rows(face) == {"continue": "mv05 (1 h 2 min left) mv02 (1 h 2 min left)"}


async def test_the_position_of_a_household_watch_is_kept_for_a_viewer_alone(face: Face) -> None:
    await done(face, RECORD, batch(begun("mv02", household=True)))
    await done(face, RECORD, batch(an_input("PLAY", "mv02")))
    assert await rows(face) == {"continue": "mv02 (1 h 2 min left)"}


async def test_a_household_event_carries_no_opinion(face: Face) -> None:
    answer = await done(face, RECORD, batch(an_input("LIKE", "mv01", household=True)))
    assert [bad["message"] for bad in answer["rejected"]] == [
        "household: an opinion is one person's. Leave it out, or send no opinion."
    ]
    assert await rows(face) == {}


async def test_a_thumb_down_ends_continuing(face: Face) -> None:
    await done(face, RECORD, batch(begun("mv02")))
    await done(face, RATE, change("mv02", verdict="DISLIKE"))
    assert await rows(face) == {}


async def test_a_thumb_down_on_an_episode_leaves_the_show_and_one_on_the_show_ends_it(face: Face) -> None:
    await done(face, RECORD, batch(finished("sa-1-2")))
    await done(face, RATE, change("sa-1-2", verdict="DISLIKE"))
    await done(face, RATE, change("sa-1-1", verdict="DISLIKE"))
    assert (await rows(face))["continue"] == "sa-1-3 (Next: S1 E3)"
    await done(face, RATE, change("sa", verdict="DISLIKE"))
    assert "continue" not in await rows(face)


async def test_in_the_credits_of_a_title_that_has_a_mark_it_is_over(
    face: Face, filled: StoreUrls, version: DataVersion
) -> None:
    """Twelve minutes of credits: by the usual three minutes the movie would still be going on."""
    almost = an_input("PROGRESS", "mv06", positionSeconds=6719, durationSeconds=7440)
    with Elasticsearch(filled.elasticsearch_url) as elastic:
        elastic.update(index=version.index, id="mv06", doc={"credits_seconds": 6720}, refresh=True)
        title = await face.data(
            '{ title(id: "title_mv06", profileId: "profile_new") { runtimeSeconds creditsSeconds } }'
        )
        await done(face, RECORD, batch(almost))
        before = await rows(face)
        over = an_input("PROGRESS", "mv06", positionSeconds=6720, durationSeconds=7440)
        await done(face, RECORD, batch(over), face.context(now=NOW + HOUR))
        after = await rows(face)
        elastic.update(index=version.index, id="mv06", doc={"credits_seconds": None}, refresh=True)
    assert title["title"] == {"runtimeSeconds": 7440, "creditsSeconds": 6720}
    assert before == {"continue": "mv06 (12 min left)"}
    assert "continue" not in after
