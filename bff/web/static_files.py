"""Serves static files from memory with a strict content security policy."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


def content_policy(media_origins: Sequence[str] = ()) -> str:
    """Pictures and videos come from this service and from these origins alone."""
    origins = "".join(f" {origin}" for origin in media_origins)
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{origins}; "
        f"media-src 'self'{origins}; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}
MEDIA_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
INDEX = "index.html"


class StaticFolder:
    """Reads the folder at the start. The address itself serves index.html."""

    def __init__(self, folder: Path, media_origins: Sequence[str] = ()) -> None:
        self._headers = {**HEADERS, "content-security-policy": content_policy(media_origins)}
        self._files = {
            path.name: (path.read_bytes(), MEDIA_TYPES[path.suffix])
            for path in sorted(folder.iterdir())
            if path.suffix in MEDIA_TYPES
        }

    def routes(self, address: str) -> list[Route]:
        return [Route(address, self.answer), Route(address + "/{file}", self.answer)]

    async def answer(self, request: Request) -> Response:
        file = self._files.get(request.path_params.get("file", INDEX))
        if file is None:
            return PlainTextResponse("No such page.", 404, self._headers)
        content, media_type = file
        tag = f'"{hashlib.blake2s(content, digest_size=8).hexdigest()}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={**self._headers, "etag": tag})
        return Response(content, media_type=media_type, headers={**self._headers, "etag": tag})
