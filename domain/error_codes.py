"""All error codes of the API, with texts for /errors and docs/errors.md.

Any other code leaves as INTERNAL. A code never changes its meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class ErrorCode(StrEnum):
    BAD_USER_INPUT = "BAD_USER_INPUT"
    NOT_FOUND = "NOT_FOUND"
    FORBIDDEN = "FORBIDDEN"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PAGE_EXPIRED = "PAGE_EXPIRED"
    CONFLICT = "CONFLICT"
    TRY_LATER = "TRY_LATER"
    INTERNAL = "INTERNAL"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
    INTROSPECTION_DISABLED = "INTROSPECTION_DISABLED"
    DOCUMENT_TOO_LONG = "DOCUMENT_TOO_LONG"
    TOO_DEEP = "TOO_DEEP"
    TOO_MANY_TOKENS = "TOO_MANY_TOKENS"
    TOO_MANY_COMMENTS = "TOO_MANY_COMMENTS"
    TOO_MANY_OPERATIONS = "TOO_MANY_OPERATIONS"
    TOO_MANY_ALIASES = "TOO_MANY_ALIASES"
    TOO_MANY_DIRECTIVES = "TOO_MANY_DIRECTIVES"
    TOO_MANY_ROOT_FIELDS = "TOO_MANY_ROOT_FIELDS"
    BAD_REQUEST = "BAD_REQUEST"
    BATCHING_DISABLED = "BATCHING_DISABLED"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    REQUEST_TIMEOUT = "REQUEST_TIMEOUT"
    OVERLOADED = "OVERLOADED"
    CSRF_BLOCKED = "CSRF_BLOCKED"


class ErrorExplanation(NamedTuple):
    meaning: str
    remedy: str


_SHORTER = "Ask in several requests, or ask for less; the message names the limit."

EXPLANATIONS: Mapping[ErrorCode, ErrorExplanation] = {
    ErrorCode.BAD_USER_INPUT: ErrorExplanation(
        "An argument or variable cannot be used; the message says which and why.", "Fix the input."
    ),
    ErrorCode.NOT_FOUND: ErrorExplanation(
        "There is no such thing, or not for this viewer; the two are never told apart.", "Drop the id."
    ),
    ErrorCode.FORBIDDEN: ErrorExplanation(
        "The token is genuine, but its role may not do this.", "Ask for the role, or do not offer it."
    ),
    ErrorCode.UNAUTHENTICATED: ErrorExplanation("No token, or one that cannot be trusted.", "Sign in again."),
    ErrorCode.PAGE_EXPIRED: ErrorExplanation(
        "A cursor of a list that has changed since.", "Start again from its first page."
    ),
    ErrorCode.CONFLICT: ErrorExplanation("Somebody else changed it first.", "Read it again, then decide."),
    ErrorCode.TRY_LATER: ErrorExplanation(
        "A store did not answer. Home pages never say this; they come with `degradations` instead.",
        "Send the same again after a second, then after two, then four.",
    ),
    ErrorCode.INTERNAL: ErrorExplanation(
        "A fault of the service; its `requestId` leads to the log.", "Report it with the `requestId`."
    ),
    ErrorCode.GRAPHQL_PARSE_FAILED: ErrorExplanation("The document is not GraphQL.", "Fix the document."),
    ErrorCode.GRAPHQL_VALIDATION_FAILED: ErrorExplanation(
        "The document does not fit the schema.", "Compare it with /schema.graphql."
    ),
    ErrorCode.OPERATION_RESOLUTION_FAILURE: ErrorExplanation(
        "Which operation of the document is meant cannot be told.", "Send `operationName`."
    ),
    ErrorCode.INTROSPECTION_DISABLED: ErrorExplanation(
        "The schema is shown to staff only.", "Read /schema.graphql."
    ),
    ErrorCode.DOCUMENT_TOO_LONG: ErrorExplanation("The document has too many characters.", _SHORTER),
    ErrorCode.TOO_DEEP: ErrorExplanation("The document is nested too deeply.", _SHORTER),
    ErrorCode.TOO_MANY_TOKENS: ErrorExplanation("The document has too many words.", _SHORTER),
    ErrorCode.TOO_MANY_COMMENTS: ErrorExplanation(
        "The document has too many comments.", "Leave comments out."
    ),
    ErrorCode.TOO_MANY_OPERATIONS: ErrorExplanation("The document has too many operations.", _SHORTER),
    ErrorCode.TOO_MANY_ALIASES: ErrorExplanation("The document has too many aliases.", _SHORTER),
    ErrorCode.TOO_MANY_DIRECTIVES: ErrorExplanation("The document has too many directives.", _SHORTER),
    ErrorCode.TOO_MANY_ROOT_FIELDS: ErrorExplanation(
        "The operation has too many fields at its root.", _SHORTER
    ),
    ErrorCode.BAD_REQUEST: ErrorExplanation(
        "The request is not a GraphQL request; the message says what is wrong with it.", "Fix the request."
    ),
    ErrorCode.BATCHING_DISABLED: ErrorExplanation(
        "The body holds several operations.", "Send one operation per request."
    ),
    ErrorCode.METHOD_NOT_ALLOWED: ErrorExplanation(
        "Queries come by POST or GET, mutations by POST alone.", "Send it by POST."
    ),
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: ErrorExplanation(
        "The body is not plain JSON in UTF-8.", "Send application/json, not compressed."
    ),
    ErrorCode.BODY_TOO_LARGE: ErrorExplanation("The body has more than 128 KB.", "Send less at once."),
    ErrorCode.REQUEST_TIMEOUT: ErrorExplanation("The body took too long to arrive.", "Send it again."),
    ErrorCode.OVERLOADED: ErrorExplanation(
        "Too many requests are under way; nothing was done for this one. What is fetched in advance goes first.",
        "Send it again after the seconds of `Retry-After`; do not fetch in advance until then.",
    ),
    ErrorCode.CSRF_BLOCKED: ErrorExplanation(
        "A browser could have sent this for another site without asking first.",
        "Send `Authorization`, or `x-marquee-preflight: 1`.",
    ),
}


def docs_path(code: str) -> str:
    return f"/errors#{code}"
