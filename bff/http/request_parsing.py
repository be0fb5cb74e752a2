"""Parses the GraphQL request in a body or query string.

Raises RequestRefused with an HTTP status and a code of domain/error_codes.py.
"""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from bff.http import query_limits as limits
from bff.http.execution import GraphQLRequest

PARAMETERS = ("query", "operationName", "variables", "extensions")
JSON_PARAMETERS = ("variables", "extensions")


class RequestRefused(Exception):
    """The request never reaches GraphQL."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}


def parse_body(body: bytes) -> GraphQLRequest:
    parameters = _decode_json(_decode_utf8(body), "The body")
    if isinstance(parameters, list):
        raise RequestRefused(
            400, "BATCHING_DISABLED", "Send one operation per request; batches are not served."
        )
    if not isinstance(parameters, dict):
        raise bad_request('The body must be a JSON object such as {"query": "..."}.')
    return _build_request(parameters)


def parse_query_string(query_string: bytes) -> GraphQLRequest:
    """Takes each of PARAMETERS at most once."""
    if len(query_string) > limits.URL_BYTES:
        raise RequestRefused(414, "BAD_REQUEST", f"The address is longer than {limits.URL_BYTES} bytes.")
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20
        )
    except ValueError as error:
        raise bad_request("The parameters are not text in UTF-8.") from error
    parameters: dict[str, object] = {}
    for name, text in pairs:
        if name in parameters:
            raise bad_request(
                f"'{name}' is given twice." if name in PARAMETERS else "A parameter is given twice."
            )
        # Empty means absent (GraphQL over HTTP).
        parameters[name] = (
            (_decode_json(text, f"'{name}'") if text else None) if name in JSON_PARAMETERS else text
        )
    _check_values([value for name, value in parameters.items() if name not in JSON_PARAMETERS], "The address")
    return _build_request(parameters)


def bad_request(message: str) -> RequestRefused:
    return RequestRefused(400, "BAD_REQUEST", message)


def _build_request(parameters: dict[str, object]) -> GraphQLRequest:
    document, name = parameters.get("query"), parameters.get("operationName")
    variables, extensions = parameters.get("variables"), parameters.get("extensions")
    if not isinstance(document, str) or not document.strip():
        raise bad_request("'query' must be a GraphQL document.")
    if not isinstance(name, str | None):
        raise bad_request("'operationName' must be a string or null.")
    if not isinstance(variables, dict | None):
        raise bad_request("'variables' must be an object or null.")
    if not isinstance(extensions, dict | None):
        raise bad_request("'extensions' must be an object or null.")
    return GraphQLRequest(document, name or None, variables or {})


def _decode_utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad_request("The body is not JSON in UTF-8.") from error


def _reject_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_reject_constant)


def _decode_json(text: str, what: str) -> object:
    try:
        # Rejects a byte order mark, as json.loads does.
        value: object = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise bad_request(f"{what} is not JSON in UTF-8.") from error
    # No escapes: no lone surrogates or null bytes. Few brackets: no deep nesting.
    if "\\u" in text or text.count("{") + text.count("[") > limits.JSON_DEPTH:
        _check_values(value, what)
    return value


def _check_values(value: object, what: str) -> None:
    """Rejects deep nesting, null bytes and lone surrogates."""
    pending: list[tuple[object, int]] = [(value, 1)]
    while pending:
        current, depth = pending.pop()
        if depth > limits.JSON_DEPTH:
            raise bad_request(f"{what} is nested more than {limits.JSON_DEPTH} levels deep.")
        if isinstance(current, str):
            if "\0" in current or not _is_unicode(current):
                raise bad_request(f"{what} holds characters that are not text.")
        elif isinstance(current, dict):
            pending.extend((part, depth + 1) for item in current.items() for part in item)
        elif isinstance(current, list):
            pending.extend((part, depth + 1) for part in current)


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
