"""/graphql over HTTP, by the GraphQL-over-HTTP draft: media types, status codes, parameters.

POST with application/json for every operation; GET and HEAD for queries, whose answers a client may keep and ask
about. A browser can send neither to another site without asking first (GET needs a header that it will not add by
itself), so there is no cross-site request to forge. Refusals before GraphQL are {"errors": [...]} with an
HTTP status of their own.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bff.http import query_limits as limits
from bff.http.execution import Operation, Operations
from bff.http.request_parsing import Refused, operation_in, operation_of
from bff.http.responses import CACHED_METHODS, JSON, Asked, Reply, reply
from bff.http.result_formatting import Answer, plain_error
from bff.stores.base.instrumentation import CallLog, logging_calls
from domain.errors import BadInput, StoreUnavailable, Unauthenticated
from domain.viewers.profiles import Principal
from resolvers.request.context import Context

REQUEST_ID = re.compile(rb"^[A-Za-z0-9_-]{1,64}$")
PLAIN_JSON = JSON.encode()
PREFLIGHT = b"x-marquee-preflight"
"""A header that says nothing but that whoever sends it is no form, link or image of another site."""


def _count_nothing(noted: CallLog) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The ASGI application behind /graphql.

    `page` answers a browser that looks at the address (GraphiQL); None: there is no such page.
    `tell_calls` adds what the request asked of the stores to its answer, for demos and tests; not to that of GET,
    which would never be the same twice. `count_calls` is told the same for metrics. `compress` says whether
    answers may leave in gzip.
    """

    operations: Operations
    authenticate: Callable[[Request], Awaitable[Principal]]
    new_context: Callable[[Request, Principal, str, datetime], Awaitable[Context]]
    page: Callable[[Request], Response] | None = None
    tell_calls: bool = False
    count_calls: Callable[[CallLog], None] = _count_nothing
    compress: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        # The first of each name counts, as it does for everybody else who reads headers.
        headers = dict(reversed(scope["headers"]))
        if self.page and request.method == "GET" and b"text/html" in headers.get(b"accept", b""):
            await self.page(request)(scope, receive, send)
            return
        asked = Asked(scope["method"], headers, request_id_of(headers))
        try:
            answer, context = await self._answer(request, asked)
        except ClientDisconnect:
            return
        await answer.send(send)
        if context is not None:
            await context.answered()

    async def _answer(self, request: Request, asked: Asked) -> tuple[Reply, Context | None]:
        """The reply, and the context of a request that was executed: it has more to do behind the answer."""
        try:
            operation, principal = await self._read(request, asked)
            context = await self._context(request, principal, asked.request_id)
        except Refused as refused:
            answer = plain_error(
                refused.code, str(refused), asked.request_id, retryable=refused.status in (408, 503)
            )
            return reply(asked, answer, False, refused.status, refused.headers), None
        with logging_calls() as noted:
            answer = await self.operations.run(operation, context)
        self.count_calls(noted)
        self._tell(asked, answer, noted)
        return reply(asked, answer, self.compress), context

    async def _context(self, request: Request, principal: Principal, request_id: str) -> Context:
        try:
            return await self.new_context(request, principal, request_id, datetime.now(UTC))
        except BadInput as error:
            raise Refused(400, error.code, str(error)) from error

    async def _read(self, request: Request, asked: Asked) -> tuple[Operation, Principal]:
        if asked.method in CACHED_METHODS:
            _check_origin(asked)
            principal = await self._principal(request)
            operation = operation_in(request.scope["query_string"])
            if self.operations.changes(operation):
                raise _post_only("Send mutations by POST.")
            return operation, principal
        if asked.method != "POST":
            raise _post_only("Send operations by POST.", "GET, HEAD, POST")
        _check_media_type(asked)
        principal = await self._principal(request)
        return operation_of(await _body(request, asked)), principal

    async def _principal(self, request: Request) -> Principal:
        try:
            return await self.authenticate(request)
        except Unauthenticated as error:
            raise Refused(401, error.code, str(error), {"WWW-Authenticate": "Bearer"}) from error
        except StoreUnavailable as error:
            raise Refused(503, error.code, str(error), {"Retry-After": "2"}) from error

    def _tell(self, asked: Asked, answer: Answer, noted: CallLog) -> None:
        extensions: dict[str, Any] = {}
        if noted.failed or noted.cut:
            extensions["degraded"] = sorted({*noted.failed, *noted.cut})
        if self.tell_calls and asked.method not in CACHED_METHODS:
            extensions["storeCalls"] = dict(sorted(noted.calls.items()))
        if extensions:
            answer["extensions"] = extensions


def request_id_of(headers: Mapping[bytes, bytes]) -> str:
    """The caller's x-request-id when it is a plain word, else a new one."""
    given = headers.get(b"x-request-id")
    return given.decode() if given and REQUEST_ID.fullmatch(given) else os.urandom(16).hex()


def _post_only(message: str, allow: str = "POST") -> Refused:
    return Refused(405, "METHOD_NOT_ALLOWED", message, {"Allow": allow})


def _check_origin(asked: Asked) -> None:
    """Refuses what a browser sends for another site without asking it first: nothing but usual headers."""
    if b"authorization" not in asked.headers and PREFLIGHT not in asked.headers:
        message = f"Send Authorization, or {PREFLIGHT.decode()}: 1 to hear what else is missing."
        raise Refused(403, "CSRF_BLOCKED", message)


def _check_media_type(asked: Asked) -> None:
    given = asked.headers.get(b"content-type", b"")
    plain = given == PLAIN_JSON or _is_json(given.decode("latin-1").lower())
    if not plain or asked.headers.get(b"content-encoding", b"identity") != b"identity":
        message = "Send the operation as application/json in UTF-8, not compressed."
        raise Refused(415, "UNSUPPORTED_MEDIA_TYPE", message, {"Accept-Post": JSON})


def _is_json(content_type: str) -> bool:
    media_type, _, parameters = content_type.partition(";")
    charset = parameters.partition("charset=")[2].strip().strip('"')
    return media_type.strip() == JSON and charset in ("", "utf-8", "utf8")


async def _body(request: Request, asked: Asked) -> bytes:
    """The whole body, never more than the limit in memory. Raises Refused for a long or a slow one."""
    declared = asked.headers.get(b"content-length", b"")
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
