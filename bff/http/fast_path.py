"""Starlette with a short way to /graphql: past the router and the handlers of its exceptions, which it never raises.

Nearly every request is one to that address, and answers are the same either way.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bff.http.security_headers import SafeHeaders

BUSIEST = "/graphql"


class FastPath(Starlette):
    """The application; it has one route of that address."""

    def build_middleware_stack(self) -> ASGIApp:
        whole = super().build_middleware_stack()
        [route] = [each for each in self.routes if isinstance(each, Route) and each.path == BUSIEST]
        short = ServerErrorMiddleware(SafeHeaders(route.app))

        async def stack(scope: Scope, receive: Receive, send: Send) -> None:
            is_busiest = scope["type"] == "http" and scope["path"] == BUSIEST and not scope.get("root_path")
            await (short if is_busiest else whole)(scope, receive, send)

        return stack
