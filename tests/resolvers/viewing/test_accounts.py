"""Another account's profile gets byte for byte the response of an unknown one, with the same store calls."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bff.stores.base.instrumentation import record_store_calls
from tests.resolvers.conftest import Face

pytestmark = pytest.mark.stores

DOCUMENTS = {
    "home": "query Q($p: ID!) { home(profileId: $p, device: {formFactor: TV}) { snapshotId } }",
    "node of the profile": "query Q($p: ID!) { node(id: $p) { id } }",
    "node of its page": "query Q($home: ID!) { node(id: $home) { id } }",
    "node of its row": "query Q($row: ID!) { node(id: $row) { id } }",
    "node as it": 'query Q($p: ID!) { node(id: "title_mv01", profileId: $p) { id } }',
    "title": 'query Q($p: ID!) { title(id: "title_mv01", profileId: $p) { id } }',
    "similar": 'query Q($p: ID!) { similar(titleId: "title_mv01", profileId: $p) { totalCount } }',
    "search": 'query Q($p: ID!) { searchTitles(text: "amber", profileId: $p) { totalCount } }',
    "events": """mutation Q($p: ID!) { eventsRecord(input: {profileId: $p, events: [
        {clientEventId: "e1", type: LIKE, titleId: "title_mv01"}, {clientEventId: " ", type: PLAY, titleId: "x"}]})
        { __typename ... on ProfileNotFound { message } ... on EventsRecorded { revision } } }""",
    "rate": """mutation Q($p: ID!) { titleRate(input: {profileId: $p, titleId: "title_mv01", verdict: LIKE,
        clientEventId: "e1"}) { __typename ... on ProfileNotFound { message } } }""",
    "list": """mutation Q($p: ID!) { listAdd(input: {profileId: $p, titleId: "title_mv01",
        clientEventId: "e1"}) { __typename ... on ProfileNotFound { message } } }""",
}


async def answer(face: Face, document: str, raw: str) -> tuple[str, dict[str, int]]:
    """The response as JSON and its store calls."""
    values = {"p": f"profile_{raw}", "home": f"home_{raw}", "row": f"row_{raw}~chart"}
    variables = {name: value for name, value in values.items() if f"${name}:" in document}
    with record_store_calls() as noted:
        result = await face.ask(document, **variables)
    errors = [(error.message, error.path, type(error.original_error)) for error in result.errors or ()]
    return json.dumps([result.data, errors], default=str), dict(noted.calls)


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_another_accounts_profile_is_one_that_does_not_exist(face: Face, name: str) -> None:
    await face.data("{ profiles { id } }")
    theirs = await answer(face, DOCUMENTS[name], "other")
    unknown = await answer(face, DOCUMENTS[name], "nobody")
    own, _ = await answer(face, DOCUMENTS[name], "ade") if "mutation" not in DOCUMENTS[name] else ("", {})
    for kept in ("mongo.pointers", "mongo.experiments"):
        theirs[1].pop(kept, None)
        unknown[1].pop(kept, None)
    for asked in (theirs, unknown):
        # How often depends on when another request of the process answers.
        asked[1]["redis.warm_page"] = min(1, asked[1].get("redis.warm_page", 0))
    assert theirs == unknown
    assert "There is no such profile." in theirs[0]
    assert theirs[0] != own


async def test_an_account_that_does_not_exist_has_no_profiles(face: Face) -> None:
    stranger = face.context("ghost")
    for name in ("home", "title", "search"):
        result = await face.ask(DOCUMENTS[name], stranger, p="profile_ade")
        assert result.errors is not None
        assert result.errors[0].message == "There is no such profile."


@pytest.mark.parametrize("raw", ["other", "nobody"])
@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_refusal_leaves_nothing_running_behind_the_answer(face: Face, name: str, raw: str) -> None:
    await face.stores.data_versions.live()
    await asyncio.sleep(0)
    before = asyncio.all_tasks()
    await answer(face, DOCUMENTS[name], raw)
    left = [task for task in asyncio.all_tasks() - before if "motor" not in repr(task)]
    assert left == []


async def test_the_region_is_the_accounts_never_the_devices(face: Face) -> None:
    document = """query Q($market: String!) {
      home(profileId: "profile_new", device: {formFactor: TV, market: $market}) {
        rows(first: 20) { nodes { title cards { nodes { title { id } } } } }
      } }"""
    german: dict[str, Any] = await face.data(document, market="DE")
    assert german == await face.data(document, market="US")
    assert "us0" not in json.dumps(german)
