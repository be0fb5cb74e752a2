"""/graphql over HTTP, by the GraphQL-over-HTTP draft: media types, status codes, parameters.

POST with application/json only. A browser cannot send that to another site without asking first, so there is
no cross-site request to forge. Refusals before GraphQL are {"errors": [...]} with an HTTP status of their own.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bff import limits
from bff.answers import Answer, plain_error
from bff.operations import Operation, Operations
from bff.stores.calls import CallLog, logging_calls
from domain.errors import BadInput, StoreUnavailable, Unauthenticated
from domain.profiles import Principal
from resolvers.context import Context
from resolvers.execution import encoded

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
REQUEST_ID = re.compile(r"^[A-Za-z0-9_-]{1,64}$")

log = logging.getLogger("marquee.graphql")


class Refused(Exception):
    """A request that GraphQL never sees."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}


def _count_nothing(noted: CallLog) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The ASGI application behind /graphql.

    `page` answers a browser that looks at the address (GraphiQL); None: there is no such page.
    `tell_calls` adds what the request asked of the stores to its answer, for demos and tests. `count_calls` is
    told the same for metrics.
    """

    operations: Operations
    authenticate: Callable[[Request], Awaitable[Principal]]
    new_context: Callable[[Request, Principal, str, datetime], Awaitable[Context]]
    page: Callable[[Request], Response] | None = None
    tell_calls: bool = False
    count_calls: Callable[[CallLog], None] = _count_nothing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if self.page and request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return self.page(request)
        request_id = request_id_of(request)
        try:
            operation, principal = await self._read(request)
            context = await self._context(request, principal, request_id)
        except Refused as refused:
            answer = plain_error(refused.code, str(refused), request_id, retryable=refused.status == 503)
            return _response(request, answer, request_id, refused.status, refused.headers)
        with logging_calls() as noted:
            answer = await self.operations.run(operation, context)
        self.count_calls(noted)
        self._tell(answer, noted)
        response = _response(request, answer, request_id)
        response.background = BackgroundTask(context.answered)
        return response

    async def _context(self, request: Request, principal: Principal, request_id: str) -> Context:
        try:
            return await self.new_context(request, principal, request_id, datetime.now(UTC))
        except BadInput as error:
            raise Refused(400, error.code, str(error)) from error

    async def _read(self, request: Request) -> tuple[Operation, Principal]:
        if request.method != "POST":
            raise Refused(405, "METHOD_NOT_ALLOWED", "Send operations by POST.", {"Allow": "POST"})
        _check_media_type(request)
        try:
            principal = await self.authenticate(request)
        except Unauthenticated as error:
            raise Refused(401, error.code, str(error), {"WWW-Authenticate": "Bearer"}) from error
        except StoreUnavailable as error:
            raise Refused(503, error.code, str(error), {"Retry-After": "2"}) from error
        return operation_of(await _body(request)), principal

    def _tell(self, answer: Answer, noted: CallLog) -> None:
        extensions: dict[str, Any] = {}
        if noted.failed or noted.cut:
            extensions["degraded"] = sorted({*noted.failed, *noted.cut})
        if self.tell_calls:
            extensions["storeCalls"] = dict(sorted(noted.calls.items()))
        if extensions:
            answer["extensions"] = extensions


def request_id_of(request: Request) -> str:
    """The caller's x-request-id when it is a plain word, else a new one."""
    given = request.headers.get("x-request-id", "")
    return given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def operation_of(body: bytes) -> Operation:
    """The operation in a request's body. Raises Refused naming the parameter that is wrong."""
    request = _decoded(body)
    if isinstance(request, list):
        raise Refused(400, "BATCHING_DISABLED", "Send one operation per request; batches are not served.")
    if not isinstance(request, dict):
        raise _bad('The body must be a JSON object such as {"query": "..."}.')
    document, name = request.get("query"), request.get("operationName")
    variables, extensions = request.get("variables"), request.get("extensions")
    if not isinstance(document, str) or not document.strip():
        raise _bad("'query' must be a GraphQL document.")
    if not isinstance(name, str | None):
        raise _bad("'operationName' must be a string or null.")
    if not isinstance(variables, dict | None):
        raise _bad("'variables' must be an object or null.")
    if not isinstance(extensions, dict | None):
        raise _bad("'extensions' must be an object or null.")
    return Operation(document, name or None, variables or {})


def _decoded(body: bytes) -> object:
    try:
        value: object = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise _bad("The body is not JSON in UTF-8.") from error
    _check_values(value)
    return value


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _check_values(value: object) -> None:
    """Refuses deep nesting, null bytes and half characters: nothing behind here has to be afraid of them."""
    pending: list[tuple[object, int]] = [(value, 1)]
    while pending:
        current, depth = pending.pop()
        if depth > limits.JSON_DEPTH:
            raise _bad(f"The body is nested more than {limits.JSON_DEPTH} levels deep.")
        if isinstance(current, str):
            if "\0" in current or not _is_unicode(current):
                raise _bad("The body holds characters that are not text.")
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


def _check_media_type(request: Request) -> None:
    media_type, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.partition("charset=")[2].strip().strip('"')
    encoding = request.headers.get("content-encoding", "identity")
    if media_type.strip() != JSON or charset not in ("", "utf-8", "utf8") or encoding != "identity":
        message = "Send the operation as application/json in UTF-8, not compressed."
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", message, {"Accept-Post": JSON})


async def _body(request: Request) -> bytes:
    """The whole body, never more than the limit in memory. Raises Refused for a long or a slow one."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared[:20]) > limits.BODY_BYTES:
        raise _too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(limits.RECEIVE_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limits.BODY_BYTES:
                    raise _too_large()
    except TimeoutError as error:
        message = f"The body took longer than {limits.RECEIVE_SECONDS:.0f} seconds."
        raise Refused(408, "REQUEST_TIMEOUT", message, {"Connection": "close"}) from error
    return bytes(body)


def _too_large() -> Refused:
    message = f"The body is larger than {limits.BODY_BYTES} bytes."
    return Refused(413, "BODY_TOO_LARGE", message, {"Connection": "close"})


def _bad(message: str) -> Refused:
    return Refused(400, "BAD_REQUEST", message)


def media_type_for(accept: str) -> str:
    """The newer media type when it is asked for by name at least as much as the older one."""
    weights = {JSON: 0.0, GRAPHQL_JSON: 0.0}
    for part in accept.lower().split(","):
        name, *parameters = [piece.strip() for piece in part.split(";")]
        weight = next((parameter[2:] for parameter in parameters if parameter.startswith("q=")), "1")
        if name in weights:
            weights[name] = _number(weight)
    return GRAPHQL_JSON if weights[GRAPHQL_JSON] > 0 and weights[GRAPHQL_JSON] >= weights[JSON] else JSON


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _response(
    request: Request,
    answer: Answer,
    request_id: str,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    media_type = media_type_for(request.headers.get("accept", ""))
    if status == 200 and "data" not in answer and media_type == GRAPHQL_JSON:
        status = 400
    return Response(
        encoded(answer),
        status_code=status,
        headers={"x-request-id": request_id, "cache-control": "private, no-store", **(headers or {})},
        media_type=f"{media_type}; charset=utf-8",
    )
