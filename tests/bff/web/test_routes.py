"""The TV page's files and the redirect to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bff.web.routes import web_routes


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=web_routes([]))) as running:
        yield running


def test_the_tv_page_is_served_under_a_strict_policy(client: TestClient) -> None:
    response = client.get("/tv")
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert "<style" not in response.text
    assert " style=" not in response.text
    assert "http" not in response.text.replace("http-equiv", "")


def test_own_pictures_and_trailers_come_from_the_named_origins_alone() -> None:
    named = ["https://images.example", "https://video.example:8443"]
    with TestClient(Starlette(routes=web_routes([], named))) as client:
        policy = client.get("/tv").headers["content-security-policy"]
        missing = client.get("/tv/nothing.js").headers["content-security-policy"]
    assert missing == policy
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["img-src"] == "'self' data: blob: https://images.example https://video.example:8443"
    assert directives["media-src"] == "'self' https://images.example https://video.example:8443"
    assert directives["script-src"] == directives["connect-src"] == "'self'"


def test_files_are_revalidated_and_nothing_else_is_served(client: TestClient) -> None:
    first = client.get("/tv/main.js")
    assert first.headers["content-type"].startswith("text/javascript")
    assert client.get("/tv/main.js", headers={"if-none-match": first.headers["etag"]}).status_code == 304
    assert client.get("/tv/nothing.js").status_code == 404
    assert client.get("/tv/..%2froutes.py").status_code == 404


def test_the_root_redirects_to_the_tv_page(client: TestClient) -> None:
    assert client.get("/", follow_redirects=False).headers["location"] == "/tv"
