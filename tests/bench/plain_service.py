"""The service with its stores, executing as Strawberry does out of the box: no operation is kept, nothing compiled.

python plain_service.py PORT   settings from the environment, as for `marquee serve`
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import uvicorn
from page_schema import plain_service_schema
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from bff.app import Service
from bff.settings import read_settings
from resolvers.context import Context


class PlainService(Service):
    """Everything but /graphql is the service's own: who asks, stores, what is done behind answers."""

    def routes(self) -> list[BaseRoute]:
        # The first route that fits answers.
        return [Route("/graphql", PlainView(self)), *super().routes()]

    async def context_of(self, request: Request) -> Context:
        principal = await self._principal(request)
        return await self._new_context(request, principal, "bench", datetime.now(UTC))


class PlainView(GraphQL[Context, None]):
    def __init__(self, service: PlainService) -> None:
        super().__init__(plain_service_schema(), graphql_ide=None)
        self._service = service

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:
        if not isinstance(request, Request):
            raise TypeError("the benches open no websocket")
        return await self._service.context_of(request)


if __name__ == "__main__":
    service = PlainService(read_settings())
    application = Starlette(routes=service.routes(), lifespan=service.lifespan)
    uvicorn.run(application, port=int(sys.argv[1]), log_level="warning", access_log=False)
