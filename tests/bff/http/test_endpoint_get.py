"""Queries by GET: parameters, CSRF protection, and cache revalidation."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from bff.http.query_limits import URL_BYTES
from bff.http.responses import matches_etag
from domain.viewers.profiles import Role

Bearer = Callable[..., dict[str, str]]
GRAPHQL_JSON = "application/graphql-response+json"
TYPENAME = {"query": "{ __typename }"}
RATE = (
    '{ titleRate(input: {profileId: "p", titleId: "t", verdict: LIKE, clientEventId: "e"}) { __typename } }'
)
MUTATIONS = {
    "alone": {"query": f"mutation {RATE}"},
    "chosen": {"query": f"query A {{ __typename }} mutation B {RATE}", "operationName": "B"},
}


def code_of(response: Any) -> tuple[int, str]:
    [error] = response.json()["errors"]
    return response.status_code, error["extensions"]["code"]


def get(client: TestClient, headers: dict[str, str], **parameters: str) -> Any:
    return client.get("/graphql", params=parameters, headers=headers)


def test_a_query_with_all_its_parameters_is_answered_as_by_post(
    dark_client: TestClient, bearer: Bearer
) -> None:
    document = "query A { __typename } query B($no: Boolean!) { a: __typename b: __typename @skip(if: $no) }"
    parts = {"query": document, "operationName": "B", "variables": '{"no": true}', "extensions": "{}"}
    response = get(dark_client, bearer(), **parts)
    assert (response.status_code, response.json()) == (200, {"data": {"a": "Query"}})
    assert response.headers["content-type"] == "application/json; charset=utf-8"


def test_empty_parameters_are_left_out(dark_client: TestClient, bearer: Bearer) -> None:
    response = get(
        dark_client, bearer(), query="{ __typename }", operationName="", variables="", extensions=""
    )
    assert response.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    "address",
    [
        "",
        "query=",
        "query=%20",
        "variables={}",
        "query={__typename}&variables=[]",
        "query={__typename}&variables={",
        'query={__typename}&variables="{}"',
        'query={__typename}&variables={"a":NaN}',
        'query={__typename}&variables={"a":"\\ud800"}',
        "query={__typename}&extensions=1",
        "query={__typename}&query={__typename}",
        "query={__typename}&a=1&a=2",
        "query=%ff",
        "query={__typename}%00",
        "query={__typename}&operationName=%00",
        "query={__typename}" + "".join(f"&a{n}=1" for n in range(30)),
    ],
)
def test_parameters_that_cannot_be_used_are_a_bad_request(
    dark_client: TestClient, bearer: Bearer, address: str
) -> None:
    assert code_of(dark_client.get(f"/graphql?{address}", headers=bearer())) == (400, "BAD_REQUEST")


def test_a_long_address_is_refused(dark_client: TestClient, bearer: Bearer) -> None:
    response = get(dark_client, bearer(), query="{ __typename }", operationName="x" * URL_BYTES)
    assert code_of(response) == (414, "BAD_REQUEST")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("parts", MUTATIONS.values(), ids=MUTATIONS.keys())
def test_a_mutation_is_never_run(
    dark_client: TestClient, bearer: Bearer, method: str, parts: dict[str, str]
) -> None:
    headers = bearer() | {"x-http-method-override": "POST"}
    response = dark_client.request(method, "/graphql", params=parts, headers=headers)
    assert (response.status_code, response.headers["allow"]) == (405, "POST")


def test_what_another_sites_page_could_send_is_blocked(dark_client: TestClient) -> None:
    """Without a header that needs a preflight, not even a missing token is reported."""
    response = get(dark_client, {"accept": "application/json", "origin": "https://evil.example"}, **TYPENAME)
    assert code_of(response) == (403, "CSRF_BLOCKED")
    assert "access-control-allow-origin" not in response.headers


def test_with_the_preflight_header_a_missing_token_is_reported(dark_client: TestClient) -> None:
    assert code_of(get(dark_client, {"x-marquee-preflight": "1"}, **TYPENAME)) == (401, "UNAUTHENTICATED")


def test_errors_follow_the_media_type_as_by_post(dark_client: TestClient, bearer: Bearer) -> None:
    newer = get(dark_client, bearer() | {"accept": GRAPHQL_JSON}, query="{ nope }")
    older = get(dark_client, bearer(), query="{ nope }")
    assert (newer.status_code, older.status_code) == (400, 200)


def test_an_answer_may_be_kept_by_its_client_and_asked_about(dark_client: TestClient, bearer: Bearer) -> None:
    first = get(dark_client, bearer(), **TYPENAME)
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "Authorization, Accept, Accept-Encoding"
    again = get(dark_client, bearer() | {"if-none-match": first.headers["etag"]}, **TYPENAME)
    assert (again.status_code, again.content) == (304, b"")
    assert {name: again.headers[name] for name in ("etag", "cache-control", "vary")} == {
        name: first.headers[name] for name in ("etag", "cache-control", "vary")
    }


def test_other_bytes_have_another_tag(dark_client: TestClient, bearer: Bearer) -> None:
    first = get(dark_client, bearer(), **TYPENAME)
    headers = bearer() | {"if-none-match": first.headers["etag"]}
    other = get(dark_client, headers, query="{ other: __typename }")
    assert (other.status_code, other.json()) == (200, {"data": {"other": "Query"}})
    assert other.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", W/"a"', True),
        ("*", True),
        ("", False),
        ('"b"', False),
        ("a", False),
        ('"A"', False),
    ],
)
def test_tags_are_compared_weakly(given: str, known: bool) -> None:
    assert matches_etag('"a"', given) is known


@pytest.mark.parametrize("query", ["{ nope }", "{ profiles { id } }"])
def test_errors_are_for_no_cache(dark_client: TestClient, bearer: Bearer, query: str) -> None:
    response = get(dark_client, bearer() | {"if-none-match": "*"}, query=query)
    assert response.status_code == 200
    assert response.json()["errors"]
    assert response.headers["cache-control"] == "private, no-store"
    assert "etag" not in response.headers


def test_post_is_for_no_cache_and_has_no_tag(dark_client: TestClient, bearer: Bearer) -> None:
    response = dark_client.post("/graphql", json=TYPENAME, headers=bearer() | {"if-none-match": "*"})
    assert (response.status_code, response.headers["cache-control"]) == (200, "private, no-store")
    assert "etag" not in response.headers


def test_head_is_get_without_the_body(dark_client: TestClient, bearer: Bearer) -> None:
    whole = get(dark_client, bearer(), **TYPENAME)
    head = dark_client.head("/graphql", params=TYPENAME, headers=bearer())
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-length", "content-type", "cache-control", "vary"):
        assert head.headers[name] == whole.headers[name]


SCHEMA = "{ __schema { types { name description fields { name description } } } }"


def asked(client: TestClient, bearer: Bearer, encoding: str, method: str = "GET", **more: str) -> Any:
    headers = bearer("home", Role.STAFF) | {"accept-encoding": encoding} | more
    if method == "GET":
        request = client.build_request("GET", "/graphql", params={"query": SCHEMA}, headers=headers)
    else:
        request = client.build_request("POST", "/graphql", json={"query": SCHEMA}, headers=headers)
    response = client.send(request, stream=True)
    response.raw_body = b"".join(response.iter_raw())  # type: ignore[attr-defined]
    return response


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_long_answer_is_compressed_for_clients_that_accept_gzip(
    dark_client: TestClient, bearer: Bearer, method: str
) -> None:
    packed = asked(dark_client, bearer, "gzip, br", method)
    plain = asked(dark_client, bearer, "identity", method)
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed.raw_body) == plain.raw_body
    assert int(packed.headers["content-length"]) == len(packed.raw_body) < len(plain.raw_body) / 3
    assert all("Accept-Encoding" in one.headers["vary"] for one in (packed, plain))


def test_packed_and_plain_bytes_have_tags_of_their_own(dark_client: TestClient, bearer: Bearer) -> None:
    packed, plain = asked(dark_client, bearer, "gzip"), asked(dark_client, bearer, "identity")
    assert packed.headers["etag"] != plain.headers["etag"]
    again = asked(dark_client, bearer, "gzip", **{"if-none-match": f"W/{packed.headers['etag']}"})
    assert (again.status_code, again.raw_body) == (304, b"")
    other = asked(dark_client, bearer, "identity", **{"if-none-match": packed.headers["etag"]})
    assert other.status_code == 200


def test_a_short_answer_leaves_as_it_is(dark_client: TestClient, bearer: Bearer) -> None:
    response = get(dark_client, bearer() | {"accept-encoding": "gzip"}, **TYPENAME)
    assert "content-encoding" not in response.headers


@pytest.mark.stores
def test_a_home_page_that_has_not_changed_is_not_sent_again(client: TestClient, bearer: Bearer) -> None:
    """In the demo too, where answers to POST tell the store calls, which differ from one to the next."""
    query = """query Home($profile: ID!) { home(profileId: $profile, device: {formFactor: TV}) {
      snapshotId rows(first: 20) { nodes { id kind title cards(first: 20) { nodes { title { id name } } } } } } }"""
    parts = {"query": query, "variables": json.dumps({"profile": "profile_ade"})}
    get(client, bearer(), **parts)
    first = get(client, bearer(), **parts)
    assert len(first.json()["data"]["home"]["rows"]["nodes"]) >= 3
    again = get(client, bearer() | {"if-none-match": first.headers["etag"]}, **parts)
    assert (again.status_code, again.content) == (304, b"")
