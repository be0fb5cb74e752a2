"""A bare Starlette application that answers every POST with the bytes of a file: the least a page can cost.

python static_server.py PORT FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def application(body: bytes) -> Starlette:
    async def answer(request: Request) -> Response:
        await request.body()
        return Response(body, media_type="application/json")

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"]), Route("/healthz", answer)])


if __name__ == "__main__":
    port, file = sys.argv[1:]
    uvicorn.run(application(Path(file).read_bytes()), port=int(port), log_level="warning", access_log=False)
