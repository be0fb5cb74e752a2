"""GraphQL results as clients get them: what was expected is said, what was not is masked and logged.

Every error carries `extensions` {code, docs, requestId, retryable}, with a code of domain/error_codes.py. An
unexpected exception leaves as INTERNAL and "Something went wrong."; its request id leads to the log, where its
traceback is.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from graphql import ExecutionResult, GraphQLError, GraphQLSyntaxError

from bff.http.query_limits import ERRORS
from domain.error_codes import ErrorCode, docs_of
from domain.errors import MarqueeError

Answer: TypeAlias = dict[str, Any]

SOMETHING_WENT_WRONG = "Something went wrong."
MESSAGE_CHARACTERS = 500

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
BAD_USER_INPUT = "BAD_USER_INPUT"

log = logging.getLogger("marquee.graphql")


def answer_of(result: ExecutionResult, request_id: str) -> Answer:
    """`data` is left out when the request could not be executed at all; field errors leave it in."""
    errors = result.errors or []
    answer: Answer = {}
    if errors:
        answer["errors"] = [_formatted(error, request_id) for error in errors[:ERRORS]]
    if result.data is not None or any(error.path for error in errors):
        answer["data"] = result.data
    return answer


def refusal(errors: Sequence[GraphQLError], request_id: str) -> Answer:
    """The answer to a document that was not executed."""
    return {"errors": [_formatted(error, request_id) for error in errors[:ERRORS]]}


def plain_error(code: str, message: str, request_id: str, retryable: bool = False) -> Answer:
    """An answer that is one error with no place in the document."""
    return {"errors": [{"message": message, "extensions": _extensions(code, request_id, retryable)}]}


def _extensions(code: str, request_id: str, retryable: bool) -> Answer:
    known = code if code in ErrorCode.__members__ else ErrorCode.INTERNAL.value
    return {"code": known, "docs": docs_of(known), "requestId": request_id, "retryable": retryable}


def _formatted(error: GraphQLError, request_id: str) -> Answer:
    formatted: Answer = dict(error.formatted)
    message, code, retryable = _told(error, request_id)
    formatted["message"] = message[:MESSAGE_CHARACTERS]
    formatted["extensions"] = _extensions(code, request_id, retryable)
    return formatted


def _told(error: GraphQLError, request_id: str) -> tuple[str, str, bool]:
    """Message, code and whether trying again may help."""
    cause = _cause(error)
    if isinstance(cause, MarqueeError):
        return str(cause), cause.code, cause.retryable
    if error.path and cause is not None:
        log.error("request %s failed at %s", request_id, _place(error.path), exc_info=cause)
        return SOMETHING_WENT_WRONG, "INTERNAL", False
    return error.message, _code(error), False


def _cause(error: GraphQLError) -> Exception | None:
    """The exception behind a chain of GraphQL errors; None when there is only GraphQL."""
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _code(error: GraphQLError) -> str:
    extensions: Mapping[str, Any] = error.extensions or {}
    if "code" in extensions:
        return str(extensions["code"])
    return PARSE_FAILED if isinstance(error, GraphQLSyntaxError) else BAD_USER_INPUT


def _place(path: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in path)
