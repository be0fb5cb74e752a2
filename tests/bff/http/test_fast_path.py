"""The shortcut to /graphql responds like the router: same status, headers and bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from bff.http.fast_path import FastPath

Bearer = Callable[..., dict[str, str]]

REQUESTS: dict[str, dict[str, Any]] = {
    "a query": {"method": "POST", "json": {"query": "{ __typename }"}},
    "a bad document": {"method": "POST", "json": {"query": "{ nope }"}},
    "a body that is none": {"method": "POST", "content": b"{"},
    "a query by GET": {"method": "GET", "params": {"query": "{ __typename }"}},
    "HEAD": {"method": "HEAD", "params": {"query": "{ __typename }"}},
    "another method": {"method": "DELETE"},
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS.keys())
def test_both_ways_answer_alike(dark_client: TestClient, bearer: Bearer, request_: dict[str, Any]) -> None:
    """Below a root path the application leaves the way to the router."""
    headers = bearer() | {"x-request-id": "same", "content-type": "application/json"}
    below = TestClient(dark_client.app, root_path="/api", raise_server_exceptions=False)
    below.app_state.update(dark_client.app_state)
    short = dark_client.request(url="/graphql", headers=headers, **request_)
    long = below.request(url="/api/graphql", headers=headers, **request_)
    assert (short.status_code, short.content) == (long.status_code, long.content)
    assert sorted(short.headers.items()) == sorted(long.headers.items())


class Broken:
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("secret of the house")


def test_a_fault_is_500_and_says_nothing() -> None:
    client = TestClient(FastPath(routes=[Route("/graphql", Broken())]), raise_server_exceptions=False)
    response = client.post("/graphql")
    assert (response.status_code, response.text) == (500, "Internal Server Error")


def test_other_addresses_take_the_long_way(dark_client: TestClient) -> None:
    assert dark_client.get("/healthz").json() == {"alive": True}
    assert dark_client.get("/graphql/").history[0].status_code in (307, 308)
