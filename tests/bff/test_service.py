"""The service as a whole: health, schema file, demo session, store calls, and headers on every answer."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from bff.app import create_app
from bff.http.sdl import sdl
from bff.settings import Settings, SettingsProblem
from domain.recommendations.lists import DataVersion

HOME = """
query Home($profileId: ID!, $rows: Int!, $cards: Int!) {
  home(profileId: $profileId, device: {formFactor: TV}) {
    degradations { rowId what }
    rows(first: $rows) { nodes { kind title cards(first: $cards) { nodes { title { id name } } } } }
  }
}
"""
Ask = Callable[..., dict[str, Any]]
Bearer = Callable[..., dict[str, str]]

stores = pytest.mark.stores


@stores
def test_ready_names_the_live_version_and_every_store(client: TestClient, version: DataVersion) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "stores": {"mongo": "ok", "elasticsearch": "ok", "redis": "ok"},
        "dataVersion": version.version,
        "missing": [],
    }


def test_without_stores_the_service_lives_and_is_not_ready(dark_client: TestClient) -> None:
    assert dark_client.get("/healthz").json() == {"alive": True}
    response = dark_client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["missing"] == [
        "mongo does not answer",
        "elasticsearch does not answer",
        "redis does not answer",
        "no data version is published: run `marquee jobs run nightly`",
    ]


@stores
def test_the_number_of_store_calls_does_not_grow_with_rows_or_cards(ask: Ask) -> None:
    ask(HOME, profileId="profile_ade", rows=1, cards=1)
    small = ask(HOME, profileId="profile_ade", rows=1, cards=1)
    large = ask(HOME, profileId="profile_ade", rows=20, cards=20)
    cards = [len(row["cards"]["nodes"]) for row in large["data"]["home"]["rows"]["nodes"]]
    assert len(cards) >= 3
    assert sum(cards) >= 40
    calls = [answer["extensions"]["storeCalls"] for answer in (small, large)]
    for counts in calls:
        # Read now and then by the whole process, so now by this request and now by none.
        for shared in ("mongo.pointers", "mongo.experiments", "mongo.layouts"):
            counts.pop(shared, None)
    assert calls[0] == calls[1] == {"redis.warm_page": 1}
    assert large["data"]["home"]["degradations"] == []


@stores
def test_every_persona_gets_a_token_for_its_own_page(client: TestClient) -> None:
    response = client.get("/demo/session")
    personas = response.json()["personas"]
    assert [(one["profileId"], one["kind"]) for one in personas] == [
        ("profile_mina", "new"),
        ("profile_ade", "binge"),
        ("profile_kids", "kids"),
    ]
    assert response.headers["cache-control"] == "no-store"
    for one in personas:
        variables = {"profileId": one["profileId"], "rows": 10, "cards": 10}
        answer = client.post(
            "/graphql",
            json={"query": HOME, "variables": variables},
            headers={"authorization": f"Bearer {one['token']}"},
        ).json()
        assert answer["data"]["home"]["rows"]["nodes"], one["kind"]


@pytest.mark.parametrize(
    "path", ["/demo/session", "/graphiql/start.js", "/graphiql/../app.py", "/docs", "/.env"]
)
def test_a_production_service_has_no_demo_and_no_such_files(dark_client: TestClient, path: str) -> None:
    assert dark_client.get(path).status_code == 404


def test_a_production_service_shows_no_graphiql(dark_client: TestClient) -> None:
    assert dark_client.get("/graphql", headers={"accept": "text/html"}).status_code == 403


def test_the_schema_file_is_the_served_schema(dark_client: TestClient) -> None:
    response = dark_client.get("/schema.graphql")
    assert response.text == sdl()
    assert "type Query" in response.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/schema.graphql", "/graphql", "/nope", "/tv"])
def test_every_answer_forbids_framing_and_sniffing(dark_client: TestClient, path: str) -> None:
    headers = dark_client.get(path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_other_sites_are_not_let_in(dark_client: TestClient) -> None:
    for origin in ("https://evil.example", "null"):
        response = dark_client.post("/graphql", json={"query": "{ __typename }"}, headers={"origin": origin})
        assert "access-control-allow-origin" not in response.headers


def a_service(home: Path, **changes: Any) -> Settings:
    return Settings(
        home=home,
        mongo_url="mongodb://127.0.0.1:9/marquee",
        elasticsearch_url="http://127.0.0.1:9",
        redis_url="redis://127.0.0.1:9/0",
        **changes,
    )


def test_a_production_service_without_a_secret_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match="MARQUEE_JWT_SECRET"):
        create_app(a_service(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_secret_that_can_be_guessed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match="5 bytes"):
        create_app(a_service(tmp_path, jwt_secret=SecretStr("short")))


def test_the_demo_makes_a_secret_that_only_its_owner_can_read(tmp_path: Path) -> None:
    create_app(a_service(tmp_path / "new", demo=True))
    file = tmp_path / "new" / "secret"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first = file.read_bytes()
    assert len(first.strip()) == 64
    create_app(a_service(tmp_path / "new", demo=True))
    assert file.read_bytes() == first
    assert [path.name for path in file.parent.iterdir()] == ["secret"]


def test_a_secret_file_that_was_emptied_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("\n")
    with pytest.raises(SettingsProblem, match="holds no secret"):
        create_app(a_service(tmp_path, demo=True))


def test_the_docs_link_of_an_error_leads_to_its_explanation(dark_client: TestClient) -> None:
    error = dark_client.post("/graphql", json={"query": "{ __typename }"}).json()["errors"][0]
    path, _, anchor = error["extensions"]["docs"].partition("#")
    page = dark_client.get(path)
    assert (error["extensions"]["code"], page.status_code) == (anchor, 200)
    assert (
        f'<section id="{anchor}"><h2>UNAUTHENTICATED</h2><p>No token, or one that cannot be trusted.'
        in page.text
    )
