"""/graphql over HTTP, by the GraphQL-over-HTTP draft: media types, status codes, parameters.

POST with application/json takes every operation; GET and HEAD take queries. Browsers preflight both across sites (GET
needs a header they never add alone), so CSRF is impossible. Refusals are {"errors": [...]} with their own HTTP
status.
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
from bff.http.execution import GraphQLExecutor, GraphQLRequest
from bff.http.request_parsing import RequestRefused, parse_body, parse_query_string
from bff.http.responses import CACHED_METHODS, JSON, HttpResponse, RequestHead, build_http_response
from bff.http.result_formatting import GraphQLResponse, error_response
from bff.stores.base.instrumentation import CallLog, record_store_calls
from domain.errors import BadInput, StoreUnavailable, Unauthenticated
from domain.viewers.profiles import Principal
from resolvers.request.context import Context

REQUEST_ID = re.compile(rb"^[A-Za-z0-9_-]{1,64}$")
PLAIN_JSON = JSON.encode()
PREFLIGHT = b"x-marquee-preflight"
"""Proves that the request is no form, link or image of another site."""


def _ignore_calls(call_log: CallLog) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`browser_page` (GraphiQL) answers browsers. `report_store_calls` adds store calls to responses; never to GET,
    whose bytes would change each time. `count_store_calls` feeds the metrics."""

    executor: GraphQLExecutor
    authenticate: Callable[[Request], Awaitable[Principal]]
    create_context: Callable[[Request, Principal, str, datetime], Awaitable[Context]]
    browser_page: Callable[[Request], Response] | None = None
    report_store_calls: bool = False
    count_store_calls: Callable[[CallLog], None] = _ignore_calls
    compress: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        # The first of each name counts.
        headers = dict(reversed(scope["headers"]))
        if self.browser_page and request.method == "GET" and b"text/html" in headers.get(b"accept", b""):
            await self.browser_page(request)(scope, receive, send)
            return
        head = RequestHead(scope["method"], headers, read_request_id(headers))
        try:
            response, context = await self._respond(request, head)
        except ClientDisconnect:
            return
        await response.send(send)
        if context is not None:
            await context.start_background_work()

    async def _respond(self, request: Request, head: RequestHead) -> tuple[HttpResponse, Context | None]:
        """With the context of an executed request, which has work left after the response."""
        try:
            graphql_request, principal = await self._read_request(request, head)
            context = await self._create_context(request, principal, head.request_id)
        except RequestRefused as refused:
            response = error_response(
                refused.code, str(refused), head.request_id, retryable=refused.status in (408, 503)
            )
            return build_http_response(head, response, False, refused.status, refused.headers), None
        with record_store_calls() as call_log:
            response = await self.executor.run(graphql_request, context)
        self.count_store_calls(call_log)
        self._add_extensions(head, response, call_log)
        return build_http_response(head, response, self.compress), context

    async def _create_context(self, request: Request, principal: Principal, request_id: str) -> Context:
        try:
            return await self.create_context(request, principal, request_id, datetime.now(UTC))
        except BadInput as error:
            raise RequestRefused(400, error.code, str(error)) from error

    async def _read_request(self, request: Request, head: RequestHead) -> tuple[GraphQLRequest, Principal]:
        if head.method in CACHED_METHODS:
            _check_preflight(head)
            principal = await self._authenticate(request)
            graphql_request = parse_query_string(request.scope["query_string"])
            if self.executor.is_mutation(graphql_request):
                raise _method_not_allowed("Send mutations by POST.")
            return graphql_request, principal
        if head.method != "POST":
            raise _method_not_allowed("Send operations by POST.", "GET, HEAD, POST")
        _check_media_type(head)
        principal = await self._authenticate(request)
        return parse_body(await _read_body(request, head)), principal

    async def _authenticate(self, request: Request) -> Principal:
        try:
            return await self.authenticate(request)
        except Unauthenticated as error:
            raise RequestRefused(401, error.code, str(error), {"WWW-Authenticate": "Bearer"}) from error
        except StoreUnavailable as error:
            raise RequestRefused(503, error.code, str(error), {"Retry-After": "2"}) from error

    def _add_extensions(self, head: RequestHead, response: GraphQLResponse, call_log: CallLog) -> None:
        extensions: dict[str, Any] = {}
        if call_log.failed or call_log.cut:
            extensions["degraded"] = sorted({*call_log.failed, *call_log.cut})
        if self.report_store_calls and head.method not in CACHED_METHODS:
            extensions["storeCalls"] = dict(sorted(call_log.calls.items()))
        if extensions:
            response["extensions"] = extensions


def read_request_id(headers: Mapping[bytes, bytes]) -> str:
    """The caller's if it is a plain word, else a new one."""
    request_id = headers.get(b"x-request-id")
    return request_id.decode() if request_id and REQUEST_ID.fullmatch(request_id) else os.urandom(16).hex()


def _method_not_allowed(message: str, allow: str = "POST") -> RequestRefused:
    return RequestRefused(405, "METHOD_NOT_ALLOWED", message, {"Allow": allow})


def _check_preflight(head: RequestHead) -> None:
    """Refuses requests that browsers send across sites without a preflight."""
    if b"authorization" not in head.headers and PREFLIGHT not in head.headers:
        message = f"Send Authorization, or {PREFLIGHT.decode()}: 1 to hear what else is missing."
        raise RequestRefused(403, "CSRF_BLOCKED", message)


def _check_media_type(head: RequestHead) -> None:
    content_type = head.headers.get(b"content-type", b"")
    is_json = content_type == PLAIN_JSON or _is_json(content_type.decode("latin-1").lower())
    if not is_json or head.headers.get(b"content-encoding", b"identity") != b"identity":
        message = "Send the operation as application/json in UTF-8, not compressed."
        raise RequestRefused(415, "UNSUPPORTED_MEDIA_TYPE", message, {"Accept-Post": JSON})


def _is_json(content_type: str) -> bool:
    media_type, _, parameters = content_type.partition(";")
    charset = parameters.partition("charset=")[2].strip().strip('"')
    return media_type.strip() == JSON and charset in ("", "utf-8", "utf8")


async def _read_body(request: Request, head: RequestHead) -> bytes:
    """Never holds more than the limit. Raises RequestRefused for a long or slow body."""
    declared = head.headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared[:20]) > limits.BODY_BYTES:
        raise _body_too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(limits.RECEIVE_TIMEOUT_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limits.BODY_BYTES:
                    raise _body_too_large()
    except TimeoutError as error:
        message = f"The body took longer than {limits.RECEIVE_TIMEOUT_SECONDS:.0f} seconds."
        raise RequestRefused(408, "REQUEST_TIMEOUT", message, {"Connection": "close"}) from error
    return bytes(body)


def _body_too_large() -> RequestRefused:
    message = f"The body is larger than {limits.BODY_BYTES} bytes."
    return RequestRefused(413, "BODY_TOO_LARGE", message, {"Connection": "close"})
