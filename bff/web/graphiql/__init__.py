"""GraphiQL at /graphql, offline, with one signed-in tab per persona.

It needs inline styles (CodeMirror measures text with them) and fonts as data: URLs.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

HERE = Path(__file__).parent
VENDOR = HERE.parent / "vendor" / "graphiql"
PREFIX = "/graphiql"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}


@cache
def _files() -> dict[str, Path]:
    """Name -> file. No other file is served."""
    return {
        path.name: path
        for folder in (VENDOR, HERE)
        for path in folder.iterdir()
        if path.suffix in MEDIA_TYPES
    }


@cache
def _content(name: str) -> bytes:
    return _files()[name].read_bytes()


def graphiql_page(request: Request) -> Response:
    return _response("page.html", "no-store")


def graphiql_routes() -> list[Route]:
    return [Route(PREFIX + "/{name}", _serve_file)]


async def _serve_file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _files():
        return PlainTextResponse("There is no such file.", 404)
    return _response(name, "public, max-age=3600")


def _response(name: str, cache_control: str) -> Response:
    headers = {"content-security-policy": POLICY, "cache-control": cache_control}
    return Response(_content(name), media_type=MEDIA_TYPES[_files()[name].suffix], headers=headers)
