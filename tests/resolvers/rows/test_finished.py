"""Finished is a fact: what a player reports after the end changes no reader's mind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from domain.timestamps import to_iso
from tests.domain.made import HOUR, NOW
from tests.resolvers.conftest import Face
from tests.resolvers.event_mutations import RECORD, an_input, batch, done, rows

pytestmark = pytest.mark.stores

MINUTE = timedelta(minutes=1)
STATES = """{ home(profileId: "profile_new", device: {formFactor: TV}) { rows(first: 20) { nodes {
  cards(first: 40) { nodes { title { id } userState { watched } progress { percent } } } } } } }"""


@pytest.fixture(autouse=True)
def _new_again(filled: StoreUrls) -> None:
    """The new profile has done nothing yet."""
    with MongoClient[dict[str, Any]](filled.mongo_url) as client:
        client.get_default_database()["activity"].delete_one({"_id": "new"})


def ended(title: str, ago: timedelta = HOUR) -> dict[str, Any]:
    return an_input("COMPLETE", title, occurredAt=to_iso(NOW - ago))


def at(title: str, position: int, ago: timedelta = HOUR - MINUTE, duration: int = 7440) -> dict[str, Any]:
    return an_input(
        "PROGRESS",
        title,
        positionSeconds=position,
        durationSeconds=duration,
        occurredAt=to_iso(NOW - ago),
    )


async def state(face: Face, title: str) -> dict[str, Any] | None:
    """Of the first card of the title."""
    found = await face.data(STATES)
    for row in found["home"]["rows"]["nodes"]:
        for card in row["cards"]["nodes"]:
            if card["title"]["id"] == f"title_{title}":
                return {"watched": card["userState"]["watched"], "progress": card["progress"]}
    return None


@pytest.mark.parametrize("position", [0, 25, 110])
async def test_a_look_after_the_end_of_an_episode_leaves_the_next_one(face: Face, position: int) -> None:
    await done(face, RECORD, batch(ended("sa-1-2"), at("sa-1-2", position, duration=2700)))
    assert (await rows(face))["continue"] == "sa-1-3 (Next: S1 E3)"


@pytest.mark.parametrize("position", [0, 25, 110])
async def test_a_look_after_the_end_of_a_film_leaves_it_watched(face: Face, position: int) -> None:
    await done(face, RECORD, batch(ended("mv17")))
    await done(face, RECORD, batch(at("mv17", position)))
    assert await state(face, "mv17") == {"watched": True, "progress": None}
    assert "continue" not in await rows(face)


async def test_a_film_started_anew_is_continued_and_stays_watched(face: Face) -> None:
    await done(face, RECORD, batch(ended("mv17"), at("mv17", 1860)))
    assert (await rows(face))["continue"].startswith("mv17 (")
    assert await state(face, "mv17") == {"watched": True, "progress": {"percent": 25}}
    await done(face, RECORD, batch(ended("mv17", ago=MINUTE)))
    assert "continue" not in await rows(face)


async def test_a_play_in_the_same_batch_does_not_move_the_position(face: Face) -> None:
    played = an_input("PLAY", "mv02", occurredAt=to_iso(NOW - MINUTE))
    await done(face, RECORD, batch(played, at("mv02", 3720)))
    assert (await rows(face))["continue"].startswith("mv02 (")


async def test_a_film_without_a_mark_is_finished_in_its_last_six_percent(face: Face) -> None:
    await done(face, RECORD, batch(at("mv02", 7440 - 440), at("mv05", 7440 - 450)))
    assert (await rows(face))["continue"].startswith("mv05 (")
    assert "mv02" not in (await rows(face))["continue"]
