"""/graphql over HTTP: accepted and refused requests, with a production service and no store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from bff.http.query_limits import BODY_BYTES
from bff.http.responses import media_type_for
from domain.viewers.profiles import Role

Bearer = Callable[..., dict[str, str]]
TYPENAME = {"query": "{ __typename }"}
GRAPHQL_JSON = "application/graphql-response+json"


def post(client: TestClient, headers: dict[str, str], body: bytes | str, **more: str) -> Any:
    sent = {"content-type": "application/json", **headers, **more}
    return client.post("/graphql", content=body, headers=sent)


def code_of(response: Any) -> tuple[int, str]:
    """Status and code of an answer that is one error and nothing else."""
    answer = response.json()
    assert set(answer) == {"errors"}
    [error] = answer["errors"]
    assert error["extensions"]["requestId"] == response.headers["x-request-id"]
    return response.status_code, error["extensions"]["code"]


def test_a_query_is_answered(dark_client: TestClient, bearer: Bearer) -> None:
    response = dark_client.post("/graphql", json=TYPENAME, headers=bearer())
    assert (response.status_code, response.json()) == (200, {"data": {"__typename": "Query"}})
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        ("application/graphql-response+json", GRAPHQL_JSON),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL_JSON),
        ("application/json, application/graphql-response+json;q=0.1", "application/json"),
        ("Application/GraphQL-Response+JSON; charset=utf-8", GRAPHQL_JSON),
        ("application/graphql-response+json;q=0", "application/json"),
        ("application/graphql-response+json;q=rubbish", "application/json"),
        ("text/html", "application/json"),
    ],
)
def test_clients_that_name_the_newer_media_type_get_it(accept: str, expected: str) -> None:
    assert media_type_for(accept) == expected


@pytest.mark.parametrize("document", ["{", "{ nope }", "query($n: Int!) { __typename @include(if: $n) }"])
def test_a_bad_document_is_400_in_the_newer_media_type_and_200_in_the_older(
    dark_client: TestClient, bearer: Bearer, document: str
) -> None:
    newer = dark_client.post(
        "/graphql", json={"query": document}, headers=bearer() | {"accept": GRAPHQL_JSON}
    )
    older = dark_client.post("/graphql", json={"query": document}, headers=bearer())
    assert (newer.status_code, older.status_code) == (400, 200)
    assert "data" not in newer.json()
    assert "data" not in older.json()


def test_a_variable_of_the_wrong_type_is_a_request_error(dark_client: TestClient, bearer: Bearer) -> None:
    body = {"query": "query($id: ID!) { node(id: $id) { id } }", "variables": {"id": {"$gt": ""}}}
    response = dark_client.post("/graphql", json=body, headers=bearer() | {"accept": GRAPHQL_JSON})
    assert code_of(response) == (400, "BAD_USER_INPUT")


DEEP = '{"query": "{ __typename }", "variables": ' + '{"a":' * 100 + "1" + "}" * 100 + "}"

MALFORMED = {
    "nothing": b"",
    "half": b'{"query": "{ __typename }"',
    "null": b"null",
    "number": b"7",
    "string": b'"query"',
    "true": b"true",
    "no query": b"{}",
    "query null": b'{"query": null}',
    "query blank": b'{"query": "  "}',
    "query a number": b'{"query": 5}',
    "query an object": b'{"query": {}}',
    "operationName a number": b'{"query": "{ __typename }", "operationName": 5}',
    "operationName an object": b'{"query": "{ __typename }", "operationName": {}}',
    "variables a string": b'{"query": "{ __typename }", "variables": "{}"}',
    "variables a list": b'{"query": "{ __typename }", "variables": []}',
    "variables a number": b'{"query": "{ __typename }", "variables": 0}',
    "extensions a string": b'{"query": "{ __typename }", "extensions": "x"}',
    "extensions a list": b'{"query": "{ __typename }", "extensions": []}',
    "NaN": b'{"query": "{ __typename }", "variables": {"a": NaN}}',
    "Infinity": b'{"query": "{ __typename }", "variables": {"a": -Infinity}}',
    "5000 digits": b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 5000 + b"}}",
    "nested 100 deep": DEEP.encode(),
    "nested 50000 deep": b"[" * 50_000,
    "nested 20000 objects": b'{"a":' * 20_000,
    "not UTF-8": b'{"query": "\xff\xfe"}',
    "overlong": b'{"query": "\xc0\xaf"}',
    "UTF-16": json.dumps(TYPENAME).encode("utf-16"),
    "half a character": b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}',
    "half a character as a name": b'{"query": "{ __typename }", "variables": {"\\udfff": 1}}',
    "null byte": b'{"query": "{ __typename }", "variables": {"a": "\\u0000"}}',
    "null byte in the document": b'{"query": "{ __typename }\\u0000"}',
}  # fmt: skip


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_body_is_a_bad_request(dark_client: TestClient, bearer: Bearer, body: bytes) -> None:
    assert code_of(post(dark_client, bearer(), body)) == (400, "BAD_REQUEST")


@pytest.mark.parametrize("count", [0, 1, 2, 100])
def test_batches_are_refused(dark_client: TestClient, bearer: Bearer, count: int) -> None:
    response = post(dark_client, bearer(), json.dumps([TYPENAME] * count))
    assert code_of(response) == (400, "BATCHING_DISABLED")


@pytest.mark.parametrize(
    "headers",
    [
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/jsonx"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "multipart/form-data; boundary=x"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-encoding": "gzip"},
    ],
    ids=str,
)
def test_other_media_types_are_refused(
    dark_client: TestClient, bearer: Bearer, headers: dict[str, str]
) -> None:
    response = post(dark_client, bearer(), json.dumps(TYPENAME), **headers)
    assert code_of(response) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("media_type", ["APPLICATION/JSON", 'application/json; charset="UTF-8"'])
def test_the_media_type_may_be_spelled_otherwise(
    dark_client: TestClient, bearer: Bearer, media_type: str
) -> None:
    response = post(dark_client, bearer(), json.dumps(TYPENAME), **{"content-type": media_type})
    assert response.status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_no_other_method_runs_operations(dark_client: TestClient, bearer: Bearer, method: str) -> None:
    response = dark_client.request(method, "/graphql?query={__typename}", headers=bearer())
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST")


def test_a_method_override_header_changes_nothing(dark_client: TestClient, bearer: Bearer) -> None:
    headers = bearer() | {"x-http-method-override": "POST"}
    assert dark_client.put("/graphql", json=TYPENAME, headers=headers).status_code == 405


def test_no_token_is_401_and_says_how(dark_client: TestClient) -> None:
    response = dark_client.post("/graphql", json=TYPENAME)
    assert code_of(response) == (401, "UNAUTHENTICATED")
    assert response.headers["www-authenticate"] == "Bearer"


def test_a_body_at_the_limit_is_read_and_one_above_is_not(dark_client: TestClient, bearer: Bearer) -> None:
    padded = json.dumps(TYPENAME).encode().ljust(BODY_BYTES)
    assert post(dark_client, bearer(), padded).status_code == 200
    response = post(dark_client, bearer(), padded + b" ")
    assert code_of(response) == (413, "BODY_TOO_LARGE")
    assert response.headers["connection"] == "close"


def test_an_endless_body_is_cut_without_being_read(dark_client: TestClient, bearer: Bearer) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 64 * 1024 * 1024:
            sent += 65536
            yield b" " * 65536

    response = dark_client.post(
        "/graphql", content=endless(), headers=bearer() | {"content-type": "application/json"}
    )
    assert code_of(response) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-123", True), ("a b", False), ("x" * 65, False), ("<script>", False)]
)
def test_a_request_id_is_echoed_when_it_is_a_plain_word(
    dark_client: TestClient, bearer: Bearer, given: str, kept: bool
) -> None:
    response = dark_client.post("/graphql", json=TYPENAME, headers=bearer() | {"x-request-id": given})
    assert (response.headers["x-request-id"] == given) is kept


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": "query A{__typename} query B{__typename}"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "query A{__typename}", "operationName": "C"}, "OPERATION_RESOLUTION_FAILURE"),
        ({"query": "fragment F on Query {__typename}"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ nope }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "{ __typename "}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ __schema { queryType { name } } }"}, "INTROSPECTION_DISABLED"),
        (
            {"query": '{ ...F } fragment F on Query { __type(name: "Query") { name } }'},
            "INTROSPECTION_DISABLED",
        ),
    ],
)
def test_request_errors_say_which(
    dark_client: TestClient, bearer: Bearer, body: dict[str, str], code: str
) -> None:
    response = dark_client.post("/graphql", json=body, headers=bearer())
    assert code_of(response) == (200, code)


def test_staff_may_ask_about_the_schema(dark_client: TestClient, bearer: Bearer) -> None:
    body = {"query": "{ __schema { queryType { name } } }"}
    response = dark_client.post("/graphql", json=body, headers=bearer("home", Role.STAFF))
    assert response.json() == {"data": {"__schema": {"queryType": {"name": "Query"}}}}


def test_misspelt_fields_get_no_suggestions_in_production(dark_client: TestClient, bearer: Bearer) -> None:
    response = dark_client.post("/graphql", json={"query": "{ hom }"}, headers=bearer())
    assert response.json()["errors"][0]["message"] == "Cannot query field 'hom' on type 'Query'."


def test_a_flood_of_errors_is_answered_with_twenty(dark_client: TestClient, bearer: Bearer) -> None:
    document = "{ " + " ".join(f"nope{number}" for number in range(10)) + " node(id: 1) { " + " ".join(
        f"nope{number}" for number in range(900)) + " } }"  # fmt: skip
    response = dark_client.post("/graphql", json={"query": document}, headers=bearer())
    assert len(response.json()["errors"]) <= 21
    assert len(response.content) < 16_000


def test_a_store_that_is_down_is_try_later_and_names_no_machine(
    dark_client: TestClient, bearer: Bearer
) -> None:
    response = dark_client.post("/graphql", json={"query": "{ profiles { id } }"}, headers=bearer())
    answer = response.json()
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "TRY_LATER"
    assert error["extensions"]["retryable"] is True
    assert error["path"] == ["profiles"]
    assert answer["extensions"]["degraded"] == ["mongo"]
    assert "127.0.0.1" not in response.text
