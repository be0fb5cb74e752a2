"""Erasing and merging, interrupted at every step: the same call finishes it, as if it had never been interrupted."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from typing import Any

import pytest
from redis import Redis

from bff.local_stack import StoreUrls
from domain import storage_names
from domain.experiments.exposures import Exposure
from domain.experiments.model import Unit
from domain.snapshots.keys import page_key
from domain.snapshots.snapshot import snapshot_id
from domain.viewers.activity import merge
from domain.viewers.anonymous_sessions import session_changes
from domain.viewers.departures import ProfileDeparted
from domain.viewers.events import EventType, activity_changes
from domain.viewers.profiles import Profile
from tests.bff.stores.departing_household import NOW, Kill, Killed, a_page, an_event, household

pytestmark = pytest.mark.stores


@pytest.mark.parametrize("kind", ["erase", "merge"])
async def test_killed_after_any_call_the_same_call_finishes(stack: StoreUrls, kind: str) -> None:
    name, whole = f"k{secrets.token_hex(4)}", Kill()
    async with household(stack, name) as house:
        with house.killing(whole):
            result = await house.leave(kind)
        assert {place.left for place in result.places} == {0}
        expected = house.everything()
    assert whole.calls > 20
    for number in range(whole.calls):
        async with household(stack, name) as house:
            with house.killing(Kill(at=number)), pytest.raises(Killed):
                await house.leave(kind)
            if (await house.stores.ports.departures.departure(house.one.id)).profile_id:
                await house.leave(kind)
            assert house.everything() == expected, number


async def test_an_erased_profile_is_nowhere_and_the_others_are_untouched(stack: StoreUrls) -> None:
    name = f"e{secrets.token_hex(4)}"
    async with household(stack, name) as house:
        before = house.everything()
        result = await house.leave("erase")
        after = house.everything()
        assert str(house.one.id) in str(before)
        assert str(house.one.id) not in str(after)
        for kept in (house.two, house.other):
            for collection in (storage_names.PROFILES, storage_names.ACTIVITY, storage_names.EVENTS):
                assert _of(kept, before[collection]) == _of(kept, after[collection]) != []
        assert {place.place: place.found for place in result.places} == {
            "profiles": 1,
            "activity": 1,
            "events": 4,
            "exposures": 2,
            "accounts": 1,
            "top_picks": 2,
            "departures": 1,
            "cached pages": 0,
            "page snapshots": 1,
            "invariant samples": 0,
        }
        # The account's own exposure is about the account: it forgets who saw the page.
        [look] = [each for each in after[storage_names.EXPOSURES] if each["experiment"] == "look-0"]
        assert (look["unit_id"], "profile_id" in look) == (house.one.account_id, False)


async def test_a_merged_profile_has_what_both_had(stack: StoreUrls) -> None:
    """The record is the join of both, and every event is there under the successor's name."""
    name = f"m{secrets.token_hex(4)}"
    async with household(stack, name) as house:
        records = await house.stores.mongo.activities([house.one.id, house.two.id])
        joined = merge(records[house.two.id], session_changes(records[house.one.id]))
        await house.leave("merge")
        record = (await house.stores.mongo.activities([house.two.id]))[house.two.id]
        assert replace(record, revision=0) == replace(joined, revision=0)
        assert record.watched.keys() >= {"old-0", "old-1", "shared"}
        assert record.my_list() == ["listed"]
        profile = (await house.stores.mongo.profiles([house.two.id]))[house.two.id]
        assert (profile.name, profile.created_at) == (house.two.name, house.one.created_at)
        assert (set(profile.favourite_genres), profile.blocked) >= ({"Crime"}, ("t9",))
        assert profile.onboarded_at == house.one.onboarded_at
        after = house.everything()
        assert len([each for each in after[storage_names.EVENTS] if each["profile_id"] == house.two.id]) == 7
        rows = [each for each in after[storage_names.EXPOSURES] if each["experiment"] == "rows"]
        assert sorted(each["unit_id"] for each in rows) == sorted([house.two.id, house.other.id])
        [home] = [each for each in after[storage_names.ACCOUNTS] if each["_id"] == house.one.account_id]
        assert list(home["arms"]["row-order"]) == [house.two.id]


async def test_writers_at_work_while_two_profiles_are_merged_lose_nothing(stack: StoreUrls) -> None:
    name = f"w{secrets.token_hex(4)}"
    async with household(stack, name) as house:
        acknowledged: list[str] = []

        async def write(writer: int) -> None:
            for number in range(8):
                event = an_event(house.one.id, f"{writer}-{number}", EventType.LIKE, f"w{writer}-{number}")
                await house.stores.mongo.record(house.one.id, [event], activity_changes([event]))
                acknowledged.append(event.title_id)

        await asyncio.gather(*(write(writer) for writer in range(10)), house.leave("merge"))
        record = (await house.stores.mongo.activities([house.two.id]))[house.two.id]
        assert len(acknowledged) == 80
        assert [title for title in acknowledged if title not in record.rated] == []
        assert house.one.id not in await house.stores.mongo.activities([house.one.id])


async def test_writers_at_work_while_a_profile_is_erased_leave_nothing_of_it(stack: StoreUrls) -> None:
    name = f"r{secrets.token_hex(4)}"
    async with household(stack, name) as house:

        async def write(writer: int) -> None:
            for number in range(8):
                event = an_event(house.one.id, f"{writer}-{number}", EventType.LIKE, f"w{writer}-{number}")
                try:
                    await house.stores.mongo.record(house.one.id, [event], activity_changes([event]))
                except ProfileDeparted:
                    return

        await asyncio.gather(*(write(writer) for writer in range(10)), house.leave("erase"))
        assert str(house.one.id) not in str(house.everything())


async def test_an_exposure_or_a_page_that_was_under_way_does_not_come_back(stack: StoreUrls) -> None:
    name = f"x{secrets.token_hex(4)}"
    async with household(stack, name) as house:
        await house.leave("erase")
        ports, log = house.stores.ports, house.stores.exposures
        profile, account = house.one.id, house.one.account_id
        exposure = Exposure(
            "rows", 1, Unit.PROFILE, str(profile), "B", 0, True, profile, account, "p", 3, "v1", NOW
        )
        assert ports.exposures.record(exposure)
        await log.flush()
        page = replace(a_page(), snapshot_id=snapshot_id(house.one.id, a_page()))
        ports.snapshots.cache(page, house.one.id)
        await ports.snapshots.save(page.snapshot_id)
        assert str(house.one.id) not in str(house.everything())
        with Redis.from_url(house.redis_url) as redis:
            assert redis.exists(page_key(page.snapshot_id)) == 0


def _of(profile: Profile, documents: list[Any]) -> list[Any]:
    return [each for each in documents if profile.id in (each["_id"], each.get("profile_id"))]
