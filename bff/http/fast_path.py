"""Starlette with a shortcut to /graphql past the router and exception handlers, with the same responses."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bff.http.security_headers import SecurityHeaders

GRAPHQL_PATH = "/graphql"


class FastPath(Starlette):
    """Needs exactly one route at GRAPHQL_PATH."""

    def build_middleware_stack(self) -> ASGIApp:
        full_stack = super().build_middleware_stack()
        [route] = [each for each in self.routes if isinstance(each, Route) and each.path == GRAPHQL_PATH]
        short_stack = ServerErrorMiddleware(SecurityHeaders(route.app))

        async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
            is_graphql = (
                scope["type"] == "http" and scope["path"] == GRAPHQL_PATH and not scope.get("root_path")
            )
            await (short_stack if is_graphql else full_stack)(scope, receive, send)

        return dispatch
