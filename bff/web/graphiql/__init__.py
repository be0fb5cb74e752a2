"""GraphiQL at /graphql, served from memory and working offline: one tab per persona, signed in already.

Its style sheets need 'unsafe-inline' styles (CodeMirror measures text with them) and fonts as data: addresses;
scripts come from this server alone, none inline.
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
TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}


@cache
def _files() -> dict[str, Path]:
    """Name -> file: the only files that can be asked for."""
    return {path.name: path for folder in (VENDOR, HERE) for path in folder.iterdir() if path.suffix in TYPES}


@cache
def _content(name: str) -> bytes:
    return _files()[name].read_bytes()


def graphiql_page(request: Request) -> Response:
    """The page itself, for a browser that opens /graphql."""
    return _answer("page.html", "no-store")


def graphiql_routes() -> list[Route]:
    """The files that the page loads."""
    return [Route(PREFIX + "/{name}", _file)]


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _files():
        return PlainTextResponse("There is no such file.", 404)
    return _answer(name, "public, max-age=3600")


def _answer(name: str, caching: str) -> Response:
    headers = {"content-security-policy": POLICY, "cache-control": caching}
    return Response(_content(name), media_type=TYPES[_files()[name].suffix], headers=headers)
