"""Rows about a title: true, apart from each other, above the floor, and another one tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from domain import storage_names
from domain.ids import ProfileId, TitleId
from domain.layouts.model import Layout, RowSpec
from domain.layouts.row_kinds import RowSource
from domain.recommendations.keys import similar_id
from domain.recommendations.lists import DataVersion
from domain.viewers.activity import Activity, Disowning, Rating
from domain.viewers.documents import activity_to_document
from tests.domain.made import DAY, HOUR, NOW, a_watch
from tests.resolvers import world
from tests.resolvers.conftest import Face
from tests.resolvers.world import numbers, tid

pytestmark = pytest.mark.stores

PAGE = """{ home(profileId: "profile_new", device: {formFactor: TV}) { rows(first: 20) { nodes {
  id kind title reason { kind share pivots { title { id } } } capabilities
  cards(first: 40) { nodes { title { id } actions { kind } } } } } } }"""
LAYOUT = Layout(
    "home",
    3,
    (
        RowSpec("on", RowSource.CONTINUE_WATCHING, min_cards=1, options={"kinds": "continue"}),
        RowSpec("up", RowSource.CONTINUE_WATCHING, min_cards=1, options={"kinds": "next"}),
        RowSpec(
            "watched",
            RowSource.BECAUSE_YOU_WATCHED,
            min_cards=2,
            max_cards=2,
            options={"rows": 2, "floor": 50},
        ),
        RowSpec("liked", RowSource.BECAUSE_YOU_LIKED, min_cards=2, max_cards=2, options={"rows": 1}),
        RowSpec("again", RowSource.WATCH_AGAIN, min_cards=1, options={"days": 90}),
    ),
    NOW - DAY,
)
LISTS = replace(
    world.LISTS,
    similar={
        "sa": numbers(5, 6, 7),
        tid(1): numbers(8, 9, 10),
        tid(3): numbers(11, 12, 13),
        tid(9): numbers(14, 15, 16),
        tid(17): numbers(18, 19, 20),
    },
)


@pytest.fixture(scope="module")
def filled(corner: StoreUrls, version: DataVersion) -> StoreUrls:
    """The world with a layout of rows about titles."""
    world.fill(corner, version, LISTS, layout=LAYOUT)
    return corner


@pytest.fixture
def history(filled: StoreUrls) -> Iterator[Any]:
    """history(watched=..., ...): what the new profile has done."""
    with MongoClient[dict[str, Any]](filled.mongo_url) as client:
        database = client.get_default_database()

        def has_done(**what: Any) -> None:
            activity = Activity(ProfileId("new"), 1, **what)
            database["activity"].replace_one({"_id": "new"}, activity_to_document(activity), upsert=True)

        yield has_done
        database["activity"].delete_one({"_id": "new"})


async def rows(face: Face, now: datetime = NOW) -> dict[str, tuple[str, str]]:
    home = (await face.data(PAGE, face.context(now=now)))["home"]
    return {
        row["id"].split("~", 1)[1]: (
            row["title"],
            " ".join(card["title"]["id"].removeprefix("title_") for card in row["cards"]["nodes"]),
        )
        for row in home["rows"]["nodes"]
        if row["id"].split("~")[1] in {spec.id for spec in LAYOUT.rows}
    }


def done(ago: Any, series: str = "") -> Any:
    return a_watch(ago, 7440, 7440, series, done=True)


async def test_rows_are_about_different_titles_whichever_source_they_come_from(
    face: Face, history: Any
) -> None:
    """One row about a like, as its options say: the row of what was watched is about what was finished."""
    history(
        watched={tid(1): done(5 * DAY)},
        rated={tid(3): Rating(NOW - DAY, 1.0), tid(9): Rating(NOW - 90 * DAY, 1.0)},
    )
    found = await rows(face)
    assert {name: title for name, (title, _) in found.items()} == {
        "watched~mv01": "Because you watched Amber Harbour",
        "liked~mv03": "Because you liked Hollow Harbour",
    }


async def test_two_titles_of_one_franchise_get_one_row_and_the_next_seed_stands_in(
    face: Face, open_face: Any, history: Any, filled: StoreUrls, version: DataVersion
) -> None:
    history(watched={tid(1): done(DAY), tid(9): done(10 * DAY), tid(17): done(11 * DAY)})
    before = set(await rows(face))
    second = (before - {"watched~mv01"}).pop()
    assert before == {"watched~mv01", second}
    with Elasticsearch(filled.elasticsearch_url) as elastic:
        for title_id in (tid(1), second.partition("~")[2]):
            elastic.update(index=version.index, id=title_id, doc={"franchise": "Lantern"}, refresh=True)
        async with open_face(filled) as later:
            found = set(await rows(later))
        for title_id in (tid(1), second.partition("~")[2]):
            elastic.update(index=version.index, id=title_id, doc={"franchise": None}, refresh=True)
    [third] = {"watched~mv09", "watched~mv17"} - {second}
    assert found == {"watched~mv01", third}


async def test_a_series_is_one_seed_however_many_episodes_were_finished(face: Face, history: Any) -> None:
    history(watched={TitleId(f"sa-1-{number}"): done(number * HOUR, "sa") for number in (1, 2, 3)})
    assert list(await rows(face)) == ["up", "watched~sa"]


async def test_other_seeds_have_their_turn_tomorrow_and_none_within_the_day(face: Face, history: Any) -> None:
    seeds = (1, 3, 9, 17)
    history(watched={tid(number): done((10 + number) * DAY) for number in seeds})
    today = await rows(face)
    assert await rows(face, NOW + HOUR) == today
    seen = set(today)
    tomorrow = await rows(face, NOW + DAY)
    assert len(tomorrow) == 2
    assert seen.isdisjoint(tomorrow)
    assert seen | set(tomorrow) == {f"watched~{tid(number)}" for number in seeds}


async def test_a_disowned_or_household_watch_is_no_seed_of_a_row(face: Face, history: Any) -> None:
    history(
        watched={tid(1): done(5 * DAY)},
        household={tid(9): done(DAY)},
        disowned={tid(1): Disowning(NOW - DAY, True)},
    )
    assert await rows(face) == {}


@pytest.mark.parametrize(
    ("items", "row"),
    [
        ([[tid(20), 0.5, 12], [tid(21), 0.49, 12], [tid(22), 0.9, 2], [tid(23), 0.9, 3]], "mv23 mv20"),
        ([[tid(20), 0.5, 12], [tid(21), 0.49, 12], [tid(22), 0.9, 2]], None),
    ],
)
async def test_a_row_needs_enough_titles_above_its_floor_that_enough_people_vouch_for(
    face: Face, history: Any, filled: StoreUrls, version: DataVersion, items: list[Any], row: str | None
) -> None:
    history(watched={tid(9): done(2 * DAY)})
    key = {"_id": similar_id(version.version, tid(9))}
    with MongoClient[dict[str, Any]](filled.mongo_url) as client:
        similar = client.get_default_database()[storage_names.SIMILAR]
        before = similar.find_one_and_update(key, {"$set": {"items": items}})
        found = await rows(face)
        similar.replace_one(key, before)
    assert found.get("watched~mv09", (None, None))[1] == row


async def test_a_row_says_how_much_of_the_evidence_its_title_is(face: Face, history: Any) -> None:
    history(watched={tid(1): done(30 * DAY), tid(3): done(60 * DAY)})
    home = (await face.data(PAGE))["home"]
    reasons = {row["id"].split("~", 1)[1]: row["reason"] for row in home["rows"]["nodes"]}
    assert reasons["watched~mv01"] == {
        "kind": "BECAUSE_YOU_WATCHED",
        "share": 1.0,
        "pivots": [{"title": {"id": "title_mv01"}}],
    }


async def test_watch_again_is_loved_finished_long_ago_and_can_be_disowned(face: Face, history: Any) -> None:
    history(
        watched={
            tid(1): done(100 * DAY),
            tid(3): done(200 * DAY),
            tid(9): done(10 * DAY),
            tid(4): done(100 * DAY),
        },
        rated={tid(3): Rating(NOW - 200 * DAY, 1.0), tid(4): Rating(NOW, -1.0)},
    )
    home = (await face.data(PAGE))["home"]
    [again] = [row for row in home["rows"]["nodes"] if row["kind"] == "WATCH_AGAIN"]
    assert (again["title"], again["capabilities"]) == ("Watch Again", ["DISOWN"])
    assert [card["title"]["id"] for card in again["cards"]["nodes"]] == ["title_mv03", "title_mv01"]
    assert {action["kind"] for card in again["cards"]["nodes"] for action in card["actions"]} == {
        "PLAY", "DETAILS", "LIST_ADD", "NOT_ME",
    }  # fmt: skip


async def test_next_up_can_stand_apart_from_what_was_left_in_the_middle(face: Face, history: Any) -> None:
    history(
        watched={
            tid(2): a_watch(HOUR, 3720, 7440),
            TitleId("sa-1-1"): done(2 * HOUR, "sa"),
        }
    )
    found = await rows(face)
    assert (found["on"], found["up"]) == (("Continue Watching", "mv02"), ("Next Up", "sa-1-2"))
