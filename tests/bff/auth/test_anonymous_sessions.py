"""Anonymous sessions: a page before sign-in, expiry, and a merge that neither loses nor duplicates events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pymongo import MongoClient
from starlette.testclient import TestClient

from bff.local_stack import StoreUrls
from domain.viewers.anonymous_sessions import is_session

pytestmark = pytest.mark.stores

Ask = Callable[..., dict[str, Any]]
Bearer = Callable[..., dict[str, str]]

HOME = """query Home($id: ID!) { home(profileId: $id, device: {formFactor: TV}) {
  degradations { what } rows(first: 20) { nodes {
    kind cards(first: 20) { nodes { title { id maturity { age } } } } } } } }"""
RECORD = """mutation Record($input: EventsRecordInput!) { eventsRecord(input: $input) {
  ... on EventsRecorded { acceptedCount duplicateCount } } }"""
MERGE = """mutation Merge($input: SessionMergeInput!) { sessionMerge(input: $input) { __typename
  ... on SessionMerged { revision home(device: {formFactor: TV}) { rows(first: 20) { nodes { kind } } } } } }"""


@pytest.fixture
def session(client: TestClient) -> dict[str, str]:
    begun = client.post("/session")
    assert (begun.status_code, begun.headers["cache-control"]) == (201, "no-store")
    answer: dict[str, str] = begun.json()
    return answer


def headers(session: dict[str, str]) -> dict[str, str]:
    return {"authorization": f"Bearer {session['token']}"}


def raw(session: dict[str, str]) -> str:
    return session["profileId"].removeprefix("profile_")


def watch(ask: Ask, session: dict[str, str], title: str, position: int = 3000) -> dict[str, Any]:
    event = {"clientEventId": f"e-{title}", "type": "PROGRESS", "titleId": f"title_{title}"}
    event |= {"positionSeconds": position, "durationSeconds": 6000}
    given = {"profileId": session["profileId"], "events": [event]}
    return ask(RECORD, headers(session), input=given)["data"]["eventsRecord"]


def stored(urls: StoreUrls, collection: str, profile: str) -> list[dict[str, Any]]:
    with MongoClient[dict[str, Any]](urls.mongo_url) as mongo:
        key = "_id" if collection == "activity" else "profile_id"
        return list(mongo.get_default_database()[collection].find({key: profile}))


def test_an_anonymous_session_gets_a_page_for_most_ages_in_the_region_of_the_service(
    ask: Ask, session: dict[str, str]
) -> None:
    page = ask(HOME, headers(session), id=session["profileId"])["data"]["home"]
    ages = [
        card["title"]["maturity"]["age"] for row in page["rows"]["nodes"] for card in row["cards"]["nodes"]
    ]
    assert page["degradations"] == []
    assert len(page["rows"]["nodes"]) >= 3
    assert max(ages) == 12


def test_a_session_has_one_profile_and_no_other(ask: Ask, session: dict[str, str]) -> None:
    assert is_session(raw(session))
    assert ask("{ profiles { id } }", headers(session))["data"]["profiles"] == [{"id": session["profileId"]}]
    for other in ("profile_ade", "profile_anon-" + "0" * 32):
        answer = ask(HOME, headers(session), id=other)
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"


def test_what_a_session_does_shows_at_once_and_is_forgotten_by_itself(
    ask: Ask, session: dict[str, str], urls: StoreUrls
) -> None:
    assert stored(urls, "activity", raw(session)) == []
    assert watch(ask, session, "m0") == {"acceptedCount": 1, "duplicateCount": 0}
    page = ask(HOME, headers(session), id=session["profileId"])["data"]["home"]
    assert "CONTINUE_WATCHING" in [row["kind"] for row in page["rows"]["nodes"]]
    [kept] = stored(urls, "activity", raw(session))
    assert kept["expires_at"] is not None


def test_signing_in_loses_nothing_and_counts_nothing_twice(
    ask: Ask, bearer: Bearer, session: dict[str, str], urls: StoreUrls
) -> None:
    watch(ask, session, "m1")
    watch(ask, session, "m2")
    [before] = stored(urls, "events", raw(session))[:1]
    given = {"profileId": "profile_mina", "sessionToken": session["token"]}
    merged = ask(MERGE, bearer("home"), input=given)["data"]["sessionMerge"]
    assert merged["__typename"] == "SessionMerged"
    assert "CONTINUE_WATCHING" in [row["kind"] for row in merged["home"]["rows"]["nodes"]]
    [activity] = stored(urls, "activity", "mina")
    assert {"m1", "m2"} <= set(activity["watched"])
    assert "expires_at" not in activity
    events = stored(urls, "events", "mina")
    assert sorted(event["title_id"] for event in events) == ["m1", "m2"]
    assert before["recorded_at"] in [event["recorded_at"] for event in events]
    assert stored(urls, "events", raw(session)) == stored(urls, "activity", raw(session)) == []

    again = ask(MERGE, bearer("home"), input=given)["data"]["sessionMerge"]
    assert again["__typename"] == "SessionMerged"
    assert stored(urls, "events", "mina") == events
    assert stored(urls, "activity", "mina")[0]["watched"] == activity["watched"]


def test_only_a_sessions_own_token_merges_and_never_into_a_strangers_profile(
    ask: Ask, bearer: Bearer, session: dict[str, str]
) -> None:
    foreign = bearer("home")["authorization"].removeprefix("Bearer ")
    for token in (foreign, "nonsense", session["token"][:-2] + "xx"):
        answer = ask(MERGE, bearer("home"), input={"profileId": "profile_mina", "sessionToken": token})
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    given = {"profileId": "profile_stranger", "sessionToken": session["token"]}
    assert ask(MERGE, bearer("home"), input=given)["data"]["sessionMerge"]["__typename"] == "ProfileNotFound"
    own = {"profileId": session["profileId"], "sessionToken": session["token"]}
    answer = ask(MERGE, headers(session), input=own)
    assert "cannot adopt" in answer["errors"][0]["message"]


def test_a_session_keeps_likes_and_refuses_genres(ask: Ask, session: dict[str, str]) -> None:
    document = """mutation A($input: OnboardingAnswerInput!) { onboardingAnswer(input: $input) {
      ... on EventsRecorded { acceptedCount } ... on InputRefused { errorCode message } } }"""
    given = {"profileId": session["profileId"], "clientEventId": "a1", "likedTitleIds": ["title_m0"]}
    liked = ask(document, headers(session), input=given)
    assert liked["data"]["onboardingAnswer"] == {"acceptedCount": 1}
    refused = ask(document, headers(session), input=given | {"genres": ["Crime"]})
    assert refused["data"]["onboardingAnswer"] == {
        "errorCode": "BAD_USER_INPUT",
        "message": "genres: a session remembers titles it liked, and no genres. Sign in to keep them.",
    }
