"""GraphQL results as clients get them: expected errors keep their message, unexpected ones are masked and logged.

Every error carries `extensions` {code, docs, requestId, retryable}, with a code of domain/error_codes.py. The request
id leads to the traceback in the log.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from graphql import ExecutionResult, GraphQLError, GraphQLSyntaxError

from bff.http.query_limits import MAX_ERRORS
from domain.error_codes import ErrorCode, docs_path
from domain.errors import MarqueeError

GraphQLResponse: TypeAlias = dict[str, Any]

SOMETHING_WENT_WRONG = "Something went wrong."
MAX_MESSAGE_CHARACTERS = 500

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
BAD_USER_INPUT = "BAD_USER_INPUT"

_PYTHON_NULL = re.compile(r"(?<=not to be )None\b")
"""graphql-core writes a null of the client as Python does."""

log = logging.getLogger("marquee.graphql")


def format_result(result: ExecutionResult, request_id: str) -> GraphQLResponse:
    """`data` is absent if nothing was executed; field errors leave it in."""
    errors = result.errors or []
    response: GraphQLResponse = {}
    if errors:
        response["errors"] = [_format_error(error, request_id) for error in errors[:MAX_ERRORS]]
    if result.data is not None or any(error.path for error in errors):
        response["data"] = result.data
    return response


def format_errors(errors: Sequence[GraphQLError], request_id: str) -> GraphQLResponse:
    return {"errors": [_format_error(error, request_id) for error in errors[:MAX_ERRORS]]}


def error_response(code: str, message: str, request_id: str, retryable: bool = False) -> GraphQLResponse:
    return {"errors": [{"message": message, "extensions": _extensions(code, request_id, retryable)}]}


def _extensions(code: str, request_id: str, retryable: bool) -> GraphQLResponse:
    public_code = code if code in ErrorCode.__members__ else ErrorCode.INTERNAL.value
    return {
        "code": public_code,
        "docs": docs_path(public_code),
        "requestId": request_id,
        "retryable": retryable,
    }


def _format_error(error: GraphQLError, request_id: str) -> GraphQLResponse:
    formatted: GraphQLResponse = dict(error.formatted)
    message, code, retryable = _public_error(error, request_id)
    formatted["message"] = message[:MAX_MESSAGE_CHARACTERS]
    formatted["extensions"] = _extensions(code, request_id, retryable)
    return formatted


def _public_error(error: GraphQLError, request_id: str) -> tuple[str, str, bool]:
    """Message, code, retryable."""
    cause = _original_exception(error)
    if isinstance(cause, MarqueeError):
        return str(cause), cause.code, cause.retryable
    if error.path and cause is not None:
        log.error("request %s failed at %s", request_id, _path_text(error.path), exc_info=cause)
        return SOMETHING_WENT_WRONG, "INTERNAL", False
    return _PYTHON_NULL.sub("null", error.message), _error_code(error), False


def _original_exception(error: GraphQLError) -> Exception | None:
    """Unwraps nested GraphQL errors; None if they hold no other exception."""
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _error_code(error: GraphQLError) -> str:
    extensions: Mapping[str, Any] = error.extensions or {}
    if "code" in extensions:
        return str(extensions["code"])
    return PARSE_FAILED if isinstance(error, GraphQLSyntaxError) else BAD_USER_INPUT


def _path_text(path: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in path)
