"""The sandbox: every persona and state works, with the same bytes each time, no store and no shared state."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from bff.app import create_app
from bff.sandbox.data import NOW, load_sandbox_data
from bff.sandbox.states import HEADER, STATES
from bff.settings import Settings
from domain.catalog.maturity_ratings import KIDS_AGE

Bearer = Callable[..., dict[str, str]]

HOME = """query Home($id: ID!, $after: String) { home(profileId: $id, device: {formFactor: TV}) {
  snapshotId generatedAt serviceLevel degradations { what rowId servedInstead }
  rows(first: 20, after: $after) { pageInfo { restarted endCursor } nodes {
    id kind title status servedFrom accessibilityLabel tracking { rowToken }
    cards(first: 3) { nodes { cardId title { id name maturity { age } } artwork(shape: POSTER) { url } } } } }
} }"""


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service without working stores: the sandbox needs none."""
    settings = Settings(
        home=tmp_path_factory.mktemp("sandbox"),
        mongo_url="mongodb://127.0.0.1:9/marquee?directConnection=true",
        elasticsearch_url="http://127.0.0.1:9",
        redis_url="redis://127.0.0.1:9/0",
        jwt_secret="a secret of thirty-two bytes or more",
        sandbox=True,
    )
    with TestClient(create_app(settings)) as running:
        yield running


def ask(client: TestClient, bearer: Bearer, header: str, persona: str, **variables: Any) -> bytes:
    body = {"query": HOME, "variables": {"id": f"profile_sandbox-{persona}", **variables}}
    response = client.post("/graphql", json=body, headers={**bearer(), HEADER: header})
    assert response.status_code == 200
    return response.content


def home(client: TestClient, bearer: Bearer, header: str, persona: str = "binge", **variables: Any) -> Any:
    answer = json.loads(ask(client, bearer, header, persona, **variables))
    assert "errors" not in answer, answer
    return answer["data"]["home"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("persona", ["new", "binge", "kids"])
def test_every_state_gives_a_legal_page_of_at_least_three_rows_in_the_same_bytes(
    sandbox: TestClient, bearer: Bearer, state: str, persona: str
) -> None:
    first = ask(sandbox, bearer, f"{persona}; {state}", persona)
    assert ask(sandbox, bearer, f"{persona}; {state}", persona) == first
    page = json.loads(first)["data"]["home"]
    assert page["generatedAt"].startswith("2026-11-22T20:00:00")
    rows = page["rows"]["nodes"]
    assert len(rows) >= 3
    cards = [card for row in rows for card in row["cards"]["nodes"]]
    ages = [card["title"]["maturity"]["age"] for card in cards]
    assert persona != "kids" or all(age is not None and age <= KIDS_AGE for age in ages)


def test_a_state_shows_what_it_says(sandbox: TestClient, bearer: Bearer) -> None:
    usual = home(sandbox, bearer, "binge")
    assert usual["degradations"] == []
    assert {row["servedFrom"] for row in usual["rows"]["nodes"]} == {"FRESH"}
    kinds = {row["kind"] for row in usual["rows"]["nodes"]}
    assert {"CONTINUE_WATCHING", "TOP_PICKS", "BECAUSE_YOU_WATCHED", "TRENDING", "MY_LIST"} <= kinds

    def what(header: str) -> set[str]:
        return {loss["what"] for loss in home(sandbox, bearer, header)["degradations"]}

    def tiers(header: str, persona: str = "binge") -> set[str]:
        return {row["servedFrom"] for row in home(sandbox, bearer, header, persona)["rows"]["nodes"]}

    assert what("binge; redis-down") == {"ROW_UNAVAILABLE"}
    assert what("binge; slow-store") == {"ROW_LATE"}
    assert tiers("binge; all-down") == {"STATIC"}
    assert "LAST_GOOD" in tiers("binge; last-good")
    assert home(sandbox, bearer, "binge; fewer-rows")["serviceLevel"] == "FEWER_ROWS"
    names = [
        card["title"]["name"]
        for row in home(sandbox, bearer, "new; long-titles", "new")["rows"]["nodes"]
        for card in row["cards"]["nodes"]
    ]
    assert min(map(len, names)) > 60


def test_a_cursor_goes_on_in_its_page_and_restarts_once_new_data_is_published(
    sandbox: TestClient, bearer: Bearer
) -> None:
    cursor = home(sandbox, bearer, "new", "new")["rows"]["pageInfo"]["endCursor"]
    assert home(sandbox, bearer, "new", "new", after=cursor)["rows"]["pageInfo"]["restarted"] is False
    later = home(sandbox, bearer, "new; published-since", "new", after=cursor)["rows"]
    assert later["pageInfo"]["restarted"] is True
    assert later["nodes"]


def test_its_artwork_can_be_fetched(sandbox: TestClient, bearer: Bearer) -> None:
    card = home(sandbox, bearer, "new", "new")["rows"]["nodes"][0]["cards"]["nodes"][0]
    picture = sandbox.get(card["artwork"]["url"])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")
    assert sandbox.get(card["artwork"]["url"].replace(".svg", "x.svg")).status_code == 404


def test_an_unknown_header_is_answered_with_the_options(sandbox: TestClient, bearer: Bearer) -> None:
    for header, problem in (("nobody", "'nobody' is neither"), ("new; kids", "one person only")):
        headers = {**bearer(), HEADER: header}
        response = sandbox.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
        assert response.status_code == 400
        message = response.json()["errors"][0]["message"]
        assert problem in message
        assert "redis-down" in message


def test_the_options_name_every_persona_and_state(sandbox: TestClient) -> None:
    options = sandbox.get("/sandbox").json()
    assert [person["name"] for person in options["people"]] == list(load_sandbox_data().personas)
    assert [state["name"] for state in options["states"]] == list(STATES)
    assert options["now"] == NOW.isoformat()


def test_a_mutation_shows_in_its_own_answer_and_nowhere_else(sandbox: TestClient, bearer: Bearer) -> None:
    target = home(sandbox, bearer, "new", "new")["rows"]["nodes"][0]["cards"]["nodes"][0]["title"]["id"]
    change = """mutation Add($title: ID!) { listAdd(input: {profileId: "profile_sandbox-new", titleId: $title,
      clientEventId: "s1"}) { ... on EventsRecorded { home(device: {formFactor: TV}) {
        rows(first: 20) { nodes { kind } } } } } }"""
    body = {"query": change, "variables": {"title": target}}
    answer = sandbox.post("/graphql", json=body, headers={**bearer(), HEADER: "new"}).json()
    kinds = [row["kind"] for row in answer["data"]["listAdd"]["home"]["rows"]["nodes"]]
    assert "MY_LIST" in kinds
    assert "MY_LIST" not in [row["kind"] for row in home(sandbox, bearer, "new", "new")["rows"]["nodes"]]


def test_without_the_setting_the_header_means_nothing(dark_client: TestClient, bearer: Bearer) -> None:
    headers = {**bearer(), HEADER: "new"}
    answer = dark_client.post("/graphql", json={"query": "{ profiles { id } }"}, headers=headers).json()
    assert answer["errors"][0]["extensions"]["code"] == "TRY_LATER"
    assert dark_client.get("/sandbox").status_code == 404
