"""Every root field that takes an id refuses a bad one alike."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from domain.ids import AccountId
from domain.signed_tokens import seal
from domain.viewers.profiles import Principal, Role
from resolvers.request.context import Context
from tests.resolvers.conftest import SECRET, Face
from tests.resolvers.root_fields import argument_names, operation, roots

pytestmark = pytest.mark.stores

NO_ID = "This is not an id of this API. Use ids as the API returned them."
BAD_PROFILES = {
    "nobody": NO_ID,
    "profile_": NO_ID,
    "profile_é": NO_ID,
    f"profile_{'a' * 65}": NO_ID,
    "title_mv01": "Expected the id of a profile, such as profile_example.",
    "profile_a~b": "Expected the id of a profile, such as profile_example.",
}
BAD_TITLES = {
    "": NO_ID,
    "mv08": NO_ID,
    "profile_ade": "Expected the id of a title, such as title_example.",
    "title_a~b": "Expected the id of a title, such as title_example.",
}
CARD_TOKEN = seal(SECRET, "tracking", "snapshot", "trending", "0", "0", "mv01", "trending")
BESIDE = {"cardToken": f'"{CARD_TOKEN}"', "document": "{}"}
"""Valid values for what is parsed before the id."""

EVENT = '[{clientEventId: "one", type: LIKE, titleId: %s}]'
AS_DATA = frozenset(
    {
        "eventsRecord",
        "titleRate",
        "listAdd",
        "listRemove",
        "continueWatchingRemove",
        "continueWatchingSnooze",
        "watchDisown",
        "watchReclaim",
    }
)
"""Mutations that reject an event with a bad title as data."""

REJECTED = "{ ... on EventsRecorded { rejected { position code message } } }"


def taking(*names: str) -> list[str]:
    return sorted(name for name, (_, field) in roots().items() if argument_names(field) & set(names))


PROFILE_ROOTS = taking("profileId", "profileIds")
TITLE_ROOTS = [*taking("titleId", "likedTitleIds"), "title"]


def as_staff(face: Face) -> Context:
    return replace(face.context(), principal=Principal(AccountId("home"), Role.STAFF, None))


REFUSED = "{ ... on InputRefused { errorCode message } }"
"""Of mutations that refuse any bad input as data."""


async def refusal(face: Face, name: str, literals: dict[str, str]) -> tuple[Any, ...]:
    if name == "onboardingAnswer":
        document = operation(name, BESIDE | literals, REFUSED)
        refused = (await face.data(document, as_staff(face)))[name]
        return refused["errorCode"], refused["message"], [name]
    result = await face.ask(operation(name, BESIDE | literals), as_staff(face))
    assert not result.data or result.data[name] is None
    assert result.errors is not None
    [error] = result.errors
    return error.original_error.code, error.message, error.path  # type: ignore[union-attr]


def test_every_root_that_takes_an_id_is_known() -> None:
    assert len(PROFILE_ROOTS) == 24
    assert set(TITLE_ROOTS) - AS_DATA == {"onboardingAnswer", "similar", "title", "whyNot"}


@pytest.mark.parametrize("bad", BAD_PROFILES)
@pytest.mark.parametrize("name", PROFILE_ROOTS)
async def test_a_bad_profile_id_is_refused_the_same_everywhere(face: Face, name: str, bad: str) -> None:
    literals = {"profileId": f'"{bad}"', "profileIds": f'["{bad}"]', "events": EVENT % '"title_mv08"'}
    if name in ("node", "title"):
        literals["id"] = '"title_mv08"'
    expected = ("BAD_USER_INPUT", BAD_PROFILES[bad], [name])
    assert await refusal(face, name, literals) == expected


@pytest.mark.parametrize(
    ("name", "bad"),
    # `node` takes the id of a profile, too.
    sorted({*product({*TITLE_ROOTS, "node"} - AS_DATA, BAD_TITLES)} - {("node", "profile_ade")}),
)
async def test_a_bad_title_id_is_refused_the_same_everywhere(face: Face, name: str, bad: str) -> None:
    literals = {"titleId": f'"{bad}"', "id": f'"{bad}"', "likedTitleIds": f'["{bad}"]'}
    assert await refusal(face, name, literals) == ("BAD_USER_INPUT", BAD_TITLES[bad], [name])


@pytest.mark.parametrize("bad", BAD_TITLES)
@pytest.mark.parametrize("name", sorted(AS_DATA))
async def test_an_event_of_a_bad_title_id_is_rejected_as_data(face: Face, name: str, bad: str) -> None:
    literals = {"titleId": f'"{bad}"', "events": EVENT % f'"{bad}"', "snooze": "{days: 1}"}
    answer = (await face.data(operation(name, literals, REJECTED)))[name]
    assert answer["rejected"] == [{"position": 0, "code": "BAD_USER_INPUT", "message": BAD_TITLES[bad]}]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("banana_1", NO_ID),
        ("home_ade~x", "Expected the id of a home, such as home_example."),
        ("profile_a~b", "Expected the id of a profile, such as profile_example."),
    ],
)
async def test_a_node_takes_the_kinds_of_this_api_only(face: Face, bad: str, message: str) -> None:
    expected = ("BAD_USER_INPUT", message, ["node"])
    assert await refusal(face, "node", {"id": f'"{bad}"'}) == expected
