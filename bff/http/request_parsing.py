"""What a request says: the operation in a body or in an address, and all that is refused in either.

Refusals are `Refused`: an HTTP status and a code of domain/error_codes.py, before GraphQL sees anything.
"""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

from bff.http import query_limits as limits
from bff.http.execution import Operation

PARAMETERS = ("query", "operationName", "variables", "extensions")
IN_JSON = ("variables", "extensions")
"""Parameters of an address that hold JSON."""


class Refused(Exception):
    """A request that GraphQL never sees."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}


def operation_of(body: bytes) -> Operation:
    """The operation in a request's body. Raises Refused naming the parameter that is wrong."""
    request = _decoded(_text(body), "The body")
    if isinstance(request, list):
        raise Refused(400, "BATCHING_DISABLED", "Send one operation per request; batches are not served.")
    if not isinstance(request, dict):
        raise bad('The body must be a JSON object such as {"query": "..."}.')
    return _operation(request)


def operation_in(query_string: bytes) -> Operation:
    """The operation in an address: `query`, `operationName`, `variables` and `extensions` in JSON, each at most once.

    Raises Refused naming the parameter that is wrong.
    """
    if len(query_string) > limits.URL_BYTES:
        raise Refused(414, "BAD_REQUEST", f"The address is longer than {limits.URL_BYTES} bytes.")
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=20
        )
    except ValueError as error:
        raise bad("The parameters are not text in UTF-8.") from error
    request: dict[str, object] = {}
    for name, text in pairs:
        if name in request:
            raise bad(f"'{name}' is given twice." if name in PARAMETERS else "A parameter is given twice.")
        # An empty parameter is one that was left out (GraphQL over HTTP).
        request[name] = (_decoded(text, f"'{name}'") if text else None) if name in IN_JSON else text
    _check_values([value for name, value in request.items() if name not in IN_JSON], "The address")
    return _operation(request)


def bad(message: str) -> Refused:
    return Refused(400, "BAD_REQUEST", message)


def _operation(request: dict[str, object]) -> Operation:
    document, name = request.get("query"), request.get("operationName")
    variables, extensions = request.get("variables"), request.get("extensions")
    if not isinstance(document, str) or not document.strip():
        raise bad("'query' must be a GraphQL document.")
    if not isinstance(name, str | None):
        raise bad("'operationName' must be a string or null.")
    if not isinstance(variables, dict | None):
        raise bad("'variables' must be an object or null.")
    if not isinstance(extensions, dict | None):
        raise bad("'extensions' must be an object or null.")
    return Operation(document, name or None, variables or {})


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad("The body is not JSON in UTF-8.") from error


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def _decoded(text: str, what: str) -> object:
    try:
        # A byte order mark is no JSON; json.loads would say so, the decoder alone as well.
        value: object = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise bad(f"{what} is not JSON in UTF-8.") from error
    # Without escapes no half character or null byte can be in it, and so few brackets cannot nest too deep.
    if "\\u" in text or text.count("{") + text.count("[") > limits.JSON_DEPTH:
        _check_values(value, what)
    return value


def _check_values(value: object, what: str) -> None:
    """Refuses deep nesting, null bytes and half characters: nothing behind here has to be afraid of them."""
    pending: list[tuple[object, int]] = [(value, 1)]
    while pending:
        current, depth = pending.pop()
        if depth > limits.JSON_DEPTH:
            raise bad(f"{what} is nested more than {limits.JSON_DEPTH} levels deep.")
        if isinstance(current, str):
            if "\0" in current or not _is_unicode(current):
                raise bad(f"{what} holds characters that are not text.")
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
