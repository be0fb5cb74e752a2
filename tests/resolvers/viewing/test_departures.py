"""Profiles leave through the API: who may, what is refused, and that it holds from the next request on."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pymongo import MongoClient

from bff.local_stack import StoreUrls
from domain import storage_names
from domain.ids import ProfileId, TitleId
from domain.recommendations.lists import DataVersion
from domain.viewers.activity import Activity, Changes, Listing
from domain.viewers.departures import departure_key
from domain.viewers.profiles import Account, Principal, Profile, Role
from resolvers.request.context import Context
from tests.domain.made import DE, NOW
from tests.resolvers import world
from tests.resolvers.conftest import Face, as_it_runs

pytestmark = pytest.mark.stores

PLACES = "places { store place found removed left } pending"
ERASE = f"""mutation E($id: ID!) {{ done: profileErase(input: {{profileId: $id}}) {{ __typename
  ... on ProfileErased {{ {PLACES} }} ... on ProfileRefused {{ message code }}
  ... on ProfileNotFound {{ message mergedInto }} }} }}"""
MERGE = f"""mutation M($id: ID!, $into: ID!) {{
  done: profileMerge(input: {{profileId: $id, intoProfileId: $into}}) {{ __typename
  ... on ProfileMerged {{ intoProfileId {PLACES} }} ... on ProfileRefused {{ message code }}
  ... on ProfileNotFound {{ message mergedInto }} }} }}"""
EXPORT = "query X($id: ID!) { profileExport(profileId: $id) { isComplete missing document } }"
PROFILES = "{ profiles { id } }"
HOME = """query H($id: ID!) { home(profileId: $id, device: {formFactor: TV}) {
  snapshotId rows(first: 20) { nodes { kind } } } }"""
LIST = """mutation L($id: ID!) { done: listAdd(input: {profileId: $id, titleId: "title_mv09",
  clientEventId: "one"}) { __typename ... on ProfileNotFound { message mergedInto } } }"""


@dataclass(frozen=True)
class House:
    """An account of this test's own with two grown-ups and a child."""

    face: Face
    account: Account
    one: Profile
    two: Profile
    kid: Profile
    database: str

    async def ask(self, document: str, profile: Profile, role: Role = Role.VIEWER, **variables: Any) -> Any:
        context = self.context(role)
        return (await self.face.data(document, context, id=f"profile_{profile.id}", **variables))["done"]

    def context(self, role: Role = Role.VIEWER, account: str | None = None) -> Context:
        context = self.face.context(account or self.account.id)
        return replace(context, principal=Principal(context.principal.account_id, role, None))

    async def error(self, document: str, profile: Profile) -> tuple[str, str]:
        result = await self.face.ask(document, self.context(), id=f"profile_{profile.id}")
        assert result.errors is not None
        cause: Any = result.errors[0].original_error
        return cause.code, str(cause)


@pytest.fixture
async def house(filled: StoreUrls, mongo_database: str, version: DataVersion) -> AsyncIterator[House]:
    name = f"h{secrets.token_hex(5)}"
    account = replace(world.ACCOUNTS[0], id=f"acc-{name}", region=DE)
    one, two = (replace(world.ADE, id=ProfileId(f"{name}{n}"), account_id=account.id) for n in "ab")
    kid = replace(one, id=ProfileId(f"{name}k"), kids=True, maturity_limit=7)
    titles = ({TitleId("mv05"): Listing(NOW, True)}, {TitleId("mv06"): Listing(NOW, True)}, {})
    people = [
        (account, profile, Activity(profile.id, 3, listed=listed))
        for profile, listed in zip((one, two, kid), titles, strict=True)
    ]
    with MongoClient[dict[str, Any]](mongo_database) as client:
        documents = world.mongo_documents(version, world.LISTS, people, world.LAYOUT)
        for collection, rows in documents.items():
            client.get_default_database()[collection].insert_many(rows)
    async with as_it_runs(replace(filled, mongo_url=mongo_database)) as face:
        yield House(face, account, one, two, kid, mongo_database)


async def test_an_erased_profile_is_gone_from_the_next_request_on_warm_page_or_not(house: House) -> None:
    key = f"profile_{house.one.id}"
    for _ in range(2):
        assert (await house.face.data(HOME, house.context(), id=key))["home"]["rows"]["nodes"]
    await house.face.process.background.settle()
    erased = await house.ask(ERASE, house.one)
    assert erased["__typename"] == "ProfileErased"
    found = {f"{each['store']} {each['place']}": each["found"] for each in erased["places"] if each["found"]}
    assert found == {
        "mongo profiles": 1,
        "mongo activity": 1,
        "redis cached pages": 1,
        "redis page snapshots": 1,
    }
    assert {each["left"] for each in erased["places"]} == {0}
    assert "marquee data purge" in erased["pending"][0]
    gone = ("NOT_FOUND", "There is no such profile.")
    for document in (HOME, EXPORT, "query N($id: ID!) { node(id: $id) { id } }"):
        assert await house.error(document, house.one) == gone
    ids = [each["id"] for each in (await house.face.data(PROFILES, house.context()))["profiles"]]
    assert sorted(ids) == [f"profile_{house.two.id}", f"profile_{house.kid.id}"]
    for document in (ERASE, LIST):
        assert (await house.ask(document, house.one))["__typename"] == "ProfileNotFound"


async def test_another_process_serves_no_page_of_an_erased_profile(house: House, filled: StoreUrls) -> None:
    async with as_it_runs(replace(filled, mongo_url=house.database)) as other:
        key = f"profile_{house.one.id}"
        for face in (house.face, other, other):
            assert (await face.data(HOME, house.context(), id=key))["home"]["rows"]["nodes"]
        await house.ask(ERASE, house.one)
        context = replace(other.context(house.account.id))
        result = await other.ask(HOME, context, id=key)
        assert result.data == {"home": None}


async def test_only_the_owner_and_operators_may(house: House) -> None:
    stranger = house.context(account="away")
    for document, more in ((ERASE, {}), (MERGE, {"into": f"profile_{house.two.id}"})):
        answer = await house.face.data(document, stranger, id=f"profile_{house.one.id}", **more)
        assert answer["done"] == {
            "__typename": "ProfileNotFound",
            "message": answer["done"]["message"],
            "mergedInto": None,
        }
        assert "no such profile" in answer["done"]["message"]
    operator = house.context(Role.OPERATOR, account="away")
    answer = await house.face.data(ERASE, operator, id=f"profile_{house.one.id}")
    assert answer["done"]["__typename"] == "ProfileErased"


async def test_the_last_profile_stays_even_when_all_are_erased_at_once(house: House) -> None:
    import asyncio

    answers = await asyncio.gather(*(house.ask(ERASE, one) for one in (house.one, house.two, house.kid)))
    kept = [each for each in answers if each["__typename"] == "ProfileRefused"]
    left = (await house.face.data(PROFILES, house.context()))["profiles"]
    assert len(kept) == len(left) >= 1
    assert {each["code"] for each in kept} == {"CONFLICT"}
    assert "last profile" in kept[0]["message"]
    with MongoClient[dict[str, Any]](house.database) as client:
        departed = client.get_default_database()[storage_names.DEPARTURES].count_documents({})
    assert departed == 3 - len(left)


async def test_two_profiles_become_one_and_the_old_id_says_which(house: House) -> None:
    into = f"profile_{house.two.id}"
    merged = await house.ask(MERGE, house.one, into=into)
    assert (merged["__typename"], merged["intoProfileId"]) == ("ProfileMerged", into)
    assert {each["left"] for each in merged["places"]} == {0}
    listed = (await house.face.stores.activities.activities([house.two.id]))[house.two.id].my_list()
    assert sorted(listed) == ["mv05", "mv06"]
    for document, more in ((LIST, {}), (ERASE, {}), (MERGE, {"into": into})):
        answer = await house.ask(document, house.one, **more)
        assert (answer["__typename"], answer["mergedInto"]) == ("ProfileNotFound", into)
    assert await house.error(HOME, house.one) == (
        "NOT_FOUND",
        f"There is no such profile any more: it was merged into {into}.",
    )
    await house.ask(ERASE, house.two)
    assert await house.error(HOME, house.one) == ("NOT_FOUND", "There is no such profile.")


@pytest.mark.parametrize(
    ("into", "words"),
    [("kid", "kids profile"), ("one", "is the profile itself"), ("stranger", "no such profile")],
)
async def test_what_cannot_become_one_is_refused(house: House, into: str, words: str) -> None:
    target = "profile_other" if into == "stranger" else f"profile_{getattr(house, into).id}"
    answer = await house.ask(MERGE, house.one, into=target)
    assert answer["__typename"] == ("ProfileNotFound" if into == "stranger" else "ProfileRefused")
    assert words in answer["message"]
    assert len((await house.face.data(PROFILES, house.context()))["profiles"]) == 3


async def test_a_device_that_still_writes_reaches_the_successor_and_never_an_erased_profile(
    house: House,
) -> None:
    """Its request read the profile just before it left."""
    late = Changes(listed={TitleId("mv07"): Listing(NOW, True)})
    await house.ask(MERGE, house.one, into=f"profile_{house.two.id}")
    recorded = await house.face.stores.activities.record(house.one.id, [], late)
    assert recorded.moved_to == house.two.id
    activities = await house.face.stores.activities.activities([house.one.id, house.two.id])
    assert set(activities) == {house.two.id}
    assert "mv07" in activities[house.two.id].my_list()
    await house.ask(ERASE, house.two)
    from domain.viewers.departures import ProfileDeparted

    for profile in (house.one.id, house.two.id):
        with pytest.raises(ProfileDeparted):
            await house.face.stores.activities.record(profile, [], late)
    assert await house.face.stores.activities.activities([house.one.id, house.two.id]) == {}


async def test_an_export_has_the_profiles_own_data_alone_and_says_what_it_lacks(house: House) -> None:
    await house.face.data(LIST, house.context(), id=f"profile_{house.one.id}")
    answer = (await house.face.data(EXPORT, house.context(), id=f"profile_{house.one.id}"))["profileExport"]
    document = answer["document"]
    assert (answer["isComplete"], answer["missing"]) == (False, ["events of the archive"])
    assert document["profile"]["name"] == "Ade"
    assert document["activity"]["listed"]["mv05"] == {"at": "2026-11-22T20:00:00.000Z", "added": True}
    [event] = document["events"]
    assert (event["type"], event["title_id"], document["title_names"]["mv09"]) == (
        "list_add",
        "mv09",
        world.NAMES[8],
    )
    assert str(house.two.id) not in str(document)
    assert str(house.kid.id) not in str(document)


async def test_a_departure_names_nobody(house: House) -> None:
    await house.ask(ERASE, house.one)
    with MongoClient[dict[str, Any]](house.database) as client:
        [stored] = client.get_default_database()[storage_names.DEPARTURES].find()
    assert stored["_id"] == departure_key(house.one.id)
    assert set(stored) == {"_id", "at", "expires_at"}
    assert str(house.one.id) not in str(stored)
